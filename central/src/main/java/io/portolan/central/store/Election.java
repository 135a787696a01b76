package io.portolan.central.store;

import java.time.Duration;

/** What became of a {@link Bid}. */
public sealed interface Election {
    record Won(Term term) implements Election {}

    /**
     * @param left after which the same bid succeeds, if the lease is not prolonged until then
     */
    record Lost(Duration left) implements Election {}
}
