package io.portolan.dev;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the demo may make in real clusters: one namespace, which is not there before and is gone
 * once they are left. Of clusters in memory nothing is left anyway.
 */
final class Ground {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final String namespace;
    private final List<DevCluster> clusters;
    private final Story story;

    private Ground(String namespace, List<DevCluster> clusters, Story story) {
        this.namespace = namespace;
        this.clusters = clusters;
        this.story = story;
    }

    /**
     * @throws DevException where a cluster has the namespace already: what is in it is another's
     */
    static Ground claim(String namespace, List<DevCluster> clusters, Story story) {
        List<DevCluster> real = clusters.stream().filter(c -> !c.inMemory()).toList();
        for (DevCluster cluster : real) {
            if (cluster.hasNamespace(namespace)) {
                throw new DevException(
                        cluster.name()
                                + " has a namespace "
                                + namespace
                                + " already, which the demo makes and removes: if a demo left it"
                                + " that was killed, run kubectl delete namespace "
                                + namespace);
            }
        }
        return new Ground(namespace, real, story);
    }

    /** Takes it away, and waits until it is gone. */
    void leave() {
        if (clusters.isEmpty()) {
            return;
        }
        // Nobody is to repair what is taken away.
        clusters.forEach(DevCluster::retire);
        clusters.forEach(c -> c.deleteNamespace(namespace));
        story.await(
                "namespace " + namespace + " to be gone from " + names(clusters),
                PATIENCE,
                () -> clusters.stream().noneMatch(c -> c.hasNamespace(namespace)));
    }

    private static String names(List<DevCluster> clusters) {
        return clusters.stream().map(DevCluster::name).collect(Collectors.joining(", "));
    }
}
