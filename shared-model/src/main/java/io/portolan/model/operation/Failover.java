package io.portolan.model.operation;

import io.portolan.model.Names;
import io.portolan.model.Uid;
import io.portolan.model.dr.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The unplanned or planned move of an application's active role to another cluster. Made by POST,
 * never edited; the executor alone writes it.
 */
public record Failover(
        Uid uid,
        String tenant,
        String name,
        Uid application,
        String applicationName,
        Request request,
        boolean singleWriter,
        State state,
        Optional<Plan> plan,
        List<Step> steps,
        Optional<Attestation> attestation,
        boolean abortRequested,
        Optional<Evidence> evidence,
        long epochBefore,
        long epochAfter,
        String waitingFor,
        String next,
        Instant requestedAt,
        Optional<Instant> endedAt,
        Optional<Report> report) {
    public Failover {
        steps = List.copyOf(steps);
    }

    /**
     * One that was just asked for.
     *
     * @param name unique in the tenant
     */
    public static Failover requested(
            Uid uid,
            String tenant,
            String name,
            Uid application,
            String applicationName,
            Request request,
            Instant at) {
        return new Failover(
                uid,
                tenant,
                name,
                application,
                applicationName,
                request,
                false,
                State.REQUESTED,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false,
                Optional.empty(),
                0,
                0,
                "the executor",
                "",
                at,
                Optional.empty(),
                Optional.empty());
    }

    /** With another timeline. */
    public Failover withSteps(List<Step> other) {
        return new Failover(
                uid,
                tenant,
                name,
                application,
                applicationName,
                request,
                singleWriter,
                state,
                plan,
                other,
                attestation,
                abortRequested,
                evidence,
                epochBefore,
                epochAfter,
                waitingFor,
                next,
                requestedAt,
                endedAt,
                report);
    }

    /**
     * What was asked.
     *
     * @param to a cluster's or a region's name; empty: whichever fits best, a standby before others
     * @param from clusters to leave; empty: the active cluster of a single writer, every
     *     unreachable cluster of a stateless application
     * @param reason why, for the record
     * @param planned a relocation: it is refused unless every cluster that it leaves is heard
     */
    public record Request(
            String to, List<String> from, String reason, String requestedBy, boolean planned) {
        /** Who asks for what nobody asked for. */
        public static final String BY_POLICY = "policy";

        public Request {
            from = List.copyOf(from);
        }

        /** Whether the clusters that it leaves are heard or not. */
        public Request(String to, List<String> from, String reason, String requestedBy) {
            this(to, from, reason, requestedBy, false);
        }

        /** Whether central began it by the application's policy. */
        public boolean automatic() {
            return requestedBy.equals(BY_POLICY);
        }

        /** Where to, in words. */
        public String destination() {
            return to.isEmpty() ? "the best cluster" : to;
        }
    }

    /**
     * The clusters that were resolved in the preflight.
     *
     * @param sources the clusters that had the active role; none where no cluster had it
     * @param lastService when a source last proved that it served; absent while it still does
     */
    public record Plan(
            List<Uid> sources,
            Uid target,
            Duration demoteTimeout,
            Duration verifyTimeout,
            Optional<Instant> lastService) {
        public Plan {
            sources = List.copyOf(sources);
        }
    }

    /**
     * An operator swears that clusters run nothing of the application. Audited. Counts for this
     * operation and this epoch only.
     *
     * @param epoch of the assignment when it was said
     */
    public record Attestation(
            String operator, String reason, Instant at, long epoch, List<Vouched> clusters) {
        public Attestation {
            clusters = List.copyOf(clusters);
        }

        public Optional<Vouched> of(Uid cluster) {
            return clusters.stream().filter(v -> v.cluster.equals(cluster)).findFirst();
        }
    }

    /**
     * A cluster that was vouched for.
     *
     * @param silentSince when it had been heard for the last time, if it was not heard when this
     *     was said: heard later, it has to speak for itself
     */
    public record Vouched(Uid cluster, String name, Optional<Instant> silentSince) {}

    /** The machine of DESIGN.md section 7, the slice of it that this version walks. */
    public enum State {
        REQUESTED,
        PREFLIGHT,
        /** Central takes the active role from the sources. */
        REVOKING,
        /** Waits for proof that the sources stopped. */
        FENCING,
        /** Committed: epoch raised, no way back from here. */
        PROMOTING,
        VERIFYING,
        COMPLETED,
        /**
         * Ended at an operator's word. Before the commit the source has the active role again,
         * under a new epoch; after it the target keeps the role under its epoch, unverified, and
         * another failover may follow.
         */
        ABORTED,
        /** Ended in the preflight: nothing was changed. */
        REFUSED;

        public boolean ended() {
            return this == COMPLETED || this == ABORTED || this == REFUSED;
        }

        @Override
        public String toString() {
            return Names.camel(this);
        }
    }

    /**
     * One persisted step of the timeline.
     *
     * @param deadline until when it waits before it asks the operator
     */
    public record Step(
            State state,
            Instant startedAt,
            Optional<Instant> endedAt,
            Optional<Instant> deadline,
            String detail) {}

    /**
     * What was reached.
     *
     * @param commandToHealthy from the request to the target's verified health
     * @param rto from the last proof of service of a source to the target's verified health
     */
    public record Report(
            Duration commandToHealthy, Optional<Duration> rto, String fence, String summary) {}
}
