package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Priority;
import io.portolan.model.placement.Rebalance.Apply;
import io.portolan.placement.fleet.Cell;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Where an application that stands where it fits would be better.
 *
 * <p>Goals: nothing moves for less than it gains; a cluster is left only where keeping it would
 * cost that much; what was moved is not proposed to move again.
 *
 * <p>Method: the choice is made as if the application stood nowhere. Then the clusters where it
 * stands are put back one after the other, the best first, each of which costs fewer points than
 * the policy's {@code minGain} and nothing of the structure (see {@link Quality}). Of more than
 * {@link #MOST_PUT_BACK} as many are put back together as make no more steps than that, where they
 * cost less than {@code minGain} on average. What comes of it is a proposal where it is better in
 * structure, or by {@code minGain} points at least. From there it is asked again, until nothing
 * more is proposed: each round is better in an order that has an end, so this ends, and whoever
 * follows the proposal gets no second one from the same fleet; but after {@link #MOST_ROUNDS} it is
 * proposed what was found, and more may be proposed afterwards.
 *
 * <p>Every target was chosen by {@link Scheduler} and breaks no hard rule.
 *
 * @param from where it stands
 * @param to where it would stand
 * @param order of a single writer the same, who is to be active first
 * @param reasons what would be better but for the points
 * @param gain points more; may be negative where a reason outweighs it
 * @param gains the same by preference
 */
public record Proposal(
        List<Uid> from,
        List<Uid> to,
        List<Uid> order,
        List<String> reasons,
        int gain,
        Map<String, Integer> gains) {
    private static final int MOST_PUT_BACK = 64;

    private static final int MOST_ROUNDS = 8;

    public Proposal {
        from = List.copyOf(from);
        to = List.copyOf(to);
        order = List.copyOf(order);
        reasons = List.copyOf(reasons);
        gains = Collections.unmodifiableMap(new TreeMap<>(gains));
    }

    /**
     * @param needs where it is now; of a single writer nothing is taken as pinned
     * @return empty where nothing better is found, it stands nowhere, or the policy wants no
     *     proposals
     */
    public static Optional<Proposal> of(
            ClusterSnapshot fleet, PlacementPolicySpec policy, Needs needs, long seed) {
        if (policy.rebalancing().apply() == Apply.NEVER) {
            return Optional.empty();
        }
        return new Finding(fleet, peaceful(policy), needs, alone(fleet, needs), seed).proposal();
    }

    /** Nobody is driven out so that another is better off. */
    private static PlacementPolicySpec peaceful(PlacementPolicySpec policy) {
        return policy.priority()
                .filter(Priority::preempts)
                .map(p -> new Priority(p.value(), false, p.preemptible()))
                .map(policy::with)
                .orElse(policy);
    }

    /**
     * The same with the room as if it took none: what it has where it stands must count neither for
     * nor against staying, or it would swing.
     */
    static Needs alone(ClusterSnapshot fleet, Needs needs) {
        Claim claim = needs.claim();
        if (claim.requests().isNone()) {
            return needs;
        }
        Map<Integer, Cell> cells = new TreeMap<>();
        Map<Uid, Map<String, Integer>> parts = new TreeMap<>(claim.parts());
        Map<String, Integer> none = new TreeMap<>();
        claim.requests().workloads().keySet().forEach(w -> none.put(w, 0));
        for (Uid cluster : needs.roles() ? needs.pinned() : needs.current()) {
            int i = fleet.index(cluster);
            if (i >= 0) {
                Cell cell = claim.room().cell(i);
                Map<String, Integer> part = claim.parts().getOrDefault(cluster, Map.of());
                cells.put(i, cell.without(claim.requests().part(part).on(cell.nodes())));
                parts.put(cluster, none);
            }
        }
        return needs.claiming(claim.in(claim.room().with(cells), parts));
    }

    /** The clusters that it would leave. */
    public List<Uid> leaves() {
        return from.stream().filter(c -> !to.contains(c)).toList();
    }

    /** The clusters that would be new. */
    public List<Uid> joins() {
        return to.stream().filter(c -> !from.contains(c)).toList();
    }

    /** {@code the soft spread over region holds; 25 points more: lowest cost 25}. */
    public String why() {
        List<String> out = new ArrayList<>(reasons);
        if (gain != 0 || out.isEmpty()) {
            out.add(
                    Math.abs(gain)
                            + (gain < 0 ? " points less" : " points more")
                            + gains.entrySet().stream()
                                    .map(e -> e.getKey() + " " + e.getValue())
                                    .collect(Collectors.joining(", ", ": ", "")));
        }
        return String.join("; ", out);
    }

    /** Who is put back together, in order: one at a time unless they are many. */
    static List<List<Uid>> steps(List<Uid> clusters) {
        int together = Math.ceilDiv(clusters.size(), MOST_PUT_BACK);
        List<List<Uid>> out = new ArrayList<>();
        for (int i = 0; i < clusters.size(); i += together) {
            out.add(clusters.subList(i, Math.min(i + together, clusters.size())));
        }
        return out;
    }

    /** One choice, and how good it is. */
    private record Stand(PlacementDecision decision, Quality quality) {
        List<Uid> clusters() {
            return decision.chosen();
        }
    }

    private record Finding(
            ClusterSnapshot fleet,
            PlacementPolicySpec policy,
            Needs stands,
            Needs needs,
            long seed) {
        Optional<Proposal> proposal() {
            Stand here = on(needs.current());
            if (here.clusters().isEmpty()
                    || !new TreeSet<>(here.clusters()).equals(new TreeSet<>(needs.current()))) {
                return Optional.empty();
            }
            Stand anew = on(List.of());
            Stand there = here;
            Optional<Stand> next = better(there, anew);
            for (int round = 1; next.isPresent(); round++) {
                there = next.get();
                next = round < MOST_ROUNDS ? better(there, anew) : Optional.empty();
            }
            if (there == here || (!there.quality.satisfied() && hasAll())) {
                return Optional.empty();
            }
            return Optional.of(
                    new Proposal(
                            here.clusters(),
                            there.clusters(),
                            there.decision.order(),
                            there.quality.better(here.quality, policy),
                            there.quality.total() - here.quality.total(),
                            there.quality.more(here.quality)));
        }

        /** What runs where its room is short by now still runs. */
        private boolean hasAll() {
            return Scheduler.place(fleet, policy, stands, seed).satisfied();
        }

        private Stand on(List<Uid> clusters) {
            PlacementDecision decision = Scheduler.place(fleet, policy, needs.on(clusters), seed);
            return new Stand(decision, Quality.of(fleet, policy, decision));
        }

        private Optional<Stand> better(Stand here, Stand anew) {
            int least = policy.rebalancing().gainUnder(policy);
            Stand target = anew;
            List<Uid> kept = new ArrayList<>(here.clusters());
            kept.retainAll(anew.clusters());
            for (List<Uid> some : steps(best(here, anew))) {
                List<Uid> with = new ArrayList<>(kept);
                with.addAll(some);
                Stand keeping = on(with);
                int structure = keeping.quality.structure(target.quality);
                int lost = target.quality.total() - keeping.quality.total();
                if (structure > 0 || (structure == 0 && lost < (long) least * some.size())) {
                    kept = with;
                    target = keeping;
                }
            }
            int structure = target.quality.structure(here.quality);
            int gain = target.quality.total() - here.quality.total();
            return structure > 0 || (structure == 0 && gain >= least)
                    ? Optional.of(target)
                    : Optional.empty();
        }

        /** The clusters that would be left, the best of them first. */
        private List<Uid> best(Stand here, Stand anew) {
            return here.decision.fates().stream()
                    .filter(f -> f.chosen() && !anew.clusters().contains(f.cluster()))
                    .sorted(
                            Comparator.comparing((PlacementDecision.Fate f) -> -f.points())
                                    .thenComparing(PlacementDecision.Fate::cluster))
                    .map(PlacementDecision.Fate::cluster)
                    .toList();
        }
    }
}
