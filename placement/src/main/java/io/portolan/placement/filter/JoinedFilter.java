package io.portolan.placement.filter;

import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.fleet.Facet;
import java.util.Optional;

/**
 * Without an agent nothing would run. For newcomers only: a store that forgot an agent must not
 * move what the agent runs.
 */
final class JoinedFilter implements Filter<Reach> {
    @Override
    public String rule() {
        return "has an agent";
    }

    @Override
    public Facet<Reach> facet() {
        return new Facet.Reached();
    }

    @Override
    public Optional<Rejection> rejection(Reach reach) {
        return reach == Reach.PENDING
                ? Optional.of(
                        Rejection.forNewcomers(
                                Reason.NOT_JOINED, "not joined", "no agent has joined yet"))
                : Optional.empty();
    }
}
