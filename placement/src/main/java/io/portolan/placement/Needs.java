package io.portolan.placement;

import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.filter.Asked;
import io.portolan.placement.filter.Neighbours;
import io.portolan.placement.fleet.Requests;
import io.portolan.placement.fleet.Room;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one application asks of the fleet beside its policy.
 *
 * @param tenantClusters the clusters that its tenant may use
 * @param dataResidency jurisdictions that its tenant's data may be in; any when empty
 * @param apiKinds kinds that its objects have, less those that it brings itself
 * @param replicas of its workloads, which a policy may divide; empty where clusters stand by: each
 *     that is active runs all
 * @param current where it is now: kept while it fits
 * @param pinned must be chosen where they fit at all: the active clusters, where others stand by
 * @param excluded clusters that an operation left, not to be chosen again until it is over
 * @param neighbours where the others are that the policy's affinity speaks of, term by term
 * @param actives how many of its clusters are active while the others stand by; 0: all are active
 * @param claim what it asks of the fleet's room
 * @param now until when a taint is tolerated depends on it
 */
public record Needs(
        Selector tenantClusters,
        Set<String> dataResidency,
        Set<String> apiKinds,
        Map<String, Integer> replicas,
        List<Uid> current,
        List<Uid> pinned,
        Set<Uid> excluded,
        List<Neighbours> neighbours,
        int actives,
        Claim claim,
        Instant now) {
    public Needs {
        neighbours = List.copyOf(neighbours);
        dataResidency = Set.copyOf(dataResidency);
        apiKinds = Set.copyOf(apiKinds);
        replicas = Map.copyOf(replicas);
        current = List.copyOf(current);
        pinned = List.copyOf(pinned);
        excluded = Set.copyOf(excluded);
    }

    /** It is near to no other application, and asks for no room. */
    public Needs(
            Selector tenantClusters,
            Set<String> dataResidency,
            Set<String> apiKinds,
            Map<String, Integer> replicas,
            List<Uid> current,
            List<Uid> pinned,
            Set<Uid> excluded,
            Instant now) {
        this(
                tenantClusters,
                dataResidency,
                apiKinds,
                replicas,
                current,
                pinned,
                excluded,
                List.of(),
                0,
                Claim.NONE,
                now);
    }

    /** The same, with others where they are: for each term of the policy's affinity. */
    public Needs near(List<Neighbours> others) {
        return asking(others, actives, claim);
    }

    /** The same, of a single writer: one of its clusters is active, the others stand by. */
    public Needs withRoles() {
        return withRoles(1);
    }

    /** The same, with so many clusters active, while the others stand by. */
    public Needs withRoles(int active) {
        return asking(neighbours, active, claim);
    }

    /** Whether some of its clusters stand by. */
    public boolean roles() {
        return actives > 0;
    }

    /** The same, with what it asks of the fleet's room. */
    public Needs claiming(Claim room) {
        return asking(neighbours, actives, room);
    }

    /** The same, as if it were on these clusters and bound to none. */
    public Needs on(List<Uid> clusters) {
        return standing(clusters, List.of(), excluded);
    }

    /** The same, as if these clusters were lost. */
    public Needs without(Set<Uid> lost) {
        Set<Uid> avoided = new TreeSet<>(excluded);
        avoided.addAll(lost);
        return standing(
                current.stream().filter(c -> !lost.contains(c)).toList(),
                pinned.stream().filter(c -> !lost.contains(c)).toList(),
                avoided);
    }

    private Needs asking(List<Neighbours> others, int active, Claim room) {
        return new Needs(
                tenantClusters,
                dataResidency,
                apiKinds,
                replicas,
                current,
                pinned,
                excluded,
                others,
                active,
                room,
                now);
    }

    private Needs standing(List<Uid> there, List<Uid> bound, Set<Uid> avoided) {
        return new Needs(
                tenantClusters,
                dataResidency,
                apiKinds,
                replicas,
                there,
                bound,
                avoided,
                neighbours,
                actives,
                claim,
                now);
    }

    public Room room() {
        return claim.room();
    }

    public Requests requests() {
        return claim.requests();
    }

    Asked asked(PlacementPolicySpec policy) {
        return new Asked(policy, tenantClusters, dataResidency, apiKinds, neighbours, now);
    }

    /** Whether it is on this cluster. */
    public boolean isOn(Uid cluster) {
        return current.contains(cluster) || pinned.contains(cluster);
    }
}
