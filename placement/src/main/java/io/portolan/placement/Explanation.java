package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Reason;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A decision, and what was asked and said of every cluster of the fleet. Made when somebody asks,
 * and kept nowhere.
 *
 * @param decision with the fates of all clusters
 * @param fitting how many were put in order
 * @param rows the chosen first, then the others that fit as they were ordered, then those that the
 *     fewest rules keep away
 */
public record Explanation(PlacementDecision decision, int fitting, List<Row> rows) {
    public Explanation {
        rows = List.copyOf(rows);
    }

    /**
     * One cluster.
     *
     * @param detail why it was chosen or not, as the decision says it
     * @param rules all that it was asked, in order
     * @param group which of the policy's groups it is in, from 1; empty where there are none, or it
     *     is in none
     * @param score the sum of its points; 0 where it does not fit
     * @param scores its points by preference, where it fits
     * @param rank its place, from 1, among those that fit; empty where it does not
     * @param tieBreak of equally good clusters the smaller number is better
     * @param replicas its part of what is divided
     */
    public record Row(
            Uid cluster,
            String name,
            boolean chosen,
            Reason reason,
            String detail,
            List<Rule> rules,
            Optional<Integer> group,
            int score,
            Map<String, Integer> scores,
            Optional<Integer> rank,
            long tieBreak,
            Map<String, Integer> replicas) {
        public Row {
            rules = List.copyOf(rules);
            scores = Collections.unmodifiableMap(new TreeMap<>(scores));
            replicas = Collections.unmodifiableMap(new TreeMap<>(replicas));
        }

        /** How many rules keep it away. */
        public long failed() {
            return rules.stream().filter(r -> !r.holds()).count();
        }
    }

    /**
     * What one rule says of one cluster.
     *
     * @param rule what it asks for: {@code where: region = eu-west}
     * @param holds whether the cluster passes; what is there already passes what only keeps
     *     newcomers away
     * @param detail where something is to be said: what is wrong, or what would keep a newcomer
     *     away; else empty
     */
    public record Rule(String rule, boolean holds, String detail) {}
}
