package io.portolan.central.whatif;

import io.portolan.model.Names;

/** How an application fares, best first. */
public enum Outcome {
    /** On as many clusters as its policy asks for. */
    FITS,
    /** On fewer clusters, or with fewer replicas, than asked for. */
    DEGRADED,
    /** It runs where, or as, its policy forbids: a spread does not hold, or its active cluster. */
    BREAKS_POLICY,
    /** A single writer whose active cluster is lost: an operator moves it, and a cluster can. */
    NEEDS_FAILOVER,
    /** It runs nowhere, and no cluster can take it. */
    DOES_NOT_FIT;

    @Override
    public String toString() {
        return Names.camel(this);
    }
}
