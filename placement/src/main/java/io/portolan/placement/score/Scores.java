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
    private final int[] totals;

    /**
     * @param fitting the clusters that are compared
     */
    public Scores(List<Preference> preferences, ClusterSnapshot fleet, int[] fitting) {
        this.preferences = preferences;
        this.terms = preferences.stream().map(p -> Term.of(p, fleet, fitting)).toArray(Term[]::new);
        this.totals = new int[terms.length == 0 ? 0 : fleet.size()];
        for (int i = 0; i < totals.length; i++) {
            for (Term term : terms) {
                totals[i] += term.points(i);
            }
        }
    }

    /** From 0 to less than {@link #LIMIT}. */
    public int total(int cluster) {
        return terms.length == 0 ? 0 : Math.min(totals[cluster], LIMIT - 1);
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
