package io.portolan.model.placement;

import io.portolan.model.Check;
import io.portolan.model.Names;
import io.portolan.model.Selector;
import java.util.List;
import java.util.Optional;

/**
 * How the replicas of each workload are divided over the clusters that run the application. The
 * number that the application says is the total; a single writer runs in one cluster and has all.
 *
 * @param weights the first whose selector matches a cluster counts; 1 where none does
 * @param minPerCluster what each cluster gets of a workload that has enough; 0 leaves out clusters
 *     that are not needed where replicas are aggregated
 * @param maxPerCluster what a cluster gets of a workload at most; absent: any number
 */
public record Division(
        Divide divide, List<Weight> weights, int minPerCluster, Optional<Integer> maxPerCluster) {
    private static final int MOST_WEIGHTS = 100;
    private static final int HIGHEST_WEIGHT = 1_000;
    private static final int MOST_REPLICAS = 10_000;

    public Division {
        weights = List.copyOf(weights);
    }

    /** By what replicas are divided. */
    public enum Divide {
        /** Not at all: each cluster runs the full number. */
        DUPLICATED,
        /** In proportion to the clusters' weights; the remainder goes to the largest fractions. */
        WEIGHTED,
        /** In proportion to how many more replicas of the workload fit into each cluster. */
        FREE_CAPACITY,
        /** Onto few clusters: the best is filled before the next, and the others are not used. */
        AGGREGATED;

        @Override
        public String toString() {
            String camel = Names.camel(this);
            return Character.toLowerCase(camel.charAt(0)) + camel.substring(1);
        }
    }

    /** The weight of clusters that a selector matches. */
    public record Weight(Selector where, int weight) {}

    void check(List<PlacementPolicySpec.Spread> spreads, Check at) {
        if (divide == Divide.DUPLICATED) {
            at.at("divide")
                    .require(
                            weights.isEmpty() && minPerCluster == 1 && maxPerCluster.isEmpty(),
                            "is duplicated, which takes no weights, minPerCluster or"
                                    + " maxPerCluster; did you mean weighted");
        }
        if (divide == Divide.FREE_CAPACITY || divide == Divide.AGGREGATED) {
            at.at("weights").require(weights.isEmpty(), "count with divide: weighted only");
        }
        if (divide == Divide.AGGREGATED && minPerCluster == 0) {
            at.at("minPerCluster")
                    .require(
                            spreads.stream().allMatch(PlacementPolicySpec.Spread::soft),
                            "must be 1 or more beside a spread: clusters that are left out could"
                                    + " break it");
        }
        at.at("weights").require(weights.size() <= MOST_WEIGHTS, "at most " + MOST_WEIGHTS);
        for (int i = 0; i < weights.size(); i++) {
            Check here = at.at("weights").at(i);
            weights.get(i).where.check(here.at("where"));
            here.at("weight").range(weights.get(i).weight, 1, HIGHEST_WEIGHT);
        }
        at.at("minPerCluster").range(minPerCluster, 0, MOST_REPLICAS);
        maxPerCluster.ifPresent(
                most -> {
                    at.at("maxPerCluster").range(most, 1, MOST_REPLICAS);
                    at.at("maxPerCluster")
                            .require(
                                    most >= minPerCluster,
                                    "must not be less than minPerCluster: " + minPerCluster);
                });
    }
}
