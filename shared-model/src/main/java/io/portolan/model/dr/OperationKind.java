package io.portolan.model.dr;

import java.util.Locale;

/** What an operation is for. */
public enum OperationKind {
    /** Unplanned: whether the clusters that it leaves are heard or not. */
    FAILOVER,
    /** Planned: every cluster that it leaves answers. */
    RELOCATE,
    /** A relocation to the cluster that a failover left. */
    FAILBACK;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
