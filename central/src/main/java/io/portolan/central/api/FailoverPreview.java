package io.portolan.central.api;

import io.portolan.model.operation.Failover;

/**
 * What the preflight would make of a failover right now: the same failover with its plan, or
 * refused with the reason. Changes nothing.
 */
public interface FailoverPreview {
    Failover preview(Failover requested);
}
