package io.portolan.placement.select;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The clusters that may be taken, gathered into classes of those that are in the same group of
 * every spread. Classes are in an order that keeps the groups of a coarse spread together, so that
 * groups which lie within others (zones in regions) are done with one after the other.
 *
 * @param groupOf the group of a class under a spread, {@code [class][spread]}
 * @param sizes how many clusters a class has
 * @param classOf the class of a cluster
 */
record Classes(int[][] groupOf, int[] sizes, Map<Integer, Integer> classOf) {
    static Classes of(List<Topology> coarsestFirst, int[] clusters) {
        Map<int[], Integer> counts = new TreeMap<>(Arrays::compare);
        for (int cluster : clusters) {
            counts.merge(groups(coarsestFirst, cluster), 1, Integer::sum);
        }
        int[][] groupOf = counts.keySet().toArray(int[][]::new);
        int[] sizes = counts.values().stream().mapToInt(Integer::intValue).toArray();
        Map<int[], Integer> numbers = new TreeMap<>(Arrays::compare);
        for (int c = 0; c < groupOf.length; c++) {
            numbers.put(groupOf[c], c);
        }
        Map<Integer, Integer> classOf = new HashMap<>();
        for (int cluster : clusters) {
            classOf.put(cluster, numbers.get(groups(coarsestFirst, cluster)));
        }
        return new Classes(groupOf, sizes, classOf);
    }

    private static int[] groups(List<Topology> spreads, int cluster) {
        return spreads.stream().mapToInt(s -> s.groupOf(cluster)).toArray();
    }

    int count() {
        return sizes.length;
    }

    /** Whether a class is the last one of its group under a spread. */
    boolean[][] closing(int spreads) {
        boolean[][] out = new boolean[count()][spreads];
        for (int s = 0; s < spreads; s++) {
            Map<Integer, Integer> last = new HashMap<>();
            for (int c = 0; c < count(); c++) {
                last.put(groupOf[c][s], c);
            }
            for (int c : last.values()) {
                out[c][s] = true;
            }
        }
        return out;
    }

    /** For each class the groups, as {@code {spread, group}}, that have begun and not ended. */
    int[][][] open(int spreads) {
        boolean[][] closing = closing(spreads);
        int[][][] out = new int[count()][][];
        Map<List<Integer>, int[]> open = new java.util.LinkedHashMap<>();
        for (int c = 0; c < count(); c++) {
            out[c] = open.values().toArray(int[][]::new);
            for (int s = 0; s < spreads; s++) {
                List<Integer> group = List.of(s, groupOf[c][s]);
                if (closing[c][s]) {
                    open.remove(group);
                } else {
                    open.put(group, new int[] {s, groupOf[c][s]});
                }
            }
        }
        return out;
    }
}
