package io.portolan.dr;

import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.State;
import java.util.List;
import java.util.Optional;

/**
 * A single writer before its role is taken: what its target makes and what hooks do while the
 * source still has it. All but the withdrawal of traffic belong to planned moves, for they take
 * time and ask something of a source that answers.
 */
final class Ahead {
    private static final List<HookPoint> PLANNED =
            List.of(HookPoint.WITHDRAW_TRAFFIC, HookPoint.QUIESCE, HookPoint.FINAL_SYNC);
    private static final List<HookPoint> UNPLANNED = List.of(HookPoint.WITHDRAW_TRAFFIC);

    private Ahead() {}

    static FailoverMove goOn(FailoverView view, Plan plan, Draft draft) {
        if (view.operation().planned()
                && view.operation().state().compareTo(State.PREPARING_TARGET) <= 0) {
            Optional<FailoverMove> first = Preparing.at(view, plan, draft);
            if (first.isPresent()) {
                return first.get();
            }
        }
        for (HookPoint point : view.operation().planned() ? PLANNED : UNPLANNED) {
            if (view.operation().state().compareTo(Ports.state(point)) <= 0) {
                Optional<FailoverMove> here = Ports.at(point, view, draft);
                if (here.isPresent()) {
                    return here.get();
                }
            }
        }
        return Fencing.revoke(view, plan, draft);
    }
}
