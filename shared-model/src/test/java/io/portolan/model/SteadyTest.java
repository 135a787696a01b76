package io.portolan.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SteadyTest {
    private static final Instant START = Instant.parse("2026-11-22T17:00:00Z");

    private Instant wall = START;
    private long nanos = -5;
    private final Steady steady = new Steady(() -> wall, () -> nanos);

    private void pass(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
    }

    @Test
    void goesWithTheWallClockWhileThatIsNotSet() {
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            pass(Duration.ofNanos(random.nextLong(3_000_000_000L)));
            assertEquals(wall, steady.instant());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H", "PT1.5S", "PT-8760H", "PT8760H"})
    void aWallClockThatIsSetNeitherShortensNorLengthensAWait(String by) {
        Instant from = steady.instant();
        Duration waited = Duration.ZERO;
        for (int i = 0; i < 60; i++) {
            if (i == 10) {
                wall = wall.plus(Duration.parse(by));
            }
            pass(Duration.ofMillis(501));
            waited = waited.plusMillis(501);
            Duration told = Duration.between(from, steady.instant());
            Duration off = told.minus(waited).abs();
            assertTrue(off.compareTo(waited.dividedBy(1_000).plusNanos(60)) <= 0, () -> told + "");
        }
    }

    @Test
    void makesUpForItSlowlyAndNeverRunsBackwards() {
        wall = wall.minusSeconds(60);
        Instant last = steady.instant();
        for (int i = 0; i < 20 * 60 * 60; i++) {
            pass(Duration.ofSeconds(1));
            Instant now = steady.instant();
            assertFalse(now.isBefore(last));
            last = now;
        }
        assertEquals(wall, last);
    }

    @Test
    void beginsAnewWithTheWallClock() {
        wall = wall.plusSeconds(3_600);
        steady.begin();
        assertEquals(wall, steady.instant());
    }
}
