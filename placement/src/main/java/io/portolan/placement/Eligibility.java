package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.filter.Filter;
import io.portolan.placement.filter.Rejection;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether one cluster may run an application at all, others aside. */
public final class Eligibility {
    private final PlacementPolicySpec policy;
    private final Needs needs;
    private final List<Filter<?>> filters;

    private Eligibility(PlacementPolicySpec policy, Needs needs) {
        this.policy = policy;
        this.needs = needs;
        this.filters = Filter.of(needs.asked(policy));
    }

    /** The rules are made once for all clusters that are asked about. */
    public static Eligibility of(PlacementPolicySpec policy, Needs needs) {
        return new Eligibility(policy, needs);
    }

    /**
     * Why the application may not run there; empty when it may. Where it is already (see {@link
     * Needs#isOn}) it may stay unless something evicts it.
     */
    public Optional<Fate> refusal(Candidate cluster) {
        boolean there = needs.isOn(cluster.uid());
        Optional<Rejection> excluded =
                needs.excluded().contains(cluster.uid())
                        ? Optional.of(Rejection.EXCLUDED)
                        : Optional.empty();
        return filters.stream()
                .flatMap(f -> f.on(cluster).stream())
                .filter(r -> !there || r.evicts())
                .findFirst()
                .or(() -> excluded)
                .map(r -> new Fate(cluster.uid(), cluster.name(), false, r.reason(), r.detail()));
    }

    /**
     * What a newcomer lacks of room there, with numbers; empty where it has room, and where it is
     * already: what stands by has its room, or a reservation.
     */
    public Optional<String> crowded(ClusterSnapshot fleet, Uid cluster) {
        int index = fleet.index(cluster);
        return index < 0 || needs.isOn(cluster)
                ? Optional.empty()
                : Vacancy.of(policy, needs).rule().rejection(index).map(Rejection::detail);
    }

    /**
     * When what keeps only newcomers away now will evict what is there, if nothing changes; empty
     * where that is never.
     */
    public Optional<Instant> evictionAt(Candidate cluster) {
        return filters.stream()
                .flatMap(f -> f.on(cluster).stream())
                .flatMap(r -> r.evictsAt().stream())
                .findFirst();
    }
}
