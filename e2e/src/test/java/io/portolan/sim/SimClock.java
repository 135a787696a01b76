package io.portolan.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The clock that one process waits by: off by some seconds, and a little too fast or too slow. It
 * begins with the machine's wall clock, and that may be set meanwhile.
 */
final class SimClock implements InstantSource {
    /** In parts of a million; good clocks stay below a hundred. */
    private static final int DRIFT_PPM = 500;

    private final World world;
    private final double rate;
    private Duration ahead;
    private Duration set = Duration.ZERO;

    SimClock(World world, Dice dice, boolean exact) {
        this.world = world;
        this.ahead = exact ? Duration.ZERO : Duration.ofMillis(dice.pick(4_000) - 2_000L);
        this.rate = exact ? 1 : 1 + (dice.pick(2 * DRIFT_PPM) - DRIFT_PPM) / 1e6;
    }

    @Override
    public Instant instant() {
        return World.BEGINNING.plus(ahead).plusNanos((long) (world.age().toNanos() * rate));
    }

    /** What the world's clock shows when this one shows {@code local}, if nobody sets it. */
    Instant inWorld(Instant local) {
        Duration left = Duration.between(instant(), local);
        return world.instant().plusNanos((long) Math.ceil(left.toNanos() / rate));
    }

    /** Sets the wall clock. */
    void set(Duration forward) {
        set = set.plus(forward);
    }

    /** Begins with the wall clock's time. */
    void begin() {
        ahead = ahead.plus(set);
        set = Duration.ZERO;
    }

    /** The same in the midst of it, where that is planted; never backwards. */
    void follow() {
        if (!set.isNegative()) {
            begin();
        }
    }
}
