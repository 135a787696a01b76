package io.portolan.placement.score;

import io.portolan.model.Selector;
import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.Preference;
import io.portolan.placement.filter.Neighbours;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Column;
import io.portolan.placement.fleet.Facet;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a preference gives to each cluster of one fleet. Immutable. */
sealed interface Term {
    /** From 0 to the preference's weight. */
    int points(int cluster);

    static Term of(Preference preference, ClusterSnapshot fleet, int[] fitting) {
        int weight = preference.weight();
        return preference
                .where()
                .<Term>map(w -> new Matching(matching(w, fleet), weight))
                .or(() -> preference.lowest().map(k -> number(k, -1, weight, fleet, fitting)))
                .or(() -> preference.highest().map(k -> number(k, 1, weight, fleet, fitting)))
                .orElseThrow(() -> new IllegalStateException("checked to have one of them"));
    }

    /** All of an affinity's weight where it is kept. */
    static Term of(Affinity affinity, Neighbours others, ClusterSnapshot fleet) {
        Column<Optional<String>> column = fleet.column(new Facet.Value(affinity.key()));
        int weight = affinity.weight().orElse(0);
        int[] points =
                column.values().stream()
                        .mapToInt(v -> others.kept(affinity, v) ? weight : 0)
                        .toArray();
        return new Numbers(column, points);
    }

    /** All or nothing. */
    record Matching(BitSet clusters, int weight) implements Term {
        @Override
        public int points(int cluster) {
            return clusters.get(cluster) ? weight : 0;
        }
    }

    /** A part of the weight for each value. */
    record Numbers(Column<Optional<String>> column, int[] points) implements Term {
        @Override
        public int points(int cluster) {
            return points[column.id(cluster)];
        }
    }

    private static BitSet matching(Selector selector, ClusterSnapshot fleet) {
        BitSet out = new BitSet(fleet.size());
        out.set(0, fleet.size());
        for (Selector.Requirement requirement : selector.requirements()) {
            Column<Optional<String>> column = fleet.column(new Facet.Value(requirement.key()));
            boolean[] holds = new boolean[column.values().size()];
            for (int v = 0; v < holds.length; v++) {
                holds[v] = requirement.matches(column.values().get(v).orElse(null));
            }
            for (int i = 0; i < fleet.size(); i++) {
                if (!holds[column.id(i)]) {
                    out.clear(i);
                }
            }
        }
        return out;
    }

    /**
     * @param sign whether more is better, or less
     */
    private static Term number(
            String key, int sign, int weight, ClusterSnapshot fleet, int[] fitting) {
        Column<Optional<String>> column = fleet.column(new Facet.Value(key));
        double[] numbers = new double[column.values().size()];
        for (int v = 0; v < numbers.length; v++) {
            numbers[v] =
                    column.values()
                            .get(v)
                            .map(LabelNumber::of)
                            .filter(OptionalDouble::isPresent)
                            .map(n -> sign * n.getAsDouble())
                            .orElse(Double.NaN);
        }
        double[] range =
                Arrays.stream(fitting)
                        .mapToDouble(i -> numbers[column.id(i)])
                        .filter(n -> !Double.isNaN(n))
                        .toArray();
        double worst = Arrays.stream(range).min().orElse(0);
        double best = Arrays.stream(range).max().orElse(0);
        int[] points = new int[numbers.length];
        for (int v = 0; v < numbers.length; v++) {
            points[v] = points(numbers[v], worst, best, weight);
        }
        return new Numbers(column, points);
    }

    private static int points(double number, double worst, double best, int weight) {
        if (Double.isNaN(number)) {
            return 0;
        }
        double part = best == worst ? 1 : (number - worst) / (best - worst);
        return (int) Math.round(weight * Math.clamp(part, 0, 1));
    }
}
