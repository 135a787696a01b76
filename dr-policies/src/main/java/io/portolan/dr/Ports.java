package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.State;
import java.util.Optional;

/** The points of the machine at which something outside of Portolan may act. */
final class Ports {
    private Ports() {}

    /** The state that an operation stands in while a point acts. */
    static State state(HookPoint point) {
        return switch (point) {
            case WITHDRAW_TRAFFIC -> State.WITHDRAWING_TRAFFIC;
            case QUIESCE -> State.QUIESCING;
            case FINAL_SYNC -> State.FINAL_SYNC;
            case FENCE, FENCE_READ_BACK -> State.FENCING;
            case DATA_GATE -> State.DATA_GATE;
            case PROMOTE -> State.PROMOTING;
            case SWITCH_TRAFFIC -> State.SWITCHING_TRAFFIC;
            case CLEAN_SOURCE -> State.CLEANING_SOURCE;
            case REPROTECT -> State.REPROTECTING;
        };
    }

    /**
     * Empty when the operation may go on behind the point: it was passed, is left out, or an
     * operator said so. Else what comes next at the point.
     */
    static Optional<FailoverMove> at(HookPoint point, FailoverView view, Draft draft) {
        Failover operation = view.operation();
        StepPort port = view.port(point);
        if (port instanceof StepPort.Absent) {
            return Optional.empty();
        }
        if (operation.state() != state(point)) {
            return Optional.of(
                    draft.enter(state(point), Optional.empty(), point + " is to act").move());
        }
        if (operation.skipped().isPresent()) {
            return Optional.empty();
        }
        return switch (port) {
            case StepPort.Absent _, StepPort.Succeeded _ -> Optional.empty();
            case StepPort.NotBegun _ ->
                    Optional.of(
                            draft.waiting(point + " to begin", Words.orAbort(operation)).move());
            case StepPort.Running(String what) ->
                    Optional.of(
                            draft.waiting(point + ": " + what, Words.orAbort(operation)).move());
            case StepPort.Failed failed -> Optional.of(failed(point, operation, draft, failed));
        };
    }

    /**
     * What the data gate was told is of the target that it was asked about, and of no other that
     * takes its place. Empty where nothing was asked, or an operator passes the gate over.
     */
    static Optional<FailoverMove> askedOfAnother(FailoverView view, Plan aimed, Draft draft) {
        Failover operation = view.operation();
        Optional<Uid> asked =
                operation.plan().map(Plan::target).filter(t -> !t.equals(aimed.target()));
        if (asked.isEmpty()
                || operation.skipped().isPresent()
                || draft.run(HookPoint.DATA_GATE, Optional.empty()).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                draft.plan(aimed)
                        .ungate("told of " + Words.name(view, asked.get()))
                        .waiting(
                                HookPoint.DATA_GATE
                                        + " to tell of "
                                        + Words.name(view, aimed.target()),
                                Words.orAbort(operation))
                        .move());
    }

    private static FailoverMove failed(
            HookPoint point, Failover operation, Draft draft, StepPort.Failed failed) {
        String why = point + " failed (attempt " + failed.attempts() + "): " + failed.error();
        return failed.again()
                .map(
                        again ->
                                draft.waiting(
                                                why + "; again at " + Words.second(again),
                                                Words.orAbort(operation))
                                        .move())
                .orElseGet(
                        () ->
                                draft.pause(why)
                                        .event(Severity.WARNING, "FailoverPaused", why)
                                        .move());
    }
}
