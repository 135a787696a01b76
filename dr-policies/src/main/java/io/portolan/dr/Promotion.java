package io.portolan.dr;

import io.portolan.model.dr.Evidence;
import io.portolan.model.dr.FenceLevel;

/**
 * The right to give a cluster the active role. {@link Roles#promote} takes nothing else, so an
 * assignment with a new active cluster cannot be made without evidence in hand (DESIGN.md section
 * 7, invariant 3).
 */
sealed interface Promotion {
    Evidence evidence();

    /**
     * Of a single writer: only on evidence that fences, and that is as strong as its policy asks.
     */
    record OfSingleWriter(Evidence evidence, FenceLevel least) implements Promotion {
        public OfSingleWriter {
            if (!evidence.fencesSingleWriter() || !evidence.reaches(least)) {
                throw new IllegalArgumentException(
                        "no promotion of a single writer on "
                                + evidence.level()
                                + " where "
                                + least
                                + " is asked for");
            }
        }
    }

    /** Of a stateless application: two may run at once, nothing needs proof. */
    record OfStateless(Evidence.None evidence) implements Promotion {}
}
