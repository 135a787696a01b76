package io.portolan.agent.core;

import io.portolan.model.app.Role;
import io.portolan.model.app.Work;

/** What becomes of the work that is held when central says something. */
final class Acceptance {
    private Acceptance() {}

    /** The same work, run nowhere. */
    static Work quarantined(Work w) {
        return w.quarantined();
    }

    /**
     * An older epoch never does: the application's active cluster has changed since. Sequences
     * count within one epoch and one generation of the store, so across these central's word
     * stands; only what was quarantined never becomes active again by the very word that was
     * overruled.
     */
    static boolean accepts(Work held, Work offered, boolean foreignGeneration) {
        if (offered.epoch() != held.epoch()) {
            return offered.epoch() > held.epoch();
        }
        boolean stopped = held.role() == Role.QUARANTINED && offered.role() == Role.ACTIVE;
        if (stopped && offered.sequence() <= held.sequence()) {
            return false;
        }
        return foreignGeneration ? !offered.equals(held) : offered.sequence() > held.sequence();
    }
}
