package io.portolan.agent.apply;

import io.portolan.model.app.ObjectRef;

/**
 * One object as the plan sees it.
 *
 * @param wanted whether the content in force contains it
 * @param fate what becomes of it where it is not wanted
 * @param uid of the live object as far as known, else empty
 * @param gated whether something outside the application is missing, such as its namespace
 */
public record Slot(
        ObjectRef ref, boolean wanted, Fate fate, Phase phase, String uid, boolean gated) {
    /** Whether it is to leave the inventory, in one way or another. */
    public boolean goes() {
        return !wanted && fate != Fate.STAY;
    }
}
