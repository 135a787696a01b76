package io.portolan.placement.select;

import java.util.List;

/**
 * Answers whether a choice that has been begun can still be completed. Mutable, owned by one
 * selection.
 */
interface Completion {
    /** Takes a cluster; what was taken stays taken. */
    void take(int cluster);

    int taken();

    /** Whether what is taken can be completed to exactly this many. */
    Answer completes(int total);

    /** Whether what is taken, and this one more, can be completed to the total. */
    Answer completesWith(int cluster, int total);

    /**
     * The largest number, up to this one, of which it is not known that what is taken cannot be
     * completed to it; as many as are taken where there is none.
     */
    default int most(int total) {
        int most = total;
        while (most > taken() && completes(most) == Answer.NO) {
            most--;
        }
        return most;
    }

    /**
     * Whether the choice that the last YES found takes one more of this cluster's class. Never for
     * who always knows an answer.
     */
    default boolean found(int cluster) {
        return false;
    }

    /** Clusters of one class are alike to every spread. */
    int classOf(int cluster);

    /** An answer of a search that has a bound. */
    enum Answer {
        YES,
        NO,
        /** The bound was reached first. */
        UNDECIDED;

        static Answer of(boolean yes) {
            return yes ? YES : NO;
        }
    }

    /**
     * @param clusters those that may be taken
     */
    static Completion of(List<Topology> spreads, int[] clusters, Budget budget) {
        return switch (spreads.size()) {
            case 0 -> new Unbound(clusters.length);
            case 1 ->
                    spreads.getFirst().weighted()
                            ? new Search(spreads, clusters, budget)
                            : new Groups(spreads.getFirst(), clusters, budget);
            default -> new Search(spreads, clusters, budget);
        };
    }
}
