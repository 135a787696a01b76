package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Role;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.Failover.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What acts outside of a commit, and where the machine waits for it. */
class PortsTest {
    private static final StepPort DONE = new StepPort.Succeeded("{}");

    private static World world(boolean singleWriter) {
        return World.of(singleWriter, "paris eu-west active", "berlin eu-central standby");
    }

    private static List<State> states(World w) {
        return w.operation.steps().stream().map(Step::state).toList();
    }

    private static World relocation(World w) {
        return w.request(new Failover.Request("berlin", List.of(), "", "ann", true));
    }

    @Test
    void aPlannedMoveOfASingleWriterPassesEachPointInItsOrder() {
        World w = world(true);
        for (HookPoint point : HookPoint.values()) {
            w.ports.put(point, DONE);
        }
        relocation(w).everybody();
        assertEquals(
                List.of(
                        State.REQUESTED,
                        State.PREFLIGHT,
                        State.WITHDRAWING_TRAFFIC,
                        State.QUIESCING,
                        State.FINAL_SYNC,
                        State.REVOKING,
                        State.FENCING,
                        State.DATA_GATE,
                        State.PROMOTING,
                        State.VERIFYING,
                        State.SWITCHING_TRAFFIC,
                        State.CLEANING_SOURCE,
                        State.REPROTECTING,
                        State.COMPLETED),
                states(w));
    }

    @Test
    void aFailoverAsksNothingOfASourceThatMayBeGone() {
        World w = world(true);
        for (HookPoint point : HookPoint.values()) {
            w.ports.put(point, DONE);
        }
        w.request("berlin").everybody();
        assertFalse(states(w).contains(State.QUIESCING));
        assertFalse(states(w).contains(State.FINAL_SYNC));
        assertTrue(states(w).contains(State.WITHDRAWING_TRAFFIC));
    }

    @Test
    void aStatelessSourceServesUntilTrafficWentToTheTarget() {
        World w = world(false);
        w.ports.put(HookPoint.WITHDRAW_TRAFFIC, DONE);
        w.ports.put(HookPoint.DATA_GATE, DONE);
        w.ports.put(HookPoint.SWITCH_TRAFFIC, new StepPort.Running("a call"));
        w.request("berlin").everybody();
        assertEquals(State.SWITCHING_TRAFFIC, w.operation.state());
        assertEquals("switchTraffic: a call", w.operation.waitingFor());
        assertEquals(Role.ACTIVE, w.role("paris"));
        w.ports.put(HookPoint.SWITCH_TRAFFIC, DONE);
        w.everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(Role.STANDBY, w.role("paris"));
        assertEquals(
                List.of(
                        State.REQUESTED,
                        State.PREFLIGHT,
                        State.DATA_GATE,
                        State.PROMOTING,
                        State.VERIFYING,
                        State.SWITCHING_TRAFFIC,
                        State.COMPLETED),
                states(w));
    }

    @Test
    void theGateHoldsTheCommitAndTheFenceIsProvedAgainBehindIt() {
        World w = world(true);
        w.ports.put(HookPoint.DATA_GATE, new StepPort.NotBegun());
        w.request("berlin").everybody();
        assertEquals(State.DATA_GATE, w.operation.state());
        assertEquals(Role.STANDBY, w.role("berlin"));
        w.assignment = Roles.restore(w.assignment, List.of(w.node("paris").uid), 3);
        w.ports.put(HookPoint.DATA_GATE, DONE);
        w.settle();
        assertEquals(State.REVOKING, w.operation.state(), "paris has the role again");
    }

    @Test
    void theTimeUntilServiceEndsWithItsTrafficAndNotWithTheCleaning() {
        World w = world(true);
        w.ports.put(HookPoint.SWITCH_TRAFFIC, new StepPort.NotBegun());
        w.ports.put(HookPoint.CLEAN_SOURCE, new StepPort.NotBegun());
        w.request("berlin").everybody();
        w.pass(Duration.ofSeconds(7));
        w.ports.put(HookPoint.SWITCH_TRAFFIC, DONE);
        w.settle();
        assertEquals(State.CLEANING_SOURCE, w.operation.state());
        w.pass(Duration.ofMinutes(3));
        w.ports.put(HookPoint.CLEAN_SOURCE, DONE);
        w.settle();
        assertEquals(Duration.ofSeconds(7), w.operation.report().orElseThrow().commandToHealthy());
    }

    @Test
    void whatFailedForGoodPausesAndIsRetriedOrSkipped() {
        World w = world(true);
        w.ports.put(
                HookPoint.SWITCH_TRAFFIC,
                new StepPort.Failed("503", 2, Optional.of(w.now.plusSeconds(10))));
        w.request("berlin").everybody();
        assertEquals(
                "switchTraffic failed (attempt 2): 503; again at 2026-11-22T17:00:10Z",
                w.operation.waitingFor());
        w.ports.put(HookPoint.SWITCH_TRAFFIC, new StepPort.Failed("503", 5, Optional.empty()));
        w.settle();
        assertEquals("central", w.operation.paused().orElseThrow().by());
        assertEquals("FailoverPaused", w.events.getLast().reason());
        assertEquals(
                "portolan operation retry shop/checkout-1 --reason \"...\" (skip in its place), or"
                        + " portolan failover abort shop/checkout-1 --reason \"...\"",
                w.operation.next());
        World skipped = w;
        skipped.say(Control.Kind.SKIP).settle();
        assertEquals(State.COMPLETED, skipped.operation.state());
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"WITHDRAWING_TRAFFIC", "QUIESCING", "FINAL_SYNC"})
    void anAbortBeforeTheRoleIsTakenLeavesItWhereItIs(State state) {
        World w = world(true);
        HookPoint at =
                List.of(HookPoint.values()).stream()
                        .filter(p -> Ports.state(p) == state)
                        .findFirst()
                        .orElseThrow();
        w.ports.put(at, new StepPort.NotBegun());
        relocation(w).settle();
        assertEquals(state, w.operation.state());
        w.abort().settle();
        assertEquals(State.ABORTED, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("paris"));
        assertEquals(1, w.assignment.epoch());
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 10", "3, 20", "4, 40", "5, 60", "50, 60"})
    void waitsLongerWithEachAttempt(int attempts, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), StepPort.backoff(attempts));
    }

    @Test
    void aMissingPortIsAbsent() {
        World w = world(true).request("berlin");
        assertInstanceOf(StepPort.Absent.class, w.view().port(HookPoint.DATA_GATE));
    }
}
