package io.portolan.model.operation;

import java.time.Instant;
import java.util.Locale;

/**
 * How a live operation goes on, as somebody said. Kept in the order in which they were said, never
 * edited, audited.
 *
 * @param by a user's name, or {@link #CENTRAL} where a step failed for good
 * @param step the place of the step that was open then in the timeline, from 0
 */
public record Control(Kind kind, String by, Instant at, String reason, int step) {
    public static final String CENTRAL = "central";

    /** What was said. */
    public enum Kind {
        /** No further step begins; deadlines do not run, fences stay as they are. */
        PAUSE,
        RESUME,
        /** The open step is tried anew. */
        RETRY,
        /** The open step is left undone. */
        SKIP,
        /** A planned move becomes a failover, which may leave clusters that are not heard. */
        ESCALATE,
        ABORT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
