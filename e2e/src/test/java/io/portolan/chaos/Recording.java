package io.portolan.chaos;

import java.util.List;
import java.util.Map;

/**
 * All that the rules judge: what clients, watchers and agents noted, and what the database holds in
 * the end.
 *
 * @param log the whole change log, in order
 * @param terms in the order in which they began
 * @param state what the database holds of applications in the end, by key
 * @param ends of operations
 */
public record Recording(
        List<Note> notes,
        List<Change> log,
        List<Term> terms,
        Map<String, Held> state,
        List<Operation> ends) {
    public Recording {
        notes = List.copyOf(notes);
        log = List.copyOf(log);
        terms = List.copyOf(terms);
        state = Map.copyOf(state);
        ends = List.copyOf(ends);
    }

    /** The tables whose changes the log holds, as far as they matter here. */
    enum Kind {
        APPLICATION,
        STATUS,
        ASSIGNMENT,
        WORK,
        OPERATION,
        /** Of agents. */
        WORK_STATUS,
        /** Of users alone. */
        OTHER
    }

    /**
     * One row of the change log and who wrote it, as the database saw it when it was committed.
     *
     * @param key tenant and name of an application or its status; cluster and application of a work
     *     and its status; else the row's own
     * @param value the id of the request that wrote an application, the idempotency key that made
     *     an operation
     * @param gone whether the row was deleted
     * @param existed whether there was one before
     * @param node whose session wrote it
     * @param leader the node that the leader row named then
     * @param epoch of the leader row then
     * @param epochOf the epoch that a work or its status speaks of
     * @param sequence of a work or that its status speaks of
     */
    public record Change(
            long revision,
            int ordinal,
            Kind kind,
            String key,
            String uid,
            String value,
            boolean gone,
            boolean existed,
            boolean deleting,
            String node,
            String leader,
            long epoch,
            long epochOf,
            long sequence) {
        /** Whether only a leader writes such a change. */
        boolean controllers() {
            return switch (kind) {
                case STATUS, ASSIGNMENT, WORK -> true;
                case OPERATION -> existed;
                case APPLICATION -> gone;
                case WORK_STATUS, OTHER -> false;
            };
        }
    }

    /** A term as the leader row told it. */
    public record Term(long epoch, String node) {}

    /** An application in the end. */
    public record Held(String value, long revision, boolean deleting, String says) {}

    /** An operation in the end. */
    public record Operation(String uid, String key, String state, boolean ended, String waitsFor) {}

    <N extends Note> List<N> of(Class<N> type) {
        return notes.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
