package io.portolan.chaos;

/** One line of a history. Times are nanoseconds since the run began, on the monotonic clock. */
public sealed interface Note {
    long at();

    /** What is known of a request after it was sent. */
    enum Outcome {
        /** It happened. */
        DONE,
        /** It did not happen, and never will. */
        REFUSED,
        /** It may have happened, or may still happen. */
        UNKNOWN
    }

    /** What a user may ask for. */
    enum Verb {
        PUT,
        CREATE,
        UPDATE,
        DELETE,
        GET
    }

    /**
     * One request for one application.
     *
     * @param id unique; the application that it writes carries it
     * @param key tenant and name
     * @param seen the revision that an UPDATE saw, else 0
     * @param began when it was sent
     * @param at when it was answered
     * @param revision that it made, or read; 0 where there is none
     * @param value that a GET read: the id of the request that wrote it; empty where nothing is
     */
    record Request(
            String id,
            int client,
            Verb verb,
            String key,
            int node,
            long seen,
            long began,
            long at,
            int status,
            Outcome outcome,
            long revision,
            String value)
            implements Note {}

    /**
     * One try of a POST, which is sent again under its key until its outcome is known.
     *
     * @param id the idempotency key
     * @param operation the uid of what it made, empty where it made nothing
     */
    record Post(
            String id, int node, long began, long at, int status, Outcome outcome, String operation)
            implements Note {}

    /** How a watch goes. */
    enum Sign {
        /** Connected; the revision is where it resumes, 0 for anew. */
        OPENED,
        /** The list is complete up to the revision. */
        LISTED,
        PUT,
        GONE,
        BOOKMARK,
        /** The position was refused. */
        COMPACTED,
        /** Refused or ended by central with a status, which is the value, other than that. */
        REFUSED,
        CLOSED
    }

    /**
     * What a watcher met.
     *
     * @param tenant that it watches
     * @param revision of the event, 0 in a list
     * @param value as {@link Request#value}; the status where it was refused
     * @param own the revision of the document itself
     */
    record Told(
            String watcher,
            String tenant,
            int node,
            Sign sign,
            long at,
            long revision,
            String key,
            String value,
            long own)
            implements Note {}

    /**
     * What became of an application's object in a cluster.
     *
     * @param value as {@link Request#value}; empty: it went
     */
    record Effect(String cluster, String key, String value, long at) implements Note {}

    /** Whether any pod of a single writer runs in a cluster. */
    record Runs(String cluster, String key, boolean runs, long at) implements Note {}

    /** A fault begins or ends. */
    record Fault(String what, boolean begins, long at) implements Note {}
}
