package io.portolan.sim;

/** That an invariant does not hold in a life. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;
    private final Invariant invariant;
    private final String what;

    /**
     * @param what was seen, in one line
     * @param story how it came, for people
     */
    Violation(Invariant invariant, String what, String story) {
        super(invariant + " does not hold: " + what + "\n" + story);
        this.invariant = invariant;
        this.what = what;
    }

    Invariant invariant() {
        return invariant;
    }

    /** Without its story. */
    String brief() {
        return "invariant " + invariant.number() + ": " + what;
    }
}
