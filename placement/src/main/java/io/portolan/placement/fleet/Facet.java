package io.portolan.placement.fleet;

import io.portolan.model.Selector;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.cluster.ClusterStatus.Tainted;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A side of a cluster that rules look at. Clusters that show the same there are judged alike, so a
 * rule is asked once for each {@link Column#values() value} and not once for each cluster.
 *
 * @param <F> what it shows, with equality
 */
public sealed interface Facet<F> {
    F of(Candidate cluster);

    /** A field or label, see {@link Candidate#value}. */
    record Value(String key) implements Facet<Optional<String>> {
        @Override
        public Optional<String> of(Candidate cluster) {
            return cluster.value(key);
        }
    }

    /**
     * Its group: the first selector that it matches, from 0; {@link #NONE} where it matches none.
     */
    record Group(List<Selector> order) implements Facet<Integer> {
        public static final int NONE = -1;

        @Override
        public Integer of(Candidate cluster) {
            for (int g = 0; g < order.size(); g++) {
                if (cluster.matches(order.get(g))) {
                    return g;
                }
            }
            return NONE;
        }
    }

    /** What repels. */
    record Taints() implements Facet<Taints.Of> {
        /**
         * @param since when those that evict were set
         */
        public record Of(List<ClusterSpec.Taint> taints, List<Tainted> since) {}

        @Override
        public Of of(Candidate cluster) {
            return new Of(cluster.spec().taints(), cluster.tainted());
        }
    }

    /** The kinds that its API server serves; empty while not known. */
    record ApiKinds() implements Facet<Set<String>> {
        @Override
        public Set<String> of(Candidate cluster) {
            return cluster.apiKinds();
        }
    }

    /** Whether its agent is heard. */
    record Reached() implements Facet<Reach> {
        @Override
        public Reach of(Candidate cluster) {
            return cluster.reach();
        }
    }

    /** Whether an operator has cordoned it. */
    record Cordoned() implements Facet<Boolean> {
        @Override
        public Boolean of(Candidate cluster) {
            return cluster.spec().cordoned();
        }
    }

    /** Whether it leaves the fleet. */
    record Deleting() implements Facet<Boolean> {
        @Override
        public Boolean of(Candidate cluster) {
            return cluster.deleting();
        }
    }
}
