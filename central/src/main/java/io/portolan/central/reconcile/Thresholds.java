package io.portolan.central.reconcile;

import io.portolan.central.store.Store.Silence;
import io.portolan.model.cluster.ClusterStatus.Reach;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a silence means what (DESIGN.md section 7).
 *
 * @param suspect from this silence on something may be wrong
 * @param unreachable from this silence on nothing is believed of the cluster any more
 */
public record Thresholds(Duration suspect, Duration unreachable) {
    /** With heartbeats every five seconds. */
    public static final Thresholds USUAL = of(Duration.ofSeconds(5));

    /** Three heartbeats that did not come are suspicious, eight are enough to believe it. */
    public static Thresholds of(Duration heartbeat) {
        return new Thresholds(heartbeat.multipliedBy(3), heartbeat.multipliedBy(8));
    }

    public Thresholds {
        if (suspect.isNegative() || suspect.compareTo(unreachable) > 0) {
            throw new IllegalArgumentException("suspicion must come before belief");
        }
    }

    /**
     * For how long a cluster has been down that was silent for so long; absent where it is not
     * believed to be down.
     */
    Optional<Duration> down(Duration silence) {
        return silence.compareTo(unreachable) >= 0
                ? Optional.of(silence.minus(unreachable))
                : Optional.empty();
    }

    /**
     * @param silence absent before the first hello
     */
    Reach reach(Optional<Silence> silence) {
        return silence.map(Silence::since)
                .map(
                        since ->
                                since.compareTo(unreachable) >= 0
                                        ? Reach.UNREACHABLE
                                        : since.compareTo(suspect) >= 0
                                                ? Reach.SUSPECT
                                                : Reach.READY)
                .orElse(Reach.PENDING);
    }
}
