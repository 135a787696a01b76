package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Role;
import io.portolan.model.dr.Evidence;
import io.portolan.model.dr.FenceLevel;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.Report;
import io.portolan.model.operation.Failover.Request;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.HookRun;
import io.portolan.model.operation.HookRun.Fenced;
import io.portolan.model.operation.HookRun.Lag;
import io.portolan.model.operation.HookRun.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations that ask others, and what follows from what those say. */
class HookingTest {
    private static final String SWITCH =
            ",'hooks':{'switchTraffic':{'http':{'url':'https://dns.example.com/x'},'retries':1}}";
    private static final String GATE =
            ",'rpo':'10s','hooks':{'dataGate':{'http':{'url':'https://db.example.com/lag'}}}";
    private static final String FENCING =
            ",'fencing':{'hook':{'http':{'url':'https://ipmi.example.com/off'},'retries':0},"
                    + "'level':'F5','readBack':{'url':'https://ipmi.example.com/state'}}";

    private static World world(String policy) {
        World world = World.of(true, "paris eu-west active", "berlin eu-central standby");
        world.policy = policy;
        return world;
    }

    private static HookCall asked(World world) {
        assertEquals(
                1, world.asked.size(), () -> "asked " + world.asked + " in " + world.operation);
        return world.asked.getFirst();
    }

    private static void answer(World world, boolean succeeded, String output) {
        tell(world, HookAnswer.of(asked(world), succeeded, output));
    }

    /** The answer comes, is stored, and what follows from it happens. */
    private static void tell(World world, HookAnswer answer) {
        world.answers.add(answer);
        world.settle();
        world.answers.clear();
        world.everybody();
    }

    private static void lag(World world, String output, Optional<Duration> lag) {
        HookCall call = asked(world);
        tell(
                world,
                new HookAnswer(
                        call.operation(),
                        call.key(),
                        call.attempt(),
                        true,
                        output,
                        Optional.of(new Lag(lag, Optional.empty())),
                        Optional.empty()));
    }

    private static void readBack(World world, boolean fenced, String detail) {
        HookCall call = asked(world);
        assertEquals(HookPoint.FENCE_READ_BACK, call.point());
        tell(
                world,
                new HookAnswer(
                        call.operation(),
                        call.key(),
                        call.attempt(),
                        true,
                        detail,
                        Optional.empty(),
                        Optional.of(new Fenced(fenced, detail))));
    }

    private static void say(World world, Control.Kind kind) {
        world.operation =
                assertInstanceOf(
                                Controls.Answer.Said.class,
                                Controls.say(
                                        world.operation, kind, "user:ann", "looked", world.now))
                        .operation();
        world.everybody();
    }

    private static HookRun run(World world, HookPoint point) {
        return world.operation.hooks().stream()
                .filter(r -> r.point() == point)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void trafficIsSwitchedWhenTheTargetIsVerifiedAndNotBefore() {
        World world = world(SWITCH).request("berlin").everybody();
        assertEquals(State.SWITCHING_TRAFFIC, world.operation.state());
        assertEquals(Role.ACTIVE, world.role("berlin"));
        assertEquals(Phase.RUNNING, run(world, HookPoint.SWITCH_TRAFFIC).phase());
        HookCall call = asked(world);
        assertEquals(List.of("paris"), call.body().from());
        assertEquals("berlin", call.body().to());
        assertEquals(world.assignment.epoch(), call.body().epoch());
        answer(world, true, "ok");
        assertEquals(State.COMPLETED, world.operation.state());
        assertEquals("ok", run(world, HookPoint.SWITCH_TRAFFIC).output());
    }

    @Test
    void nothingIsAskedBeforeItsIntentIsStored() {
        World world = world(SWITCH).request("berlin");
        while (world.operation.hooks().isEmpty()) {
            assertEquals(List.of(), world.asked);
            if (!world.move()) {
                world.derive();
                for (Node node : world.nodes.values()) {
                    world.pull(node);
                    world.act(node);
                    world.report(node);
                }
            }
        }
        assertEquals(List.of(), world.asked, "the move that stored it asked nobody");
        world.move();
        asked(world);
    }

    @Test
    void whoLeadsAfterACrashAsksTheSameUnderTheSameKey() {
        World world = world(SWITCH).request("berlin").everybody();
        HookCall before = asked(world);
        world.pass(Duration.ofHours(1)).everybody();
        assertEquals(before, asked(world));
        // The answer to what nobody asked, as one that belongs to another attempt.
        HookAnswer other =
                new HookAnswer(
                        before.operation(),
                        before.key(),
                        before.attempt() + 1,
                        true,
                        "",
                        Optional.empty(),
                        Optional.empty());
        tell(world, other);
        assertEquals(State.SWITCHING_TRAFFIC, world.operation.state());
    }

    @Test
    void aFailureIsTriedAgainUnderTheSameKeyAndThenSomebodyHasToDecide() {
        World world = world(SWITCH).request("berlin").everybody();
        HookCall first = asked(world);
        answer(world, false, "answered 503");
        assertEquals(List.of(), world.asked, "not at once");
        assertTrue(
                world.operation.waitingFor().contains("answered 503"), world.operation::waitingFor);
        world.pass(Duration.ofSeconds(5)).everybody();
        HookCall second = asked(world);
        assertEquals(first.key(), second.key());
        assertEquals(2, second.attempt());
        answer(world, false, "answered 503");
        assertTrue(world.operation.paused().isPresent(), "retries are used up");
        assertEquals(List.of(), world.asked);
        assertTrue(world.operation.next().contains("retry"), world.operation::next);

        say(world, Control.Kind.RETRY);
        HookCall third = asked(world);
        assertEquals(first.key(), third.key());
        assertEquals(3, third.attempt());
        answer(world, false, "answered 503");
        assertTrue(world.operation.paused().isEmpty(), "as many retries as before");
        world.pass(Duration.ofSeconds(5)).everybody();
        answer(world, false, "answered 503");
        assertTrue(world.operation.paused().isPresent(), "one word is good for one round");

        say(world, Control.Kind.SKIP);
        assertEquals(State.COMPLETED, world.operation.state());
    }

    @Test
    void aPausedOperationAsksNobodyAndTakesNoAnswer() {
        World world = world(SWITCH).request("berlin").everybody();
        HookCall call = asked(world);
        say(world, Control.Kind.PAUSE);
        assertEquals(List.of(), world.asked);
        tell(world, HookAnswer.of(call, true, "ok"));
        assertEquals(State.SWITCHING_TRAFFIC, world.operation.state());
        say(world, Control.Kind.RESUME);
        assertEquals(call, asked(world), "asked again, under the same key");
    }

    /** The plan is made again behind an approval, and forgets nothing of what was settled. */
    @Test
    void whatThePolicyDropsWhileApprovalIsAwaitedHoldsToo() {
        World world =
                world(GATE + ",'minimumFence':'F4','attestations':2,'approvals':{'count':1}")
                        .request("berlin")
                        .everybody();
        assertEquals(State.APPROVAL, world.operation.state());
        world.policy = "";
        world.approve("bob").everybody();
        assertEquals(State.DATA_GATE, world.operation.state());
        assertTrue(world.operation.paused().isPresent());
        Plan plan = world.operation.plan().orElseThrow();
        assertEquals(FenceLevel.F4, plan.fence());
        assertEquals(2, plan.operators());
    }

    @Test
    void aPointThatThePolicyDropsMeanwhileIsNotPassedOver() {
        World world = world(GATE).request("berlin").everybody();
        assertEquals(State.DATA_GATE, world.operation.state());
        world.policy = "";
        world.everybody();
        assertTrue(world.operation.paused().isPresent());
        assertEquals(Role.STANDBY, world.role("berlin"));
        assertTrue(
                world.operation.waitingFor().contains("has no hook dataGate any more"),
                world.operation::waitingFor);
    }

    @ParameterizedTest
    @CsvSource({"10000, true", "10001, false", ", false", "0, true"})
    void onlyAKnownLagWithinTheRpoPassesTheGate(Long millis, boolean passes) {
        World world = world(GATE).request("berlin").everybody();
        long epoch = world.assignment.epoch();
        assertEquals(State.DATA_GATE, world.operation.state());
        lag(world, "said", Optional.ofNullable(millis).map(Duration::ofMillis));
        assertEquals(passes, world.assignment.epoch() > epoch, world.operation::waitingFor);
        assertEquals(
                passes ? Role.ACTIVE : Role.STANDBY,
                world.role("berlin"),
                "the commit is behind it");
    }

    @Test
    void aGateThatIsClosedIsAskedAgainUnderAnotherKeyUntilItOpens() {
        World world = world(GATE).request("berlin").everybody();
        HookCall first = asked(world);
        lag(world, "{\"lagSeconds\": 30}", Optional.of(Duration.ofSeconds(30)));
        assertEquals(List.of(), world.asked, "not at once");
        assertTrue(
                world.operation
                        .waitingFor()
                        .contains("writes of 30s would be lost, and rpo is 10s"),
                world.operation::waitingFor);
        world.pass(HookStep.ASK_AGAIN).everybody();
        HookCall second = asked(world);
        assertNotEquals(first.key(), second.key(), "who keeps answers by key would say the same");
        lag(world, "{}", Optional.empty());
        assertTrue(
                world.operation.waitingFor().contains("does not say how much would be lost"),
                world.operation::waitingFor);
        world.pass(HookStep.ASK_AGAIN).everybody();
        lag(world, "{\"lagSeconds\": 3}", Optional.of(Duration.ofSeconds(3)));
        assertEquals(State.COMPLETED, world.operation.state());
        Report report = world.operation.report().orElseThrow();
        assertEquals(
                Optional.of(new Lag(Optional.of(Duration.ofSeconds(3)), Optional.empty())),
                report.loss());
        assertTrue(
                report.summary().endsWith("; lost at most writes of 3s, rpo is 10s"),
                report::summary);
    }

    @Test
    void onlyWhatIsReadBackIsEvidenceOfAFence() {
        World world = world(FENCING).cut("paris").request("berlin").everybody();
        assertEquals(State.FENCING, world.operation.state());
        assertEquals(List.of(), world.asked, "it has its time to be heard again");
        world.pass(Duration.ofSeconds(90)).everybody();
        HookCall off = asked(world);
        assertEquals(HookPoint.FENCE, off.point());
        assertEquals(Optional.of("paris"), off.body().cluster());
        answer(world, true, "{\"fenced\": true}");
        assertEquals(State.FENCING, world.operation.state(), "the command's word is none");
        assertEquals(Role.STANDBY, world.role("berlin"));
        readBack(world, false, "still on");
        assertEquals(State.FENCING, world.operation.state());
        assertTrue(world.operation.waitingFor().contains("still on"), world.operation::waitingFor);
        world.pass(HookStep.ASK_AGAIN).everybody();
        world.node("paris").running = false;
        world.node("paris").held = Optional.empty();
        readBack(world, true, "bootId b-1");
        assertEquals(State.COMPLETED, world.operation.state());
        Evidence.PoweredOff proof =
                assertInstanceOf(
                        Evidence.PoweredOff.class, world.operation.evidence().orElseThrow());
        assertEquals("bootId b-1", proof.detail());
        assertEquals(world.node("paris").uid, proof.cluster());
        assertEquals(Role.QUARANTINED, world.role("paris"), "until it has shown that it stopped");
    }

    @Test
    void whatWasReadBackIsVoidWhenTheClusterIsHeardBeforeTheCommit() {
        World world = world(FENCING).cut("paris").request("berlin").everybody();
        world.pass(Duration.ofSeconds(90)).everybody();
        answer(world, true, "");
        // The target dies, so that nothing is committed yet.
        world.cut("berlin");
        readBack(world, true, "bootId b-1");
        assertEquals(State.FENCING, world.operation.state());
        world.pass(Duration.ofSeconds(30)).back("paris").settle();
        world.cut("paris").back("berlin").settle();
        assertEquals(State.FENCING, world.operation.state(), "it was heard since");
        assertEquals(Role.STANDBY, world.role("berlin"));
        HookCall again = asked(world);
        assertEquals(HookPoint.FENCE, again.point(), "it runs again, so it is fenced again");
        assertTrue(again.key().endsWith("/2"), again::key);
    }

    /** Switched off, which only the read back tells. */
    private static World off(World world) {
        world.cut("paris").request("berlin").everybody();
        world.pass(Duration.ofSeconds(90)).everybody();
        answer(world, true, "");
        world.node("paris").running = false;
        world.node("paris").held = Optional.empty();
        return world;
    }

    @Test
    void whatWasReadBackIsAskedAgainWhenItIsOld() {
        World world = off(world(FENCING));
        world.cut("berlin");
        readBack(world, true, "bootId b-1");
        assertEquals(State.FENCING, world.operation.state());
        world.pass(HookedFencing.FRESH).back("berlin").settle();
        assertEquals(Role.STANDBY, world.role("berlin"), "it may have been switched on since");
        readBack(world, true, "bootId b-1");
        assertEquals(State.COMPLETED, world.operation.state());
    }

    @Test
    void aGateThatIsSkippedLeavesTheFenceToBeProved() {
        World world = off(world(GATE + FENCING));
        readBack(world, true, "bootId b-1");
        assertEquals(State.DATA_GATE, world.operation.state());
        world.pass(HookedFencing.FRESH);
        say(world, Control.Kind.SKIP);
        assertEquals(State.DATA_GATE, world.operation.state());
        readBack(world, true, "bootId b-1");
        assertEquals(State.COMPLETED, world.operation.state());
    }

    @Test
    void aSourceThatIsHeardAtTheGateStopsAnewAndTheGateIsAskedAgain() {
        World world = world(GATE).cut("paris").request("berlin").everybody().attest().settle();
        assertEquals(State.DATA_GATE, world.operation.state());
        HookCall before = asked(world);
        world.pass(Duration.ofSeconds(1)).back("paris").settle();
        assertEquals(State.FENCING, world.operation.state());
        assertTrue(
                world.operation.steps().getLast().deadline().isPresent(), "it is late some time");
        world.everybody().pass(HookStep.ASK_AGAIN).everybody();
        assertEquals(State.DATA_GATE, world.operation.state());
        assertNotEquals(before.key(), asked(world).key(), "it may have written since");
        lag(world, "", Optional.of(Duration.ZERO));
        assertEquals("F2", world.operation.evidence().orElseThrow().level());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theGateIsAskedAgainOfATargetThatTakesTheOthersPlace(boolean singleWriter) {
        World world =
                World.of(
                        singleWriter,
                        "paris eu-west active",
                        "berlin eu-central standby",
                        "bonn eu-central standby");
        world.policy = GATE;
        world.request("").everybody();
        HookCall before = asked(world);
        assertEquals("berlin", before.body().to());
        HookAnswer answer =
                new HookAnswer(
                        before.operation(),
                        before.key(),
                        before.attempt(),
                        true,
                        "",
                        Optional.of(new Lag(Optional.of(Duration.ZERO), Optional.empty())),
                        Optional.empty());
        world.cut("berlin");
        tell(world, answer);
        assertEquals(State.DATA_GATE, world.operation.state());
        world.pass(HookStep.ASK_AGAIN).everybody();
        assertEquals("bonn", asked(world).body().to());
        assertNotEquals(before.key(), asked(world).key());
        lag(world, "", Optional.of(Duration.ofSeconds(1)));
        assertEquals(State.COMPLETED, world.operation.state());
        assertEquals(Role.ACTIVE, world.role("bonn"));
    }

    @Test
    void noOtherTargetTakesThePlaceOfTheOneThatWasGivenTheLastWrite() {
        World world =
                World.of(
                        true,
                        "paris eu-west active",
                        "berlin eu-central standby",
                        "bonn eu-central standby");
        world.ports.put(HookPoint.FINAL_SYNC, new StepPort.Succeeded(""));
        world.ports.put(HookPoint.DATA_GATE, new StepPort.NotBegun());
        world.request(new Request("", List.of(), "maintenance", "user:ann", true)).everybody();
        assertEquals(State.DATA_GATE, world.operation.state());
        world.cut("berlin").ports.put(HookPoint.DATA_GATE, new StepPort.Succeeded(""));
        world.settle();
        assertTrue(
                world.operation.waitingFor().startsWith("berlin to be able to take the role"),
                world.operation::waitingFor);
        say(world, Control.Kind.ESCALATE);
        assertEquals(Role.ACTIVE, world.role("bonn"));
    }

    @Test
    void aClusterThatIsHeardIsNotSwitchedOff() {
        World world = world(FENCING.replace("'level'", "'when':'silent','level'"));
        world.node("paris").ghost = true;
        world.request("berlin").everybody().pass(Duration.ofHours(1)).everybody();
        assertEquals(State.FENCING, world.operation.state());
        assertEquals(List.of(), world.operation.hooks());
    }

    @Test
    void whoSaysSilentWaitsForNothing() {
        World world =
                world(FENCING.replace("'level'", "'when':'silent','level'"))
                        .cut("paris")
                        .request("berlin")
                        .everybody();
        assertEquals(HookPoint.FENCE, asked(world).point());
    }

    @Test
    void aRelocationSwitchesNothingOffUntilSomebodyEscalatesIt() {
        World world =
                world(FENCING.replace("'level'", "'when':'silent','level'"))
                        .request(new Request("berlin", List.of(), "maintenance", "user:ann", true));
        while (world.operation.state() != State.FENCING) {
            world.move();
            world.derive();
        }
        world.cut("paris").pass(Duration.ofHours(1)).settle();
        assertEquals(List.of(), world.operation.hooks());
        say(world, Control.Kind.ESCALATE);
        assertEquals(HookPoint.FENCE, asked(world).point());
    }

    @Test
    void aFenceThatFailsIsTriedAgainWhileAnOperatorMayVouch() {
        World world = world(FENCING).cut("paris").request("berlin").everybody();
        world.pass(Duration.ofSeconds(90)).everybody();
        HookCall first = asked(world);
        answer(world, false, "answered 500");
        assertTrue(
                world.operation.waitingFor().contains("could not be fenced: answered 500"),
                world.operation::waitingFor);
        assertEquals(List.of(), world.asked);
        world.pass(StepPort.LONGEST).everybody();
        assertEquals(first.key(), asked(world).key());
        world.attest().everybody();
        assertEquals(State.COMPLETED, world.operation.state());
    }

    @Test
    void theWeakerOfTwoFencesIsTheFence() {
        assertEquals(
                "F2",
                new Evidence.All(
                                List.of(
                                        new Evidence.PoweredOff(World.APP, 3, "", World.START),
                                        new Evidence.Demoted(World.APP, 4, 3)))
                        .level());
    }
}
