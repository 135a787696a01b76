package io.portolan.placement.fleet;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an application's pods request.
 *
 * @param workloads those whose replicas may be divided over clusters, by the names that a division
 *     knows them by
 * @param fixed what runs beside them in each cluster
 * @param perNode what runs on each node of each cluster
 */
public record Requests(Map<String, Workload> workloads, Amount fixed, Amount perNode) {
    public static final Requests NONE = new Requests(Map.of(), Amount.NONE, Amount.NONE);

    public Requests {
        workloads = Collections.unmodifiableMap(new TreeMap<>(workloads));
    }

    /**
     * @param each what one replica requests
     */
    public record Workload(int replicas, Amount each) {}

    public boolean isNone() {
        return fixed.isNone()
                && perNode.isNone()
                && workloads.values().stream().allMatch(w -> w.each.isNone());
    }

    /** With all replicas. */
    public Use all() {
        return part(Map.of());
    }

    /**
     * With a part of the replicas.
     *
     * @param replicas by workload; one that is not named runs all
     */
    public Use part(Map<String, Integer> replicas) {
        Amount sum = fixed;
        for (Map.Entry<String, Workload> w : workloads.entrySet()) {
            int number = replicas.getOrDefault(w.getKey(), w.getValue().replicas);
            sum = sum.plus(w.getValue().each.times(number)).bounded();
        }
        return new Use(sum, perNode);
    }

    /**
     * With the fewest replicas that a cluster gets.
     *
     * @param least of each workload that has so many
     */
    public Use least(int least) {
        Map<String, Integer> few = new TreeMap<>();
        workloads.forEach((name, w) -> few.put(name, Math.min(least, w.replicas)));
        return part(few);
    }
}
