package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import java.util.Optional;

/** A cordon keeps what is there and lets nothing new in. */
final class CordonFilter implements Filter {
    @Override
    public Optional<Rejection> rejection(Question q) {
        return q.spec().cordoned()
                ? Optional.of(
                        Rejection.forNewcomers(
                                Reason.CORDONED, "cordoned", "an operator has cordoned it"))
                : Optional.empty();
    }
}
