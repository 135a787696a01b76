package io.portolan.e2e.harness;

import java.util.List;
import java.util.Map;

/**
 * What a test cluster is to be.
 *
 * @param name names the cluster, its store prefix and its logs
 * @param region the {@code topology.kubernetes.io/region} of its nodes
 * @param nodes the nodes that kwok plays; without any there is an API server alone and nothing runs
 * @param audited whose requests the API server writes down, empty for nobody's
 * @param vacant whether its nodes are to come yet, played by the test; Kubernetes then gives a
 *     silent node up within seconds
 */
public record ClusterSpec(
        String name, String region, List<Node> nodes, String audited, boolean vacant) {
    /**
     * A node as the scheduler sees it.
     *
     * @param allocatable Kubernetes quantities by resource, such as {@code cpu: "8"}
     */
    public record Node(String name, String zone, Map<String, String> allocatable) {
        public Node {
            allocatable = Map.copyOf(allocatable);
        }
    }

    public ClusterSpec(String name, String region, List<Node> nodes) {
        this(name, region, nodes, "", false);
    }

    public ClusterSpec {
        nodes = List.copyOf(nodes);
    }

    /** An API server alone: objects are stored and served, and no controller acts on them. */
    public static ClusterSpec apiOnly(String name, String region) {
        return new ClusterSpec(name, region, List.of());
    }

    /** A working cluster of two nodes in two zones of the region, 8 CPUs and 32 GiB each. */
    public static ClusterSpec working(String name, String region) {
        Map<String, String> size =
                Map.of("cpu", "8", "memory", "32Gi", "pods", "500", "ephemeral-storage", "100Gi");
        return new ClusterSpec(
                name,
                region,
                List.of(
                        new Node(name + "-a", region + "a", size),
                        new Node(name + "-b", region + "b", size)));
    }

    /** A cluster with controllers and no node yet. */
    public static ClusterSpec vacant(String name, String region) {
        return new ClusterSpec(name, region, List.of(), "", true);
    }

    /** The same, with a record of what this user asks of the API server. */
    public ClusterSpec auditing(String user) {
        return new ClusterSpec(name, region, nodes, user, vacant);
    }

    /** Whether controller manager and scheduler run, and kwok where there are nodes. */
    public boolean hasControllers() {
        return vacant || !nodes.isEmpty();
    }
}
