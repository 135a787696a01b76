package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import java.util.Optional;

/** For newcomers only: silence moves nothing, that is a failover's to decide. */
final class ReachFilter implements Filter {
    @Override
    public Optional<Rejection> rejection(Question q) {
        return switch (q.reach()) {
            case READY, PENDING -> Optional.empty();
            case SUSPECT ->
                    Optional.of(
                            Rejection.forNewcomers(
                                    Reason.UNREACHABLE,
                                    "unreachable",
                                    "its agent has gone silent"));
            case UNREACHABLE ->
                    Optional.of(
                            Rejection.forNewcomers(
                                    Reason.UNREACHABLE, "unreachable", "its agent is not heard"));
        };
    }
}
