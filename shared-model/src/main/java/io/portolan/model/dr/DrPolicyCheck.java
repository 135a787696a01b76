package io.portolan.model.dr;

import io.portolan.model.Check;
import io.portolan.model.dr.DrPolicySpec.Preset;
import io.portolan.model.dr.DrPolicySpec.Trigger;
import java.time.Duration;
import java.util.Optional;

/**
 * What a policy must not say, each with its field's path: what is out of range, and what
 * contradicts itself.
 */
final class DrPolicyCheck {
    private static final int MOST_ATTESTATIONS = 5;

    private final DrPolicySpec policy;

    DrPolicyCheck(DrPolicySpec policy) {
        this.policy = policy;
    }

    void check(Check at) {
        at.at("trigger")
                .require(
                        !policy.singleWriter()
                                || policy.trigger() != Trigger.AUTOMATIC
                                || policy.grant().isPresent(),
                        "must not be automatic for a single writer that keeps running: a cluster"
                                + " that is not heard cannot prove that it stopped, so somebody has"
                                + " to vouch for it; did you mean propose, or onCentralLoss:"
                                + " selfFence");
        between(
                at.at("toleration"),
                policy.toleration(),
                Duration.ZERO,
                Duration.ofHours(24),
                "0s..24h");
        between(
                at.at("cooldown"),
                policy.cooldown(),
                Duration.ZERO,
                Duration.ofDays(7),
                "0s..168h");
        timeout(at.at("demoteTimeout"), policy.demoteTimeout());
        timeout(at.at("verifyTimeout"), policy.verifyTimeout());
        standing(at);
        targets(at);
        policy.detect().ifPresent(d -> d.check(at.at("detect")));
        policy.failback().ifPresent(f -> f.check(at.at("failback")));
        evidence(at);
        hooks(at);
        policy.safety().ifPresent(s -> s.check(policy.singleWriter(), at.at("safety")));
        at.at("onCentralLoss")
                .require(
                        policy.singleWriter() || policy.grant().isEmpty(),
                        "selfFence needs writers: single, of many each may go on");
        at.at("selfFence")
                .require(
                        policy.selfFence().isEmpty() || policy.grant().isPresent(),
                        "needs onCentralLoss: selfFence");
        policy.selfFence().ifPresent(s -> s.check(at.at("selfFence")));
        at.at("reserve")
                .require(
                        policy.standsBy() || !policy.reserve().orElse(false),
                        "needs writers: single or a standby, else each cluster runs its own"
                                + " already");
        policy.stabilize()
                .ifPresent(
                        d ->
                                between(
                                        at.at("stabilize"),
                                        d,
                                        Duration.ZERO,
                                        Duration.ofHours(1),
                                        "0s..1h"));
        policy.approvals().ifPresent(rule -> rule.check(at.at("approvals")));
        policy.preflight().ifPresent(rule -> rule.check(at.at("preflight")));
    }

    /** {@link DrPolicySpec#checkOn}. */
    void on(int clusters, int active, Check at) {
        policy.preset()
                .ifPresent(
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
                        policy.standby().isEmpty() || policy.preset().isPresent() || clusters >= 2,
                        "needs placement.clusters: 2 or more, one is active; was " + clusters);
        int serving = policy.standsBy() ? active : clusters;
        policy.safety()
                .flatMap(Safety::minActive)
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
                        !policy.singleWriter() || !policy.level().runs(),
                        policy.level()
                                + " runs code in two clusters, which a single writer never does;"
                                + " use pilot-light, with reserve: true for its room, or writers:"
                                + " many");
        at.at("writers")
                .require(
                        !policy.singleWriter()
                                || policy.preset().filter(Preset::manyServe).isEmpty(),
                        "must be many with preset: "
                                + policy.preset().map(Preset::toString).orElse("")
                                + ", where several clusters serve at once");
        policy.preset()
                .ifPresent(
                        p ->
                                at.at("standby")
                                        .require(
                                                policy.standby().isEmpty()
                                                        || policy.standby().equals(p.standby()),
                                                p.standby()
                                                                .map(l -> "must be " + l)
                                                                .orElse(
                                                                        "must not be said: nothing stands by")
                                                        + " with preset: "
                                                        + p
                                                        + ", was "
                                                        + policy.level()));
    }

    private void targets(Check at) {
        policy.rto()
                .ifPresent(
                        d ->
                                between(
                                        at.at("rto"),
                                        d,
                                        Duration.ofSeconds(1),
                                        Duration.ofDays(7),
                                        "1s..168h"));
        policy.rpo()
                .ifPresent(
                        d -> {
                            between(at.at("rpo"), d, Duration.ZERO, Duration.ofDays(7), "0s..168h");
                            at.at("rpo")
                                    .require(
                                            !d.isZero()
                                                    || policy.replication()
                                                            .equals(Optional.of(Replication.SYNC)),
                                            "0s: nothing that was written may be lost, which needs"
                                                    + " replication: sync, was replication: "
                                                    + policy.replication()
                                                            .map(Replication::toString)
                                                            .orElse("not said"));
                            at.at("rpo")
                                    .require(
                                            !policy.replication()
                                                    .equals(Optional.of(Replication.NONE)),
                                            "promises something of data that reach no other cluster"
                                                    + " (replication: none)");
                        });
    }

    private void evidence(Check at) {
        policy.minimumFence()
                .ifPresent(
                        least -> {
                            Check here = at.at("minimumFence");
                            if (!policy.singleWriter()) {
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
                                    policy.fencing()
                                            .map(HookedFence::level)
                                            .orElse(
                                                    policy.grant().isPresent()
                                                            ? FenceLevel.F3
                                                            : FenceLevel.F2);
                            here.require(
                                    most.reaches(least) || least == FenceLevel.F0,
                                    least
                                            + " cannot be reached: nothing in this policy gives more than "
                                            + most
                                            + ", so that no failover from a silent cluster could ever be"
                                            + " committed");
                        });
        policy.attestations()
                .ifPresent(
                        n -> {
                            at.at("attestations").range(n, 1, MOST_ATTESTATIONS);
                            at.at("attestations")
                                    .require(
                                            policy.singleWriter()
                                                    && FenceLevel.F6.reaches(policy.fence()),
                                            "is asked of nobody: only for a single writer whose"
                                                    + " minimumFence is F6 do words count");
                        });
    }

    private void hooks(Check at) {
        policy.hooks()
                .forEach(
                        (point, hook) -> {
                            Check one = at.at("hooks").at(point.toString());
                            one.require(!point.fences(), "is written as fencing, beside hooks");
                            one.require(
                                    policy.singleWriter() || !point.ofSingleWriter(),
                                    "needs writers: single, of many the former goes on until the next"
                                            + " serves");
                            hook.check(point, one);
                        });
        at.at("hooks")
                .at(HookPoint.DATA_GATE.toString())
                .require(
                        !policy.hooks().containsKey(HookPoint.DATA_GATE)
                                || policy.rpo().isPresent(),
                        "needs rpo, which is what the lag is compared with");
        policy.fencing()
                .ifPresent(
                        f -> {
                            at.at("fencing")
                                    .require(
                                            policy.singleWriter(),
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
