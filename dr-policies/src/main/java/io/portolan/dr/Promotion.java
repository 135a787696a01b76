package io.portolan.dr;

import io.portolan.model.dr.Evidence;

/**
 * The right to give a cluster the active role. {@link Roles#promote} takes nothing else, so an
 * assignment with a new active cluster cannot be made without evidence in hand (DESIGN.md section
 * 7, invariant 3).
 */
sealed interface Promotion {
    Evidence evidence();

    /** Of a single writer: only on evidence of F2 or better. */
    record OfSingleWriter(Evidence evidence) implements Promotion {
        public OfSingleWriter {
            if (!evidence.fencesSingleWriter()) {
                throw new IllegalArgumentException(
                        "no promotion of a single writer on " + evidence.level());
            }
        }
    }

    /** Of a stateless application: two may run at once, nothing needs proof. */
    record OfStateless(Evidence.None evidence) implements Promotion {}
}
