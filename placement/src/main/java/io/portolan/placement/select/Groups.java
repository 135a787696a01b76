package io.portolan.placement.select;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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
 * most counts. Unused groups of size {@code low} or more all have the same least count, so the
 * largest are the best ones, and with each more of them both sums grow: as many as the total and
 * {@code maxGroups} let are enough to try. Trying each {@code low} up to the size of the largest
 * group, and of the smallest that was taken from, is exact, and looks at no group more often than
 * it has clusters.
 *
 * <p>Totals that can be reached may have gaps (with skew 0, two groups of 4 and {@code minGroups} 2
 * only even ones), so the largest one is not searched for by halves: for each {@code low} the sums
 * tell it.
 *
 * <p>Example: groups of 1, 4 and 4, two clusters taken from the second, skew 0, total 4. With low =
 * 2 the second gives exactly 2, the third 2 more: it can be completed. Had one been taken from the
 * first, low would be 1 for all three, and 4 could not be reached.
 */
final class Groups implements Completion {
    private static final int NONE = -1;

    private final Topology spread;
    private final Budget budget;
    private final int offered;
    private final int[] sizes;
    private final int[] taken;
    private final int[] largestFirst;
    private int total;

    /** Of the last YES: most often the next one is found with the same. */
    private int low = 1;

    private int completed;

    /** How many of each group that YES takes, made when it is asked for. */
    private int @Nullable [] found;

    Groups(Topology spread, int[] clusters, Budget budget) {
        this.spread = spread;
        this.budget = budget;
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
        int[] used = used();
        int highest = highest(total, used);
        if (low <= highest && most(total, low, used) == total) {
            return found(total, low);
        }
        for (int low = 1; low <= highest && !budget.isSpent(); low++) {
            if (most(total, low, used) == total) {
                return found(total, low);
            }
        }
        return budget.isSpent() ? Answer.UNDECIDED : Answer.NO;
    }

    private Answer found(int total, int low) {
        if (budget.isSpent()) {
            return Answer.UNDECIDED;
        }
        this.low = low;
        this.completed = total;
        this.found = null;
        return Answer.YES;
    }

    @Override
    public int most(int total) {
        int[] used = used();
        int highest = highest(total, used);
        int best = this.total;
        for (int low = 1; low <= highest && best < total; low++) {
            best = Math.max(best, most(total, low, used));
            if (budget.isSpent()) {
                return total;
            }
        }
        return best;
    }

    /** The groups that were taken from. */
    private int[] used() {
        budget.look(largestFirst.length);
        return IntStream.of(largestFirst).filter(g -> taken[g] > 0).toArray();
    }

    /** No used group can have more clusters than this at least. */
    private int highest(int total, int[] used) {
        if (largestFirst.length == 0) {
            return 0;
        }
        int smallest = sizes[used.length > 0 ? used[used.length - 1] : largestFirst[0]];
        return Math.min(smallest, total / Math.max(1, Math.max(used.length, spread.minGroups())));
    }

    /** The largest number up to the total that can be had with this least count; or NONE. */
    private int most(int total, int low, int[] used) {
        budget.look(used.length);
        long least = 0;
        long most = 0;
        for (int group : used) {
            int from = Math.max(low, taken[group]);
            long to = most(low, sizes[group]);
            if (from > to) {
                return NONE;
            }
            least += from;
            most += to;
        }
        int groups = used.length;
        for (int group : largestFirst) {
            budget.look(1);
            if (isEnough(total, most, groups) || !another(group, total, low, least, groups)) {
                break;
            }
            if (taken[group] == 0) {
                groups++;
                least += low;
                most += most(low, sizes[group]);
            }
        }
        return groups >= spread.minGroups() && groups <= spread.maxGroups() && least <= total
                ? (int) Math.min(most, total)
                : NONE;
    }

    private boolean isEnough(int total, long most, int groups) {
        return groups >= spread.minGroups() && most >= total;
    }

    /** Whether one more group, this one or a smaller one, may be used. */
    private boolean another(int group, int total, int low, long least, int groups) {
        return sizes[group] >= low && groups < spread.maxGroups() && least + low <= total;
    }

    private long most(int low, int size) {
        return Math.min((long) low + spread.maxSkew(), size);
    }

    @Override
    public boolean found(int cluster) {
        if (found == null) {
            found = completion();
        }
        int group = spread.groupOf(cluster);
        return taken[group] < found[group];
    }

    /** The last YES, group by group. */
    private int[] completion() {
        int[] out = new int[sizes.length];
        int groups = 0;
        int sum = 0;
        long most = 0;
        for (int group : used()) {
            out[group] = Math.max(low, taken[group]);
            groups++;
            sum += out[group];
            most += most(low, sizes[group]);
        }
        for (int group : largestFirst) {
            if (isEnough(completed, most, groups) || !another(group, completed, low, sum, groups)) {
                break;
            }
            if (taken[group] == 0) {
                out[group] = low;
                groups++;
                sum += low;
                most += most(low, sizes[group]);
            }
        }
        for (int group : largestFirst) {
            if (out[group] > 0) {
                int more = (int) Math.min(completed - sum, most(low, sizes[group]) - out[group]);
                out[group] += more;
                sum += more;
            }
        }
        return out;
    }
}
