package io.portolan.chaos;

import java.util.List;

/**
 * A rule that a recording breaks.
 *
 * @param slice the lines that show it
 */
public record Broken(Rule rule, String detail, List<String> slice) {
    public Broken {
        slice = List.copyOf(slice);
    }

    /** What holds whatever strikes. */
    public enum Rule {
        /** Only the node that the leader row names writes what controllers decide. */
        FENCED,
        /** Terms follow each other one by one. */
        TERMS,
        /** The log has every revision once, and the state is what the log tells. */
        LOG,
        /** What was acknowledged is in the log where the answer said. */
        ACKNOWLEDGED,
        /** What was refused never happens, and nothing happens twice. */
        REFUSED,
        /** Who begins after another was answered comes after it. */
        IN_ORDER,
        /** A precondition held when the write was made. */
        PRECONDITION,
        /** A read shows what was acknowledged before it began. */
        READ,
        /** Under one idempotency key one thing is made. */
        ONCE,
        /** Watches are ordered, unique and complete. */
        WATCH,
        /** Work reaches a cluster in its order, each with effect once. */
        WORK,
        /** A single writer runs in one cluster at a time. */
        ONE_WRITER,
        /** Everything ends, or says what it waits for. */
        ENDED
    }

    static Broken of(Rule rule, String detail, Object... slice) {
        return new Broken(
                rule,
                detail,
                java.util.Arrays.stream(slice)
                        .map(o -> o instanceof Note n ? Recorder.line(n) : o.toString())
                        .toList());
    }

    @Override
    public String toString() {
        return rule + ": " + detail + "\n    " + String.join("\n    ", slice);
    }
}
