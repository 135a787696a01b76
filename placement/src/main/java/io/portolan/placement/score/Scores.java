package io.portolan.placement.score;

import io.portolan.model.placement.Preference;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The points of each cluster of one fleet under a policy's preferences. Immutable. */
public final class Scores {
    /** More than any sum of points. */
    public static final int LIMIT = 1 << 14;

    private final List<Preference> preferences;
    private final Term[] terms;

    /**
     * @param fitting the clusters that are compared
     */
    public Scores(List<Preference> preferences, ClusterSnapshot fleet, int[] fitting) {
        this.preferences = preferences;
        this.terms = preferences.stream().map(p -> Term.of(p, fleet, fitting)).toArray(Term[]::new);
    }

    /** From 0 to less than {@link #LIMIT}. */
    public int total(int cluster) {
        int total = 0;
        for (Term term : terms) {
            total += term.points(cluster);
        }
        return Math.min(total, LIMIT - 1);
    }

    /** The points by preference, as it is written. */
    public Map<String, Integer> byTerm(int cluster) {
        Map<String, Integer> out = new TreeMap<>();
        for (int t = 0; t < terms.length; t++) {
            out.merge(preferences.get(t).toString(), terms[t].points(cluster), Integer::sum);
        }
        return out;
    }
}
