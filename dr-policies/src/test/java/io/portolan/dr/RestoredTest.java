package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.dr.Evidence;
import io.portolan.model.operation.Failover.State;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Central's database was restored: decisions may be lost, and only clusters know of them. */
class RestoredTest {
    private static final long FIRST = 1_000;

    private final World w =
            World.of(true, "paris eu-west active", "berlin eu-north standby", "rome eu-south");

    /** Rome has not been heard since. */
    private World restored() {
        w.restored = new FailoverView.Restored(FIRST, List.of(w.node("rome").uid));
        return w.cut("rome");
    }

    @Test
    void whoeverMayHaveGotTheRoleInALostDecisionHasToShowThatItRunsNothing() {
        restored().request("berlin").everybody();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(FIRST, w.assignment.epoch(), "beyond all epochs that were lost");
        assertEquals(Role.QUARANTINED, w.role("rome"));
        assertTrue(w.operation.waitingFor().contains("rome"), w.operation.waitingFor());

        w.attest().everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(FIRST + 1, w.assignment.epoch());
        assertEquals(Role.ACTIVE, w.role("berlin"));
        assertEquals(Role.QUARANTINED, w.role("rome"), "it must stop when it returns");
    }

    @Test
    void alsoTheTargetMayHaveBeenTheOneAndShowsItFirst() {
        restored().back("rome").request("berlin").settle();
        assertEquals(Role.QUARANTINED, w.role("berlin"));
        w.node("berlin").ghost = true;
        w.everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void anAbortGivesTheRoleBackWhenAllOthersHaveShownIt() {
        restored().request("berlin").everybody();
        w.abort().everybody();
        assertFalse(w.operation.state().ended(), "rome may run it");
        assertEquals(List.of(), w.assignment.active());

        w.back("rome").everybody();
        assertEquals(State.ABORTED, w.operation.state());
        assertEquals(Role.ACTIVE, w.role("paris"));
        assertEquals(FIRST + 1, w.assignment.epoch());
        assertTrue(w.operation.evidence().filter(Evidence::fencesSingleWriter).isPresent());
    }

    @Test
    void anOperationOfBeforeAsksEverybodyAnew() {
        w.cut("paris").request("berlin").everybody();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(2, w.assignment.epoch());
        restored().back("paris").everybody();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(FIRST, w.assignment.epoch());
        w.back("rome").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }

    @Test
    void anOperationWhoseTargetGaveTheRoleAwayInALostDecisionEnds() {
        w.node("berlin").healthWhenRunning = Health.DEGRADED;
        w.request("berlin").everybody();
        assertEquals(State.VERIFYING, w.operation.state());
        w.assignment = Roles.revoke(w.assignment, List.of(w.node("berlin").uid));
        restored().settle();
        assertEquals(State.ABORTED, w.operation.state());
    }
}
