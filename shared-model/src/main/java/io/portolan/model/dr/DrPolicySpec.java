package io.portolan.model.dr;

import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Spec;
import java.time.Duration;
import java.util.Collections;
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

    private static final int MOST_ATTESTATIONS = 5;

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
        at.at("trigger")
                .require(
                        !singleWriter() || trigger != Trigger.AUTOMATIC || grant().isPresent(),
                        "must not be automatic for a single writer that keeps running: a cluster"
                                + " that is not heard cannot prove that it stopped, so somebody has"
                                + " to vouch for it; did you mean propose, or onCentralLoss:"
                                + " selfFence");
        between(at.at("toleration"), toleration, Duration.ZERO, Duration.ofHours(24), "0s..24h");
        between(at.at("cooldown"), cooldown, Duration.ZERO, Duration.ofDays(7), "0s..168h");
        timeout(at.at("demoteTimeout"), demoteTimeout);
        timeout(at.at("verifyTimeout"), verifyTimeout);
        standing(at);
        targets(at);
        detect.ifPresent(d -> d.check(at.at("detect")));
        failback.ifPresent(f -> f.check(at.at("failback")));
        evidence(at);
        hooks(at);
        safety.ifPresent(s -> s.check(singleWriter(), at.at("safety")));
        at.at("onCentralLoss")
                .require(
                        singleWriter() || grant().isEmpty(),
                        "selfFence needs writers: single, of many each may go on");
        at.at("selfFence")
                .require(
                        selfFence.isEmpty() || grant().isPresent(),
                        "needs onCentralLoss: selfFence");
        selfFence.ifPresent(s -> s.check(at.at("selfFence")));
        at.at("reserve")
                .require(
                        standsBy() || !reserve.orElse(false),
                        "needs writers: single or a standby, else each cluster runs its own"
                                + " already");
        stabilize.ifPresent(
                d -> between(at.at("stabilize"), d, Duration.ZERO, Duration.ofHours(1), "0s..1h"));
        approvals.ifPresent(rule -> rule.check(at.at("approvals")));
        preflight.ifPresent(rule -> rule.check(at.at("preflight")));
    }

    /**
     * Checks it against the number of clusters that the application is on.
     *
     * @param clusters as its placement policy says
     * @param active how many of them, where some stand by
     */
    public void checkOn(int clusters, int active, Check at) {
        preset.ifPresent(
                p ->
                        at.at("preset")
                                .require(
                                        clusters >= p.clusters(),
                                        p
                                                + " needs placement.clusters: "
                                                + p.clusters()
                                                + " or more, was "
                                                + clusters));
        at.at("standby")
                .require(
                        standby.isEmpty() || preset.isPresent() || clusters >= 2,
                        "needs placement.clusters: 2 or more, one is active; was " + clusters);
        int serving = standsBy() ? active : clusters;
        safety.flatMap(Safety::minActive)
                .ifPresent(
                        n ->
                                at.at("safety")
                                        .at("minActive")
                                        .require(
                                                n <= serving,
                                                "must not be more than "
                                                        + (serving < clusters
                                                                ? "are active: "
                                                                : "placement.clusters: ")
                                                        + serving
                                                        + ", was "
                                                        + n));
    }

    /** A name that says one thing beside a field that says another is nobody's wish. */
    private void standing(Check at) {
        at.at("standby")
                .require(
                        !singleWriter() || !level().runs(),
                        level()
                                + " runs code in two clusters, which a single writer never does;"
                                + " use pilot-light, with reserve: true for its room, or writers:"
                                + " many");
        at.at("writers")
                .require(
                        !singleWriter() || preset.filter(Preset::manyServe).isEmpty(),
                        "must be many with preset: "
                                + preset.map(Preset::toString).orElse("")
                                + ", where several clusters serve at once");
        preset.ifPresent(
                p ->
                        at.at("standby")
                                .require(
                                        standby.isEmpty() || standby.equals(p.standby()),
                                        p.standby()
                                                        .map(l -> "must be " + l)
                                                        .orElse(
                                                                "must not be said: nothing stands by")
                                                + " with preset: "
                                                + p
                                                + ", was "
                                                + level()));
    }

    private void targets(Check at) {
        rto.ifPresent(
                d ->
                        between(
                                at.at("rto"),
                                d,
                                Duration.ofSeconds(1),
                                Duration.ofDays(7),
                                "1s..168h"));
        rpo.ifPresent(
                d -> {
                    between(at.at("rpo"), d, Duration.ZERO, Duration.ofDays(7), "0s..168h");
                    at.at("rpo")
                            .require(
                                    !d.isZero()
                                            || replication.equals(Optional.of(Replication.SYNC)),
                                    "0s: nothing that was written may be lost, which needs"
                                            + " replication: sync, was replication: "
                                            + replication
                                                    .map(Replication::toString)
                                                    .orElse("not said"));
                    at.at("rpo")
                            .require(
                                    !replication.equals(Optional.of(Replication.NONE)),
                                    "promises something of data that reach no other cluster"
                                            + " (replication: none)");
                });
    }

    private void evidence(Check at) {
        minimumFence.ifPresent(
                least -> {
                    Check here = at.at("minimumFence");
                    if (!singleWriter()) {
                        here.require(
                                least == FenceLevel.F0,
                                "must be F0 with writers: many, of whom two may run at once, was "
                                        + least);
                        return;
                    }
                    here.require(
                            least != FenceLevel.F0,
                            "must not be F0 for a single writer: without any proof two may write;"
                                    + " F6 takes an operator's word, F2 the agent's proof");
                    FenceLevel most =
                            fencing.map(HookedFence::level)
                                    .orElse(grant().isPresent() ? FenceLevel.F3 : FenceLevel.F2);
                    here.require(
                            most.reaches(least) || least == FenceLevel.F0,
                            least
                                    + " cannot be reached: nothing in this policy gives more than "
                                    + most
                                    + ", so that no failover from a silent cluster could ever be"
                                    + " committed");
                });
        attestations.ifPresent(
                n -> {
                    at.at("attestations").range(n, 1, MOST_ATTESTATIONS);
                    at.at("attestations")
                            .require(
                                    singleWriter() && FenceLevel.F6.reaches(fence()),
                                    "is asked of nobody: only for a single writer whose"
                                            + " minimumFence is F6 do words count");
                });
    }

    private void hooks(Check at) {
        hooks.forEach(
                (point, hook) -> {
                    Check one = at.at("hooks").at(point.toString());
                    one.require(!point.fences(), "is written as fencing, beside hooks");
                    one.require(
                            singleWriter() || !point.ofSingleWriter(),
                            "needs writers: single, of many the former goes on until the next"
                                    + " serves");
                    hook.check(point, one);
                });
        at.at("hooks")
                .at(HookPoint.DATA_GATE.toString())
                .require(
                        !hooks.containsKey(HookPoint.DATA_GATE) || rpo.isPresent(),
                        "needs rpo, which is what the lag is compared with");
        fencing.ifPresent(
                f -> {
                    at.at("fencing")
                            .require(
                                    singleWriter(),
                                    "needs writers: single, of many none has to be fenced");
                    f.check(at.at("fencing"));
                });
    }

    private static void timeout(Check at, Duration d) {
        between(at, d, Duration.ofSeconds(1), Duration.ofHours(24), "1s..24h");
    }

    private static void between(Check at, Duration d, Duration least, Duration most, String words) {
        at.require(d.compareTo(least) >= 0 && d.compareTo(most) <= 0, "must be " + words);
    }
}
