package io.portolan.model;

import java.util.Set;

/**
 * The isolation unit.
 *
 * @param clusters which clusters its applications may use; everything when empty
 * @param clusterScopedKinds Kubernetes kinds outside namespaces that its applications may bring, as
 *     {@code CustomResourceDefinition.apiextensions.k8s.io}; {@code *} allows all
 */
public record TenantSpec(Selector clusters, Set<String> clusterScopedKinds) implements Spec {
    public TenantSpec {
        clusterScopedKinds = Set.copyOf(clusterScopedKinds);
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
    }
}
