package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import java.util.Optional;

/** A cluster that leaves the fleet takes nothing along. */
final class DeletingFilter implements Filter {
    @Override
    public Optional<Rejection> rejection(Question q) {
        return q.deleting()
                ? Optional.of(Rejection.evicting(Reason.DELETING, "deleting", "is being deleted"))
                : Optional.empty();
    }
}
