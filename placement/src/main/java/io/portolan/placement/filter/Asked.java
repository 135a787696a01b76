package io.portolan.placement.filter;

import io.portolan.model.Selector;
import io.portolan.model.placement.PlacementPolicySpec;
import java.time.Instant;
import java.util.Set;

/**
 * What the rules are made from. Applications that ask the same share the answers.
 *
 * @param apiKinds that the application's objects have
 * @param now decides where a taint is tolerated for a time, and nowhere else: {@link Instant#EPOCH}
 *     where none is, so that the answers last
 */
public record Asked(
        PlacementPolicySpec policy,
        Selector tenantClusters,
        Set<String> dataResidency,
        Set<String> apiKinds,
        Instant now) {
    public Asked {
        boolean timed =
                policy.tolerations().stream().anyMatch(t -> t.tolerationSeconds().isPresent());
        now = timed ? now : Instant.EPOCH;
    }
}
