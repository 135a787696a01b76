package io.portolan.model;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * The isolation unit.
 *
 * @param clusters which clusters its applications may use; everything when empty
 * @param clusterScopedKinds Kubernetes kinds outside namespaces that its applications may bring, as
 *     {@code CustomResourceDefinition.apiextensions.k8s.io}; {@code *} allows all
 * @param dataResidency jurisdictions that its data may be in; empty where that is not bound. No
 *     policy, operation or operator overrides it, and a cluster that does not say whose law holds
 *     is none of them.
 */
public record TenantSpec(
        Selector clusters, Set<String> clusterScopedKinds, Set<String> dataResidency)
        implements Spec {
    public TenantSpec {
        clusterScopedKinds = Set.copyOf(clusterScopedKinds);
        dataResidency = Collections.unmodifiableSet(new TreeSet<>(dataResidency));
    }

    /** Whose data may be anywhere. */
    public TenantSpec(Selector clusters, Set<String> clusterScopedKinds) {
        this(clusters, clusterScopedKinds, Set.of());
    }

    @Override
    public Kind kind() {
        return Kind.TENANT;
    }

    public boolean allows(String clusterScopedKind) {
        return clusterScopedKinds.contains("*") || clusterScopedKinds.contains(clusterScopedKind);
    }

    @Override
    public void check(Check at) {
        clusters.check(at.at("clusters"));
        at.at("dataResidency").require(dataResidency.size() <= 100, "at most 100 jurisdictions");
        for (String jurisdiction : dataResidency) {
            at.at("dataResidency")
                    .require(
                            !jurisdiction.isEmpty() && Names.labelValue(jurisdiction),
                            "\"" + jurisdiction + "\" is not a jurisdiction such as EU");
        }
    }
}
