package io.portolan.central.store;

import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Status;
import io.portolan.model.Uid;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;

/**
 * One stored thing. Every row carries the revision of the transaction that last wrote it; the same
 * revision stands in the change log.
 */
public sealed interface Row {
    Key key();

    /** Addresses a row. */
    sealed interface Key {
        record OfResource(ResourceKey resource) implements Key {}

        /**
         * @param resource whose kind tells a reader of the log the type of the status
         */
        record OfStatus(ResourceKey resource, Uid subject) implements Key {}

        record OfAssignment(Uid application) implements Key {}

        record OfWork(Uid cluster, Uid application) implements Key {}

        record OfWorkStatus(Uid cluster, Uid application) implements Key {}

        record OfOperation(Uid operation) implements Key {}

        record OfObservation(Uid cluster) implements Key {}
    }

    /**
     * Spec and metadata. {@code metadata.revision} is ignored on the way in and true on the way
     * out.
     */
    record ResourceRow(Resource<?> resource) implements Row {
        @Override
        public Key key() {
            return new Key.OfResource(resource.key());
        }
    }

    record StatusRow(ResourceKey resource, Uid subject, Status status) implements Row {
        @Override
        public Key key() {
            return new Key.OfStatus(resource, subject);
        }
    }

    record AssignmentRow(Assignment assignment) implements Row {
        @Override
        public Key key() {
            return new Key.OfAssignment(assignment.application());
        }
    }

    record WorkRow(io.portolan.model.app.Work work) implements Row {
        @Override
        public Key key() {
            return new Key.OfWork(work.cluster(), work.application());
        }
    }

    record WorkStatusRow(io.portolan.model.app.WorkStatus status) implements Row {
        @Override
        public Key key() {
            return new Key.OfWorkStatus(status.cluster(), status.application());
        }
    }

    /**
     * An operation. PostgreSQL, not the image, refuses a second live one on the same application
     * (unique index): such a commit is a {@link CommitResult.Conflict}.
     */
    record OperationRow(Failover operation) implements Row {
        @Override
        public Key key() {
            return new Key.OfOperation(operation.uid());
        }
    }

    /**
     * What a cluster's agent last told of it. Its status, which the leader writes, is another row.
     */
    record ObservationRow(
            Uid cluster, io.portolan.model.cluster.ClusterStatus.Observation observation)
            implements Row {
        @Override
        public Key key() {
            return new Key.OfObservation(cluster);
        }
    }
}
