package io.portolan.placement;

import io.portolan.model.placement.Division;
import io.portolan.model.placement.Division.Divide;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.assign.Apportionment;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What each chosen cluster gets of what is divided.
 *
 * @param of by the cluster's place in the fleet, then the workload; empty where each has all
 * @param left what no cluster takes, by workload
 */
record Parts(Map<Integer, Map<String, Integer>> of, Map<String, Integer> left) {
    private static final Parts NONE = new Parts(Map.of(), Map.of());

    /**
     * @param chosen best first: of equal fractions the better cluster gets the odd replica
     */
    static Parts of(
            ClusterSnapshot fleet, PlacementPolicySpec policy, Needs needs, List<Integer> chosen) {
        Optional<Division> division = policy.replicas().filter(d -> d.divide() == Divide.WEIGHTED);
        if (division.isEmpty() || chosen.isEmpty()) {
            return NONE;
        }
        Division by = division.get();
        int[] weights = chosen.stream().mapToInt(i -> weight(by, fleet.get(i))).toArray();
        Map<Integer, Map<String, Integer>> of = new HashMap<>();
        Map<String, Integer> left = new TreeMap<>();
        needs.replicas()
                .forEach(
                        (workload, total) -> {
                            int[] parts =
                                    Apportionment.divide(
                                            total,
                                            weights,
                                            by.minPerCluster(),
                                            by.maxPerCluster().orElse(Integer.MAX_VALUE));
                            for (int p = 0; p < parts.length; p++) {
                                of.computeIfAbsent(chosen.get(p), _ -> new TreeMap<>())
                                        .put(workload, parts[p]);
                            }
                            int rest = total - IntStream.of(parts).sum();
                            if (rest > 0) {
                                left.put(workload, rest);
                            }
                        });
        return new Parts(of, left);
    }

    private static int weight(Division by, Candidate cluster) {
        return by.weights().stream()
                .filter(w -> cluster.matches(w.where()))
                .map(Division.Weight::weight)
                .findFirst()
                .orElse(1);
    }
}
