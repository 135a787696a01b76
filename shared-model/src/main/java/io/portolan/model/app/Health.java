package io.portolan.model.app;

import io.portolan.model.Names;

/** As kstatus judges objects; ordered from best to worst. */
public enum Health {
    HEALTHY,
    /** Asked to run nothing, and does. */
    STOPPED,
    PROGRESSING,
    UNKNOWN,
    DEGRADED,
    FAILED;

    public Health worse(Health other) {
        return compareTo(other) >= 0 ? this : other;
    }

    @Override
    public String toString() {
        return Names.camel(this);
    }
}
