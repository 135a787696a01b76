package io.portolan.dr;

import io.portolan.dr.FailoverMove.Wait;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The machine of a failover (DESIGN.md section 7): what is stored and what is seen in, the next
 * commit out. It keeps nothing, so after a crash the same step is planned again from what is
 * stored.
 *
 * <pre>
 * single writer: REQUESTED > PREFLIGHT > [APPROVAL] > [PREPARING_TARGET]
 *                > [WITHDRAWING_TRAFFIC > QUIESCING > FINAL_SYNC] > REVOKING > FENCING > [DATA_GATE] == commit == tail
 * stateless:     REQUESTED > PREFLIGHT > [APPROVAL] > [DATA_GATE] == commit == tail
 * tail:          PROMOTING > VERIFYING > [SWITCHING_TRAFFIC] > [STABILIZING] > [CLEANING_SOURCE]
 *                > [REPROTECTING] > COMPLETED
 * </pre>
 *
 * <p>What stands in brackets is there only where the policy asks for it, or the target of a planned
 * move has something to make first. A paused operation makes no move at all, so that what was taken
 * from a source stays taken.
 *
 * <p>Each move but the wait changes the operation, which goes back to an earlier state only when
 * somebody gave the source the role again, or a source is heard at the data gate, so a run over a
 * view that does not change reaches a wait.
 *
 * <p>A stateless application moves make-before-break: a source that is heard stays active until the
 * target is verified, and stands by with the commit that completes the operation. A source that is
 * not heard is quarantined with the promotion, so that it stops when it returns.
 *
 * <p>A single writer's role is taken from the source whether it is heard or not: a silent source
 * that returns finds the order to stop, and its acknowledgement frees the operation.
 */
public final class FailoverPlanner {
    private FailoverPlanner() {}

    /**
     * @param now on the clock that the operation's times are of
     */
    public static FailoverMove step(FailoverView view, Instant now) {
        Failover operation = view.operation();
        if (operation.paused().isPresent() && !operation.abortRequested()) {
            return new Wait(Optional.empty());
        }
        Draft draft = new Draft(operation, now);
        return switch (operation.state()) {
            case REQUESTED -> preflight(view, draft, now);
            case PREFLIGHT, APPROVAL -> begin(view, draft, now);
            case PREPARING_TARGET, WITHDRAWING_TRAFFIC, QUIESCING, FINAL_SYNC ->
                    operation.abortRequested()
                            ? abandoned(operation, draft)
                            : Ahead.goOn(view, plan(operation), draft);
            case REVOKING, FENCING -> Fencing.step(view, plan(operation), draft);
            case DATA_GATE ->
                    operation.singleWriter()
                            ? Fencing.step(view, plan(operation), draft)
                            : begin(view, draft, now);
            case PROMOTING,
                    VERIFYING,
                    SWITCHING_TRAFFIC,
                    STABILIZING,
                    CLEANING_SOURCE,
                    REPROTECTING ->
                    deprived(view, plan(operation))
                            ? deprived(view, draft)
                            : Verification.step(view, plan(operation), draft, now);
            case COMPLETED, ABORTED, REFUSED -> new Wait(Optional.empty());
        };
    }

    /**
     * For whom an operator may vouch now: in {@link State#FENCING}, the clusters that the operation
     * waits for.
     */
    public static List<Unproved> unproved(FailoverView view, Instant now) {
        Failover operation = view.operation();
        return asks(operation)
                ? Fencing.unproved(view, plan(operation), new Draft(operation, now))
                : List.of();
    }

    /** Whether it waits for proof that its rivals stopped. */
    private static boolean asks(Failover operation) {
        return operation.state() == State.FENCING
                || operation.state() == State.DATA_GATE && operation.singleWriter();
    }

    /** The end of an operation whose application is gone: there is nothing left to move. */
    public static Failover withoutApplication(Failover operation, Instant now) {
        return new Draft(operation, now)
                .end(State.REFUSED, "the application was deleted")
                .drafted();
    }

    private static FailoverMove preflight(FailoverView view, Draft draft, Instant now) {
        if (view.operation().abortRequested()) {
            return abandoned(view.operation(), draft);
        }
        return switch (Preflight.of(view, now)) {
            case Preflight.Finding.Refused(String reason, var checks) ->
                    refuse(draft.checks(checks), reason);
            case Preflight.Finding.Possible(Plan plan, var checks) ->
                    draft.plan(plan)
                            .checks(checks)
                            .singleWriter(Preflight.singleWriter(view))
                            .epochBefore(view.assignment().epoch())
                            .enter(State.PREFLIGHT, Optional.empty(), summary(view, plan))
                            .move();
        };
    }

    /** The fleet may have changed since the plan was stored, so it is made again before it acts. */
    private static FailoverMove begin(FailoverView view, Draft draft, Instant now) {
        if (view.operation().abortRequested()) {
            return abandoned(view.operation(), draft);
        }
        boolean gated = view.operation().state() == State.DATA_GATE;
        Optional<FailoverMove> held =
                gated
                        ? Approving.beforeCommit(view, draft)
                                .or(() -> Ports.at(HookPoint.DATA_GATE, view, draft))
                        : Approving.at(view, draft);
        return held.orElseGet(
                () ->
                        switch (Preflight.of(view, now)) {
                            case Preflight.Finding.Refused(String reason, var checks) ->
                                    refuse(draft.checks(checks), reason);
                            case Preflight.Finding.Possible(Plan plan, var checks) ->
                                    begin(view, plan, draft.checks(checks), gated);
                        });
    }

    private static FailoverMove begin(FailoverView view, Plan plan, Draft draft, boolean gated) {
        draft.plan(plan)
                .singleWriter(Preflight.singleWriter(view))
                .epochBefore(view.assignment().epoch());
        if (Preflight.singleWriter(view)) {
            return Ahead.goOn(view, plan, draft);
        }
        return (gated
                        ? Ports.askedOfAnother(view, plan, draft)
                        : Ports.at(HookPoint.DATA_GATE, view, draft))
                .orElseGet(() -> Commit.stateless(view, plan, draft));
    }

    /** Whether its target does not have the role any more, by a decision that was lost. */
    private static boolean deprived(FailoverView view, Plan plan) {
        return view.tookAnywhere()
                && view.operation().singleWriter()
                && !view.assignment().active().contains(plan.target());
    }

    private static FailoverMove deprived(FailoverView view, Draft draft) {
        List<Uid> active = view.assignment().active();
        String detail =
                "the database was restored, and what it had lost gave the role away: "
                        + (active.isEmpty()
                                ? "no cluster has it"
                                : Words.names(view, active) + " has it");
        return draft.end(State.ABORTED, detail)
                .event(Severity.WARNING, "FailoverAborted", detail)
                .move();
    }

    private static FailoverMove refuse(Draft draft, String reason) {
        return draft.end(State.REFUSED, reason)
                .event(Severity.WARNING, "FailoverRefused", reason)
                .move();
    }

    /** The role was not taken from anybody yet. */
    private static FailoverMove abandoned(Failover operation, Draft draft) {
        String detail =
                switch (operation.state()) {
                    case PREPARING_TARGET ->
                            "aborted before the role was taken; the target keeps what it made, and"
                                    + " stands by";
                    case WITHDRAWING_TRAFFIC, QUIESCING, FINAL_SYNC ->
                            "aborted before the role was taken; what hooks did in the source until"
                                    + " then is theirs to undo";
                    case REQUESTED,
                            PREFLIGHT,
                            APPROVAL,
                            REVOKING,
                            FENCING,
                            DATA_GATE,
                            PROMOTING,
                            VERIFYING,
                            SWITCHING_TRAFFIC,
                            STABILIZING,
                            CLEANING_SOURCE,
                            REPROTECTING,
                            COMPLETED,
                            ABORTED,
                            REFUSED ->
                            "aborted before anything was changed";
                };
        return draft.end(State.ABORTED, detail)
                .event(Severity.NORMAL, "FailoverAborted", detail)
                .move();
    }

    private static String summary(FailoverView view, Plan plan) {
        List<Uid> others =
                view.assignment().members().stream()
                        .filter(m -> m.role() == Role.ACTIVE)
                        .map(Member::cluster)
                        .filter(c -> !plan.sources().contains(c))
                        .toList();
        return (plan.sources().isEmpty()
                        ? "no cluster is active; to "
                        : "from " + Words.names(view, plan.sources()) + " to ")
                + Words.name(view, plan.target())
                + (others.isEmpty() ? "" : "; stays active on " + Words.names(view, others));
    }

    private static Plan plan(Failover operation) {
        return operation
                .plan()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        operation.state() + " without a plan: " + operation.uid()));
    }

    /** Whether the assignment still gives one of the sources the role that was taken from it. */
    static boolean anyActive(Assignment assignment, List<Uid> sources) {
        return sources.stream().anyMatch(assignment.active()::contains);
    }
}
