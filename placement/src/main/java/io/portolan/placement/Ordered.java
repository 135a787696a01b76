package io.portolan.placement;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * The clusters that fit, best first.
 *
 * @param clusters by their place in the fleet; the pinned ones before all
 * @param pinned how many are pinned
 * @param current the places of those that are pinned or current
 */
record Ordered(int[] clusters, int pinned, BitSet current) {
    /** Some of them bound to be taken, before those of the others that are wanted. */
    Ordered led(BitSet positions, IntPredicate wanted) {
        int[] out = new int[clusters.length];
        BitSet there = new BitSet();
        int n = 0;
        for (int p = positions.nextSetBit(0); p >= 0; p = positions.nextSetBit(p + 1)) {
            there.set(n);
            out[n++] = clusters[p];
        }
        int bound = n;
        for (int p = 0; p < clusters.length; p++) {
            if (!positions.get(p) && wanted.test(clusters[p])) {
                there.set(n, current.get(p));
                out[n++] = clusters[p];
            }
        }
        return new Ordered(Arrays.copyOf(out, n), bound, there);
    }

    /** Those of them that are wanted, and the pinned ones. */
    Ordered only(IntPredicate wanted) {
        int[] out = new int[clusters.length];
        BitSet there = new BitSet();
        int n = 0;
        for (int p = 0; p < clusters.length; p++) {
            if (p < pinned || wanted.test(clusters[p])) {
                there.set(n, current.get(p));
                out[n++] = clusters[p];
            }
        }
        return new Ordered(Arrays.copyOf(out, n), pinned, there);
    }
}
