package io.portolan.placement.filter;

import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.fleet.Facet;
import java.util.Optional;

/** For newcomers only: silence moves nothing, that is a failover's to decide. */
final class ReachFilter implements Filter<Reach> {
    @Override
    public String rule() {
        return "agent is heard";
    }

    @Override
    public Facet<Reach> facet() {
        return new Facet.Reached();
    }

    @Override
    public Optional<Rejection> rejection(Reach reach) {
        return switch (reach) {
            case READY, PENDING -> Optional.empty();
            case SUSPECT -> unreachable("its agent has gone silent");
            case UNREACHABLE -> unreachable("its agent is not heard");
        };
    }

    private static Optional<Rejection> unreachable(String detail) {
        return Optional.of(Rejection.forNewcomers(Reason.UNREACHABLE, "unreachable", detail));
    }
}
