package io.portolan.placement.select;

import io.portolan.placement.select.Completion.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Takes clusters in order of preference, as many as are wanted, so that the spreads hold.
 *
 * <p>Goals: a choice of the full number is found whenever there is one that holds the pinned
 * clusters; no current cluster is left out that could have stayed beside those that were taken
 * before it; nothing is evicted for a spread that cannot hold, nor for a soft one.
 *
 * <p>Method: one pass, taking each cluster with which the choice can still be completed. Most often
 * the cheap test of {@link Tally} is enough: if the pass that it leads ends in a complete choice,
 * then each step could be completed, and whatever it refused could not, so the exact test would
 * have gone the same way. Else the pass is made with the exact {@link Completion}.
 *
 * <p>Where the full number cannot be had, all current clusters stay, and the largest number that
 * they can be completed to is chosen the same way; where that is not found out, one that the cheap
 * test leads to. Soft spreads are added one after the other, in the policy's order, where the
 * choice can keep them beside the current clusters that stay.
 */
public final class Selection {
    /** What became of a cluster that fits. */
    public enum Fate {
        TAKEN,
        NOT_NEEDED,
        /** With it a spread could not hold. */
        REFUSED,
        /** Whether a spread could hold with it was not found out. */
        UNDECIDED
    }

    /**
     * @param fates by position in the order of preference
     * @param satisfied whether the full number was found and every hard spread holds
     * @param givenUp which soft spreads were not kept, by their place in the policy
     */
    public record Result(List<Fate> fates, boolean satisfied, List<Integer> givenUp) {
        /** The places in the order that were taken. */
        public IntStream taken() {
            return IntStream.range(0, fates.size()).filter(p -> fates.get(p) == Fate.TAKEN);
        }
    }

    /** Looks at groups: about as long as the {@link Budget} of the exact test. */
    private static final long MOST_WALKED = (long) Budget.STEPS * Budget.LOOKS;

    private final int[] order;
    private final int pinned;
    private final BitSet current;
    private final Budget budget;
    private final Fate[] fates;
    private final BitSet taken = new BitSet();
    private boolean undecided;

    private Selection(int[] order, int pinned, BitSet current, Budget budget) {
        this.order = order;
        this.pinned = pinned;
        this.current = current;
        this.budget = budget;
        this.fates = new Fate[order.length];
        Arrays.fill(fates, Fate.NOT_NEEDED);
    }

    /**
     * @param order the clusters that fit, best first, the pinned ones before all
     * @param pinned how many are pinned
     * @param current the places in the order of those that are pinned or current
     */
    public static Result choose(
            int[] order,
            int pinned,
            BitSet current,
            int wanted,
            List<Topology> hard,
            List<Topology> soft) {
        return choose(order, pinned, current, wanted, hard, soft, new Budget());
    }

    static Result choose(
            int[] order,
            int pinned,
            BitSet current,
            int wanted,
            List<Topology> hard,
            List<Topology> soft,
            Budget budget) {
        return new Selection(order, pinned, current, budget).choose(wanted, hard, soft);
    }

    private Result choose(int wanted, List<Topology> hard, List<Topology> soft) {
        taken.set(0, pinned);
        if (!walk(hard, wanted) && !exact(begun(hard), wanted)) {
            Completion completion = begun(hard);
            for (int p = current.nextSetBit(pinned);
                    p >= 0 && completion.taken() < wanted;
                    p = current.nextSetBit(p + 1)) {
                taken.set(p);
                completion.take(order[p]);
            }
            int total = completion.most(Math.min(wanted, order.length));
            if (total > completion.taken() && !exact(completion, total)) {
                walkDown(hard, completion.taken(), total);
            }
        }
        List<Integer> givenUp = soften(hard, soft);
        taken.stream().forEach(p -> fates[p] = Fate.TAKEN);
        boolean satisfied = taken.cardinality() >= wanted && tally(hard).holds();
        if (undecided && !satisfied) {
            for (int p = 0; p < fates.length; p++) {
                fates[p] = fates[p] == Fate.TAKEN ? Fate.TAKEN : Fate.UNDECIDED;
            }
        }
        return new Result(List.of(fates), satisfied, givenUp);
    }

    /** Chooses the newcomers anew under as many soft spreads as can be kept. */
    private List<Integer> soften(List<Topology> hard, List<Topology> soft) {
        List<Integer> givenUp = new ArrayList<>();
        if (soft.isEmpty()) {
            return givenUp;
        }
        int chosen = taken.cardinality();
        BitSet before = (BitSet) taken.clone();
        taken.and(current);
        List<Topology> kept = new ArrayList<>(hard);
        Completion completion = begun(kept);
        for (int s = 0; s < soft.size(); s++) {
            List<Topology> more = new ArrayList<>(kept);
            more.add(soft.get(s));
            Completion with = begun(more);
            if (with.completes(chosen) == Answer.YES) {
                kept = more;
                completion = with;
            } else {
                givenUp.add(s);
            }
        }
        if (kept.size() == hard.size()) {
            taken.clear();
            taken.or(before);
        } else {
            Arrays.fill(fates, Fate.NOT_NEEDED);
            if (!walk(kept, chosen)) {
                fill(completion, chosen);
            }
        }
        return givenUp;
    }

    private Tally tally(List<Topology> spreads) {
        Tally tally = new Tally(spreads);
        taken.stream().forEach(p -> tally.take(order[p]));
        return tally;
    }

    private Completion begun(List<Topology> spreads) {
        Completion completion = Completion.of(spreads, order, budget);
        taken.stream().forEach(p -> completion.take(order[p]));
        return completion;
    }

    /** The pass by the cheap test; false, and nothing changed, where it does not end well. */
    private boolean walk(List<Topology> spreads, int total) {
        Tally tally = tally(spreads);
        BitSet more = (BitSet) taken.clone();
        BitSet refused = new BitSet();
        int looked = 0;
        for (int p = 0; p < order.length && tally.taken() < total; p++) {
            looked++;
            if (more.get(p)) {
                continue;
            }
            if (tally.allows(order[p], total)) {
                tally.take(order[p]);
                more.set(p);
            } else {
                refused.set(p);
            }
        }
        budget.walk((long) looked * (1 + tally.used()));
        if (tally.taken() != total || !tally.holds()) {
            return false;
        }
        taken.or(more);
        refused.stream().forEach(p -> fates[p] = Fate.REFUSED);
        return true;
    }

    /** Completes the choice where the exact test says that it can be completed. */
    private boolean exact(Completion completion, int total) {
        return switch (completion.completes(total)) {
            case YES -> {
                fill(completion, total);
                yield true;
            }
            case NO -> false;
            case UNDECIDED -> {
                undecided = true;
                yield false;
            }
        };
    }

    /**
     * Where the exact test knows no answer: the first choice that the cheap test leads to, of
     * totals that go down by one as long as {@link #MOST_WALKED} lasts, then by halves.
     */
    private void walkDown(List<Topology> spreads, int least, int from) {
        long until = budget.walked() + MOST_WALKED;
        int total = from;
        while (total > least && !walk(spreads, total)) {
            total = budget.walked() < until ? total - 1 : total / 2;
        }
    }

    /**
     * The pass by the exact test, which has said that the choice can be completed. Where its bound
     * is reached on the way, the choice that it found last completes it: not the best, but a whole
     * one.
     */
    private void fill(Completion completion, int total) {
        BitSet full = new BitSet();
        for (int p = 0; p < order.length && completion.taken() < total; p++) {
            int cluster = order[p];
            int kind = completion.classOf(cluster);
            if (taken.get(p)) {
                continue;
            }
            // What was taken only grows, so a class that has no room now never has again.
            Answer answer = full.get(kind) ? Answer.NO : completion.completesWith(cluster, total);
            switch (answer) {
                case YES -> {
                    completion.take(cluster);
                    taken.set(p);
                }
                case NO -> {
                    full.set(kind);
                    fates[p] = Fate.REFUSED;
                }
                case UNDECIDED -> fates[p] = Fate.UNDECIDED;
            }
        }
        for (int p = 0; p < order.length && completion.taken() < total; p++) {
            if (!taken.get(p) && completion.found(order[p])) {
                completion.take(order[p]);
                taken.set(p);
            }
        }
    }
}
