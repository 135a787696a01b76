package io.portolan.placement.score;

import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.Preference;
import io.portolan.placement.filter.Asked;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The points of each cluster of one fleet under a policy's preferences, but for those that look at
 * room. Immutable.
 */
public final class Scores {
    /** More than any sum of points. */
    public static final int LIMIT = 1 << 15;

    private final List<String> words = new ArrayList<>();
    private final List<Term> terms = new ArrayList<>();
    private final int[] totals;

    /**
     * @param fitting the clusters that are compared
     */
    public Scores(Asked asked, ClusterSnapshot fleet, int[] fitting) {
        for (Preference preference : asked.policy().prefer()) {
            if (preference.free().isEmpty()) {
                words.add(preference.toString());
                terms.add(Term.of(preference, fleet, fitting));
            }
        }
        List<Affinity> affinity = asked.policy().affinity();
        for (int a = 0; a < affinity.size(); a++) {
            if (affinity.get(a).weight().isPresent()) {
                words.add(affinity.get(a).toString());
                terms.add(Term.of(affinity.get(a), asked.neighbours().get(a), fleet));
            }
        }
        this.totals = new int[terms.isEmpty() ? 0 : fleet.size()];
        for (int i = 0; i < totals.length; i++) {
            for (Term term : terms) {
                totals[i] += term.points(i);
            }
        }
    }

    /** From 0 to less than {@link #LIMIT}. */
    public int total(int cluster) {
        return terms.isEmpty() ? 0 : Math.min(totals[cluster], LIMIT - 1);
    }

    /** The points by preference, as it is written. */
    public Map<String, Integer> byTerm(int cluster) {
        Map<String, Integer> out = new TreeMap<>();
        for (int t = 0; t < terms.size(); t++) {
            out.merge(words.get(t), terms.get(t).points(cluster), Integer::sum);
        }
        return out;
    }
}
