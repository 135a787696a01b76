package io.portolan.model.app;

import io.portolan.model.Names;

/** What a cluster does for an application. */
public enum Role {
    /** Runs it. Of a single writer there is one, by epoch. */
    ACTIVE,
    /** Holds its objects with every workload at zero replicas, volumes kept. */
    STANDBY,
    /**
     * Returned after it was failed over away from while unreachable: like standby, until central
     * has seen that it runs nothing.
     */
    QUARANTINED;

    @Override
    public String toString() {
        return Names.camel(this);
    }
}
