package io.portolan.cli;

import io.portolan.model.operation.Failover;
import io.portolan.model.operation.HookRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A live operation as lines: its steps, how long each took, and what holds it up. */
final class OperationTree {
    private OperationTree() {}

    /** The lines as they are at this time. */
    static List<String> lines(Failover f, Instant now) {
        List<String> out = new ArrayList<>();
        out.add(
                f.kind()
                        + " "
                        + f.name()
                        + " of "
                        + f.applicationName()
                        + " to "
                        + f.request().destination()
                        + "  "
                        + Times.span(since(f.requestedAt(), f.endedAt().orElse(now))));
        for (int i = 0; i < f.steps().size(); i++) {
            Failover.Step step = f.steps().get(i);
            boolean last = i == f.steps().size() - 1;
            out.add(
                    (last ? "└─ " : "├─ ")
                            + step.state()
                            + "  "
                            + Times.span(since(step.startedAt(), step.endedAt().orElse(now)))
                            + (step.detail().isEmpty() ? "" : "  " + step.detail()));
        }
        for (HookRun run : f.hooks()) {
            if (!run.output().isEmpty()) {
                out.add("   hook " + run.point() + " " + run.phase() + ": " + run.output());
            }
        }
        if (!f.waitingFor().isEmpty()) {
            out.add("   waits for " + f.waitingFor() + until(f, now));
        }
        if (!f.next().isEmpty() && !f.state().ended()) {
            out.add("   next: " + f.next());
        }
        return out;
    }

    /** {@code (until 12:04:01, 58s left)}. */
    static String until(Failover f, Instant now) {
        Optional<Instant> deadline =
                f.steps().isEmpty() || f.paused().isPresent()
                        ? Optional.empty()
                        : f.steps().getLast().deadline();
        return deadline.map(
                        d ->
                                " (until "
                                        + Times.ofDay(d)
                                        + (d.isAfter(now)
                                                ? ", "
                                                        + Times.age(Duration.between(now, d))
                                                        + " left)"
                                                : ", late)"))
                .orElse("");
    }

    private static Duration since(Instant from, Instant to) {
        return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
    }
}
