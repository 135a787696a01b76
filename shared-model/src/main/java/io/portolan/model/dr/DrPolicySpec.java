package io.portolan.model.dr;

import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Spec;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How an application survives a disaster.
 *
 * @param preset whose values stand where the document said nothing; they are stored with the rest
 * @param standby how much of it those clusters have ready that stand by; absent: its objects, and
 *     nothing that runs
 * @param replication how its data reach its other clusters, as the application says
 * @param rpo how much of what was written last may be lost, as time
 * @param rto how long it may be without service; reports say whether it was kept
 * @param trigger what happens when its cluster is down
 * @param toleration for how long its cluster must have been down, beyond the silence from which on
 *     a cluster is believed to be down at all
 * @param cooldown after a failover that nobody typed, none follows for so long
 * @param detect how long a silence means what; absent: as central has it
 * @param minimumFence the weakest evidence on which a single writer is started elsewhere while its
 *     cluster does not show itself that it stopped; absent: {@link FenceLevel#F6}, an operator's
 *     word is enough
 * @param attestations how many operators must attest; absent: one
 * @param failback whether it returns to the cluster that it was failed over from; absent: by an
 *     operator alone
 * @param onReturn what becomes of a cluster that was left unheard when it returns; absent: it
 *     stands by when it has shown that it runs nothing
 * @param safety what is held although the trigger is automatic
 * @param demoteTimeout how long a failover waits for a reachable source to stop before it blocks
 * @param verifyTimeout how long a failover waits for the target's health before it pauses
 * @param reserve whether the room that the application will need at a failover is kept free in the
 *     cluster of its first standby, where one cluster is active; absent: for a single writer
 * @param stabilize for how long the target of an operation must stay healthy before its sources are
 *     let go; absent: not at all
 * @param approvals who must agree before an operation changes anything; absent: nobody
 * @param preflight what an operator may override; absent: nothing
 * @param onCentralLoss what a single writer does where its cluster hears no central; absent: it
 *     keeps running
 * @param selfFence how it fences itself, where it does
 * @param hooks what acts or answers outside of Portolan at the points of an operation
 * @param fencing how a cluster that is not heard is proved to run nothing
 */
public record DrPolicySpec(
        Optional<Preset> preset,
        Writers writers,
        Optional<StandbyLevel> standby,
        Optional<Replication> replication,
        Optional<Duration> rpo,
        Optional<Duration> rto,
        Trigger trigger,
        Duration toleration,
        Duration cooldown,
        Optional<Detect> detect,
        Optional<FenceLevel> minimumFence,
        Optional<Integer> attestations,
        Optional<Failback> failback,
        Optional<OnReturn> onReturn,
        Optional<Safety> safety,
        Duration demoteTimeout,
        Duration verifyTimeout,
        Optional<Boolean> reserve,
        Optional<Duration> stabilize,
        Optional<ApprovalRule> approvals,
        Optional<PreflightRule> preflight,
        Optional<OnCentralLoss> onCentralLoss,
        Optional<SelfFencing> selfFence,
        Map<HookPoint, Hook> hooks,
        Optional<HookedFence> fencing)
        implements Spec {
    public static final Duration TOLERATION = Duration.ofMinutes(5);
    public static final Duration COOLDOWN = Duration.ofMinutes(30);
    public static final Duration DEMOTE_TIMEOUT = Duration.ofMinutes(5);
    public static final Duration VERIFY_TIMEOUT = Duration.ofMinutes(10);

    /** No fence needed, every cluster may run it. */
    public static final DrPolicySpec STATELESS =
            new DrPolicySpec(Writers.MANY, DEMOTE_TIMEOUT, VERIFY_TIMEOUT);

    public DrPolicySpec {
        Map<HookPoint, Hook> said = new TreeMap<>();
        hooks.forEach(
                (point, hook) -> said.put(point, Objects.requireNonNullElse(hook, Hook.UNSAID)));
        hooks = Collections.unmodifiableMap(said);
    }

    /** With what is usual when its cluster is down: an operator is told, and decides. */
    public DrPolicySpec(Writers writers, Duration demoteTimeout, Duration verifyTimeout) {
        this(
                writers,
                Trigger.PROPOSE,
                TOLERATION,
                COOLDOWN,
                demoteTimeout,
                verifyTimeout,
                Optional.empty());
    }

    /** One that says nothing of targets, evidence, safety and operations. */
    public DrPolicySpec(
            Writers writers,
            Trigger trigger,
            Duration toleration,
            Duration cooldown,
            Duration demoteTimeout,
            Duration verifyTimeout,
            Optional<Boolean> reserve) {
        this(
                Optional.empty(),
                writers,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                trigger,
                toleration,
                cooldown,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                demoteTimeout,
                verifyTimeout,
                reserve,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty());
    }

    /** A topology by name. What it stands for is put in when the document is read. */
    public enum Preset {
        /** Several clusters serve at once, and one that is lost is made good for. */
        ACTIVE_ACTIVE,
        /** A single writer, and a cluster that holds its objects but runs nothing. */
        PILOT_LIGHT,
        /** One cluster serves, and another one runs one replica of each workload. */
        WARM,
        /** The same, with all replicas running. */
        HOT,
        /** A single writer, and a cluster that would take it and has nothing of it until then. */
        COLD,
        /** Members on three clusters agree among themselves: two must always be left. */
        QUORUM_OF_THREE;

        /**
         * What it means by its name, whatever else the policy says; empty where it has no standby.
         */
        Optional<StandbyLevel> standby() {
            return switch (this) {
                case COLD -> Optional.of(StandbyLevel.COLD);
                case WARM -> Optional.of(StandbyLevel.WARM);
                case HOT -> Optional.of(StandbyLevel.HOT);
                case PILOT_LIGHT -> Optional.of(StandbyLevel.PILOT_LIGHT);
                case ACTIVE_ACTIVE, QUORUM_OF_THREE -> Optional.empty();
            };
        }

        /** Whether several clusters serve at once. */
        boolean manyServe() {
            return this == ACTIVE_ACTIVE || this == QUORUM_OF_THREE;
        }

        /** On how many clusters an application must be at least. */
        int clusters() {
            return switch (this) {
                case ACTIVE_ACTIVE, PILOT_LIGHT, COLD, WARM, HOT -> 2;
                case QUORUM_OF_THREE -> 3;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Whether two clusters may run the application at once. */
    public enum Writers {
        /** Never two at once: promotion needs proof that the former is fenced. */
        SINGLE,
        MANY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the loss of its cluster leads to. */
    public enum Trigger {
        /** To nothing: an operator who knows of it types the command. */
        MANUAL,
        /** The status says so, with the command to type. */
        PROPOSE,
        /** A failover, unless the fleet's brake is on. */
        AUTOMATIC;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What becomes of a cluster that was left unheard, when it returns. */
    public enum OnReturn {
        /** It runs nothing, and stands by as soon as it has shown that. */
        QUARANTINE,
        /** It runs nothing, and nothing goes there until somebody has looked and releases it. */
        HOLD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether a cluster that returns waits for somebody to look. */
    public boolean holdsReturns() {
        return onReturn.equals(Optional.of(OnReturn.HOLD));
    }

    /** What a workload does where its cluster hears no central. */
    public enum OnCentralLoss {
        /** Goes on: a cluster that is cut off serves. */
        KEEP_RUNNING("keepRunning"),
        /**
         * Ends when its grant runs out (fence F3): it may start elsewhere without anybody's word.
         */
        SELF_FENCE("selfFence");

        private final String word;

        OnCentralLoss(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * Fence F3.
     *
     * @param grant for how long a workload goes on without news of central: at most so long runs
     *     what central has revoked, and at most so long central may be away
     */
    public record SelfFencing(Duration grant) {
        public static final Duration GRANT = Duration.ofSeconds(30);
        public static final Duration SHORTEST = Duration.ofSeconds(10);
        public static final Duration LONGEST = Duration.ofMinutes(10);

        void check(Check at) {
            at.at("grant")
                    .require(
                            grant.compareTo(SHORTEST) >= 0 && grant.compareTo(LONGEST) <= 0,
                            "must be 10s..10m");
        }
    }

    /** The length of a grant; none where it keeps running. */
    public Optional<Duration> grant() {
        return onCentralLoss.equals(Optional.of(OnCentralLoss.SELF_FENCE))
                ? Optional.of(selfFence.map(SelfFencing::grant).orElse(SelfFencing.GRANT))
                : Optional.empty();
    }

    public boolean singleWriter() {
        return writers == Writers.SINGLE;
    }

    /** Whether some of its clusters are active and the others stand by. */
    public boolean standsBy() {
        return singleWriter() || standby.isPresent();
    }

    /** What its standbys have ready. */
    public StandbyLevel level() {
        return standby.orElse(StandbyLevel.PILOT_LIGHT);
    }

    /** Whether room is reserved for a failover. */
    public boolean reserves() {
        return standsBy() && reserve.orElse(singleWriter());
    }

    /** The weakest evidence on which it is started elsewhere. */
    public FenceLevel fence() {
        return minimumFence.orElse(singleWriter() ? FenceLevel.F6 : FenceLevel.F0);
    }

    /** How long a silence means what. */
    public Detect detection() {
        return detect.orElse(Detect.USUAL);
    }

    /** How many others must agree to an operation of this kind. */
    public int approvals(OperationKind kind) {
        return approvals.map(rule -> rule.of(kind)).orElse(0);
    }

    /** Who may agree to an operation; none: whoever reaches it. */
    public List<String> approvers() {
        return approvals.map(ApprovalRule::by).orElse(List.of());
    }

    /** Whether an operator may override it. */
    public boolean overridable(PreflightCheck check) {
        return preflight.orElse(PreflightRule.STRICT).overridable().contains(check);
    }

    @Override
    public Kind kind() {
        return Kind.DR_POLICY;
    }

    @Override
    public void check(Check at) {
        new DrPolicyCheck(this).check(at);
    }

    /**
     * Checks it against the number of clusters that the application is on.
     *
     * @param clusters as its placement policy says
     * @param active how many of them, where some stand by
     */
    public void checkOn(int clusters, int active, Check at) {
        new DrPolicyCheck(this).on(clusters, active, at);
    }
}
