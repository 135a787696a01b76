package io.portolan.chaos;

/** What the nemesis can do. */
public enum FaultKind {
    KILL("a node is killed and started again"),
    STOP("a node is stopped and started again"),
    FREEZE("a node is frozen"),
    FREEZE_IN_TRANSACTION("a node is frozen inside a transaction that holds the counter"),
    POSTGRES_RESTART("PostgreSQL is restarted"),
    POSTGRES_CRASH("PostgreSQL crashes and recovers"),
    BLACK_HOLE("a node's connections to PostgreSQL deliver nothing"),
    BLACK_HOLE_ALL("all nodes' connections to PostgreSQL deliver nothing"),
    SLOW("a node's connection to PostgreSQL is slow"),
    SLOW_ALL("all nodes' connections to PostgreSQL are slow"),
    CUT_ONE_WAY("a node is not heard by the other nodes, which it hears"),
    CUT_BOTH_WAYS("a node and the other nodes do not hear each other"),
    CLOCK("a node's clock is stepped");

    private final String words;

    FaultKind(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
