package io.portolan.placement.assign;

import java.util.stream.IntStream;

/**
 * The parts of a whole number, in the order of the clusters, best first. Bounds are given for each
 * part: no minimum is more than its maximum. Where the maxima cannot take all, the parts add up to
 * less.
 */
public final class Shares {
    private Shares() {}

    /** In proportion to weights, whatever is there now. */
    public static int[] weighted(int total, int[] weights, int[] min, int[] max) {
        return Apportionment.divide(total, weights, least(total, min), max);
    }

    /**
     * What is there stays as far as the bounds let it, and what has no place yet is divided in
     * proportion to weights. Where there is less than before, each gives up in proportion to what
     * it has.
     *
     * @param has within the bounds
     */
    public static int[] kept(int total, int[] has, int[] weights, int[] min, int[] max) {
        long sum = sum(has);
        if (sum > total) {
            return Apportionment.divide(total, proportions(has, sum), least(total, min), has);
        }
        int[] more = new int[has.length];
        for (int i = 0; i < has.length; i++) {
            more[i] = max[i] - has[i];
        }
        int[] rest = Apportionment.divide((int) (total - sum), weights, new int[has.length], more);
        return IntStream.range(0, has.length).map(i -> has[i] + rest[i]).toArray();
    }

    /**
     * What is there stays as far as the bounds let it, and the first are filled before the others.
     * Where there is less than before, the last give up first.
     *
     * @param has within the bounds
     */
    public static int[] filled(int total, int[] has, int[] min, int[] max) {
        boolean grows = sum(has) <= total;
        int[] parts = grows ? has.clone() : least(total, min);
        int[] most = grows ? max : has;
        int left = (int) (total - sum(parts));
        for (int i = 0; i < parts.length && left > 0; i++) {
            int more = Math.min(left, most[i] - parts[i]);
            parts[i] += more;
            left -= more;
        }
        return parts;
    }

    /** Each at least 1; where they add up to more than an int has, all are halved until not. */
    private static int[] proportions(int[] has, long sum) {
        int halved = Math.max(0, Integer.SIZE + 1 - Long.numberOfLeadingZeros(sum));
        return IntStream.of(has).map(n -> Math.max(1, n >> halved)).toArray();
    }

    /** Of thousands of clusters that each run millions it does not fit an int. */
    private static long sum(int[] parts) {
        return IntStream.of(parts).asLongStream().sum();
    }

    /** Minima that the whole can give. */
    private static int[] least(int total, int[] min) {
        return sum(min) <= total ? min.clone() : new int[min.length];
    }
}
