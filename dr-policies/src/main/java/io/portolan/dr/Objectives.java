package io.portolan.dr;

import io.portolan.model.app.SelfFence;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.DrPolicySpec.Trigger;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.wire.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a policy aims at, against what was reached and what can be reached. */
public final class Objectives {
    /** What a start from nothing takes where volumes are made and images are pulled. */
    private static final Duration COLD_START = Duration.ofMinutes(15);

    private Objectives() {}

    /**
     * {@code RTO 5m met with 42s}, {@code RTO 5m missed by 1m: 6m}. Empty where the policy aims at
     * nothing, or nothing is known of what was reached.
     */
    static Optional<String> rto(DrPolicySpec policy, Optional<Duration> reached) {
        return policy.rto().flatMap(target -> reached.map(r -> rto(target, r)));
    }

    private static String rto(Duration target, Duration reached) {
        String took = Durations.format(reached);
        return "RTO "
                + Durations.format(target)
                + (reached.compareTo(target) <= 0
                        ? " met with " + took
                        : " missed by " + Durations.format(reached.minus(target)) + ": " + took);
    }

    /**
     * How long a silence must be at least to mean anything: three signs of life that are missing.
     */
    public static Duration least(Duration heartbeat) {
        return heartbeat.multipliedBy(3);
    }

    private static void hasty(String field, Duration said, Duration heartbeat, List<String> out) {
        Duration least = least(heartbeat);
        if (said.compareTo(least) < 0) {
            out.add(
                    "detect."
                            + field
                            + ": "
                            + Durations.format(said)
                            + " is shorter than three heartbeats of "
                            + Durations.format(heartbeat)
                            + ", which central waits for at least: "
                            + Durations.format(least));
        }
    }

    /**
     * What of a policy cannot be had, each with the path of its field. It may be written all the
     * same.
     *
     * @param heartbeat how often an agent that lives is heard
     * @param usual the silence from which on central believes a cluster to be down
     */
    public static List<String> warnings(DrPolicySpec policy, Duration heartbeat, Duration usual) {
        List<String> out = new ArrayList<>();
        policy.detection().suspect().ifPresent(d -> hasty("suspect", d, heartbeat, out));
        policy.detection().down().ifPresent(d -> hasty("down", d, heartbeat, out));
        Duration belief =
                policy.detection()
                        .down()
                        .map(d -> d.compareTo(least(heartbeat)) < 0 ? least(heartbeat) : d)
                        .orElse(usual);
        // What a hook fences need not wait for its grants.
        Optional<Duration> grants =
                policy.grant().filter(_ -> policy.fencing().isEmpty()).map(SelfFence::runsOutIn);
        Duration before = belief.plus(policy.toleration()).plus(grants.orElse(Duration.ZERO));
        policy.rto()
                .filter(_ -> policy.trigger() == Trigger.AUTOMATIC)
                .filter(rto -> rto.compareTo(before) < 0)
                .ifPresent(
                        rto ->
                                out.add(
                                        "rto: "
                                                + Durations.format(rto)
                                                + " cannot be kept: a cluster is believed to be"
                                                + " down after "
                                                + Durations.format(belief)
                                                + ", and toleration takes another "
                                                + Durations.format(policy.toleration())
                                                + grants.map(
                                                                g ->
                                                                        ", and its last grant runs"
                                                                                + " out after "
                                                                                + Durations.format(
                                                                                        g))
                                                        .orElse("")
                                                + ": "
                                                + Durations.format(before)
                                                + " before anything begins"));
        policy.rto()
                .filter(_ -> policy.standby().equals(Optional.of(StandbyLevel.COLD)))
                .filter(rto -> rto.compareTo(COLD_START) < 0)
                .ifPresent(
                        rto ->
                                out.add(
                                        "rto: "
                                                + Durations.format(rto)
                                                + " is short for standby: cold, where everything"
                                                + " is made when it is needed, volumes too: "
                                                + Durations.format(COLD_START)
                                                + " or more is usual; did you mean pilot-light"));
        return out;
    }
}
