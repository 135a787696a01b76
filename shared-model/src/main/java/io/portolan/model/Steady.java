package io.portolan.model;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Time for whoever waits: it begins with the wall clock's and goes on with the machine's steady
 * one. A wall clock that is set, by a minute or by a year, neither shortens nor lengthens a wait.
 * What it is off then is made up for slowly, by a thousandth of the time that passes, which is far
 * within the drift that waits allow for. Owned by one thread.
 */
public final class Steady implements InstantSource {
    private static final long SLOWLY = 1_000;
    private static final long OFTEN = Duration.ofMillis(100).toNanos();

    private final InstantSource wall;
    private final LongSupplier nanos;
    private Instant base;
    private long read;

    /**
     * @param nanos as {@link System#nanoTime}
     */
    public Steady(InstantSource wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.base = wall.instant();
        this.read = nanos.getAsLong();
    }

    /** Begins anew with the wall clock's time. Nobody may be waiting. */
    public void begin() {
        base = wall.instant();
        read = nanos.getAsLong();
    }

    @Override
    public Instant instant() {
        long passed = nanos.getAsLong() - read;
        Instant now = base.plusNanos(passed);
        if (passed >= OFTEN) {
            Duration off = Duration.between(now, wall.instant());
            Duration most = Duration.ofNanos(passed / SLOWLY);
            now = now.plus(clamped(off, most));
            base = now;
            read += passed;
        }
        return now;
    }

    private static Duration clamped(Duration off, Duration most) {
        if (off.isNegative()) {
            return off.negated().compareTo(most) > 0 ? most.negated() : off;
        }
        return off.compareTo(most) > 0 ? most : off;
    }
}
