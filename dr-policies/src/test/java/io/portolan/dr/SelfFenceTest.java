package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.dr.FailoverMove.Wait;
import io.portolan.model.app.Role;
import io.portolan.model.app.SelfFence;
import io.portolan.model.dr.Evidence;
import io.portolan.model.operation.Failover.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A single writer whose workloads end themselves (fence F3). */
class SelfFenceTest {
    private static final Duration GRANT = Duration.ofSeconds(30);

    /** One percent and a second more. */
    private static final Duration WAIT = Duration.ofMillis(31_300);

    private static World guarded() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.grant = Optional.of(GRANT);
        return w.everybody();
    }

    /** Cut off, and failed over away from. */
    private static World fencing(World w) {
        w.cut("paris").pass(Duration.ofSeconds(50)).request("berlin").everybody();
        assertEquals(State.FENCING, w.operation.state());
        return w;
    }

    private static Instant told(World w) {
        return assertInstanceOf(Wait.class, FailoverPlanner.step(w.view(), w.now))
                .until()
                .orElseThrow();
    }

    @Test
    void aSilentSourceIsFencedByItsGrantsWithoutAnybody() {
        World w = fencing(guarded());
        Instant known = w.node("paris").revoked.orElseThrow();
        assertEquals(known.plus(WAIT), told(w), "wakes when the last grant has run out");
        assertEquals(
                "paris is unreachable, silent since 2026-11-22T17:00:00Z, and may still run"
                        + " checkout; it fences itself: its last grant has run out by"
                        + " 2026-11-22T17:01:22Z",
                w.operation.waitingFor());
        assertTrue(w.operation.next().startsWith("waits until"), w.operation.next());
        w.pass(WAIT.minusMillis(1)).everybody();
        assertEquals(State.FENCING, w.operation.state());
        w.pass(Duration.ofMillis(1)).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(
                Optional.of(new Evidence.Expired(w.node("paris").uid, 2, GRANT, WAIT)),
                w.operation.evidence());
        assertEquals(Role.QUARANTINED, w.role("paris"), "it has not shown it itself");
        assertTrue(w.operation.steps().toString().contains("F3: paris fences itself"));
    }

    @Test
    void itsOwnWordIsTakenWhenItComesFirst() {
        World w = fencing(guarded());
        w.back("paris").everybody();
        assertEquals("F2", w.operation.evidence().orElseThrow().level());
        assertEquals(Role.STANDBY, w.role("paris"));
    }

    @Test
    void aNewLeaderWaitsAnew() {
        World w = fencing(guarded());
        w.pass(WAIT.minusSeconds(1)).newLeader().everybody();
        w.pass(Duration.ofSeconds(1)).everybody();
        assertEquals(State.FENCING, w.operation.state());
        w.pass(WAIT.minusSeconds(1)).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals("F3", w.operation.evidence().orElseThrow().level());
    }

    @Test
    void waitsForTheLongestGrantThatMayBeOutstanding() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.grant = Optional.of(Duration.ofMinutes(10));
        w.everybody();
        w.grant = Optional.of(GRANT);
        fencing(w.everybody());
        w.pass(Duration.ofMinutes(10)).everybody();
        assertEquals(State.FENCING, w.operation.state());
        w.pass(Duration.ofSeconds(7)).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void withoutItsWordThatAllIsGuardedNoTimeIsAProof() {
        World w = guarded();
        w.node("paris").guarded = false;
        fencing(w.everybody());
        assertTrue(
                w.operation.waitingFor().contains("has not shown that nothing there runs without"),
                w.operation.waitingFor());
        w.pass(Duration.ofHours(5)).everybody();
        assertEquals(State.FENCING, w.operation.state());
        assertTrue(w.operation.next().startsWith("portolan failover attest"), w.operation.next());
    }

    @Test
    void whatWasLastToldToRunWithoutTheGuardIsNotFencedByTime() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.cut("paris");
        // The policy is edited when it is silent: it never heard of the guard.
        w.grant = Optional.of(GRANT);
        w.pass(Duration.ofSeconds(50)).everybody().request("berlin").everybody();
        w.pass(Duration.ofHours(5)).everybody();
        assertEquals(State.FENCING, w.operation.state());
    }

    @Test
    void aSourceThatIsHeardButCannotShowItIsFencedByItsGrantsToo() {
        World w = guarded();
        w.request("berlin").settle();
        w.node("paris").ghost = true;
        w.everybody().pass(WAIT).everybody();
        assertEquals("F3", w.operation.evidence().orElseThrow().level());
        assertEquals(Role.QUARANTINED, w.role("paris"));
    }

    @Test
    void anOperatorMayVouchBeforeTheGrantRunsOut() {
        World w = fencing(guarded()).attest().everybody();
        assertEquals("F6", w.operation.evidence().orElseThrow().level());
    }

    @Test
    void theLongestGrantIsForgottenOnlyWhenTheClusterHadStopped() {
        SelfFence ten = after(Duration.ofMinutes(10), Optional.empty(), false);
        assertEquals(5, ten.since());
        SelfFence shorter = after(GRANT, Optional.of(ten), false);
        assertEquals(Duration.ofMinutes(10), shorter.longest());
        assertEquals(GRANT, shorter.grant());
        assertEquals(5, shorter.since(), "guarded all the time");
        assertEquals(GRANT, after(GRANT, Optional.of(shorter), true).longest());
        assertFalse(shorter.runsOutIn().compareTo(Duration.ofSeconds(607)) < 0);
    }

    private static SelfFence after(Duration grant, Optional<SelfFence> former, boolean stopped) {
        return SelfFence.after(grant, "http://agent", 5, former, stopped);
    }
}
