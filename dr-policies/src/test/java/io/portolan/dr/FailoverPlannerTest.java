package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.dr.Evidence;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover.Report;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.Failover.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailoverPlannerTest {
    private static World single() {
        return World.of(
                true, "paris eu-west active", "berlin eu-central standby", "bonn eu-central");
    }

    private static World stateless() {
        return World.of(
                false,
                "paris eu-west active",
                "lyon eu-west active",
                "berlin eu-central standby",
                "bonn eu-central");
    }

    private static Node report(World w, String name) {
        Node node = w.node(name);
        w.pull(node);
        w.act(node);
        w.report(node);
        return node;
    }

    @Test
    void aReachableSourceIsDemotedBeforeTheTargetIsPromoted() {
        World w = single().request("berlin");
        w.move();
        assertEquals(State.PREFLIGHT, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("paris"), "the preflight changes nothing");
        w.move();
        assertEquals(State.REVOKING, w.operation.state());
        assertEquals(Role.QUARANTINED, w.role("paris"));
        assertEquals(2, w.assignment.epoch());
        w.settle();
        assertEquals(State.REVOKING, w.operation.state(), "the order is not stored yet");
        w.derive();
        w.settle();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(
                "paris to show that no pod of checkout is left (order 2 of epoch 2)",
                w.operation.waitingFor());
        assertEquals(Role.STANDBY, w.role("berlin"));
        report(w, "paris");
        w.settle();
        assertEquals(State.PROMOTING, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("berlin"));
        assertEquals(Role.STANDBY, w.role("paris"));
        assertEquals(3, w.assignment.epoch());
        assertEquals(
                Optional.of(new Evidence.Demoted(w.node("paris").uid, 2, 2)),
                w.operation.evidence());
        w.pass(Duration.ofSeconds(4)).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(1, w.operation.epochBefore());
        assertEquals(3, w.operation.epochAfter());
        assertEquals(
                new Report(
                        Duration.ofSeconds(4),
                        Optional.of(Duration.ofSeconds(4)),
                        "F2: paris acknowledged at sequence 2 of epoch 2 that no pod is left",
                        "checkout runs healthy on berlin, 4s after the command and 4s after the"
                                + " last proof of service of paris",
                        Optional.empty(),
                        List.of()),
                w.operation.report().orElseThrow());
        assertEquals(
                List.of(
                        State.REQUESTED,
                        State.PREFLIGHT,
                        State.REVOKING,
                        State.FENCING,
                        State.PROMOTING,
                        State.VERIFYING,
                        State.COMPLETED),
                w.operation.steps().stream().map(Step::state).toList());
        assertTrue(w.operation.steps().stream().allMatch(s -> s.endedAt().isPresent()));
        assertEquals(
                List.of("FailoverStarted", "FailoverCommitted", "FailoverCompleted"),
                w.events.stream().map(EventRecord::reason).toList());
        assertFalse(w.move(), "it is over");
    }

    @Test
    void anOldAcknowledgementProvesNothing() {
        World w = single().request("berlin").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        w.request("paris").everybody();
        assertEquals(Role.ACTIVE, w.role("paris"));
        // Paris' word of the first failover arrives once more.
        w.request("berlin").settle();
        w.derive();
        w.node("paris").reported =
                w.node("paris").history.stream()
                        .filter(s -> s.demotion().isPresent())
                        .reduce((_, last) -> last);
        assertTrue(w.node("paris").reported.isPresent());
        w.settle();
        assertEquals(State.FENCING, w.operation.state());
    }

    @Test
    void podsThatOnlyLookGoneProveNothing() {
        World w = single().request("berlin");
        w.node("paris").ghost = true;
        w.everybody();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(
                "paris: pods were removed by force or from a node that is not ready, and may still"
                        + " run: web-1",
                w.operation.waitingFor());
        assertTrue(
                w.operation.next().startsWith("portolan failover attest shop/checkout-1 --reason"));
        w.attest().settle();
        assertEquals(State.PROMOTING, w.operation.state());
        assertEquals(Role.QUARANTINED, w.role("paris"), "heard, but not proved");
    }

    @Test
    void anUnreachableSourceBlocksAndSaysWhatFreesIt() {
        World w = single().cut("paris").pass(Duration.ofSeconds(50)).request("berlin").everybody();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(
                "paris is unreachable, silent since 2026-11-22T17:00:00Z, and may still run"
                        + " checkout",
                w.operation.waitingFor());
        assertEquals(
                "portolan failover attest shop/checkout-1 --reason \"...\" when you know that paris"
                        + " runs nothing, or bring paris back, or portolan failover abort"
                        + " shop/checkout-1 --reason \"...\"",
                w.operation.next());
        w.pass(Duration.ofHours(5)).everybody();
        assertEquals(State.FENCING, w.operation.state(), "no time is a proof");
        assertTrue(w.operation.waitingFor().endsWith("; not within 1m30s"));
    }

    @Test
    void theReturnOfTheSourceFreesIt() {
        World w = single().cut("paris").pass(Duration.ofSeconds(50)).request("berlin").everybody();
        w.back("paris").pass(Duration.ofSeconds(10)).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals("F2", w.operation.evidence().orElseThrow().level());
        assertEquals(Role.STANDBY, w.role("paris"));
        assertEquals(
                Optional.of(Duration.ofSeconds(60)),
                w.operation.report().orElseThrow().rto(),
                "from the last word before the failover, not from the return");
    }

    @Test
    void anAttestationFreesItAndQuarantinesTheSource() {
        World w = single().cut("paris").request("berlin").everybody().attest();
        w.settle();
        assertEquals(Role.QUARANTINED, w.role("paris"));
        assertEquals(
                Optional.of(
                        new Evidence.Attested(
                                List.of(w.node("paris").uid),
                                "user:bob",
                                "the hall burnt down",
                                World.START)),
                w.operation.evidence());
        assertEquals(
                EventRecord.Severity.WARNING, w.events.getLast().severity(), "F6 is break-glass");
        w.everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertTrue(w.node("paris").running, "nobody could tell it to stop");
        w.back("paris").everybody();
        assertFalse(w.node("paris").running, "the return of the dead");
        assertEquals(Role.STANDBY, w.role("paris"));
    }

    @Test
    void aReachableSourceThatDoesNotStopIsReportedAfterItsDeadline() {
        World w = single().request("berlin").settle();
        w.derive();
        w.settle();
        assertTrue(w.operation.next().startsWith("waits until 2026-11-22T17:01:30Z;"));
        FailoverMove waits = FailoverPlanner.step(w.view(), w.now);
        assertEquals(
                new FailoverMove.Wait(Optional.of(World.START.plusSeconds(90))),
                waits,
                "so that somebody wakes it");
        w.pass(Duration.ofSeconds(90)).settle();
        assertEquals(State.FENCING, w.operation.state());
        assertTrue(w.operation.waitingFor().endsWith("(order 2 of epoch 2); not within 1m30s"));
        assertTrue(w.operation.next().startsWith("portolan failover attest shop/checkout-1"));
    }

    @Test
    void anAbortBeforeTheCommitGivesTheRoleBackUnderANewEpoch() {
        World w = single().cut("paris").request("berlin").everybody().abort().settle();
        assertEquals(State.ABORTED, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("paris"));
        assertEquals(Role.STANDBY, w.role("berlin"));
        assertEquals(3, w.assignment.epoch());
        assertTrue(w.operation.endedAt().isPresent());
        w.back("paris").everybody();
        assertTrue(w.node("paris").running);
    }

    @Test
    void anAbortBeforeAnythingChangedChangesNothing() {
        World w = single().request("berlin").abort().settle();
        assertEquals(State.ABORTED, w.operation.state());
        assertEquals(1, w.assignment.epoch());
        assertEquals(
                List.of(State.REQUESTED, State.ABORTED),
                w.operation.steps().stream().map(Step::state).toList());
        w.request("berlin").move();
        w.abort().settle();
        assertEquals(State.ABORTED, w.operation.state());
        assertEquals(1, w.assignment.epoch());
    }

    @Test
    void aTargetThatDiesDuringFencingIsNotPromoted() {
        World w = single().request("berlin").settle();
        w.derive();
        report(w, "paris");
        w.cut("berlin").settle();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(
                "berlin to be able to take the role: it is unreachable, silent since"
                        + " 2026-11-22T17:00:00Z",
                w.operation.waitingFor());
        w.back("berlin").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void aRegionFindsAnotherTargetWhenTheFirstDies() {
        World w = single().request("eu-central").settle();
        assertEquals(w.node("berlin").uid, w.operation.plan().orElseThrow().target());
        w.derive();
        report(w, "paris");
        w.cut("berlin").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("bonn"), "it was no member and became one");
        assertEquals(w.node("bonn").uid, w.operation.plan().orElseThrow().target());
    }

    @Test
    void aRoleThatSomebodyGaveBackIsTakenAgain() {
        World w = single().request("berlin").settle();
        w.assignment = Roles.restore(w.assignment, List.of(w.node("paris").uid), 3);
        w.move();
        assertEquals(State.REVOKING, w.operation.state());
        assertEquals(Role.QUARANTINED, w.role("paris"));
        assertEquals(4, w.assignment.epoch());
    }

    @Test
    void nothingIsPromotedBesideAnotherActive() {
        World w = single().request("berlin").settle();
        w.derive();
        report(w, "paris");
        w.assignment = Roles.restore(w.assignment, List.of(w.node("bonn").uid), 3);
        w.derive();
        report(w, "paris");
        w.settle();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(
                "bonn has the active role, which nobody else may get", w.operation.waitingFor());
        w.abort().settle();
        assertEquals(State.ABORTED, w.operation.state());
        assertEquals(List.of(w.node("bonn").uid), w.assignment.active(), "not two");
    }

    @Test
    void verifiesTheTargetsOwnAnswerToTheNewOrder() {
        World w = single();
        w.node("berlin").healthWhenRunning = Health.PROGRESSING;
        w.request("berlin").everybody();
        assertEquals(State.VERIFYING, w.operation.state());
        assertEquals("berlin to be healthy: Progressing, 1 of 1 ready", w.operation.waitingFor());
        w.pass(Duration.ofMinutes(5)).settle();
        assertTrue(w.operation.waitingFor().endsWith("; not within 5m"));
        w.node("berlin").healthWhenRunning = Health.HEALTHY;
        w.cut("berlin").everybody();
        assertEquals(State.VERIFYING, w.operation.state(), "a silent target is not verified");
        w.back("berlin").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void aHealthyWordAboutAnOlderOrderVerifiesNothing() {
        World w = single().request("berlin").everybody();
        w.request("paris").settle();
        w.derive();
        report(w, "berlin");
        w.settle();
        w.derive();
        // Paris was healthy before the first failover, and says it once more.
        w.node("paris").reported = Optional.of(w.node("paris").history.getFirst());
        assertEquals(Health.HEALTHY, w.node("paris").reported.orElseThrow().health());
        w.settle();
        assertEquals(State.PROMOTING, w.operation.state());
    }

    @Test
    void statelessGoesOnAtOnceWhenTheSourceIsSilent() {
        World w =
                stateless()
                        .cut("paris")
                        .pass(Duration.ofSeconds(40))
                        .request("eu-central")
                        .settle();
        assertEquals(State.PROMOTING, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("berlin"));
        assertEquals(Role.QUARANTINED, w.role("paris"));
        assertEquals(Role.ACTIVE, w.role("lyon"), "what is heard stays");
        assertEquals("F0", w.operation.evidence().orElseThrow().level());
        w.pass(Duration.ofSeconds(2)).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(Optional.of(Duration.ofSeconds(42)), w.operation.report().orElseThrow().rto());
        assertEquals(Duration.ofSeconds(2), w.operation.report().orElseThrow().commandToHealthy());
    }

    @Test
    void leaderWhoseClockRunsBehindReportsNoNegativeTimes() {
        World w =
                stateless()
                        .cut("paris")
                        .pass(Duration.ofSeconds(40))
                        .request("eu-central")
                        .settle();
        w.pass(Duration.ofHours(-1)).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(Optional.of(Duration.ZERO), w.operation.report().orElseThrow().rto());
        assertEquals(Duration.ZERO, w.operation.report().orElseThrow().commandToHealthy());
    }

    @Test
    void statelessMakesBeforeItBreaks() {
        World w = stateless().request("bonn", "paris", "lyon").settle();
        assertEquals(State.PROMOTING, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("paris"));
        assertEquals(Role.ACTIVE, w.role("lyon"));
        assertEquals(Role.ACTIVE, w.role("bonn"));
        w.everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(Role.STANDBY, w.role("paris"));
        assertEquals(Role.STANDBY, w.role("lyon"));
        assertEquals(Role.STANDBY, w.role("berlin"), "no business of it");
        assertEquals(Role.ACTIVE, w.role("bonn"));
        assertEquals(Optional.empty(), w.operation.report().orElseThrow().rto());
        assertTrue(
                w.operation
                        .report()
                        .orElseThrow()
                        .summary()
                        .endsWith("without interruption: lyon, paris served until then"));
    }

    @Test
    void aStatelessSourceThatDiesMeanwhileIsQuarantined() {
        World w = stateless().request("bonn", "paris").settle();
        w.cut("paris").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(Role.QUARANTINED, w.role("paris"));
    }
}
