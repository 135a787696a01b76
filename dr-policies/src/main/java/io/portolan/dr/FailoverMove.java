package io.portolan.dr;

import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What to do next with an operation. */
public sealed interface FailoverMove {
    /**
     * Commit this in one transaction, guarded by the revisions that the view was made from. The
     * intent of a step, its result and, at the point of no return, the proof, the new epoch and the
     * new active cluster stand in the operation and the assignment that are written together.
     */
    record Advance(Failover operation, Optional<Assignment> assignment, List<EventRecord> events)
            implements FailoverMove {
        public Advance {
            events = List.copyOf(events);
        }
    }

    /** Nothing to do until the image changes, at the latest at this time. */
    record Wait(Optional<Instant> until) implements FailoverMove {}
}
