package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.Assignment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An abort after the commit: the operation ends, the assignment stays. */
class AbandonTest {
    private static World committed(boolean singleWriter) {
        World w =
                World.of(
                        singleWriter,
                        "paris eu-west active",
                        "berlin eu-central standby",
                        "bonn eu-central");
        w.node("berlin").healthWhenRunning = Health.PROGRESSING;
        w.request("berlin", "paris").everybody();
        assertEquals(State.VERIFYING, w.operation.state());
        return w;
    }

    @Test
    void aTargetThatDiesAfterTheCommitDoesNotHoldTheApplication() {
        World w = committed(true).cut("berlin").settle();
        assertTrue(
                w.operation
                        .next()
                        .endsWith(
                                "portolan failover abort shop/checkout-1 --reason \"...\" ends this as"
                                        + " it stands, so that"
                                        + " another failover may follow"),
                w.operation.next());
        assertTrue(w.operation.singleWriter());
        Assignment before = w.assignment;

        w.abort().settle();

        assertEquals(State.ABORTED, w.operation.state());
        assertEquals(
                "berlin stays active under epoch 3 and was not verified",
                w.operation.steps().getLast().detail());
        assertEquals("FailoverAborted", w.events.getLast().reason());
        assertEquals(before, w.assignment);
        assertEquals(3, w.operation.epochAfter());

        w.request("paris").everybody();
        assertEquals(State.FENCING, w.operation.state(), "the dead target must be proved stopped");
        assertFalse(w.node("paris").running);
        w.attest().everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("paris"));
        assertEquals(Role.QUARANTINED, w.role("berlin"));
        assertTrue(w.node("paris").running);
    }

    @Test
    void endsBeforeTheTargetHasApplied() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.request("berlin").settle();
        w.derive();
        w.pull(w.node("paris"));
        w.act(w.node("paris"));
        w.report(w.node("paris"));
        w.cut("berlin");
        w.settle();
        w.back("berlin").settle();
        assertEquals(State.PROMOTING, w.operation.state());
        w.cut("berlin").abort().settle();
        assertEquals(State.ABORTED, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("berlin"));
        assertEquals(Role.STANDBY, w.role("paris"));
    }

    @Test
    void aStatelessSourceGoesOnServing() {
        World w = committed(false);
        Assignment before = w.assignment;
        w.abort().settle();
        assertEquals(
                "berlin stays active under epoch 2 and was not verified; paris stays active beside"
                        + " it",
                w.operation.steps().getLast().detail());
        assertEquals(before, w.assignment);
        assertEquals(2, w.assignment.active().size());

        w.request("bonn", "berlin").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(List.of("bonn", "paris"), active(w));
    }

    private static List<String> active(World w) {
        return w.assignment.active().stream().map(c -> w.byUid(c).name).sorted().toList();
    }
}
