package io.portolan.placement.select;

import io.portolan.placement.fleet.Column;
import java.util.Arrays;
import java.util.List;

/**
 * One spread as selection sees it.
 *
 * @param column clusters with the same value there are one group
 * @param minGroups a complete choice uses at least so many groups
 * @param maxGroups and at most so many
 * @param maxSkew the {@link Load}s of the fullest and the emptiest used group differ by at most so
 *     much
 * @param weights of the groups by their number, 1 to {@link #HIGHEST_WEIGHT}; empty where all weigh
 *     the same
 */
public record Topology(
        Column<?> column, int minGroups, int maxGroups, int maxSkew, List<Integer> weights) {
    /** With more the products of loads and skews would not fit. */
    public static final int HIGHEST_WEIGHT = 1_000;

    public Topology {
        weights = List.copyOf(weights);
    }

    int groupOf(int cluster) {
        return column.id(cluster);
    }

    /** More than any group's number. */
    int groups() {
        return column.values().size();
    }

    boolean weighted() {
        return !weights.isEmpty();
    }

    int weight(int group) {
        return weights.isEmpty() ? 1 : weights.get(group);
    }

    /** No group weighs less. */
    int leastWeight() {
        return weights.stream().mapToInt(Integer::intValue).min().orElse(1);
    }

    int[] count(int[] clusters) {
        int[] counts = new int[groups()];
        for (int cluster : clusters) {
            counts[groupOf(cluster)]++;
        }
        return counts;
    }

    /** Whether these clusters are a complete choice under it. */
    public boolean holds(int[] clusters) {
        Tally tally = new Tally(List.of(this));
        Arrays.stream(clusters).forEach(tally::take);
        return tally.holds();
    }
}
