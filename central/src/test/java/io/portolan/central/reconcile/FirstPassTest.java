package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A new leader looks through the whole fleet, of which hardly anything needs a decision. */
class FirstPassTest {
    private static final int APPLICATIONS = LoopCore.BATCH + 8 * LoopCore.IDLE_LOOKS;

    private final World world = new World();

    @BeforeEach
    void aFleetAtRestGetsANewLeader() {
        world.lead();
        world.cluster("c1", "eu-west");
        world.agents.get("c1").join();
        for (int i = 0; i < APPLICATIONS; i++) {
            world.put(World.spec(1, World.on(1, ""), false), World.TENANT, "a" + i);
        }
        world.converge();
        world.crash("next");
    }

    @Test
    void newsAreDecidedBeforeTheRestOfTheFleetIsLookedAt() {
        assertTrue(world.core.reconciled() < APPLICATIONS / 2, "all is looked at in one go");
        Uid urgent = world.put(World.spec(1, World.on(1, ""), false), World.TENANT, "urgent");
        AtomicLong looks = new AtomicLong();
        world.faults =
                (store, commit) -> {
                    if (commit.writes().stream().anyMatch(w -> assigns(w, urgent))) {
                        looks.compareAndSet(0, world.core.reconciled());
                    }
                    return store.commit(
                            commit.authority(), commit.preconditions(), commit.writes());
                };
        world.settle();
        assertTrue(looks.get() > 0, "it is never decided");
        assertTrue(looks.get() < APPLICATIONS / 2, () -> looks + " looks before it");
    }

    @Test
    void theWholeFleetIsLookedAtWithoutAnythingHappening() {
        world.settle();
        assertEquals(0, world.core.depth());
        assertTrue(world.core.reconciled() > APPLICATIONS);
        assertEquals(List.of(), world.complaints);
    }

    private static boolean assigns(Write write, Uid application) {
        return write instanceof Write.Put(Row.AssignmentRow(var assignment))
                && assignment.application().equals(application);
    }
}
