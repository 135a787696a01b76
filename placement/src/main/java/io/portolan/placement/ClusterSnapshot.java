package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.cluster.ClusterStatus.Tainted;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fleet as placement sees it at one instant. The order of candidates never matters. */
public record ClusterSnapshot(List<Candidate> candidates) {
    public ClusterSnapshot {
        candidates = List.copyOf(candidates);
    }

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
    }
}
