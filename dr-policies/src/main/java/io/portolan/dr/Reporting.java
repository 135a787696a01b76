package io.portolan.dr;

import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Checked;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.Report;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.Failover.Step;
import io.portolan.model.operation.HookRun;
import io.portolan.model.operation.HookRun.Lag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What an operation reached, and where it went another way than planned. */
final class Reporting {
    private final FailoverView view;
    private final Failover operation;
    private final Plan plan;
    private final Instant now;

    private Reporting(FailoverView view, Plan plan, Instant now) {
        this.view = view;
        this.operation = view.operation();
        this.plan = plan;
        this.now = now;
    }

    static Report of(FailoverView view, Plan plan, Instant now) {
        return new Reporting(view, plan, now).report();
    }

    /** A source that was to serve until the target does, and fell silent before, did not. */
    static Plan witnessed(FailoverView view, Plan plan, Instant now) {
        if (plan.lastService().isPresent() || plan.unserved()) {
            return plan;
        }
        Instant served = new Reporting(view, plan, now).served();
        return plan.sources().stream()
                .flatMap(s -> view.cluster(s).stream())
                .filter(c -> c.reach() != Reach.READY)
                .flatMap(c -> c.lastHeard().stream())
                .filter(served::isAfter)
                .min(Comparator.naturalOrder())
                .map(plan::servedUntil)
                .orElse(plan);
    }

    private Report report() {
        Instant served = served();
        Duration commandToHealthy = between(operation.requestedAt(), served);
        Optional<String> unverified = skipped(State.VERIFYING);
        // Nobody knows whether it serves where nobody looked.
        Optional<Duration> rto =
                unverified.isPresent()
                        ? Optional.empty()
                        : plan.lastService().map(t -> between(t, served));
        String target = Words.name(view, plan.target());
        String summary =
                operation.applicationName()
                        + unverified
                                .map(by -> " was given to " + target + " and not verified: " + by)
                                .orElseGet(
                                        () ->
                                                " runs healthy on "
                                                        + target
                                                        + ", "
                                                        + Words.duration(commandToHealthy)
                                                        + " after the command and "
                                                        + interruption(rto))
                        + trafficless()
                                .or(() -> Objectives.rto(view.policy(), rto))
                                .map(o -> "; " + o)
                                .orElse("")
                        + loss().map(l -> "; " + words(l)).orElse("");
        return new Report(
                commandToHealthy,
                rto,
                operation.evidence().map(e -> Commit.words(view, e)).orElse("no evidence stored"),
                summary,
                loss(),
                deviations());
    }

    private Optional<Lag> loss() {
        return operation.hooks().stream()
                .filter(r -> r.point() == HookPoint.DATA_GATE)
                .findFirst()
                .flatMap(HookRun::lag);
    }

    private String words(Lag lag) {
        return lag.time()
                        .map(t -> "lost at most writes of " + Words.duration(t))
                        .orElse("nobody knows of how long writes were lost")
                + lag.bytes().map(b -> " (" + b + " bytes)").orElse("")
                + view.policy().rpo().map(r -> ", rpo is " + Words.duration(r)).orElse("");
    }

    private String interruption(Optional<Duration> rto) {
        String sources = Words.names(view, plan.sources());
        return rto.map(d -> Words.duration(d) + " after the last proof of service of " + sources)
                .orElseGet(
                        () ->
                                plan.unserved()
                                        ? "nobody knows how long after its last service: "
                                                + sources
                                                + " had no replica ready"
                                        : plan.sources().isEmpty()
                                                ? "it was active nowhere before"
                                                : "without interruption: "
                                                        + sources
                                                        + " served until then");
    }

    /** When the target was verified and had its traffic. */
    private Instant served() {
        Instant at = now;
        for (Step step : operation.steps()) {
            if (step.state() == State.VERIFYING || step.state() == State.SWITCHING_TRAFFIC) {
                at = step.endedAt().orElse(now);
            }
        }
        return at;
    }

    /** Whether a target was met is not known where its traffic was left to somebody else. */
    private Optional<String> trafficless() {
        return skipped(State.SWITCHING_TRAFFIC)
                .map(by -> HookPoint.SWITCH_TRAFFIC + " did not succeed: " + by);
    }

    private Optional<String> skipped(State state) {
        return operation.skipped(state).map(c -> c.by() + " skipped it: " + c.reason());
    }

    private List<String> deviations() {
        List<String> out = new ArrayList<>();
        operation.checks().stream()
                .filter(c -> c.outcome() == Checked.Outcome.OVERRIDDEN)
                .forEach(c -> out.add(c.name() + " overridden: " + c.detail()));
        for (Step step : operation.steps()) {
            late(step).ifPresent(out::add);
        }
        for (int i = 0; i < operation.controls().size(); i++) {
            out.add(said(i));
        }
        return out;
    }

    /** That a step took longer than it was given. */
    private Optional<String> late(Step step) {
        Instant ended = step.endedAt().orElse(now);
        return step.state() == State.STABILIZING
                ? Optional.empty()
                : step.deadline()
                        .filter(ended::isAfter)
                        .map(
                                d ->
                                        step.state()
                                                + " took "
                                                + Words.duration(between(step.startedAt(), ended))
                                                + ", "
                                                + Words.duration(between(d, ended))
                                                + " longer than it was given");
    }

    private String said(int index) {
        Control control = operation.controls().get(index);
        String what =
                control.by()
                        + ": "
                        + control.kind()
                        + " in "
                        + state(control)
                        + ": "
                        + control.reason();
        Instant until =
                index + 1 < operation.controls().size()
                        ? operation.controls().get(index + 1).at()
                        : now;
        return control.kind() == Control.Kind.PAUSE
                ? what + " (" + Words.duration(between(control.at(), until)) + ")"
                : what;
    }

    private State state(Control control) {
        return control.step() >= 0 && control.step() < operation.steps().size()
                ? operation.steps().get(control.step()).state()
                : State.REQUESTED;
    }

    /** Nothing where the clock was set back, or another leader's runs behind. */
    private static Duration between(Instant then, Instant end) {
        return then.isAfter(end) ? Duration.ZERO : Duration.between(then, end);
    }
}
