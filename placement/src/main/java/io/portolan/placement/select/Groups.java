package io.portolan.placement.select;

import io.portolan.model.placement.PlacementPolicySpec.Spread;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers whether a choice that has been begun can still be completed. Mutable, owned by one
 * selection.
 *
 * <p>Goals: never begin a choice that must break a hard spread; never refuse one that need not.
 *
 * <p>Constraints: a complete choice of {@code total} clusters takes from each group that it uses at
 * least one and at most what the group has; it uses at least {@code minGroups} groups; the fullest
 * and the emptiest used group differ by at most {@code maxSkew}; what was taken stays taken.
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
public final class Groups {
    private final Optional<Spread> spread;
    private final Map<String, Integer> sizes = new HashMap<>();
    private final Map<String, Integer> taken = new HashMap<>();

    public Groups(Optional<Spread> spread) {
        this.spread = spread;
    }

    /** Tells of one more cluster that could be taken. */
    public void offer(String group) {
        sizes.merge(group, 1, Integer::sum);
    }

    public void take(String group) {
        taken.merge(group, 1, Integer::sum);
    }

    public int taken() {
        return taken.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Whether what is taken, and one more of this group, can be completed to the total. */
    public boolean completesWith(String group, int total) {
        taken.merge(group, 1, Integer::sum);
        boolean completes = completes(total);
        taken.merge(group, -1, Integer::sum);
        taken.remove(group, 0);
        return completes;
    }

    /** Whether what is taken can be completed to exactly this many. */
    public boolean completes(int total) {
        if (total < taken() || total > sizes.values().stream().mapToInt(Integer::intValue).sum()) {
            return false;
        }
        if (spread.isEmpty()) {
            return taken.entrySet().stream().allMatch(t -> t.getValue() <= size(t.getKey()));
        }
        Spread bounds = spread.get();
        List<Integer> unused =
                sizes.entrySet().stream()
                        .filter(s -> !taken.containsKey(s.getKey()))
                        .map(Map.Entry::getValue)
                        .sorted(Comparator.reverseOrder())
                        .toList();
        int mostUsed = Math.max(1, Math.max(taken.size(), bounds.minGroups()));
        for (int low = 1; (long) low * mostUsed <= total; low++) {
            if (completes(total, low, bounds, unused)) {
                return true;
            }
        }
        return false;
    }

    private boolean completes(int total, int low, Spread bounds, List<Integer> unused) {
        long least = 0;
        long most = 0;
        for (Map.Entry<String, Integer> used : taken.entrySet()) {
            int from = Math.max(low, used.getValue());
            long to = most(low, bounds, size(used.getKey()));
            if (from > to) {
                return false;
            }
            least += from;
            most += to;
        }
        int groups = taken.size();
        for (int next = 0; ; next++) {
            if (groups >= bounds.minGroups() && least <= total && total <= most) {
                return true;
            }
            if (next == unused.size() || unused.get(next) < low || least > total) {
                return false;
            }
            groups++;
            least += low;
            most += most(low, bounds, unused.get(next));
        }
    }

    private static long most(int low, Spread bounds, int size) {
        return Math.min((long) low + bounds.maxSkew(), size);
    }

    private int size(String group) {
        return sizes.getOrDefault(group, 0);
    }
}
