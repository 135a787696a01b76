package io.portolan.model.dr;

import io.portolan.model.Names;

/** What is looked at before an operation changes anything, by name. */
public enum PreflightCheck {
    /** The policies that the application names exist, and it can be fenced as they ask. */
    POLICY_PRESENT(false),
    /** No other operation is live on the application. */
    NO_LIVE_OPERATION(false),
    /** It is known which clusters are to be left. */
    SOURCE_KNOWN(false),
    /** The clusters to leave are heard; only a planned move needs that. */
    SOURCE_REACHABLE(false),
    /** The cluster or region that was asked for exists. */
    TARGET_KNOWN(false),
    /** The target is heard. */
    TARGET_REACHABLE(false),
    /** The application may run in the target. */
    TARGET_FITS(false),
    /** The target has room for the application. */
    TARGET_ROOM(true),
    /** What the target runs while it stands by is healthy; only where something does. */
    TARGET_STANDBY(false),
    /** The policy's gate is open; a failover from a cluster that is silent is not held. */
    GATE_OPEN(true),
    /**
     * No freeze window of the policy holds; a failover from a cluster that is silent is not held.
     */
    FREEZE_WINDOW(true);

    private final boolean overridable;

    PreflightCheck(boolean overridable) {
        this.overridable = overridable;
    }

    /** Whether a policy may let an operator go on although it failed. */
    public boolean overridable() {
        return overridable;
    }

    @Override
    public String toString() {
        return Names.camel(this);
    }
}
