package io.portolan.sim;

/** The invariants of DESIGN.md section 7 that a life in the simulation can break, by number. */
enum Invariant {
    ONE_WRITER(1, "activity intervals of a single writer never overlap across clusters"),
    EPOCHS(2, "epochs only increase, one active per epoch"),
    PROOF(3, "no promotion without a durable proof in the commit"),
    STALE_EPOCH(4, "stale epochs are rejected by every resource"),
    ACCOUNTED_FOR(5, "every application is active somewhere, in one live operation, or parked"),
    ABSENCE(6, "absence stops or deletes nothing"),
    REPEATED(7, "steps are idempotent under duplicates and reordering"),
    SAME_END(8, "killing the leader at any point ends in the same terminal state"),
    ONE_OPERATION(9, "one live operation per protection group"),
    APPROVED(10, "approvals and safety rules hold in every committed state"),
    LAG_GATE(11, "the lag gate fails closed"),
    RESTRAINT(13, "at most one automatic failover per cooldown, none under the brake"),
    OUTAGE(14, "a central outage leaves keep-running applications untouched"),
    RETURN(15, "a returned cluster starts nothing that it was not told to run"),
    RECOMPUTED(18, "RTO and RPO can be recomputed from the events"),
    STUCK(19, "no operation is silently stuck"),
    ROOM(20, "capacity reservations never oversubscribe a target");

    private final int number;
    private final String statement;

    Invariant(int number, String statement) {
        this.number = number;
        this.statement = statement;
    }

    int number() {
        return number;
    }

    @Override
    public String toString() {
        return "invariant " + number + " (" + statement + ")";
    }
}
