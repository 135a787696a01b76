package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.Report;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.Assignment;
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
        return switch (operation.state()) {
            case PROMOTING -> promoting();
            case VERIFYING ->
                    operation.skipped().isPresent()
                            ? tail()
                            : unwell().map(this::waits).orElseGet(this::tail);
            case SWITCHING_TRAFFIC, STABILIZING, CLEANING_SOURCE, REPROTECTING -> tail();
            case REQUESTED,
                    PREFLIGHT,
                    APPROVAL,
                    PREPARING_TARGET,
                    WITHDRAWING_TRAFFIC,
                    QUIESCING,
                    FINAL_SYNC,
                    REVOKING,
                    FENCING,
                    DATA_GATE,
                    COMPLETED,
                    ABORTED,
                    REFUSED ->
                    throw new IllegalStateException("nothing to verify in " + operation.state());
        };
    }

    private FailoverMove promoting() {
        return Ports.at(HookPoint.PROMOTE, view, draft)
                .or(() -> unapplied().map(this::waits))
                .orElseGet(
                        () ->
                                draft.enter(
                                                State.VERIFYING,
                                                Optional.of(plan.verifyTimeout()),
                                                "waits for " + target + " to be healthy")
                                        .move());
    }

    /** What is missing until the target's agent did what central wants of it now. */
    private Optional<String> unapplied() {
        Optional<Work> order = order();
        if (order.isEmpty()) {
            return Optional.of("central's order to " + target + " to run it");
        }
        Candidate cluster = view.cluster(plan.target()).orElseThrow();
        if (cluster.reach() != Reach.READY) {
            return Optional.of(target + " to be heard: it is " + Words.silent(cluster));
        }
        Optional<WorkStatus> answer = answer(order.get());
        return answer.filter(s -> s.appliedSequence() >= order.get().sequence()).isPresent()
                ? Optional.empty()
                : Optional.of(
                        target
                                + " to apply order "
                                + order.get().sequence()
                                + answer.map(Words::troubles).orElse(""));
    }

    /** What is missing until the target is healthy. */
    private Optional<String> unwell() {
        return unapplied()
                .or(
                        () ->
                                order().flatMap(this::answer)
                                        .filter(s -> !healthy(s))
                                        .map(
                                                s ->
                                                        target
                                                                + " to be healthy: "
                                                                + s.health()
                                                                + ", "
                                                                + s.readyReplicas()
                                                                + " of "
                                                                + s.desiredReplicas()
                                                                + " ready"
                                                                + Words.troubles(s)));
    }

    private Optional<Work> order() {
        return view.cluster(plan.target())
                .flatMap(Candidate::work)
                .filter(w -> w.role() == Role.ACTIVE && !w.tombstone())
                .filter(w -> w.epoch() >= operation.epochAfter());
    }

    private Optional<WorkStatus> answer(Work order) {
        return view.cluster(plan.target())
                .flatMap(Candidate::status)
                .filter(s -> s.sequence() == order.sequence())
                .filter(s -> s.generation() == order.generation())
                .filter(s -> s.role() == Role.ACTIVE);
    }

    /** Behind the verification: traffic, the sources, the next standby. */
    private FailoverMove tail() {
        return at(HookPoint.SWITCH_TRAFFIC)
                .or(this::stabilizing)
                .or(
                        () -> {
                            release();
                            return at(HookPoint.CLEAN_SOURCE);
                        })
                .or(() -> at(HookPoint.REPROTECT))
                .orElseGet(this::complete);
    }

    private Optional<FailoverMove> at(HookPoint point) {
        return operation.state().compareTo(Ports.state(point)) <= 0
                ? Ports.at(point, view, draft)
                : Optional.empty();
    }

    /** The time begins anew whenever the target was not healthy. */
    private Optional<FailoverMove> stabilizing() {
        Duration time = plan.stabilize().orElse(Duration.ZERO);
        if (time.isZero() || operation.state().compareTo(State.STABILIZING) > 0) {
            return Optional.empty();
        }
        String span = Words.duration(time);
        if (operation.state() != State.STABILIZING) {
            return Optional.of(
                    draft.enter(
                                    State.STABILIZING,
                                    Optional.of(time),
                                    target + " has to stay healthy for " + span)
                            .move());
        }
        if (operation.skipped().isPresent()) {
            return Optional.empty();
        }
        Optional<String> unwell = unwell();
        if (unwell.isPresent()) {
            draft.until(Optional.empty());
            return Optional.of(waits(unwell.get() + ", and to stay so for " + span));
        }
        if (draft.overdue()) {
            return Optional.empty();
        }
        if (draft.deadline().isEmpty()) {
            draft.until(Optional.of(now.plus(time)));
        }
        return Optional.of(waits(target + " to stay healthy for " + span));
    }

    private void release() {
        List<Uid> stillActive = serving();
        if (!stillActive.isEmpty()) {
            Set<Uid> silent =
                    stillActive.stream()
                            .filter(s -> Commit.silent(view, s))
                            .collect(Collectors.toSet());
            Assignment released = Roles.release(view.assignment(), stillActive, silent);
            draft.assignment(
                    view.policy().holdsReturns() ? Roles.hold(released, silent) : released);
        }
    }

    private List<Uid> serving() {
        return plan.sources().stream().filter(view.assignment().active()::contains).toList();
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
                        (draft.overdue() ? "" : Failover.WAIT + "; ")
                                + "portolan describe application "
                                + operation.tenant()
                                + "/"
                                + operation.applicationName()
                                + " tells more; the role is committed to "
                                + target
                                + "; "
                                + Words.abort(operation)
                                + " ends this as it stands, so that another failover may follow")
                .move();
    }

    private FailoverMove abandon() {
        List<Uid> serving = serving();
        boolean verified = operation.state().compareTo(State.VERIFYING) > 0;
        String detail =
                target
                        + " stays active under epoch "
                        + operation.epochAfter()
                        + (verified
                                ? "; left undone from " + operation.state() + " on"
                                : " and was not verified")
                        + (serving.isEmpty()
                                ? ""
                                : "; " + Words.names(view, serving) + " stays active beside it");
        return draft.end(State.ABORTED, detail)
                .event(Severity.WARNING, "FailoverAborted", detail)
                .move();
    }

    private FailoverMove complete() {
        Plan served = Reporting.witnessed(view, plan, now);
        Report report = Reporting.of(view, served, now);
        return draft.plan(served)
                .report(report)
                .end(State.COMPLETED, report.summary())
                .event(Severity.NORMAL, "FailoverCompleted", report.summary())
                .move();
    }
}
