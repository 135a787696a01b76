package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.PreflightCheck;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Request;
import io.portolan.model.operation.Failover.State;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {
    @Test
    void aLonelyStatelessSourceNeedsNoName() {
        World w = World.of(false, "paris eu-west active", "berlin eu-central");
        w.request("berlin").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(Role.STANDBY, w.role("paris"));
    }

    @Test
    void withoutATargetAStandbyIsPreferredAndTheFirstByNameOfThem() {
        World w =
                World.of(
                        true,
                        "paris eu-west active",
                        "aachen eu-central",
                        "bonn eu-central standby",
                        "berlin eu-central standby");
        w.request("").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("berlin"));
        w.cut("paris");
        w.request("").everybody();
        assertEquals(Role.ACTIVE, w.role("bonn"));
    }

    @Test
    void withoutATargetStandbysTakeOverInPlacementsOrder() {
        World w =
                World.of(
                        true,
                        "paris eu-west active",
                        "aachen eu-central standby",
                        "bonn eu-central standby",
                        "berlin eu-central standby");
        w.order("paris", "bonn", "berlin");
        w.node("bonn").reach = Reach.UNREACHABLE;
        w.request("").everybody();
        assertEquals(Role.ACTIVE, w.role("berlin"));
    }

    @Test
    void aStandbyThatRunsAndIsIllIsNamedAndComesAfterThoseThatAreWell() {
        World w =
                World.of(
                        false,
                        "paris eu-west active",
                        "berlin eu-central standby",
                        "rome eu-south standby");
        w.level = Optional.of(StandbyLevel.WARM);
        w.node("berlin").healthWhenRunning = Health.DEGRADED;
        w.everybody();
        w.request("").everybody();
        assertEquals(Role.ACTIVE, w.role("rome"));
        assertEquals("Passed: rome stands by warm and is healthy", standby(w));

        w.cut("rome").request("berlin").move();
        assertEquals("Warning: berlin stands by warm and is Degraded", standby(w));
    }

    @Test
    void ofAStandbyThatRunsNothingNothingIsAsked() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.level = Optional.of(StandbyLevel.COLD);
        w.everybody();
        w.request("berlin").move();
        assertEquals("", standby(w));
    }

    private static String standby(World w) {
        return w.operation.checks().stream()
                .filter(c -> c.name() == PreflightCheck.TARGET_STANDBY)
                .map(c -> c.outcome() + ": " + c.detail())
                .collect(Collectors.joining());
    }

    @Test
    void withoutATargetAndAStandbyAnyClusterThatFitsTakesIt() {
        World w = World.of(true, "paris eu-west active", "rome eu-south", "berlin eu-central");
        w.node("berlin").refusal = Optional.of("it is too small");
        w.request("").everybody();
        assertEquals(Role.ACTIVE, w.role("rome"));
    }

    @Test
    void whoeverHasNoRoomTakesItOnlyWhereAnOperatorNamesItInADisaster() {
        String few = "memory: needs 2 GiB, free 1 GiB";
        World any = World.of(true, "paris eu-west active", "berlin eu-central", "rome eu-south");
        any.node("berlin").crowded = Optional.of(few);
        any.request("").everybody();
        assertEquals(Role.ACTIVE, any.role("rome"));

        World named = World.of(true, "paris eu-west active", "berlin eu-central");
        named.node("berlin").crowded = Optional.of(few);
        named.request("berlin").everybody();
        assertEquals(Role.ACTIVE, named.role("berlin"));

        World planned = World.of(true, "paris eu-west active", "berlin eu-central");
        planned.node("berlin").crowded = Optional.of(few);
        planned.request(new Failover.Request("berlin", List.of(), "", "ann", true)).settle();
        assertEquals(Role.ACTIVE, planned.role("paris"));
        assertEquals(State.REFUSED, planned.operation.state());

        World automatic =
                World.of(false, "paris eu-west active", "berlin eu-central", "rome eu-south");
        automatic.node("paris").reach = Reach.UNREACHABLE;
        automatic.node("berlin").crowded = Optional.of(few);
        automatic
                .request(new Failover.Request("berlin", List.of(), "", Failover.Request.BY_POLICY))
                .everybody();
        assertEquals(Role.ACTIVE, automatic.role("rome"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | rome       |        |                   | there is no cluster and no region named rome",
                "true  | paris      |        |                   | paris cannot take checkout: it is active there already",
                "true  | eu-west    |        |                   | no cluster of eu-west can take checkout: paris: it is active there already",
                "true  | berlin     | berlin |                   | checkout is not active on berlin, it is active on paris",
                "true  | berlin     | rome   |                   | there is no cluster named rome",
                "true  | berlin     |        | berlin:UNREACHABLE| berlin cannot take checkout: it is unreachable, silent since 2026-11-22T17:00:00Z",
                "true  | berlin     |        | berlin:SUSPECT    | berlin cannot take checkout: it is suspect, silent since 2026-11-22T17:00:00Z",
                "true  | berlin     |        | berlin:PENDING    | berlin cannot take checkout: no agent has joined yet",
                "true  | berlin     |        | berlin:refused    | berlin cannot take checkout: it is too small",
                "true  | eu-central |        | berlin:refused bonn:PENDING | no cluster of eu-central can take checkout: berlin: it is too small; bonn: no agent has joined yet",
                "true  | ''         |        | berlin:refused bonn:PENDING | no cluster can take checkout: berlin: it is too small; bonn: no agent has joined yet; paris: it is active there already",
                "true  | eu-central |        | berlin:full bonn:PENDING | no cluster of eu-central can take checkout: berlin: it has no room, memory: needs 2 GiB, free 1 GiB; bonn: no agent has joined yet",
                "false | berlin     |        | paris:quarantined | checkout is active nowhere: there is nothing to fail over from",
                "true  | berlin     |        | bonn:active       | checkout is a single writer and active on bonn, paris: which of them is right is not for a failover to decide",
                "true  | berlin     |        | berlin:quarantined| berlin cannot take checkout: it is quarantined until its agent has shown that it runs nothing",
                "false | berlin     |        | bonn:active       | checkout is active on bonn, paris and all of them are heard: say with --from which to leave",
            })
    void refusesWithTheReasonAndChangesNothing(
            boolean singleWriter, String to, String from, String state, String reason) {
        World w =
                World.of(
                        singleWriter,
                        "paris eu-west active",
                        "berlin eu-central standby",
                        "bonn eu-central standby");
        for (String change : state == null ? new String[0] : state.split(" ")) {
            String name = change.split(":")[0];
            Node node = w.node(name);
            switch (change.split(":")[1]) {
                case "full" -> node.crowded = Optional.of("memory: needs 2 GiB, free 1 GiB");
                case "refused" -> node.refusal = Optional.of("it is too small");
                case "active" -> w.assignment = Roles.restore(w.assignment, List.of(node.uid), 3);
                case "standby" -> w.assignment = Roles.revoke(w.assignment, List.of(node.uid));
                case "quarantined" ->
                        w.assignment =
                                Roles.release(
                                        w.assignment,
                                        List.of(node.uid),
                                        java.util.Set.of(node.uid));
                default -> node.reach = Reach.valueOf(change.split(":")[1]);
            }
        }
        var before = w.assignment;
        w.request(to, from == null ? new String[0] : from.split(" ")).settle();
        assertEquals(State.REFUSED, w.operation.state());
        assertEquals(reason, w.operation.steps().getLast().detail());
        assertEquals(before, w.assignment);
        assertEquals(
                List.of("FailoverRefused"), w.events.stream().map(EventRecord::reason).toList());
        assertFalse(w.move());
    }

    @Test
    void theFleetIsLookedAtAgainBeforeAnythingChanges() {
        World w =
                World.of(true, "paris eu-west active", "berlin eu-central standby")
                        .request("berlin");
        w.move();
        w.cut("berlin").settle();
        assertEquals(State.REFUSED, w.operation.state());
        assertEquals(1, w.assignment.epoch());
    }

    private static final String FROZEN =
            ",'safety':{'freeze':[{'from':'16:00','to':'18:00','why':'sale'}]}";

    private static State planned(World w, PreflightCheck... overrides) {
        w.request(
                        new Request(
                                "berlin",
                                List.of(),
                                "must be",
                                "ann",
                                true,
                                false,
                                List.of(overrides)))
                .everybody();
        return w.operation.state();
    }

    @Test
    void aPlannedMoveIsRefusedInAFreezeWindowUnlessThePolicyLetsSomebodyOverrideIt() {
        World w = World.of(false, "paris eu-west active", "berlin eu-central");
        w.policy = FROZEN;
        assertEquals(State.REFUSED, planned(w, PreflightCheck.FREEZE_WINDOW));
        assertTrue(
                w.operation
                        .steps()
                        .getLast()
                        .detail()
                        .startsWith("frozen 16:00-18:00 (sale) until 2026-11-22T18:00:00Z"),
                w.operation.steps()::toString);
        w.policy = FROZEN + ",'preflight':{'overridable':['FreezeWindow']}";
        assertEquals(State.REFUSED, planned(w));
        assertEquals(State.COMPLETED, planned(w, PreflightCheck.FREEZE_WINDOW));
    }

    @Test
    void aClosedGateHoldsWhatIsTypedAndNoDisaster() {
        World w = World.of(false, "paris eu-west active", "berlin eu-central");
        w.policy = ",'safety':{'closed':'firmware'}";
        assertEquals(State.REFUSED, planned(w, PreflightCheck.GATE_OPEN));
        String detail = w.operation.steps().getLast().detail();
        assertTrue(detail.startsWith("its policy's gate is closed (firmware); where"), detail);
        w.policy += ",'preflight':{'overridable':['GateOpen']}";
        assertEquals(State.REFUSED, planned(w));
        assertEquals(State.COMPLETED, planned(w, PreflightCheck.GATE_OPEN));
        w.cut("berlin").request("paris").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertTrue(outcomes(w).contains("GateOpen=Warning"), outcomes(w));
    }

    @Test
    void aFailoverFromASilentClusterIsNotHeldByAFreezeWindow() {
        World w = World.of(false, "paris eu-west active", "berlin eu-central");
        w.policy = FROZEN;
        w.request("berlin").everybody();
        assertEquals(State.REFUSED, w.operation.state(), "paris is heard");
        w.cut("paris").request("berlin").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    private static String outcomes(World w) {
        return w.operation.checks().stream()
                .map(c -> c.name() + "=" + c.outcome())
                .collect(Collectors.joining(" "));
    }

    @Test
    void eachCheckHasItsNameAndAllAreMadeThoughOneFails() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.cut("paris").cut("berlin");
        w.request(new Failover.Request("berlin", List.of(), "", "ann", true)).settle();
        assertEquals(
                "PolicyPresent=Passed NoLiveOperation=Passed SourceKnown=Passed"
                        + " SourceReachable=Failed TargetReachable=Failed",
                outcomes(w));
    }

    @Test
    void aSilentSourceIsAWarningToAFailover() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.cut("paris").request("berlin").settle();
        assertEquals(
                "PolicyPresent=Passed NoLiveOperation=Passed SourceKnown=Passed"
                        + " SourceReachable=Warning TargetKnown=Passed TargetReachable=Passed"
                        + " TargetFits=Passed TargetRoom=Passed",
                outcomes(w));
    }

    @Test
    void aMissingPolicyIsToldByItsName() {
        World w = World.of(false, "paris eu-west active", "berlin eu-central");
        w.barrier = Optional.of("DrPolicy shop/gone does not exist");
        w.request("berlin").settle();
        assertEquals(State.REFUSED, w.operation.state());
        assertEquals("DrPolicy shop/gone does not exist", w.operation.steps().getLast().detail());
    }

    @Test
    void roomIsOverriddenWhereThePolicyLetsAnOperator() {
        Failover.Request asked =
                new Failover.Request(
                        "berlin",
                        List.of(),
                        "the pods shrink tomorrow",
                        "ann",
                        true,
                        false,
                        List.of(PreflightCheck.TARGET_ROOM));
        World strict = World.of(true, "paris eu-west active", "berlin eu-central standby");
        strict.node("berlin").crowded = Optional.of("needs 2 GiB, free 1 GiB");
        strict.request(asked).settle();
        assertEquals(
                "berlin cannot take checkout: it has no room, needs 2 GiB, free 1 GiB; its policy"
                        + " lets nobody override TargetRoom",
                strict.operation.steps().getLast().detail());

        World lets = World.of(true, "paris eu-west active", "berlin eu-central standby");
        lets.policy = ",'preflight':{'overridable':['TargetRoom']}";
        lets.node("berlin").crowded = Optional.of("needs 2 GiB, free 1 GiB");
        lets.request(asked).everybody();
        assertEquals(State.COMPLETED, lets.operation.state());
        assertEquals(
                List.of(
                        "TargetRoom overridden: berlin: it has no room, needs 2 GiB, free 1 GiB;"
                                + " overridden: the pods shrink tomorrow"),
                lets.operation.report().orElseThrow().deviations());
    }
}
