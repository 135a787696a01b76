package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.Report;
import io.portolan.model.operation.Failover.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * After the commit: until the target's own agent says that what central wants of it now runs
 * healthy. An answer to an older order is none.
 *
 * <p>A target that dies here would hold the operation, and with it the application, for ever: an
 * abort ends it. The assignment is not touched, because only a failover of its own may prove that
 * the target stopped.
 */
final class Verification {
    private final FailoverView view;
    private final Failover operation;
    private final Plan plan;
    private final Draft draft;
    private final Instant now;
    private final String target;

    private Verification(FailoverView view, Plan plan, Draft draft, Instant now) {
        this.view = view;
        this.operation = view.operation();
        this.plan = plan;
        this.draft = draft;
        this.now = now;
        this.target = Words.name(view, plan.target());
    }

    static FailoverMove step(FailoverView view, Plan plan, Draft draft, Instant now) {
        return new Verification(view, plan, draft, now).step();
    }

    private FailoverMove step() {
        if (operation.abortRequested()) {
            return abandon();
        }
        Optional<Candidate> cluster = view.cluster(plan.target());
        Optional<Work> order =
                cluster.flatMap(Candidate::work)
                        .filter(w -> w.role() == Role.ACTIVE && !w.tombstone())
                        .filter(w -> w.epoch() >= operation.epochAfter());
        if (order.isEmpty()) {
            return waits("central's order to " + target + " to run it");
        }
        if (cluster.get().reach() != Reach.READY) {
            return waits(target + " to be heard: it is " + Words.silent(cluster.get()));
        }
        Optional<WorkStatus> answer =
                cluster.get()
                        .status()
                        .filter(s -> s.sequence() == order.get().sequence())
                        .filter(s -> s.generation() == order.get().generation())
                        .filter(s -> s.role() == Role.ACTIVE);
        if (answer.filter(s -> s.appliedSequence() >= order.get().sequence()).isEmpty()) {
            return waits(
                    target
                            + " to apply order "
                            + order.get().sequence()
                            + answer.map(s -> troubles(s)).orElse(""));
        }
        if (operation.state() == State.PROMOTING) {
            return draft.enter(
                            State.VERIFYING,
                            Optional.of(plan.verifyTimeout()),
                            "waits for " + target + " to be healthy")
                    .move();
        }
        return healthy(answer.get())
                ? complete()
                : waits(
                        target
                                + " to be healthy: "
                                + answer.get().health()
                                + ", "
                                + answer.get().readyReplicas()
                                + " of "
                                + answer.get().desiredReplicas()
                                + " ready"
                                + troubles(answer.get()));
    }

    /** An application whose author wrote zero replicas is stopped, and as it should be. */
    private static boolean healthy(WorkStatus status) {
        return switch (status.health()) {
            case HEALTHY -> true;
            case STOPPED -> status.readyReplicas() >= status.desiredReplicas();
            case PROGRESSING, UNKNOWN, DEGRADED, FAILED -> false;
        };
    }

    private FailoverMove waits(String why) {
        return draft.waiting(
                        draft.overdue()
                                ? why + "; not within " + Words.duration(plan.verifyTimeout())
                                : why,
                        "portolan describe application "
                                + operation.applicationName()
                                + " tells more; the role is committed to "
                                + target
                                + "; "
                                + Words.abort(operation)
                                + " ends this as it stands, so that another failover may follow")
                .move();
    }

    private FailoverMove abandon() {
        List<Uid> serving =
                plan.sources().stream().filter(view.assignment().active()::contains).toList();
        String detail =
                target
                        + " stays active under epoch "
                        + operation.epochAfter()
                        + " and was not verified"
                        + (serving.isEmpty()
                                ? ""
                                : "; " + Words.names(view, serving) + " stays active beside it");
        return draft.end(State.ABORTED, detail)
                .event(Severity.WARNING, "FailoverAborted", detail)
                .move();
    }

    private FailoverMove complete() {
        List<Uid> stillActive =
                plan.sources().stream().filter(view.assignment().active()::contains).toList();
        if (!stillActive.isEmpty()) {
            Set<Uid> silent =
                    stillActive.stream()
                            .filter(s -> Commit.silent(view, s))
                            .collect(Collectors.toSet());
            draft.assignment(Roles.release(view.assignment(), stillActive, silent));
        }
        Report report = report();
        return draft.report(report)
                .end(State.COMPLETED, report.summary())
                .event(Severity.NORMAL, "FailoverCompleted", report.summary())
                .move();
    }

    /** Nothing where the clock was set back, or another leader's runs behind. */
    private Duration since(Instant then) {
        return then.isAfter(now) ? Duration.ZERO : Duration.between(then, now);
    }

    private Report report() {
        Duration commandToHealthy = since(operation.requestedAt());
        Optional<Duration> rto = plan.lastService().map(this::since);
        String fence =
                operation.evidence().map(e -> Commit.words(view, e)).orElse("no evidence stored");
        String summary =
                operation.applicationName()
                        + " runs healthy on "
                        + target
                        + ", "
                        + Words.duration(commandToHealthy)
                        + " after the command and "
                        + rto.map(
                                        d ->
                                                Words.duration(d)
                                                        + " after the last proof of service of "
                                                        + Words.names(view, plan.sources()))
                                .orElse(
                                        plan.sources().isEmpty()
                                                ? "it was active nowhere before"
                                                : "without interruption: "
                                                        + Words.names(view, plan.sources())
                                                        + " served until then")
                        + Objectives.rto(view.policy(), rto).map(o -> "; " + o).orElse("");
        return new Report(commandToHealthy, rto, fence, summary);
    }

    private static String troubles(WorkStatus status) {
        return status.troubles().stream()
                .findFirst()
                .map(t -> "; " + t.object() + ": " + t.reason() + " " + t.message())
                .orElse(status.message().isEmpty() ? "" : "; " + status.message());
    }
}
