package io.portolan.placement;

import io.portolan.model.Selector;
import io.portolan.model.Uid;
import java.util.List;
import java.util.Set;

/**
 * What one application asks of the fleet beside its policy.
 *
 * @param tenantClusters the clusters that its tenant may use
 * @param apiKinds kinds that its objects have, less those that it brings itself
 * @param current where it is now: kept while it fits
 * @param pinned must be chosen where they fit at all: the active cluster of a single writer
 * @param excluded clusters that an operation left, not to be chosen again until it is over
 */
public record Needs(
        Selector tenantClusters,
        Set<String> apiKinds,
        List<Uid> current,
        List<Uid> pinned,
        Set<Uid> excluded) {
    public Needs {
        apiKinds = Set.copyOf(apiKinds);
        current = List.copyOf(current);
        pinned = List.copyOf(pinned);
        excluded = Set.copyOf(excluded);
    }
}
