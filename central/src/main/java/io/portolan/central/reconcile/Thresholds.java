package io.portolan.central.reconcile;

import io.portolan.central.store.Store.Silence;
import io.portolan.dr.Brake;
import io.portolan.dr.Objectives;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.Detect;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a silence means what (DESIGN.md section 7).
 *
 * @param suspect from this silence on something may be wrong
 * @param unreachable from this silence on nothing is believed of the cluster any more
 * @param back for how long a cluster that was lost must be heard to count as back
 * @param share so many of a hundred clusters may fall silent together before the brake holds
 */
public record Thresholds(Duration suspect, Duration unreachable, Duration back, int share) {
    /** With heartbeats every five seconds. */
    public static final Thresholds USUAL = of(Duration.ofSeconds(5));

    /**
     * Three heartbeats that did not come are suspicious, eight are enough to believe it, six of
     * them in a row are a return.
     */
    public static Thresholds of(Duration heartbeat) {
        return new Thresholds(
                heartbeat.multipliedBy(3),
                heartbeat.multipliedBy(8),
                heartbeat.multipliedBy(6),
                Brake.SHARE);
    }

    /** With another share. */
    public Thresholds braking(int percent) {
        return new Thresholds(suspect, unreachable, back, percent);
    }

    /** How often an agent that lives is heard. */
    public Duration heartbeat() {
        return suspect.dividedBy(3);
    }

    /** As an application's policy has it, but never so short that a late heartbeat is a loss. */
    Thresholds as(Detect detect) {
        Duration down = detect.down().map(this::atLeast).orElse(unreachable);
        Duration doubt = detect.suspect().map(this::atLeast).orElse(suspect);
        return new Thresholds(
                doubt.compareTo(down) < 0 ? doubt : down, down, detect.back().orElse(back), share);
    }

    private Duration atLeast(Duration said) {
        Duration least = Objectives.least(heartbeat());
        return said.compareTo(least) < 0 ? least : said;
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
