package io.portolan.placement.select;

/**
 * How full a group is: its clusters divided by its weight. Exact, as fractions are compared and not
 * their values.
 *
 * @param clusters at least 0
 * @param weight at least 1
 */
record Load(int clusters, int weight) implements Comparable<Load> {
    /** In lowest terms, so that equal loads are equal. */
    Load {
        if (weight > 1) {
            int common = common(clusters, weight);
            clusters /= common;
            weight /= common;
        }
    }

    private static int common(int a, int b) {
        return a == 0 ? b : common(b % a, a);
    }

    @Override
    public int compareTo(Load other) {
        return Long.compare((long) clusters * other.weight, (long) other.clusters * weight);
    }

    /** Whether it is fuller than another by this much at most. */
    boolean within(int skew, Load emptier) {
        return (long) clusters * emptier.weight - (long) emptier.clusters * weight
                <= (long) skew * weight * emptier.weight;
    }

    /** The fewest clusters with which a group is emptier than this one by so much at most. */
    long least(int skew, int weight) {
        long above = clusters - (long) skew * this.weight;
        return above <= 0 ? 0 : Math.ceilDiv(above * weight, (long) this.weight);
    }
}
