package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.fleet.Facet;
import java.util.Optional;

/** A cluster that leaves the fleet takes nothing along. */
final class DeletingFilter implements Filter<Boolean> {
    @Override
    public String rule() {
        return "not being deleted";
    }

    @Override
    public Facet<Boolean> facet() {
        return new Facet.Deleting();
    }

    @Override
    public Optional<Rejection> rejection(Boolean deleting) {
        return deleting
                ? Optional.of(Rejection.evicting(Reason.DELETING, "deleting", "is being deleted"))
                : Optional.empty();
    }
}
