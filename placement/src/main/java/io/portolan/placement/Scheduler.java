package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.model.placement.ClusterGroups;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Priority;
import io.portolan.placement.filter.Rejection;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Column;
import io.portolan.placement.fleet.Facet;
import io.portolan.placement.score.Scores;
import io.portolan.placement.select.TieBreak;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Chooses the clusters of one application.
 *
 * <p>Goals: as many clusters as the policy asks for; nothing moves that need not; each cluster
 * learns why it was or was not chosen; equal arguments give equal decisions.
 *
 * <p>Constraints: only clusters that fit ({@link Eligibility}); a hard spread is never broken by a
 * choice; pinned clusters that fit are chosen; what runs on a silent cluster is not moved; when the
 * spread cannot hold, nothing is evicted for it.
 *
 * <p>Method: the rules say of every cluster whether it fits ({@link Verdicts}, shared by all that
 * ask the same); what is there already is asked by itself, since it may stay where nothing new may
 * come. Those that fit are put in order of preference (pinned, then current, then by score, then by
 * the seeded tie-break), and {@link Selection} takes from the front what the spreads allow.
 *
 * <p>Example: three clusters over two regions at least, the current ones all in eu-west. The first
 * two stay; with the third no place would be left for another region, so it goes and the best of
 * the other regions is taken.
 */
public final class Scheduler {
    /** A key of the order holds tier, what is lacking of the score, rank and place. */
    private static final int PLACE_BITS = 20;

    private static final int RANK_BITS = 23;
    private static final int SCORE_BITS = Integer.numberOfTrailingZeros(Scores.LIMIT);
    private static final int TIER_AT = PLACE_BITS + RANK_BITS + SCORE_BITS;

    /** The tier of newcomers that drive out others: after all that do not, in any group. */
    private static final long DRIVING = 21;

    private final ClusterSnapshot fleet;
    private final PlacementPolicySpec policy;
    private final Needs needs;
    private final Verdicts verdicts;
    private final Spreads spreads;
    private final Optional<Column<Integer>> groups;
    private final boolean returns;
    private Vacancy vacancy;

    /** Of the last decision. */
    private Ordered order = new Ordered(new int[0], 0, new BitSet());

    /** What is said of those clusters that are not asked as newcomers are. */
    private final Map<Integer, Optional<Rejection>> special = new TreeMap<>();

    private Scheduler(ClusterSnapshot fleet, PlacementPolicySpec policy, Needs needs) {
        this.fleet = fleet;
        this.policy = policy;
        this.needs = needs;
        this.verdicts = Verdicts.of(fleet, needs.asked(policy));
        this.spreads = Spreads.of(policy.spread());
        this.groups = policy.groups().map(g -> fleet.column(new Facet.Group(g.order())));
        this.returns = policy.groups().filter(ClusterGroups::returns).isPresent();
        this.vacancy = Vacancy.of(policy, needs);
    }

    /**
     * @param seed breaks ties; the same for one application at all times, so that its choice is
     *     stable
     */
    public static PlacementDecision place(
            ClusterSnapshot fleet, PlacementPolicySpec policy, Needs needs, long seed) {
        Scheduler scheduler = new Scheduler(fleet, policy, needs);
        scheduler.setApart();
        return scheduler.decision(Telling.NEAREST, seed);
    }

    /** The same decision with everything that is to be said of every cluster of the fleet. */
    public static Explanation explain(
            ClusterSnapshot fleet, PlacementPolicySpec policy, Needs needs, long seed) {
        return explain(fleet, policy, needs, seed, _ -> true);
    }

    /**
     * The same of some clusters only.
     *
     * @param asked whether a cluster of this name is
     */
    public static Explanation explain(
            ClusterSnapshot fleet,
            PlacementPolicySpec policy,
            Needs needs,
            long seed,
            Predicate<String> asked) {
        Scheduler scheduler = new Scheduler(fleet, policy, needs);
        scheduler.setApart();
        PlacementDecision decision = scheduler.decision(Integer.MAX_VALUE, seed);
        return Explaining.of(
                fleet,
                policy,
                needs,
                scheduler.vacancy,
                scheduler.order,
                decision,
                i -> scheduler.tie(i, seed),
                asked);
    }

    /** Others are driven out only where the policy says so, and more is found that way. */
    private PlacementDecision decision(int most, long seed) {
        PlacementDecision freely = told(most, seed);
        Optional<Priority> priority = policy.priority().filter(Priority::preempts);
        if (freely.satisfied() || priority.isEmpty()) {
            return freely;
        }
        Vacancy without = vacancy;
        Ordered before = order;
        vacancy = vacancy.driving(priority.get());
        PlacementDecision driving = told(most, seed);
        if (driving.satisfied() || driving.chosen().size() > freely.chosen().size()) {
            return driving;
        }
        vacancy = without;
        order = before;
        return freely;
    }

    private PlacementDecision told(int most, long seed) {
        order = ordered(seed);
        Roles roles = Roles.of(order, policy, fleet, spreads, needs.actives());
        return new Telling(fleet, policy, needs, verdicts, vacancy, special, spreads, roles, most)
                .decision(c -> key(2, verdicts.scores.total(c), c, seed));
    }

    private void setApart() {
        needs.current().forEach(this::resident);
        needs.pinned().forEach(this::resident);
        for (Uid cluster : needs.excluded()) {
            int i = fleet.index(cluster);
            if (i >= 0) {
                special.put(i, Optional.of(Rejection.EXCLUDED));
            }
        }
    }

    private void resident(Uid cluster) {
        int i = fleet.index(cluster);
        if (i >= 0) {
            // Who gives way leaves at once, so that comes before what may wait.
            special.put(i, vacancy.preempted(i).or(() -> verdicts.resident(i)));
        }
    }

    /** Those that fit, best first; a key sorts as what it stands for does. */
    private Ordered ordered(long seed) {
        long[] keys = new long[verdicts.spreadable.length + special.size()];
        BitSet apart = new BitSet();
        special.keySet().forEach(apart::set);
        int n = 0;
        for (int i : verdicts.spreadable) {
            if (!apart.get(i) && vacancy.takes(i)) {
                keys[n++] = key(vacancy.takesFreely(i) ? 2 : 3, i, seed);
            }
        }
        for (Map.Entry<Integer, Optional<Rejection>> there : special.entrySet()) {
            if (there.getValue().isEmpty()) {
                boolean pinned = needs.pinned().contains(fleet.get(there.getKey()).uid());
                keys[n++] = key(pinned ? 0 : 1, there.getKey(), seed);
            }
        }
        Arrays.sort(keys, 0, n);
        int[] order = new int[n];
        BitSet current = new BitSet();
        int pinned = 0;
        for (int p = 0; p < n; p++) {
            order[p] = (int) (keys[p] & ((1L << PLACE_BITS) - 1));
            if (apart.get(order[p])) {
                current.set(p);
                pinned += keys[p] >>> TIER_AT == 0 ? 1 : 0;
            }
        }
        return new Ordered(order, pinned, current);
    }

    /**
     * @param rank 0 for what is pinned, 1 for what is there, 2 for newcomers, 3 for those that
     *     drive out others
     */
    private long key(int rank, int cluster, long seed) {
        return key(rank, verdicts.scores.total(cluster) + vacancy.points(cluster), cluster, seed);
    }

    private long key(int rank, int score, int cluster, long seed) {
        long tie = tie(cluster, seed);
        long lacking = Scores.LIMIT - 1L - Math.min(score, Scores.LIMIT - 1);
        return tier(rank, cluster) << TIER_AT
                | lacking << (PLACE_BITS + RANK_BITS)
                | tie << PLACE_BITS
                | cluster;
    }

    /** Of equally good ones the smaller is better. */
    private long tie(int cluster, long seed) {
        return TieBreak.rank(seed, verdicts.hashes[cluster]) >>> (64 - RANK_BITS);
    }

    /** Groups come before being there only where the policy wants things back. */
    private long tier(int rank, int cluster) {
        if (groups.isEmpty() || rank == 0) {
            return rank;
        }
        int group = groups.get().value(cluster);
        if (rank == 3) {
            return DRIVING + group;
        }
        return returns ? 2L * group + rank : rank == 1 ? 1 : 2L + group;
    }
}
