package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.dr.HookPoint;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.Outlook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of an operation before it begins. */
class ExpectationTest {
    private static World world() {
        return World.of(true, "paris eu-west active", "berlin eu-central standby");
    }

    private static Outlook outlook(World w, List<Failover> history) {
        w.request("berlin").move();
        return Expectation.of(w.view(), history);
    }

    private static List<State> steps(Outlook outlook) {
        return outlook.steps().stream().map(Outlook.Expected::state).toList();
    }

    /** A completed failover whose target took so long to be healthy. */
    private static Failover took(Duration time) {
        World w = world();
        w.ports.put(HookPoint.SWITCH_TRAFFIC, new StepPort.NotBegun());
        w.request("berlin").everybody();
        w.pass(time).ports.put(HookPoint.SWITCH_TRAFFIC, new StepPort.Succeeded(""));
        w.settle();
        assertEquals(State.COMPLETED, w.operation.state());
        return w.operation;
    }

    @Test
    void theStepsAreThoseThatItThenTakes() {
        World w = world();
        w.policy = ",'stabilize':'1m'";
        w.ports.put(HookPoint.DATA_GATE, new StepPort.Succeeded(""));
        Outlook told = outlook(w, List.of());
        w.everybody().pass(Duration.ofMinutes(1)).everybody();
        List<State> taken =
                new ArrayList<>(w.operation.steps().stream().map(Failover.Step::state).toList());
        taken.removeAll(List.of(State.REQUESTED, State.PREFLIGHT, State.COMPLETED));
        assertEquals(taken, steps(told));
        assertEquals(List.of(), told.blocks());
    }

    @Test
    void theTimesAreTheMedianOfWhatItTookBefore() {
        World w = world();
        w.ports.put(HookPoint.SWITCH_TRAFFIC, new StepPort.Succeeded(""));
        Outlook told =
                outlook(
                        w,
                        List.of(
                                took(Duration.ofSeconds(2)),
                                took(Duration.ofSeconds(9)),
                                took(Duration.ofSeconds(4))));
        assertEquals(Optional.of(Duration.ofSeconds(4)), told.steps().getLast().usually());
        assertTrue(
                told.risks()
                        .contains(
                                "checkout serves nobody from Revoking until it is verified: usually"
                                        + " 4s"),
                told.risks()::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "COLD        | true  | berlin to make all its objects: it stands by cold",
                "PILOT_LIGHT | true  | berlin to apply the order to run it",
                "WARM        | false | berlin to scale up: it stands by warm",
                "HOT         | false | berlin to take the role: it stands by hot",
            })
    void whatTheTargetHasToDoDependsOnWhatItHasReady(
            StandbyLevel level, boolean single, String words) {
        World w = World.of(single, "paris eu-west active", "berlin eu-central standby");
        w.level = Optional.of(level);
        w.everybody();
        Outlook told = outlook(w, List.of());
        assertTrue(
                told.steps().stream()
                        .anyMatch(s -> s.state() == State.PROMOTING && s.waitsFor().equals(words)),
                told.steps()::toString);
    }

    @Test
    void aSilentSourceBlocksAndIsARisk() {
        World w = world().cut("paris");
        Outlook told = outlook(w, List.of());
        assertEquals(
                List.of(
                        "paris is unreachable, silent since 2026-11-22T17:00:00Z: it returns, or"
                                + " somebody attests that it runs nothing"),
                told.blocks());
        assertTrue(told.risks().contains("two may write if paris runs although somebody attested"));
    }

    @Test
    void aSilentSourceThatIsFencedWithoutAWordDoesNotBlock() {
        World hooked = world().cut("paris");
        hooked.policy =
                ",'fencing':{'hook':{'http':{'url':'https://h/off'}},'level':'F5',"
                        + "'readBack':{'url':'https://h/state'}}";
        assertEquals(List.of(), outlook(hooked, List.of()).blocks());
        World guarded = world();
        guarded.grant = Optional.of(Duration.ofSeconds(30));
        Outlook told = outlook(guarded.everybody().cut("paris"), List.of());
        assertEquals(List.of(), told.blocks());
        assertTrue(
                told.risks().stream().anyMatch(r -> r.contains("run out first, 31s300ms after")),
                told.risks()::toString);
        World unguarded = world();
        unguarded.grant = Optional.of(Duration.ofSeconds(30));
        unguarded.node("paris").guarded = false;
        assertEquals(
                1,
                outlook(unguarded.everybody().cut("paris"), List.of()).blocks().size(),
                "it has not shown that all is guarded");
    }

    @Test
    void approvalsBlock() {
        World w = world();
        w.policy = ",'approvals':{'count':2}";
        Outlook told = outlook(w, List.of());
        assertEquals(State.APPROVAL, steps(told).getFirst());
        assertEquals(
                List.of("2 of 2 approvals of this failover, by others than user:ann"),
                told.blocks());
    }

    @Test
    void whatIsRefusedHasNoStepsAndSaysWhy() {
        World w = world().cut("berlin");
        Outlook told = outlook(w, List.of());
        assertEquals(List.of(), told.steps());
        assertTrue(told.blocks().getFirst().startsWith("TargetReachable: "), told::toString);
    }
}
