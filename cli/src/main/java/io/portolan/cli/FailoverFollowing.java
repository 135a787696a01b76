package io.portolan.cli;

import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Consumer;

/** Follows one failover and tells each step, each wait and what would end the wait. */
final class FailoverFollowing {
    private final Portolan root;
    private final PrintStream err;
    private Failover now;
    private int stepsTold;
    private String waitTold = "";
    private String nextTold = "";

    FailoverFollowing(Portolan root, Failover begun) {
        this.root = root;
        this.err = root.shell.err();
        this.now = begun;
    }

    /**
     * @return the exit code
     */
    int toItsEnd(Instant deadline, Format format) {
        if (root.shell.tty()) {
            try (LiveTree tree = new LiveTree(err, root.shell.clock(), Terminal::now, now)) {
                follow(deadline, tree::show);
            }
        } else {
            err.println(
                    FailoverReport.title(now).toLowerCase(Locale.ROOT)
                            + " "
                            + now.name()
                            + ": "
                            + now.applicationName()
                            + " to "
                            + now.request().destination());
            tell();
            follow(deadline, _ -> tell());
        }
        if (now.state().ended() || !format.forPeople()) {
            FailoverReport.show(now, format, root.shell.out());
        }
        if (!now.state().ended()) {
            return unfinished();
        }
        if (now.state() != Failover.State.COMPLETED) {
            return Exit.OPERATION_FAILED.code();
        }
        root.shell.next(
                "portolan describe application " + now.tenant() + "/" + now.applicationName());
        return Exit.OK.code();
    }

    /** It goes on without us. */
    private int unfinished() {
        boolean blocked = now.waitsForPeople(root.shell.clock().instant());
        err.println(
                "not completed yet, it goes on at central: "
                        + now.state()
                        + (now.waitingFor().isEmpty() ? "" : ", waits for " + now.waitingFor()));
        root.shell.next(
                blocked && !now.next().isEmpty()
                        ? now.next()
                        : "portolan wait "
                                + Printer.name(Kind.FAILOVER, now.tenant(), now.name())
                                + " --for completed");
        return (blocked ? Exit.BLOCKED : Exit.TIMEOUT).code();
    }

    private void follow(Instant deadline, Consumer<Failover> changed) {
        if (!now.state().ended()) {
            new Awaited(root, new ResourceKey(Kind.FAILOVER, now.tenant(), now.name()))
                    .until(
                            deadline,
                            document -> {
                                document.ifPresent(
                                        d -> {
                                            now = Codec.lenient().convert(d, Failover.class);
                                            changed.accept(now);
                                        });
                                return now.state().ended();
                            });
        }
    }

    private void tell() {
        for (; stepsTold < now.steps().size(); stepsTold++) {
            Failover.Step step = now.steps().get(stepsTold);
            err.println(
                    "  "
                            + Times.ofDay(step.startedAt())
                            + "  "
                            + step.state()
                            + (step.detail().isEmpty() ? "" : "  " + step.detail()));
        }
        if (now.waitingFor().equals(Failover.EXECUTOR)) {
            return;
        }
        if (!now.waitingFor().equals(waitTold)) {
            waitTold = now.waitingFor();
            if (!waitTold.isEmpty()) {
                err.println(
                        "            waits for "
                                + waitTold
                                + OperationTree.until(now, root.shell.clock().instant()));
            }
        }
        if (!now.next().isEmpty() && !now.next().equals(nextTold)) {
            nextTold = now.next();
            root.shell.next(nextTold);
        }
    }
}
