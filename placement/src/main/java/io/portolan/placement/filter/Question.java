package io.portolan.placement.filter;

import io.portolan.model.Selector;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.cluster.ClusterStatus.Tainted;
import io.portolan.model.placement.PlacementPolicySpec;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * May this application run on this cluster?
 *
 * @param apiKinds that the cluster serves; empty while not known
 * @param kubernetesVersion empty while not known
 * @param tainted since when its taints evict
 * @param dataResidency jurisdictions that the data may be in; any when empty
 * @param neededKinds that the application's objects have
 * @param excluded whether an operation has just left the cluster
 */
public record Question(
        String name,
        Map<String, String> labels,
        ClusterSpec spec,
        Reach reach,
        Set<String> apiKinds,
        String kubernetesVersion,
        List<Tainted> tainted,
        boolean deleting,
        PlacementPolicySpec policy,
        Selector tenantClusters,
        Set<String> dataResidency,
        Set<String> neededKinds,
        boolean excluded,
        Instant now) {

    /** What selectors see: the labels, under the fields, which hide labels of their name. */
    Map<String, String> selectable() {
        Map<String, String> all = new HashMap<>(labels);
        ClusterSpec.Location at = spec.location();
        field(all, "region", at.region());
        field(all, "zone", at.zone());
        field(all, "provider", at.provider());
        field(all, "jurisdiction", at.jurisdiction());
        field(all, "name", name);
        field(all, "kubernetesVersion", kubernetesVersion);
        return all;
    }

    /** A field that is not given is absent, so that {@code !zone} selects clusters without one. */
    private static void field(Map<String, String> all, String key, String value) {
        if (value.isEmpty()) {
            all.remove(key);
        } else {
            all.put(key, value);
        }
    }
}
