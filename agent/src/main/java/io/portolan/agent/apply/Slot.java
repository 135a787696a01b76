package io.portolan.agent.apply;

import io.portolan.model.app.ObjectRef;

/**
 * One object as the plan sees it.
 *
 * @param wanted whether the content in force contains it
 * @param uid of the live object as far as known, else empty
 * @param gated whether something outside the application is missing, such as its namespace
 */
public record Slot(ObjectRef ref, boolean wanted, Phase phase, String uid, boolean gated) {}
