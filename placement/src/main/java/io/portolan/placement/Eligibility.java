package io.portolan.placement;

import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.ClusterSnapshot.Candidate;
import io.portolan.placement.filter.Filter;
import io.portolan.placement.filter.Question;
import io.portolan.placement.filter.Rejection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether one cluster may run an application at all, others aside. */
public final class Eligibility {
    private Eligibility() {}

    /**
     * Why the application may not run there; empty when it may. Where it is already (see {@link
     * Needs#current}) it may stay unless something evicts it.
     */
    public static Optional<Fate> refusal(
            Candidate cluster, PlacementPolicySpec policy, Needs needs) {
        return rejection(cluster, policy, needs)
                .map(r -> new Fate(cluster.uid(), cluster.name(), false, r.reason(), r.detail()));
    }

    static Optional<Rejection> rejection(
            Candidate cluster, PlacementPolicySpec policy, Needs needs) {
        boolean there = isThere(cluster, needs);
        return first(cluster, policy, needs, r -> !there || r.evicts());
    }

    /** What would keep a newcomer away from a cluster where the application stays. */
    static Optional<Rejection> tolerated(
            Candidate cluster, PlacementPolicySpec policy, Needs needs) {
        return first(cluster, policy, needs, r -> !r.evicts());
    }

    static boolean isThere(Candidate cluster, Needs needs) {
        return needs.isOn(cluster.uid());
    }

    /**
     * When what keeps only newcomers away now will evict what is there, if nothing changes; empty
     * where that is never.
     */
    public static Optional<Instant> evictionAt(
            Candidate cluster, PlacementPolicySpec policy, Needs needs) {
        return first(cluster, policy, needs, r -> r.evictsAt().isPresent())
                .flatMap(Rejection::evictsAt);
    }

    private static Optional<Rejection> first(
            Candidate cluster,
            PlacementPolicySpec policy,
            Needs needs,
            Predicate<Rejection> counts) {
        Question question =
                new Question(
                        cluster.name(),
                        cluster.labels(),
                        cluster.spec(),
                        cluster.reach(),
                        cluster.apiKinds(),
                        cluster.kubernetesVersion(),
                        cluster.tainted(),
                        cluster.deleting(),
                        policy,
                        needs.tenantClusters(),
                        needs.dataResidency(),
                        needs.apiKinds(),
                        needs.excluded().contains(cluster.uid()),
                        needs.now());
        List<Filter> filters = Filter.ALL;
        return filters.stream()
                .flatMap(f -> f.rejection(question).stream())
                .filter(counts)
                .findFirst();
    }
}
