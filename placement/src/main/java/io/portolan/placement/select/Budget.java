package io.portolan.placement.select;

/**
 * The steps that the searches of one selection may take together, and what its passes have cost.
 * Mutable, owned by it.
 */
final class Budget {
    /** A search of this many steps takes some ten milliseconds. */
    static final int STEPS = 100_000;

    /** Looks at one group, of which so many count as one step. */
    static final int LOOKS = 1_000;

    private final long all;
    private long left;
    private long walked;

    Budget() {
        this(STEPS);
    }

    Budget(int steps) {
        this.all = (long) steps * LOOKS;
        this.left = all;
    }

    /** False when there is none left. */
    boolean step() {
        return look(LOOKS);
    }

    /** Counts so many looks at a group; false when there is none left. */
    boolean look(long times) {
        left -= times;
        return !isSpent();
    }

    boolean isSpent() {
        return left < 0;
    }

    /** Counts the looks of a pass by the cheap test, which no search has less for. */
    void walk(long looks) {
        walked += looks;
    }

    /** The looks of all passes. */
    long walked() {
        return walked;
    }

    /** Looks of all kinds so far: what tests bound instead of a time. */
    long cost() {
        return all - left + walked;
    }
}
