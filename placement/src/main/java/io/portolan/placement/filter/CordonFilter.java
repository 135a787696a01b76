package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.fleet.Facet;
import java.util.Optional;

/** A cordon keeps what is there and lets nothing new in. */
final class CordonFilter implements Filter<Boolean> {
    @Override
    public String rule() {
        return "not cordoned";
    }

    @Override
    public Facet<Boolean> facet() {
        return new Facet.Cordoned();
    }

    @Override
    public Optional<Rejection> rejection(Boolean cordoned) {
        return cordoned
                ? Optional.of(
                        Rejection.forNewcomers(
                                Reason.CORDONED, "cordoned", "an operator has cordoned it"))
                : Optional.empty();
    }
}
