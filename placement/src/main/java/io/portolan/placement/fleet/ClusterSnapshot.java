package io.portolan.placement.fleet;

import io.portolan.model.Uid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The fleet as placement sees it at one instant, in order of the uids: the order in which it is
 * told never matters. Immutable to its users; what was worked out over it is kept beside it and
 * shared by all decisions, and {@link #next} carries over what a change leaves true.
 */
public final class ClusterSnapshot {
    /** Results that are kept at most: policies in use are far fewer than applications. */
    private static final int MOST_KEPT = 512;

    /** Each change copies every column, so that more of them at once are a new index. */
    private static final int MOST_FOLLOWED = 100;

    private final Candidate[] clusters;
    private final Map<Facet<?>, Column<?>> columns = Collections.synchronizedMap(new HashMap<>());
    private final Map<Object, Object> kept = Collections.synchronizedMap(new HashMap<>());

    private ClusterSnapshot(Candidate[] sorted) {
        this.clusters = sorted;
    }

    public static ClusterSnapshot of(Collection<Candidate> clusters) {
        Candidate[] sorted = clusters.toArray(Candidate[]::new);
        Arrays.sort(sorted, Comparator.comparing(Candidate::uid));
        return new ClusterSnapshot(sorted);
    }

    /**
     * The fleet after a change.
     *
     * @param clusters all of them
     * @param changed the only ones that may differ from this snapshot's; where none does, the next
     *     one is this one
     */
    public ClusterSnapshot next(Map<Uid, Candidate> clusters, Set<Uid> changed) {
        List<Candidate> other = new ArrayList<>();
        boolean sameOnes = clusters.size() == this.clusters.length;
        for (Uid uid : changed) {
            @Nullable Candidate now = clusters.get(uid);
            int i = index(uid);
            sameOnes &= (now != null) == (i >= 0);
            if (now != null && i >= 0 && !now.equals(this.clusters[i])) {
                other.add(now);
            }
        }
        if (!sameOnes || other.size() > MOST_FOLLOWED) {
            return of(clusters.values());
        }
        ClusterSnapshot next = this;
        for (Candidate cluster : other) {
            next = next.with(next.index(cluster.uid()), cluster);
        }
        return next;
    }

    private ClusterSnapshot with(int index, Candidate cluster) {
        Candidate[] next = clusters.clone();
        next[index] = cluster;
        ClusterSnapshot out = new ClusterSnapshot(next);
        columns.forEach((facet, column) -> out.carry(facet, column, index));
        return out;
    }

    @SuppressWarnings("unchecked") // a facet's column is of its type, see column
    private <F> void carry(Facet<F> facet, Column<?> column, int changed) {
        columns.put(facet, ((Column<F>) column).with(facet, clusters, changed));
    }

    public int size() {
        return clusters.length;
    }

    public Candidate get(int index) {
        return clusters[index];
    }

    public List<Candidate> all() {
        return List.of(clusters);
    }

    /** Negative where the cluster is not in the fleet. */
    public int index(Uid cluster) {
        int low = 0;
        int high = clusters.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = clusters[middle].uid().compareTo(cluster);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    @SuppressWarnings("unchecked") // put under its own facet only
    public <F> Column<F> column(Facet<F> facet) {
        return (Column<F>) columns.computeIfAbsent(facet, f -> Column.of(f, clusters));
    }

    /**
     * What depends on this snapshot and the key alone, worked out once.
     *
     * @param key of a type of the asker's own, so that no two askers mean different things by it
     */
    public <V> V keep(Object key, Class<V> type, Supplier<V> work) {
        Object known = kept.get(key);
        if (known != null) {
            return type.cast(known);
        }
        V made = work.get();
        if (kept.size() >= MOST_KEPT) {
            kept.clear();
        }
        kept.put(key, made);
        return made;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterSnapshot s && Arrays.equals(clusters, s.clusters);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(clusters);
    }
}
