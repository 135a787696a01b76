package io.portolan.placement.select;

/** The steps that the searches of one selection may take together. Mutable, owned by it. */
final class Budget {
    /** A search of this many steps takes some ten milliseconds. */
    static final int STEPS = 100_000;

    private int left = STEPS;

    /** False when there is none left. */
    boolean step() {
        return left-- > 0;
    }
}
