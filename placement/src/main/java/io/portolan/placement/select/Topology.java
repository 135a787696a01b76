package io.portolan.placement.select;

import io.portolan.placement.fleet.Column;

/**
 * One spread as selection sees it.
 *
 * @param column clusters with the same value there are one group
 * @param minGroups a complete choice uses at least so many groups
 * @param maxGroups and at most so many
 * @param maxSkew the fullest and the emptiest used group differ by at most so much
 */
public record Topology(Column<?> column, int minGroups, int maxGroups, int maxSkew) {
    int groupOf(int cluster) {
        return column.id(cluster);
    }

    /** More than any group's number. */
    int groups() {
        return column.values().size();
    }

    int[] count(int[] clusters) {
        int[] counts = new int[groups()];
        for (int cluster : clusters) {
            counts[groupOf(cluster)]++;
        }
        return counts;
    }
}
