package io.portolan.placement;

import io.portolan.model.placement.Division;
import io.portolan.model.placement.Division.Divide;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.assign.Shares;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.Cell;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Requests;
import io.portolan.placement.fleet.Use;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What each chosen cluster gets of what is divided: of each workload in the order of their names,
 * so that the next one sees the room that this one has taken.
 *
 * @param of by the cluster's place in the fleet, then the workload; empty where each has all
 * @param left what no cluster takes, by workload
 * @param unused clusters that get nothing and are left out
 * @param few whether as few clusters as can be are asked for
 */
record Parts(
        Map<Integer, Map<String, Integer>> of,
        Map<String, Integer> left,
        Set<Integer> unused,
        boolean few) {
    static final Parts NONE = new Parts(Map.of(), Map.of(), Set.of(), false);

    /**
     * @param chosen best first: of equal fractions the better cluster gets the odd replica
     */
    static Parts of(
            ClusterSnapshot fleet,
            PlacementPolicySpec policy,
            Needs needs,
            Vacancy vacancy,
            List<Integer> chosen) {
        Optional<Division> division = policy.dividing();
        if (division.isEmpty() || chosen.isEmpty() || needs.replicas().isEmpty()) {
            return NONE;
        }
        return new Dividing(fleet, division.get(), needs, vacancy, chosen).parts();
    }

    /** One division. */
    private static final class Dividing {
        private final ClusterSnapshot fleet;
        private final Division by;
        private final Needs needs;
        private final List<Integer> chosen;

        /** What each cluster gets in any case. */
        private final Use base;

        /** What each cluster can take yet, with what the application has there; null: unknown. */
        private final @Nullable Amount[] room;

        Dividing(
                ClusterSnapshot fleet,
                Division by,
                Needs needs,
                Vacancy vacancy,
                List<Integer> chosen) {
            this.fleet = fleet;
            this.by = by;
            this.needs = needs;
            this.chosen = chosen;
            this.base = needs.requests().part(minima());
            this.room =
                    chosen.stream().map(i -> room(vacancy, i).orElse(null)).toArray(Amount[]::new);
        }

        /** Less what each cluster gets in any case. */
        private Optional<Amount> room(Vacancy vacancy, int cluster) {
            Cell cell = needs.room().cell(cluster);
            Requests requests = needs.requests();
            Amount has =
                    there(cluster) ? requests.part(now(cluster)).on(cell.nodes()) : Amount.NONE;
            return vacancy.rule()
                    .left(cell)
                    .map(left -> left.plus(has).minus(base.on(cell.nodes())));
        }

        private Map<String, Integer> minima() {
            Map<String, Integer> out = new TreeMap<>();
            needs.replicas().forEach((workload, total) -> out.put(workload, least(total)));
            return out;
        }

        /** The minimum, or what everybody can have. */
        private int least(int total) {
            return Math.min(by.minPerCluster(), total / chosen.size());
        }

        private boolean there(int cluster) {
            return needs.isOn(fleet.get(cluster).uid());
        }

        private Map<String, Integer> now(int cluster) {
            return needs.claim().parts().getOrDefault(fleet.get(cluster).uid(), Map.of());
        }

        Parts parts() {
            Map<Integer, Map<String, Integer>> of = new HashMap<>();
            Map<String, Integer> left = new TreeMap<>();
            new TreeMap<>(needs.replicas())
                    .forEach(
                            (workload, total) -> {
                                int[] parts = divide(workload, total);
                                for (int p = 0; p < parts.length; p++) {
                                    of.computeIfAbsent(chosen.get(p), _ -> new TreeMap<>())
                                            .put(workload, parts[p]);
                                }
                                long sum = IntStream.of(parts).asLongStream().sum();
                                if (sum < total) {
                                    left.put(workload, (int) (total - sum));
                                }
                            });
            Set<Integer> unused = new TreeSet<>();
            if (by.divide() == Divide.AGGREGATED) {
                of.forEach(
                        (cluster, parts) -> {
                            if (parts.values().stream().allMatch(n -> n == 0)) {
                                unused.add(cluster);
                            }
                        });
                of.keySet().removeAll(unused);
            }
            boolean few = by.divide() == Divide.AGGREGATED && by.minPerCluster() == 0;
            return new Parts(of, left, unused, few);
        }

        private int[] divide(String workload, int total) {
            int n = chosen.size();
            Amount each = each(workload);
            int least = least(total);
            int most = Math.min(total, Math.max(least, by.maxPerCluster().orElse(total)));
            int[] fits = new int[n];
            int[] has = new int[n];
            int[] min = new int[n];
            int[] max = new int[n];
            for (int p = 0; p < n; p++) {
                fits[p] = fits(p, each, least, total);
                has[p] = has(chosen.get(p), workload, total);
                max[p] = Math.min(most, Math.max(has[p], fits[p]));
                min[p] = Math.min(least, max[p]);
                has[p] = Math.clamp(has[p], min[p], max[p]);
            }
            int[] parts =
                    switch (by.divide()) {
                        case DUPLICATED, WEIGHTED -> Shares.weighted(total, weights(), min, max);
                        case FREE_CAPACITY -> Shares.kept(total, has, weights(fits), min, max);
                        case AGGREGATED -> Shares.filled(total, has, min, max);
                    };
            for (int p = 0; p < n; p++) {
                Amount amount = room[p];
                room[p] = amount == null ? null : after(amount, each, parts[p] - least);
            }
            return parts;
        }

        private static Amount after(Amount room, Amount each, int more) {
            return more >= 0 ? room.minus(each.times(more)) : room.plus(each.times(-more));
        }

        private Amount each(String workload) {
            Requests.Workload known = needs.requests().workloads().get(workload);
            return known == null ? Amount.NONE : known.each();
        }

        private int fits(int position, Amount each, int least, int total) {
            Amount amount = room[position];
            return amount == null
                    ? total
                    : (int) Math.min(Integer.MAX_VALUE, (long) least + each.howMany(amount));
        }

        /** What a cluster runs now; all where nothing was divided yet. */
        private int has(int cluster, String workload, int total) {
            return there(cluster) ? now(cluster).getOrDefault(workload, total) : 0;
        }

        private int[] weights() {
            return chosen.stream().mapToInt(i -> weight(fleet.get(i))).toArray();
        }

        private int weight(Candidate cluster) {
            return by.weights().stream()
                    .filter(w -> cluster.matches(w.where()))
                    .map(Division.Weight::weight)
                    .findFirst()
                    .orElse(1);
        }

        /**
         * By what fits; a cluster that nobody knows is thought to be like the mean of the others.
         */
        private int[] weights(int[] fits) {
            double mean =
                    IntStream.range(0, fits.length)
                            .filter(p -> room[p] != null)
                            .map(p -> fits[p])
                            .average()
                            .orElse(1);
            int[] out = new int[fits.length];
            Arrays.setAll(
                    out, p -> Math.clamp(room[p] == null ? Math.round(mean) : fits[p], 1, 100_000));
            return out;
        }
    }
}
