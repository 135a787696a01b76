package io.portolan.central.api;

import io.portolan.dr.Unproved;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Outlook;
import java.util.List;
import java.util.Optional;

/** What the planner would say of a failover right now. Changes nothing. */
public interface FailoverPreview {
    /**
     * What the preflight would make of it: the same failover with its plan, or refused with the
     * reason.
     */
    Failover preview(Failover requested);

    /** What is to be expected of it as it was previewed; empty when the application is gone. */
    Optional<Outlook> outlook(Failover previewed);

    /**
     * For whom an operator may vouch.
     *
     * @param epoch of the assignment that this was seen in
     */
    record Open(long epoch, List<Unproved> unproved) {
        public Open {
            unproved = List.copyOf(unproved);
        }
    }

    /** Empty when the application is gone. */
    Optional<Open> open(Failover live);
}
