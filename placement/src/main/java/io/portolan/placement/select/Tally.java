package io.portolan.placement.select;

import java.util.Arrays;
import java.util.List;

/**
 * What was taken so far, counted by group, with a test that is cheap and never wrong about a no:
 * what it refuses cannot be part of any complete choice. Mutable, owned by one selection.
 */
final class Tally {
    private final OfSpread[] spreads;
    private int taken;

    Tally(List<Topology> spreads) {
        this.spreads = spreads.stream().map(OfSpread::new).toArray(OfSpread[]::new);
    }

    void take(int cluster) {
        for (OfSpread spread : spreads) {
            spread.take(cluster);
        }
        taken++;
    }

    int taken() {
        return taken;
    }

    /** The used groups of all spreads. */
    int used() {
        return Arrays.stream(spreads).mapToInt(s -> s.used).sum();
    }

    boolean holds() {
        return Arrays.stream(spreads).allMatch(OfSpread::holds);
    }

    /** Whether no spread rules out by itself that this one more leads to the total. */
    boolean allows(int cluster, int total) {
        if (taken >= total) {
            return false;
        }
        for (OfSpread spread : spreads) {
            if (!spread.allows(cluster, total - taken - 1)) {
                return false;
            }
        }
        return true;
    }

    private static final class OfSpread {
        private final Topology spread;
        private final int[] counts;
        private final int leastWeight;
        private int[] usedGroups = new int[8];
        private int used;

        OfSpread(Topology spread) {
            this.spread = spread;
            this.counts = new int[spread.groups()];
            this.leastWeight = spread.leastWeight();
        }

        void take(int cluster) {
            int group = spread.groupOf(cluster);
            if (counts[group]++ == 0) {
                if (used == usedGroups.length) {
                    usedGroups = Arrays.copyOf(usedGroups, 2 * used);
                }
                usedGroups[used++] = group;
            }
        }

        boolean holds() {
            if (used < spread.minGroups() || used > spread.maxGroups()) {
                return false;
            }
            if (spread.weighted()) {
                return loadsHold();
            }
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (int u = 0; u < used; u++) {
                least = Math.min(least, counts[usedGroups[u]]);
                most = Math.max(most, counts[usedGroups[u]]);
            }
            return used == 0 || most - least <= spread.maxSkew();
        }

        private boolean loadsHold() {
            if (used == 0) {
                return true;
            }
            Load least = load(usedGroups[0]);
            Load most = least;
            for (int u = 1; u < used; u++) {
                Load load = load(usedGroups[u]);
                least = load.compareTo(least) < 0 ? load : least;
                most = load.compareTo(most) > 0 ? load : most;
            }
            return most.within(spread.maxSkew(), least);
        }

        private Load load(int group) {
            return new Load(counts[group], spread.weight(group));
        }

        /** The fewest clusters of a group when this one is as full as it is. */
        private long low(Load fullest, int weight) {
            return Math.max(1, fullest.least(spread.maxSkew(), weight));
        }

        private boolean allowsByLoad(int group, int left) {
            Load most = new Load(counts[group] + 1, spread.weight(group));
            for (int u = 0; u < used; u++) {
                Load load = load(usedGroups[u]);
                most = load.compareTo(most) > 0 ? load : most;
            }
            int usedThen = counts[group] == 0 ? used + 1 : used;
            long lacking =
                    Math.max(0, spread.minGroups() - usedThen) * low(most, leastWeight)
                            + Math.max(0, low(most, spread.weight(group)) - counts[group] - 1);
            for (int u = 0; u < used; u++) {
                int other = usedGroups[u];
                if (other != group) {
                    lacking += Math.max(0, low(most, spread.weight(other)) - counts[other]);
                }
            }
            return usedThen <= spread.maxGroups() && lacking <= left;
        }

        /**
         * Every used group must be lifted to the fullest less the skew, and so must every group
         * that is still to be used.
         *
         * @param left how many may still be taken after this one
         */
        boolean allows(int cluster, int left) {
            int group = spread.groupOf(cluster);
            if (spread.weighted()) {
                return allowsByLoad(group, left);
            }
            int most = counts[group] + 1;
            for (int u = 0; u < used; u++) {
                most = Math.max(most, counts[usedGroups[u]]);
            }
            int usedThen = counts[group] == 0 ? used + 1 : used;
            int low = Math.max(1, most - spread.maxSkew());
            long lacking =
                    (long) Math.max(0, spread.minGroups() - usedThen) * low
                            + Math.max(0, low - counts[group] - 1);
            for (int u = 0; u < used; u++) {
                if (usedGroups[u] != group) {
                    lacking += Math.max(0, low - counts[usedGroups[u]]);
                }
            }
            return usedThen <= spread.maxGroups() && lacking <= left;
        }
    }
}
