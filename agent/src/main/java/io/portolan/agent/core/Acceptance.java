package io.portolan.agent.core;

import io.portolan.model.app.Work;

/** Whether a work replaces the one that is held. */
final class Acceptance {
    private Acceptance() {}

    /**
     * An older epoch never does: the application's active cluster has changed since. Sequences
     * count within one generation of the store, so across generations central's word stands.
     */
    static boolean accepts(Work held, Work offered, boolean foreignGeneration) {
        if (offered.epoch() < held.epoch()) {
            return false;
        }
        return foreignGeneration ? !offered.equals(held) : offered.sequence() > held.sequence();
    }
}
