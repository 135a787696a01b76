package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Control.Kind;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What operators may say of a live operation. */
class ControlsTest {
    private static World world() {
        return World.of(true, "paris eu-west active", "berlin eu-central standby");
    }

    private static World relocation(World w) {
        return w.request(new Failover.Request("berlin", List.of(), "", "ann", true));
    }

    /** Waits for berlin's health, which does not come. */
    private static World verifying() {
        World w = world();
        w.node("berlin").healthWhenRunning = Health.PROGRESSING;
        w.request("berlin").everybody();
        assertEquals(State.VERIFYING, w.operation.state());
        return w;
    }

    @Test
    void aPauseHoldsWithoutGivingTheRoleBack() {
        World w = world().request("berlin").settle();
        assertEquals(State.REVOKING, w.operation.state());
        w.say(Kind.PAUSE);
        assertEquals("somebody's word: paused by ann: because", w.operation.waitingFor());
        assertEquals(
                "portolan operation resume shop/checkout-1 --reason \"...\", or portolan failover"
                        + " abort shop/checkout-1 --reason \"...\"",
                w.operation.next());
        w.everybody();
        assertEquals(State.REVOKING, w.operation.state(), "paris has stopped, and nothing begins");
        assertFalse(w.node("paris").running);
        assertEquals(List.of(), w.assignment.active());
        w.say(Kind.RESUME).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(
                List.of(Kind.PAUSE, Kind.RESUME),
                w.operation.controls().stream().map(Control::kind).toList());
    }

    @Test
    void noDeadlineRunsInAPause() {
        World w = verifying();
        Instant before = w.operation.steps().getLast().deadline().orElseThrow();
        w.say(Kind.PAUSE).pass(Duration.ofHours(2));
        w.say(Kind.RESUME).settle();
        assertEquals(
                before.plus(Duration.ofHours(2)),
                w.operation.steps().getLast().deadline().orElseThrow());
        assertFalse(w.operation.waitingFor().contains("not within"), w.operation.waitingFor());
    }

    @Test
    void anAbortEndsAPausedOneToo() {
        World w = world().cut("paris").request("berlin").everybody();
        assertEquals(State.FENCING, w.operation.state());
        w.say(Kind.PAUSE).say(Kind.ABORT).settle();
        assertEquals(State.ABORTED, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("paris"));
    }

    @Test
    void noWordSkipsAFence() {
        World w = world().cut("paris").request("berlin").settle();
        assertEquals(State.REVOKING, w.operation.state());
        assertTrue(
                w.refusal(Kind.SKIP)
                        .startsWith("checkout-1 is in Revoking, which is never skipped"));
        w.everybody();
        assertEquals(
                "checkout-1 is in Fencing, which is never skipped; possible now: pause, abort",
                w.refusal(Kind.SKIP));
    }

    @Test
    void aVerificationMayBeSkippedAndTheReportSaysSo() {
        World w = verifying();
        w.say(Kind.SKIP).settle();
        assertEquals(State.COMPLETED, w.operation.state());
        assertTrue(
                w.operation.report().orElseThrow().summary().contains("not verified"),
                w.operation.report().orElseThrow().summary());
    }

    @Test
    void aVerificationThatIsLateIsTriedAnew() {
        World w = verifying();
        assertTrue(w.refusal(Kind.RETRY).contains("nothing failed that could be retried"));
        w.pass(Duration.ofMinutes(6)).settle();
        assertTrue(w.operation.waitingFor().endsWith("not within 5m"), w.operation.waitingFor());
        w.say(Kind.RETRY).settle();
        assertEquals(
                w.now.plus(Duration.ofMinutes(5)),
                w.operation.steps().getLast().deadline().orElseThrow());
        assertFalse(w.operation.waitingFor().endsWith("not within 5m"), w.operation.waitingFor());
    }

    @Test
    void aRelocationWhoseSourceFallsSilentBecomesAFailoverByAWordOnly() {
        World w = relocation(world()).settle();
        w.cut("paris").everybody();
        assertEquals(State.FENCING, w.operation.state());
        assertTrue(
                w.operation.next().startsWith("portolan operation escalate shop/checkout-1"),
                w.operation.next());
        w.say(Kind.ESCALATE).settle();
        assertTrue(
                w.operation.next().startsWith("portolan failover attest shop/checkout-1"),
                w.operation.next());
        assertTrue(w.refusal(Kind.ESCALATE).contains("is a failover already"));
        w.attest().settle();
        assertEquals(State.PROMOTING, w.operation.state());
    }

    @Test
    void nothingIsEscalatedOrSkippedBehindTheCommit() {
        World w = world();
        w.node("berlin").healthWhenRunning = Health.PROGRESSING;
        relocation(w).everybody();
        assertEquals(
                "checkout-1 is committed: in Verifying it only goes on; possible now: pause, skip,"
                        + " abort",
                w.refusal(Kind.ESCALATE));
    }

    @Test
    void whatHasEndedHearsNothing() {
        World w = world().request("berlin").everybody();
        assertEquals(
                "checkout-1 has ended: Completed; nothing can be said of it any more",
                w.refusal(Kind.PAUSE));
    }

    @Test
    void aPauseIsSaidOnceAndAnAbortAsOftenAsOneLikes() {
        World w = verifying().say(Kind.PAUSE);
        assertTrue(w.refusal(Kind.PAUSE).contains("is paused already"));
        w.say(Kind.RESUME);
        assertTrue(w.refusal(Kind.RESUME).contains("is not paused"));
        w.say(Kind.ABORT);
        Failover aborting = w.operation;
        assertEquals(aborting, w.say(Kind.ABORT).operation);
        assertTrue(w.refusal(Kind.PAUSE).contains("is being aborted"));
    }

    @Test
    void theWordsOfOneOperationAreBounded() {
        World w = verifying();
        for (int i = 0; i < Controls.MOST / 2; i++) {
            w.say(Kind.PAUSE).say(Kind.RESUME);
        }
        assertTrue(w.refusal(Kind.PAUSE).contains("was told 200 words already"));
        w.say(Kind.ABORT).settle();
        assertEquals(State.ABORTED, w.operation.state());
    }

    @Test
    void theTargetHasToStayHealthyBeforeTheSourceIsLetGo() {
        World w = World.of(false, "paris eu-west active", "berlin eu-central standby");
        w.policy = ",'stabilize':'10m'";
        w.request("berlin").everybody();
        assertEquals(State.STABILIZING, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("paris"));
        w.pass(Duration.ofMinutes(9));
        w.node("berlin").healthWhenRunning = Health.DEGRADED;
        w.everybody();
        w.pass(Duration.ofMinutes(9));
        w.node("berlin").healthWhenRunning = Health.HEALTHY;
        w.everybody();
        assertEquals(State.STABILIZING, w.operation.state(), "its time begins anew");
        w.pass(Duration.ofMinutes(10)).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(Role.STANDBY, w.role("paris"));
    }

    @Test
    void whatGoesOnByItselfWaitsForNobody() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.node("berlin").healthWhenRunning = Health.PROGRESSING;
        w.ports.put(HookPoint.WITHDRAW_TRAFFIC, new StepPort.Running("dns.example.com"));
        w.request("berlin").settle();
        assertEquals(State.WITHDRAWING_TRAFFIC, w.operation.state());
        assertEquals(
                "waits, or portolan failover abort shop/checkout-1 --reason \"...\"",
                w.operation.next());
        assertFalse(w.operation.waitsForPeople(w.now), w.operation.next());
        w.ports.put(HookPoint.WITHDRAW_TRAFFIC, new StepPort.Succeeded(""));
        w.settle();
        assertEquals(State.REVOKING, w.operation.state());
        assertFalse(w.operation.waitsForPeople(w.now), w.operation.next());
        w.everybody();
        assertEquals(State.VERIFYING, w.operation.state());
        assertFalse(w.operation.waitsForPeople(w.now), w.operation.next());
        w.pass(Duration.ofMinutes(6)).settle();
        assertTrue(w.operation.waitsForPeople(w.now), "it is late");
        w.say(Kind.PAUSE);
        assertTrue(w.operation.waitsForPeople(w.now));
    }

    @Test
    void whatOnlyTheSourcesReturnFreesWaitsForPeople() {
        World w = world().cut("paris");
        w.policy = ",'minimumFence':'F2'";
        w.request("berlin").everybody();
        assertTrue(w.operation.next().startsWith("bring paris back"), w.operation.next());
        assertTrue(w.operation.waitsForPeople(w.now));
    }

    @Test
    void whatMayBeSaidInsteadIsTold() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.ports.put(
                HookPoint.WITHDRAW_TRAFFIC,
                new StepPort.Failed("answered 503", 4, Optional.empty()));
        relocation(w).settle();
        assertEquals(
                "portolan operation retry shop/checkout-1 --reason \"...\" (skip or escalate in its"
                        + " place), or portolan failover abort shop/checkout-1 --reason \"...\"",
                w.operation.next());
    }

    @Test
    void stabilizingMayBeSkipped() {
        World w = World.of(false, "paris eu-west active", "berlin eu-central standby");
        w.policy = ",'stabilize':'10m'";
        w.request("berlin").everybody().say(Kind.SKIP).settle();
        assertEquals(State.COMPLETED, w.operation.state());
    }
}
