package io.portolan.placement;

import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.filter.Asked;
import io.portolan.placement.filter.Filter;
import io.portolan.placement.filter.Rejection;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Column;
import io.portolan.placement.score.Scores;
import io.portolan.placement.select.TieBreak;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the rules say of every cluster of a fleet. Made once for all applications that ask the same.
 * Each rule is asked once for each distinct thing that clusters show it. Immutable.
 */
final class Verdicts {
    private final Column<?>[] columns;

    /** What each rule says of each value of its column. */
    private final @Nullable Rejection[][] said;

    /** For newcomers: the first rule that rejects, counted from 1; 0 fits. */
    private final short[] first;

    /** The clusters that fit newcomers, in order. */
    final int[] fitting;

    /** Those of them that have whatever a hard spread goes over. */
    final int[] spreadable;

    /** How good they are. */
    final Scores scores;

    /** What the tie-break ranks clusters by. */
    final long[] hashes;

    final Map<String, Integer> labels = new TreeMap<>();
    final Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);

    private Verdicts(ClusterSnapshot fleet, Asked asked) {
        List<Filter<?>> filters = Filter.of(asked);
        int n = fleet.size();
        columns = new Column<?>[filters.size()];
        said = new Rejection[filters.size()][];
        first = new short[n];
        hashes = fleet.keep(TieBreak.class, long[].class, () -> hashes(fleet));
        for (int f = 0; f < filters.size(); f++) {
            ask(f, filters.get(f), fleet);
        }
        fitting = IntStream.range(0, n).filter(i -> first[i] == 0).toArray();
        Spreads spreads = Spreads.of(asked.policy().spread());
        spreadable =
                IntStream.of(fitting)
                        .filter(i -> spreads.missing(fleet.get(i)).isEmpty())
                        .toArray();
        scores = new Scores(asked, fleet, fitting);
        for (int i = 0; i < n; i++) {
            newcomer(i).ifPresent(this::count);
        }
    }

    static Verdicts of(ClusterSnapshot fleet, Asked asked) {
        return fleet.keep(asked, Verdicts.class, () -> new Verdicts(fleet, asked));
    }

    private static long[] hashes(ClusterSnapshot fleet) {
        return IntStream.range(0, fleet.size())
                .mapToLong(i -> TieBreak.hash(fleet.get(i).uid()))
                .toArray();
    }

    private <F> void ask(int number, Filter<F> filter, ClusterSnapshot fleet) {
        Column<F> column = fleet.column(filter.facet());
        @Nullable Rejection[] answers = new Rejection[column.values().size()];
        boolean any = false;
        for (int v = 0; v < answers.length; v++) {
            answers[v] = filter.rejection(column.values().get(v)).orElse(null);
            any |= answers[v] != null;
        }
        columns[number] = column;
        said[number] = answers;
        for (int i = 0; any && i < first.length; i++) {
            if (first[i] == 0 && answers[column.id(i)] != null) {
                first[i] = (short) (number + 1);
            }
        }
    }

    private void count(Rejection r) {
        labels.merge(r.label(), 1, Integer::sum);
        reasons.merge(r.reason(), 1, Integer::sum);
    }

    private @Nullable Rejection said(int rule, int cluster) {
        return said[rule][columns[rule].id(cluster)];
    }

    /** Why a newcomer may not come. */
    Optional<Rejection> newcomer(int cluster) {
        return first[cluster] == 0
                ? Optional.empty()
                : Optional.ofNullable(said(first[cluster] - 1, cluster));
    }

    /** Why what is there may not stay. */
    Optional<Rejection> resident(int cluster) {
        return found(cluster, true);
    }

    /** What would keep a newcomer away from where what is there stays. */
    Optional<Rejection> tolerated(int cluster) {
        return found(cluster, false);
    }

    /** Everything that keeps a newcomer away. */
    List<Rejection> all(int cluster) {
        List<Rejection> out = new ArrayList<>();
        for (int f = 0; f < said.length; f++) {
            Rejection r = said(f, cluster);
            if (r != null) {
                out.add(r);
            }
        }
        return out;
    }

    /** How far a cluster got: the number of the first rule that rejects. */
    int reached(int cluster) {
        return first[cluster] == 0 ? said.length + 1 : first[cluster];
    }

    private Optional<Rejection> found(int cluster, boolean evicts) {
        for (int f = 0; f < said.length; f++) {
            Rejection r = said(f, cluster);
            if (r != null && r.evicts() == evicts) {
                return Optional.of(r);
            }
        }
        return Optional.empty();
    }
}
