package io.portolan.placement.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One facet of all clusters: the number of each cluster's value among the distinct ones. Immutable.
 */
public final class Column<F> {
    private final int[] ids;
    private final List<F> values;
    private final Map<F, Integer> numbers;

    private Column(int[] ids, List<F> values, Map<F, Integer> numbers) {
        this.ids = ids;
        this.values = values;
        this.numbers = numbers;
    }

    static <F> Column<F> of(Facet<F> facet, Candidate[] clusters) {
        int[] ids = new int[clusters.length];
        List<F> values = new ArrayList<>();
        Map<F, Integer> numbers = new HashMap<>();
        for (int i = 0; i < clusters.length; i++) {
            F value = facet.of(clusters[i]);
            @Nullable Integer known = numbers.putIfAbsent(value, values.size());
            if (known == null) {
                values.add(value);
            }
            ids[i] = known == null ? values.size() - 1 : known;
        }
        return new Column<>(ids, values, numbers);
    }

    /**
     * The same but for one cluster. A value that nobody shows any more stays until the column is
     * made anew, which is when half of the values may be such.
     */
    Column<F> with(Facet<F> facet, Candidate[] clusters, int cluster) {
        F value = facet.of(clusters[cluster]);
        @Nullable Integer known = numbers.get(value);
        if (known != null && known == ids[cluster]) {
            return this;
        }
        if (known == null && values.size() >= 2 * Math.max(16, clusters.length)) {
            return of(facet, clusters);
        }
        int[] next = ids.clone();
        if (known != null) {
            next[cluster] = known;
            return new Column<>(next, values, numbers);
        }
        List<F> more = new ArrayList<>(values);
        Map<F, Integer> renumbered = new HashMap<>(numbers);
        more.add(value);
        renumbered.put(value, values.size());
        next[cluster] = values.size();
        return new Column<>(next, more, renumbered);
    }

    /** The number of a cluster's value. */
    public int id(int cluster) {
        return ids[cluster];
    }

    /** The distinct values by number; some may be nobody's. */
    public List<F> values() {
        return values;
    }

    public F value(int cluster) {
        return values.get(ids[cluster]);
    }
}
