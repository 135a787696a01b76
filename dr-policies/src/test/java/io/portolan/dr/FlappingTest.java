package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.cluster.ClusterStatus.Losses;
import io.portolan.model.cluster.ClusterStatus.Reach;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A cluster that comes and goes, second by second. */
class FlappingTest {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration BACK = Duration.ofSeconds(30);

    private Instant now = START;
    private Instant led = START.minusSeconds(3_600);
    private Optional<Losses> losses = Optional.empty();
    private Optional<Reach> before = Optional.empty();

    private void is(Reach reach, long seconds) {
        for (long s = 0; s < seconds; s++) {
            losses = Flapping.next(losses, before, reach, BACK, led, now);
            before = Optional.of(reach);
            now = now.plusSeconds(1);
        }
    }

    private boolean returning() {
        return losses.filter(l -> Flapping.returning(l, BACK, led, now)).isPresent();
    }

    private long hold() {
        return Flapping.hold(losses.orElseThrow(), BACK).toSeconds();
    }

    @Test
    void oneSignOfLifeIsNoReturn() {
        is(Reach.READY, 10);
        assertEquals(Optional.empty(), losses);
        is(Reach.UNREACHABLE, 60);
        assertTrue(returning());
        is(Reach.READY, 29);
        assertTrue(returning());
        is(Reach.READY, 2);
        assertFalse(returning());
    }

    @Test
    void aBreakBeginsTheReturnAnew() {
        is(Reach.UNREACHABLE, 60);
        is(Reach.READY, 25);
        is(Reach.SUSPECT, 5);
        is(Reach.READY, 25);
        assertTrue(returning());
        is(Reach.READY, 6);
        assertFalse(returning());
        is(Reach.SUSPECT, 5);
        is(Reach.READY, 1);
        assertFalse(returning(), "who counts as back is only suspect");
    }

    @Test
    void aLossGoesOnWhileItIsNotBack() {
        is(Reach.UNREACHABLE, 60);
        is(Reach.READY, 10);
        is(Reach.UNREACHABLE, 60);
        assertEquals(START, losses.orElseThrow().downSince());
        is(Reach.READY, 40);
        is(Reach.UNREACHABLE, 1);
        assertEquals(now.minusSeconds(1), losses.orElseThrow().downSince());
    }

    @Test
    void whoIsLostAgainAndAgainIsBelievedLaterAndLater() {
        long[] holds = {30, 30, 60, 120, 240, 480, 960, 1_800, 1_800};
        for (long hold : holds) {
            is(Reach.UNREACHABLE, 40);
            assertEquals(hold, hold());
            is(Reach.READY, 5);
        }
    }

    @Test
    void anHourOfCalmForgetsAll() {
        for (int i = 0; i < 4; i++) {
            is(Reach.UNREACHABLE, 40);
            is(Reach.READY, 5);
        }
        is(Reach.READY, 3_590);
        assertEquals(Optional.empty(), losses);
        is(Reach.UNREACHABLE, 40);
        assertEquals(30, hold());
    }

    @Test
    void aNewLeaderWaitsAnewWhateverTheOldOnesClockSaid() {
        is(Reach.UNREACHABLE, 60);
        is(Reach.READY, 20);
        // Its clock is an hour ahead, or behind: the wait is neither over nor longer than its own.
        for (long jump : new long[] {3_600, -3_600}) {
            FlappingTest next = new FlappingTest();
            next.losses = losses;
            next.before = before;
            next.now = now.plusSeconds(jump);
            next.led = next.now;
            next.is(Reach.READY, 29);
            assertTrue(next.returning(), () -> "clock at " + jump);
            next.is(Reach.READY, 2);
            assertFalse(next.returning(), () -> "clock at " + jump);
        }
    }
}
