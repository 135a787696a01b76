package io.portolan.model.dr;

import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Spec;
import java.time.Duration;
import java.util.Optional;

/**
 * How an application survives a disaster.
 *
 * @param trigger what happens when its cluster is down
 * @param toleration for how long its cluster must have been down, beyond the silence from which on
 *     a cluster is believed to be down at all
 * @param cooldown after a failover that nobody typed, none follows for so long
 * @param demoteTimeout how long a failover waits for a reachable source to stop before it blocks
 * @param verifyTimeout how long a failover waits for the target's health before it pauses
 * @param reserve whether the room that the application will need at a failover is kept free in the
 *     cluster of its first standby; absent: for a single writer
 */
public record DrPolicySpec(
        Writers writers,
        Trigger trigger,
        Duration toleration,
        Duration cooldown,
        Duration demoteTimeout,
        Duration verifyTimeout,
        Optional<Boolean> reserve)
        implements Spec {
    public static final Duration TOLERATION = Duration.ofMinutes(5);
    public static final Duration COOLDOWN = Duration.ofMinutes(30);
    public static final Duration DEMOTE_TIMEOUT = Duration.ofMinutes(5);
    public static final Duration VERIFY_TIMEOUT = Duration.ofMinutes(10);

    /** No fence needed, every cluster may run it. */
    public static final DrPolicySpec STATELESS =
            new DrPolicySpec(Writers.MANY, DEMOTE_TIMEOUT, VERIFY_TIMEOUT);

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

    /** Whether two clusters may run the application at once. */
    public enum Writers {
        /** Never two at once: promotion needs proof that the former is fenced. */
        SINGLE,
        MANY;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
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
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public boolean singleWriter() {
        return writers == Writers.SINGLE;
    }

    /** Whether room is reserved for a failover. */
    public boolean reserves() {
        return singleWriter() && reserve.orElse(true);
    }

    @Override
    public Kind kind() {
        return Kind.DR_POLICY;
    }

    @Override
    public void check(Check at) {
        at.at("trigger")
                .require(
                        !singleWriter() || trigger != Trigger.AUTOMATIC,
                        "must not be automatic for a single writer: a cluster that is not heard"
                                + " cannot prove that it stopped, so somebody has to vouch for it;"
                                + " did you mean propose");
        at.at("toleration")
                .require(
                        !toleration.isNegative() && toleration.compareTo(Duration.ofHours(24)) <= 0,
                        "must be 0s..24h");
        at.at("cooldown")
                .require(
                        !cooldown.isNegative() && cooldown.compareTo(Duration.ofDays(7)) <= 0,
                        "must be 0s..168h");
        duration(at.at("demoteTimeout"), demoteTimeout);
        duration(at.at("verifyTimeout"), verifyTimeout);
        at.at("reserve")
                .require(
                        singleWriter() || !reserve.orElse(false),
                        "needs writers: single, of many each cluster runs its own already");
    }

    private static void duration(Check at, Duration d) {
        at.require(
                d.compareTo(Duration.ofSeconds(1)) >= 0 && d.compareTo(Duration.ofHours(24)) <= 0,
                "must be 1s..24h");
    }
}
