package io.portolan.central.store;

import java.time.Duration;

/**
 * On what grounds a node asks to lead. A lease that was released, or is its own, is free to all.
 *
 * @param patience how long the lease of another must have been over
 * @param desertion whether another loses the lead before that when no database session of its node
 *     is left (it was killed, and the kernel has closed its connections) and it has not prolonged
 *     its lease for as long as the patience
 */
public record Bid(Duration patience, boolean desertion) {
    /** Of whoever comes when the lease is over. */
    public static final Bid WHEN_OVER = new Bid(Duration.ZERO, false);
}
