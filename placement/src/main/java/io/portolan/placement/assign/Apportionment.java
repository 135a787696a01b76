package io.portolan.placement.assign;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Divides a whole number in proportion to weights, within bounds.
 *
 * <p>Goals: the parts add up to the number wherever the bounds allow it; each is within one of its
 * exact share where no bound binds; equal arguments give equal parts.
 *
 * <p>Method: largest remainder (Hamilton), as seats are divided in parliaments. Bounds first: of
 * the exact shares that break one, either those below the minimum or those above the maximum are
 * fixed there, whichever are further out in sum, and the rest is divided again, as CSS divides the
 * space of a flexible box. Then each share is rounded down, and what is left goes to the largest
 * fractions, ties in the order given.
 *
 * <p>Example: 10 over weights 3, 1, 1 with at most 5 each: shares are 6, 2, 2; the first is fixed
 * at 5, the others share 5, and the first of them gets the odd one: 5, 3, 2.
 */
public final class Apportionment {
    private final int[] weights;
    private final int[] parts;
    private final boolean[] fixed;
    private final int[] min;
    private final int[] max;
    private long rest;
    private long weight;

    private Apportionment(long total, int[] weights, int[] min, int[] max) {
        this.weights = weights;
        this.parts = new int[weights.length];
        this.fixed = new boolean[weights.length];
        this.min = min;
        this.max = max;
        this.rest = total;
        this.weight = IntStream.of(weights).asLongStream().sum();
    }

    /**
     * The parts, in the order of the weights; where the maxima cannot take all, they add up to
     * less.
     *
     * @param weights each at least 1
     * @param min of each part; they add up to no more than the whole, and none is more than its
     *     maximum
     */
    public static int[] divide(int total, int[] weights, int[] min, int[] max) {
        Apportionment a = new Apportionment(total, weights, min, max);
        while (a.fixWhatBreaksABound()) {
            // The others share anew.
        }
        a.round();
        return a.parts;
    }

    /** False when no share breaks a bound. */
    private boolean fixWhatBreaksABound() {
        long below = 0;
        long above = 0;
        for (int i = 0; i < parts.length; i++) {
            if (!fixed[i]) {
                below += Math.max(0, min[i] * weight - rest * weights[i]);
                above += Math.max(0, rest * weights[i] - max[i] * weight);
            }
        }
        if (below == 0 && above == 0) {
            return false;
        }
        long wholeRest = rest;
        long wholeWeight = weight;
        for (int i = 0; i < parts.length; i++) {
            long share = wholeRest * weights[i];
            if (!fixed[i] && below >= above && share < min[i] * wholeWeight) {
                fix(i, min[i]);
            } else if (!fixed[i] && below <= above && share > max[i] * wholeWeight) {
                fix(i, max[i]);
            }
        }
        return weight > 0;
    }

    private void fix(int i, int part) {
        fixed[i] = true;
        parts[i] = part;
        rest -= part;
        weight -= weights[i];
    }

    private void round() {
        if (weight == 0) {
            return;
        }
        long left = rest;
        for (int i = 0; i < parts.length; i++) {
            if (!fixed[i]) {
                parts[i] = (int) (rest * weights[i] / weight);
                left -= parts[i];
            }
        }
        IntStream.range(0, parts.length)
                .filter(i -> !fixed[i] && parts[i] < max[i])
                .boxed()
                .sorted(Comparator.comparingLong((Integer i) -> -(rest * weights[i] % weight)))
                .limit(left)
                .forEach(i -> parts[i]++);
    }
}
