package io.portolan.model.dr;

import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Spec;
import java.time.Duration;
import java.util.Optional;

/**
 * How an application survives a disaster.
 *
 * @param demoteTimeout how long a failover waits for a reachable source to stop before it blocks
 * @param verifyTimeout how long a failover waits for the target's health before it pauses
 * @param reserve whether the room that the application will need at a failover is kept free in the
 *     cluster of its first standby; absent: for a single writer
 */
public record DrPolicySpec(
        Writers writers, Duration demoteTimeout, Duration verifyTimeout, Optional<Boolean> reserve)
        implements Spec {
    public static final Duration DEMOTE_TIMEOUT = Duration.ofMinutes(5);
    public static final Duration VERIFY_TIMEOUT = Duration.ofMinutes(10);

    /** No fence needed, every cluster may run it. */
    public static final DrPolicySpec STATELESS =
            new DrPolicySpec(Writers.MANY, DEMOTE_TIMEOUT, VERIFY_TIMEOUT);

    /** That reserves where it can. */
    public DrPolicySpec(Writers writers, Duration demoteTimeout, Duration verifyTimeout) {
        this(writers, demoteTimeout, verifyTimeout, Optional.empty());
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
