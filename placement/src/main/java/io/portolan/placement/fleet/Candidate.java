package io.portolan.placement.fleet;

import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.cluster.ClusterStatus.Tainted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One cluster.
 *
 * @param apiKinds as {@code Deployment.apps}; empty while not known
 * @param kubernetesVersion as its API server says; empty while not known
 * @param tainted since when its taints evict
 */
public record Candidate(
        Uid uid,
        String name,
        Map<String, String> labels,
        ClusterSpec spec,
        Reach reach,
        Set<String> apiKinds,
        String kubernetesVersion,
        List<Tainted> tainted,
        boolean deleting) {
    public Candidate {
        labels = Map.copyOf(labels);
        apiKinds = Set.copyOf(apiKinds);
        tainted = List.copyOf(tainted);
    }

    /**
     * What selectors and spreads see under a key: a field, else a label. A field hides a label of
     * its name, and one that is not given is absent, so that {@code !zone} selects clusters without
     * one.
     */
    public Optional<String> value(String key) {
        ClusterSpec.Location at = spec.location();
        return switch (key) {
            case "region" -> given(at.region());
            case "zone" -> given(at.zone());
            case "provider" -> given(at.provider());
            case "jurisdiction" -> given(at.jurisdiction());
            case "name" -> Optional.of(name);
            case "kubernetesVersion" -> given(kubernetesVersion);
            default -> Optional.ofNullable(labels.get(key));
        };
    }

    public boolean matches(Selector selector) {
        return selector.requirements().stream()
                .allMatch(r -> r.matches(value(r.key()).orElse(null)));
    }

    private static Optional<String> given(String field) {
        return field.isEmpty() ? Optional.empty() : Optional.of(field);
    }
}
