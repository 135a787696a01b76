package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Role;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover.Request;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.Failover.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The target of a planned move makes what it needs before the source is stopped. */
class PreparingTest {
    private static World planned(World w) {
        return w.request(
                new Request("berlin", List.of(), "cheaper", "ann", true, false, List.of()));
    }

    private static List<State> states(World w) {
        return w.operation.steps().stream().map(Step::state).toList();
    }

    @Test
    void aNewcomerShowsThatItRunsNothingAndMakesWhatItNeedsWhileTheSourceRuns() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central");
        planned(w).settle();
        assertEquals(State.PREPARING_TARGET, w.operation.state());
        assertEquals(Role.QUARANTINED, w.role("berlin"));
        assertEquals(Role.ACTIVE, w.role("paris"));
        assertTrue(
                w.operation.waitingFor().contains("order to berlin to make"),
                w.operation.waitingFor());
        w.everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(
                List.of(State.PREPARING_TARGET, State.REVOKING, State.FENCING),
                states(w).subList(2, 5));
        assertEquals(Role.ACTIVE, w.role("berlin"));
    }

    @Test
    void nothingIsStoppedWhileTheTargetDoesNotGetReady() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central");
        long epoch = w.assignment.epoch();
        w.node("berlin").ghost = true;
        planned(w).everybody();
        assertEquals(State.PREPARING_TARGET, w.operation.state());
        assertTrue(w.operation.waitingFor().contains("to show that nothing of it runs there"));
        w.pass(Duration.ofMinutes(6)).settle();
        assertTrue(w.operation.waitingFor().endsWith("; not within 5m"), w.operation.waitingFor());
        assertTrue(w.operation.next().contains("skip"), w.operation.next());
        assertTrue(w.node("paris").running);
        w.abort().everybody();
        assertEquals(State.ABORTED, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("paris"));
        assertEquals(epoch, w.assignment.epoch());
    }

    @Test
    void whoSkipsItGoesOnWithout() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central");
        planned(w).settle();
        w.say(Control.Kind.SKIP).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void aSourceThatFallsSilentMeanwhileKeepsTheRole() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central");
        planned(w).settle();
        w.cut("paris").everybody();
        assertEquals(State.PREPARING_TARGET, w.operation.state());
        assertTrue(w.operation.waitingFor().startsWith("paris, which it would leave, to be heard"));
        assertTrue(w.operation.next().contains("escalate"), w.operation.next());
        w.say(Control.Kind.SKIP).everybody();
        assertEquals(Role.ACTIVE, w.role("paris"), "no word skips that");
        w.back("paris").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void aStandbyThatHasAllOfItTakesNoTime() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        planned(w).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertFalse(states(w).contains(State.PREPARING_TARGET));
    }

    @Test
    void aStandbyThatIsColdMakesItsObjectsFirst() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.level = Optional.of(StandbyLevel.COLD);
        w.everybody();
        planned(w).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertTrue(states(w).contains(State.PREPARING_TARGET), () -> states(w).toString());
    }

    @Test
    void nobodyWaitsForItInADisaster() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central");
        w.request("berlin").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertFalse(states(w).contains(State.PREPARING_TARGET));
    }

    @Test
    void whatIsEscalatedMeanwhileWaitsForItNoMore() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central");
        planned(w).settle();
        w.cut("berlin").settle();
        w.say(Control.Kind.ESCALATE).settle();
        assertEquals(State.REVOKING, w.operation.state());
    }
}
