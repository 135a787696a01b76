package io.portolan.central.render;

import java.util.Map;
import java.util.Optional;

/**
 * The cluster that is rendered for. Containers learn both by environment variables.
 *
 * @param region empty where the cluster's operator did not say
 * @param replicas the cluster's part of what is divided, see {@link Replicas}; empty where it runs
 *     all
 * @param guard present where the workloads fence themselves
 */
public record Target(
        String cluster, String region, Map<String, Integer> replicas, Optional<GuardTarget> guard) {
    public Target(String cluster, String region) {
        this(cluster, region, Map.of(), Optional.empty());
    }
}
