package io.portolan.placement.select;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Completion under one spread whose groups weigh the same, exact.
 *
 * <p>Goals: never begin a choice that must break a hard spread; never refuse one that need not.
 *
 * <p>Constraints: a complete choice of {@code total} clusters takes from each group that it uses at
 * least one and at most what the group has; it uses {@code minGroups} to {@code maxGroups} groups;
 * the fullest and the emptiest used group differ by at most {@code maxSkew}; what was taken stays
 * taken.
 *
 * <p>Method: fix the emptiest used group's count, {@code low}. Then each used group may give any
 * count from {@code max(low, taken)} to {@code min(low + maxSkew, size)}. Groups that were taken
 * from are used; of the others any number may be. Sums of such intervals have no holes, so a set of
 * used groups works exactly when {@code total} lies between the sum of its least and the sum of its
 * most counts. Unused groups of size {@code low} or more all have the same least count, so for each
 * number of them the largest are the best ones, and trying each {@code low} and each number is
 * exact.
 *
 * <p>Example: groups of 1, 4 and 4, two clusters taken from the second, skew 0, total 4. With low =
 * 2 the second gives exactly 2, the third 2 more: it can be completed. Had one been taken from the
 * first, low would be 1 for all three, and 4 could not be reached.
 */
final class Groups implements Completion {
    private final Topology spread;
    private final int offered;
    private final int[] sizes;
    private final int[] taken;
    private final int[] largestFirst;
    private int total;

    Groups(Topology spread, int[] clusters) {
        this.spread = spread;
        this.offered = clusters.length;
        this.sizes = spread.count(clusters);
        this.taken = new int[spread.groups()];
        this.largestFirst =
                IntStream.range(0, spread.groups())
                        .filter(g -> sizes[g] > 0)
                        .boxed()
                        .sorted(Comparator.comparingInt((Integer g) -> -sizes[g]))
                        .mapToInt(Integer::intValue)
                        .toArray();
    }

    @Override
    public void take(int cluster) {
        taken[spread.groupOf(cluster)]++;
        total++;
    }

    @Override
    public int taken() {
        return total;
    }

    @Override
    public int classOf(int cluster) {
        return spread.groupOf(cluster);
    }

    @Override
    public Answer completesWith(int cluster, int total) {
        int group = spread.groupOf(cluster);
        taken[group]++;
        this.total++;
        Answer answer = completes(total);
        taken[group]--;
        this.total--;
        return answer;
    }

    @Override
    public Answer completes(int total) {
        if (total < this.total || total > offered) {
            return Answer.NO;
        }
        int used = 0;
        for (int count : taken) {
            used += count > 0 ? 1 : 0;
        }
        int mostUsed = Math.max(1, Math.max(used, spread.minGroups()));
        for (int low = 1; (long) low * mostUsed <= total; low++) {
            if (completes(total, low, used)) {
                return Answer.YES;
            }
        }
        return Answer.NO;
    }

    private boolean completes(int total, int low, int used) {
        long least = 0;
        long most = 0;
        for (int group : largestFirst) {
            if (taken[group] > 0) {
                int from = Math.max(low, taken[group]);
                long to = most(low, sizes[group]);
                if (from > to) {
                    return false;
                }
                least += from;
                most += to;
            }
        }
        int groups = used;
        int next = 0;
        while (true) {
            if (groups >= spread.minGroups()
                    && groups <= spread.maxGroups()
                    && least <= total
                    && total <= most) {
                return true;
            }
            while (next < largestFirst.length && taken[largestFirst[next]] > 0) {
                next++;
            }
            if (next == largestFirst.length
                    || sizes[largestFirst[next]] < low
                    || least > total
                    || groups >= spread.maxGroups()) {
                return false;
            }
            groups++;
            least += low;
            most += most(low, sizes[largestFirst[next]]);
            next++;
        }
    }

    private long most(int low, int size) {
        return Math.min((long) low + spread.maxSkew(), size);
    }
}
