package io.portolan.placement.filter;

import io.portolan.model.Selector;
import io.portolan.model.placement.PlacementPolicySpec;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * What the rules are made from. Applications that ask the same share the answers.
 *
 * @param apiKinds that the application's objects have
 * @param neighbours for each term of the policy's affinity; missing ones where nobody said
 * @param now decides where a taint is tolerated for a time, and nowhere else: {@link Instant#EPOCH}
 *     where none is, so that the answers last
 */
public record Asked(
        PlacementPolicySpec policy,
        Selector tenantClusters,
        Set<String> dataResidency,
        Set<String> apiKinds,
        List<Neighbours> neighbours,
        Instant now) {
    public Asked {
        int terms = policy.affinity().size();
        neighbours =
                neighbours.size() == terms
                        ? List.copyOf(neighbours)
                        : Collections.nCopies(terms, Neighbours.MISSING);
        boolean timed =
                policy.tolerations().stream().anyMatch(t -> t.tolerationSeconds().isPresent());
        now = timed ? now : Instant.EPOCH;
    }
}
