package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import java.util.Optional;

/** What an operation has left is not chosen again while the operation lives. */
final class ExcludedFilter implements Filter {
    @Override
    public Optional<Rejection> rejection(Question q) {
        return q.excluded()
                ? Optional.of(
                        Rejection.evicting(
                                Reason.EXCLUDED, "excluded", "an operation has just left it"))
                : Optional.empty();
    }
}
