package io.portolan.placement;

import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.model.placement.Standbys;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Column;
import io.portolan.placement.fleet.Facet;
import io.portolan.placement.select.Selection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which clusters are active and which ones stand by: of a single writer one, of others as many as
 * the policy says.
 *
 * <p>Goals: the best cluster is active, and a standby never shares with it what the policy keeps
 * apart; where there is an active one, it is that.
 *
 * <p>Method: with an active cluster given, all that are near it are left out of the choice. Else
 * clusters are tried as the active one, best first, until one leaves standbys enough and all that
 * is there stays; if there is none, the first that leaves standbys enough and keeps most. Two that
 * are alike to every spread, to the groups and to what is kept apart leave alike ones, so one of
 * each kind is tried, and at most {@link #MOST_TRIED}: what is not found by then is undecided.
 * Where none leaves enough, it is the one that leaves most without breaking a hard spread. Of
 * several that are to be active the best are taken, and no others tried: the ways to choose them
 * grow too fast.
 *
 * <p>Standbys that are near the active one, as after a failover, go only for others: where the
 * choice is not full, they stay beside it, and it is not satisfied.
 *
 * @param active by their places in the fleet; empty where nothing is kept apart
 * @param near which clusters fit but are near the active one, or may be
 * @param stay those of them that stand by for want of others
 * @param undecided whether the bound was reached
 */
record Roles(
        Choice choice, List<Integer> active, BitSet near, List<Integer> stay, boolean undecided) {
    private static final int MOST_TRIED = 64;

    static final String UNDECIDED =
            "; whether another could be active was not found out within the bound of "
                    + MOST_TRIED
                    + " kinds of clusters";

    /**
     * @param actives how many are active; 0 where all are
     */
    static Roles of(
            Ordered order,
            PlacementPolicySpec policy,
            ClusterSnapshot fleet,
            Spreads spreads,
            int actives) {
        List<String> apart = policy.standbys().map(Standbys::apart).orElse(List.of());
        if (actives == 0
                || apart.isEmpty()
                || order.pinned() > actives
                || order.clusters().length == 0) {
            Choice all = Choice.of(order, policy, fleet, spreads);
            return new Roles(all, List.of(), new BitSet(), List.of(), false);
        }
        Trial trial =
                new Trial(order, policy, fleet, spreads, apart, columns(fleet, policy, apart));
        if (actives > 1) {
            return trial.with(0, Math.min(actives, order.clusters().length));
        }
        return order.pinned() == 1 ? trial.with(0, 1) : trial.best();
    }

    /** What two clusters must have in common to share a failure. */
    private record Trial(
            Ordered order,
            PlacementPolicySpec policy,
            ClusterSnapshot fleet,
            Spreads spreads,
            List<String> apart,
            Columns columns) {
        Roles best() {
            Set<List<Object>> tried = new HashSet<>();
            Optional<Roles> best = Optional.empty();
            Optional<Roles> full = Optional.empty();
            BitSet there = new BitSet();
            order.current().stream().forEach(p -> there.set(order.clusters()[p]));
            for (int p = 0; p < order.clusters().length; p++) {
                if (!tried.add(kind(order.clusters()[p]))) {
                    continue;
                }
                if (tried.size() > MOST_TRIED) {
                    break;
                }
                Roles roles = with(p, 1);
                if (roles.choice.result().satisfied()) {
                    if (full.isEmpty() || roles.kept(there) > full.get().kept(there)) {
                        full = Optional.of(roles);
                    }
                    if (roles.kept(there) == there.cardinality()) {
                        break;
                    }
                } else if ((order.current().get(p) || roles.holds(fleet, spreads))
                        && (best.isEmpty() || roles.taken() > best.get().taken())) {
                    best = Optional.of(roles);
                }
            }
            if (full.isPresent()) {
                return full.get();
            }
            Roles most = best.orElseGet(this::asItIs);
            return tried.size() > MOST_TRIED ? most.beyondTheBound() : most;
        }

        /** Whoever came would break a spread, so none comes; what is there stays. */
        private Roles asItIs() {
            List<Selection.Fate> fates = new ArrayList<>();
            for (int p = 0; p < order.clusters().length; p++) {
                fates.add(order.current().get(p) ? Selection.Fate.TAKEN : Selection.Fate.REFUSED);
            }
            Choice choice =
                    new Choice(
                            order, new Selection.Result(fates, false, List.of()), Optional.empty());
            return new Roles(choice, List.of(), new BitSet(), List.of(), false);
        }

        /** Clusters of one kind leave the same choice to their standbys. */
        private List<Object> kind(int cluster) {
            Candidate candidate = fleet.get(cluster);
            List<Object> out = new ArrayList<>();
            apart.forEach(key -> out.add(candidate.value(key)));
            for (Spread spread : spreads.hard()) {
                out.add(candidate.value(spread.over()));
            }
            group(cluster).ifPresent(out::add);
            return out;
        }

        /** The group that all clusters must be of; empty where several may be used. */
        private Optional<Integer> group(int cluster) {
            return columns.group.map(c -> c.value(cluster));
        }

        /** With so many from this place in the order on as the active ones. */
        Roles with(int position, int actives) {
            BitSet led = new BitSet();
            led.set(position, position + actives);
            List<Integer> active = led.stream().mapToObj(p -> order.clusters()[p]).toList();
            BitSet near = new BitSet();
            for (int cluster : order.clusters()) {
                if (!active.contains(cluster)
                        && active.stream().anyMatch(a -> columns.near(a, cluster))) {
                    near.set(cluster);
                }
            }
            boolean bound = position < order.pinned();
            Optional<Integer> group = group(active.getFirst());
            Ordered among = order.led(led, c -> !near.get(c) && (bound || group(c).equals(group)));
            Choice choice = Choice.of(among, policy, fleet, spreads);
            List<Integer> stay = new ArrayList<>();
            if (!choice.result().satisfied()) {
                order.current().stream()
                        .map(p -> order.clusters()[p])
                        .filter(near::get)
                        .limit(Math.max(0, policy.clusters() - choice.taken().count()))
                        .forEach(stay::add);
            }
            return new Roles(choice, active, near, List.copyOf(stay), false);
        }
    }

    /**
     * What is looked at of each cluster in each trial.
     *
     * @param apart what standbys must not share
     * @param group where all clusters must be of one
     */
    private record Columns(List<Column<Optional<String>>> apart, Optional<Column<Integer>> group) {
        /** As {@link Roles#near(List, Candidate, Candidate)}, without its words. */
        boolean near(int active, int cluster) {
            return apart.stream()
                    .anyMatch(
                            c ->
                                    c.id(active) == c.id(cluster)
                                            || c.value(active).isEmpty()
                                            || c.value(cluster).isEmpty());
        }
    }

    private static Columns columns(
            ClusterSnapshot fleet, PlacementPolicySpec policy, List<String> apart) {
        return new Columns(
                apart.stream().map(key -> fleet.column(new Facet.Value(key))).toList(),
                policy.groups()
                        .filter(g -> !g.overflow())
                        .map(g -> fleet.column(new Facet.Group(g.order()))));
    }

    /**
     * Why a cluster must not stand by for an active one; empty when it may. What does not show a
     * value may have any.
     */
    static Optional<String> near(List<String> apart, Candidate active, Candidate cluster) {
        for (String key : apart) {
            Optional<String> there = active.value(key);
            Optional<String> here = cluster.value(key);
            if (there.isEmpty() || here.isEmpty()) {
                return Optional.of(
                        (here.isEmpty() ? "it has no " : "the active " + active.name() + " has no ")
                                + key
                                + ", so nobody knows whether it is apart"
                                + (here.isEmpty() ? " from the active " + active.name() : ""));
            }
            if (there.equals(here)) {
                return Optional.of(
                        "its "
                                + key
                                + " is "
                                + here.get()
                                + ", as that of the active "
                                + active.name());
            }
        }
        return Optional.empty();
    }

    /** Why a cluster is near the active one. */
    String near(PlacementPolicySpec policy, ClusterSnapshot fleet, int cluster) {
        List<String> apart = policy.standbys().map(Standbys::apart).orElse(List.of());
        return active.stream()
                .flatMap(a -> near(apart, fleet.get(a), fleet.get(cluster)).stream())
                .findFirst()
                .orElse("");
    }

    private Roles beyondTheBound() {
        return new Roles(choice, active, near, stay, true);
    }

    /** Whether what was taken keeps the hard spreads, as far as it goes. */
    private boolean holds(ClusterSnapshot fleet, Spreads spreads) {
        int[] taken = choice.taken().toArray();
        return Spreads.over(fleet, spreads.hard()).stream().allMatch(t -> t.holds(taken));
    }

    /** How many of these stay. */
    private long kept(BitSet there) {
        return choice.taken().filter(there::get).count();
    }

    private long taken() {
        return choice.taken().count();
    }
}
