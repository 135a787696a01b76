package io.portolan.watch;

/** A guarantee that was broken to a reader. */
public record Violation(Guarantee guarantee, String reader, String detail) {
    /** Those of etcd's watches (its documentation, "KV API guarantees"), and what they are for. */
    public enum Guarantee {
        /** Changes come in the order of their revisions. */
        ORDERED,
        /** No change comes twice. */
        UNIQUE,
        /** Nothing is missing between two positions. */
        RELIABLE,
        /** What one transaction changed comes together, and as it was changed. */
        ATOMIC,
        /**
         * A broken watch goes on behind any position that it ever had, unless history ends there.
         */
        RESUMABLE,
        /**
         * A bookmark promises that everything before it has come, and nothing of before comes
         * after.
         */
        BOOKMARKABLE,
        /** Who has heard everything knows what is there. */
        COMPLETE
    }

    @Override
    public String toString() {
        return guarantee + " broken to " + reader + ": " + detail;
    }
}
