package io.portolan.model.operation;

import io.portolan.model.Names;
import io.portolan.model.Uid;
import io.portolan.model.dr.Evidence;
import io.portolan.model.dr.FenceLevel;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.dr.OperationKind;
import io.portolan.model.dr.PreflightCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The unplanned or planned move of an application's active role to another cluster. Made by POST,
 * never edited; the executor alone writes it.
 *
 * <p>Long because it is one document: its parts are nested here, as they are in it.
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
        Optional<Report> report,
        List<Checked> checks,
        List<Approval> approvals,
        List<Control> controls,
        List<HookRun> hooks) {
    /** What it waits for until its next step has looked around. */
    public static final String EXECUTOR = "the executor";

    /** What {@link #next} begins with while nothing has to be typed. */
    public static final String WAIT = "waits";

    public Failover {
        steps = List.copyOf(steps);
        checks = List.copyOf(checks);
        approvals = List.copyOf(approvals);
        controls = List.copyOf(controls);
        hooks = List.copyOf(hooks);
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
                EXECUTOR,
                "",
                at,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** With another timeline. */
    public Failover withSteps(List<Step> other) {
        return with(attestation, abortRequested, other, waitingFor, next, approvals, controls);
    }

    /** With what an operator swears; empty: with no word that counts. */
    public Failover attested(Optional<Attestation> word) {
        return with(word, abortRequested, steps, waitingFor, next, approvals, controls);
    }

    /** To be ended at an operator's word. */
    public Failover aborting() {
        return with(attestation, true, steps, waitingFor, next, approvals, controls);
    }

    public Failover approved(Approval approval) {
        List<Approval> all = new ArrayList<>(approvals);
        all.add(approval);
        boolean waits = state != State.APPROVAL || paused().isPresent();
        return with(
                attestation,
                abortRequested,
                steps,
                waits ? waitingFor : EXECUTOR,
                waits ? next : "",
                all,
                controls);
    }

    /** With a word, and what the operation waits for after it. */
    public Failover said(Control word, String waitingFor, String next) {
        List<Control> all = new ArrayList<>(controls);
        all.add(word);
        return with(attestation, abortRequested, steps, waitingFor, next, approvals, all);
    }

    private Failover with(
            Optional<Attestation> attestation,
            boolean abortRequested,
            List<Step> steps,
            String waitingFor,
            String next,
            List<Approval> approvals,
            List<Control> controls) {
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
                steps,
                attestation,
                abortRequested,
                evidence,
                epochBefore,
                epochAfter,
                waitingFor,
                next,
                requestedAt,
                endedAt,
                report,
                checks,
                approvals,
                controls,
                hooks);
    }

    /** The word that holds it up. Any later word ends a pause. */
    public Optional<Control> paused() {
        return controls.isEmpty() || controls.getLast().kind() != Control.Kind.PAUSE
                ? Optional.empty()
                : Optional.of(controls.getLast());
    }

    /** Whether a planned move became a failover at an operator's word. */
    public boolean escalated() {
        return controls.stream().anyMatch(w -> w.kind() == Control.Kind.ESCALATE);
    }

    /** Whether it leaves only clusters that answer. */
    public boolean planned() {
        return request.planned() && !escalated();
    }

    /** What it is now; it is asked for as {@link Request#kind}. */
    public OperationKind kind() {
        return planned() ? request.kind() : OperationKind.FAILOVER;
    }

    /**
     * Whether it gets no further without somebody: paused, not approved, late, or told what to do.
     */
    public boolean waitsForPeople(Instant now) {
        boolean late =
                state != State.STABILIZING
                        && !steps.isEmpty()
                        && steps.getLast().deadline().filter(now::isAfter).isPresent();
        return !state.ended()
                && (late
                        || state == State.APPROVAL
                        || paused().isPresent()
                        || !(next.isEmpty() || next.startsWith(WAIT)));
    }

    /** Who said that the step in this state was to be left undone, the first first. */
    public Optional<Control> skipped(State state) {
        return controls.stream()
                .filter(w -> w.kind() == Control.Kind.SKIP)
                .filter(w -> w.step() >= 0 && w.step() < steps.size())
                .filter(w -> steps.get(w.step()).state() == state)
                .findFirst();
    }

    /** Whether the role was given away, whatever became of it afterwards. */
    public boolean moved() {
        return state == State.COMPLETED
                || steps.stream().anyMatch(s -> s.state() == State.PROMOTING);
    }

    /** Who said that the open step is to be left undone. */
    public Optional<Control> skipped() {
        return controls.stream()
                .filter(w -> w.kind() == Control.Kind.SKIP && w.step() == steps.size() - 1)
                .findFirst();
    }

    /**
     * What was asked.
     *
     * @param to a cluster's or a region's name; empty: whichever fits best, a standby before others
     * @param from clusters to leave; empty: the active cluster of a single writer, every
     *     unreachable cluster of a stateless application
     * @param reason why, for the record
     * @param planned a relocation: it is refused unless every cluster that it leaves is heard
     * @param failback of a relocation: to the cluster that a failover left
     * @param overrides checks of the preflight that shall not hold it up, where the policy allows
     */
    public record Request(
            String to,
            List<String> from,
            String reason,
            String requestedBy,
            boolean planned,
            boolean failback,
            List<PreflightCheck> overrides) {
        /** Who asks for what nobody asked for. */
        public static final String BY_POLICY = "policy";

        public Request {
            from = List.copyOf(from);
            overrides = List.copyOf(overrides);
        }

        /** That overrides nothing. */
        public Request(
                String to, List<String> from, String reason, String requestedBy, boolean planned) {
            this(to, from, reason, requestedBy, planned, false, List.of());
        }

        /** Whether the clusters that it leaves are heard or not. */
        public Request(String to, List<String> from, String reason, String requestedBy) {
            this(to, from, reason, requestedBy, false);
        }

        /** Whether central began it by the application's policy. */
        public boolean automatic() {
            return requestedBy.equals(BY_POLICY);
        }

        public OperationKind kind() {
            if (!planned) {
                return OperationKind.FAILOVER;
            }
            return failback ? OperationKind.FAILBACK : OperationKind.RELOCATE;
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
     * @param lastService when a source last proved that it served; absent while it still does, and
     *     where nobody knows
     * @param minimumFence the weakest evidence that a single writer is promoted on; absent: any
     *     that fences
     * @param attestations how many operators must vouch for a cluster; absent: one
     * @param stabilize for how long the target must stay healthy before the sources are let go
     * @param approvals how many others must agree; absent: none. A policy that changes meanwhile
     *     can only add to it
     * @param approvers users who may agree; none: everybody but who asked
     * @param hooks points of the policy's hooks, none of which is passed over because the policy
     *     changes meanwhile
     * @param unserved whether no source had a replica ready when this was settled: nobody knows
     *     since when
     */
    public record Plan(
            List<Uid> sources,
            Uid target,
            Duration demoteTimeout,
            Duration verifyTimeout,
            Optional<Instant> lastService,
            Optional<FenceLevel> minimumFence,
            Optional<Integer> attestations,
            Optional<Duration> stabilize,
            Optional<Integer> approvals,
            List<String> approvers,
            List<HookPoint> hooks,
            boolean unserved) {
        public Plan {
            sources = List.copyOf(sources);
            approvers = List.copyOf(approvers);
            hooks = List.copyOf(hooks);
        }

        /** One that takes any evidence that fences, one operator's word, and no more. */
        public Plan(
                List<Uid> sources,
                Uid target,
                Duration demoteTimeout,
                Duration verifyTimeout,
                Optional<Instant> lastService) {
            this(
                    sources,
                    target,
                    demoteTimeout,
                    verifyTimeout,
                    lastService,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    false);
        }

        /** The weakest evidence that a single writer is promoted on. */
        public FenceLevel fence() {
            return minimumFence.orElse(FenceLevel.F6);
        }

        /** How many operators must vouch for a cluster. */
        public int operators() {
            return attestations.orElse(1);
        }

        /** The same to another cluster. */
        public Plan aimedAt(Uid other) {
            return with(other, lastService);
        }

        /** The same, with a source that went on serving and has fallen silent since. */
        public Plan servedUntil(Instant last) {
            return with(target, Optional.of(last));
        }

        private Plan with(Uid target, Optional<Instant> lastService) {
            return new Plan(
                    sources,
                    target,
                    demoteTimeout,
                    verifyTimeout,
                    lastService,
                    minimumFence,
                    attestations,
                    stabilize,
                    approvals,
                    approvers,
                    hooks,
                    unserved);
        }
    }

    /**
     * Operators swear that clusters run nothing of the application. Audited. Counts for this
     * operation and this epoch only.
     *
     * @param operator who spoke last
     * @param epoch of the assignment when it was said
     * @param words what each of them said, the oldest first; none where a former version stored it:
     *     then {@code operator} alone spoke
     */
    public record Attestation(
            String operator,
            String reason,
            Instant at,
            long epoch,
            List<Vouched> clusters,
            List<Word> words) {
        public Attestation {
            clusters = List.copyOf(clusters);
            words = List.copyOf(words);
        }

        /** Of one operator, in no words of their own. */
        public Attestation(
                String operator, String reason, Instant at, long epoch, List<Vouched> clusters) {
            this(operator, reason, at, epoch, clusters, List.of());
        }

        /** Who spoke for a cluster, the first first. */
        public List<String> operators(Uid cluster) {
            if (of(cluster).isEmpty()) {
                return List.of();
            }
            return words.isEmpty()
                    ? List.of(operator)
                    : words.stream()
                            .filter(w -> w.clusters.contains(cluster))
                            .map(Word::operator)
                            .distinct()
                            .toList();
        }

        /** Whether so many operators spoke for a cluster. */
        public boolean vouches(Uid cluster, int operators) {
            return operators(cluster).size() >= operators;
        }

        public Optional<Vouched> of(Uid cluster) {
            return clusters.stream().filter(v -> v.cluster.equals(cluster)).findFirst();
        }
    }

    /**
     * What one operator said.
     *
     * @param text what was confirmed
     */
    public record Word(
            String operator, String reason, Instant at, List<Uid> clusters, String text) {
        public Word {
            clusters = List.copyOf(clusters);
        }
    }

    /**
     * A cluster that was vouched for.
     *
     * @param silentSince when it had been heard for the last time, if it was not heard when this
     *     was said: heard later, it has to speak for itself
     */
    public record Vouched(Uid cluster, String name, Optional<Instant> silentSince) {}

    /**
     * The machine of DESIGN.md section 7. What nothing is configured for is passed over without a
     * step.
     */
    public enum State {
        REQUESTED,
        PREFLIGHT,
        /** Others than who asked have to agree. */
        APPROVAL,
        /** The target makes what it needs and runs nothing, while the source still runs. */
        PREPARING_TARGET,
        /** A hook takes traffic from the source. */
        WITHDRAWING_TRAFFIC,
        /** A hook stops writes in the source. */
        QUIESCING,
        /** A hook waits until the target has the last write. */
        FINAL_SYNC,
        /** Central takes the active role from the sources. */
        REVOKING,
        /** Waits for proof that the sources stopped. */
        FENCING,
        /** A hook tells how much would be lost. */
        DATA_GATE,
        /** Committed: epoch raised, no way back from here. */
        PROMOTING,
        VERIFYING,
        /** A hook sends traffic to the target. */
        SWITCHING_TRAFFIC,
        /** The target has to stay healthy for a while. */
        STABILIZING,
        /** A hook removes what is left in the source. */
        CLEANING_SOURCE,
        /** A hook protects the next standby. */
        REPROTECTING,
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

        /** Whether it has begun to act, and its commit is still to come. */
        public boolean acts() {
            return compareTo(PREPARING_TARGET) >= 0 && !committed() && !ended();
        }

        /** Whether the role is given away, and it goes on to its end. */
        public boolean committed() {
            return switch (this) {
                case PROMOTING,
                        VERIFYING,
                        SWITCHING_TRAFFIC,
                        STABILIZING,
                        CLEANING_SOURCE,
                        REPROTECTING ->
                        true;
                case REQUESTED,
                        PREFLIGHT,
                        APPROVAL,
                        PREPARING_TARGET,
                        WITHDRAWING_TRAFFIC,
                        QUIESCING,
                        FINAL_SYNC,
                        REVOKING,
                        FENCING,
                        DATA_GATE,
                        COMPLETED,
                        ABORTED,
                        REFUSED ->
                        false;
            };
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
     * @param rto from the last proof of service of a source to the target's verified health and
     *     traffic; absent where service never ended, or the target was not verified
     * @param loss how far the target's data was behind at the commit, where a hook told it
     * @param deviations where it went another way than planned: overrides, late steps, words
     */
    public record Report(
            Duration commandToHealthy,
            Optional<Duration> rto,
            String fence,
            String summary,
            Optional<HookRun.Lag> loss,
            List<String> deviations) {
        public Report {
            deviations = List.copyOf(deviations);
        }
    }
}
