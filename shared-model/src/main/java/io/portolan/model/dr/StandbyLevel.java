package io.portolan.model.dr;

import java.util.Locale;

/**
 * How much of an application a standby has ready, in the terms of AWS' disaster-recovery strategies
 * ("backup and restore", which is cold here, "pilot light", "warm standby"). The more, the shorter
 * is a failover, and the dearer the standby.
 */
public enum StandbyLevel {
    /**
     * Nothing in the cluster: its agent has the content, and makes no object of it. What is there
     * of the time before stays, stopped.
     */
    COLD,
    /** All objects, with every workload at zero replicas. */
    PILOT_LIGHT,
    /** One replica of each workload runs. */
    WARM,
    /** It runs as where it is active. */
    HOT;

    /** Whether a standby runs anything, so that it never is a single writer's. */
    public boolean runs() {
        return switch (this) {
            case COLD, PILOT_LIGHT -> false;
            case WARM, HOT -> true;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
