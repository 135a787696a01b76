package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Condition.Truth;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.operation.Failover;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A paused application is left as it is, and what is asked for by name is done all the same. */
class PauseTest {
    private final World world = new World();
    private Uid app;

    @BeforeEach
    void runs() {
        world.cluster("c1", "eu-west");
        world.cluster("c2", "eu-north");
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
    }

    private void put(ApplicationSpec spec, boolean paused) {
        app =
                world.put(
                        new ApplicationSpec(
                                spec.components(),
                                spec.placement(),
                                spec.disasterRecovery(),
                                spec.health(),
                                paused),
                        World.TENANT,
                        "checkout");
        world.converge();
    }

    private Work work(String cluster) {
        return world.work(cluster, app).orElseThrow();
    }

    @Test
    void editsAndPlacementWaitUntilItIsResumed() {
        ApplicationSpec west = World.spec(3, World.on(1, "region = eu-west"), false);
        put(west, false);
        Work before = work("c1");

        put(west, true);
        assertTrue(work("c1").holdsStill());
        assertEquals(before.content(), work("c1").content());
        assertEquals("paused, revision 1 healthy on 1 of 1", world.status("checkout").summary());
        assertEquals(Truth.TRUE, world.condition("checkout", "Paused").truth());
        assertEquals(Health.HEALTHY, world.status("checkout").health());

        ApplicationSpec north = World.spec(5, World.on(1, "region = eu-north"), false);
        put(north, true);
        world.pass(Duration.ofSeconds(5));
        assertEquals(before.content(), work("c1").content());
        assertTrue(world.work("c2", app).isEmpty());
        assertEquals(Truth.TRUE, world.condition("checkout", "Healthy").truth());

        put(north, false);
        world.converge();
        assertFalse(work("c2").paused());
        assertEquals(4, work("c2").generation());
        assertTrue(world.work("c1", app).isEmpty());
        assertEquals("revision 4 healthy on 1 of 1", world.status("checkout").summary());
    }

    @Test
    void whatIsMadePausedGoesNowhereUntilItIsResumed() {
        ApplicationSpec spec = World.spec(1, World.on(1, ""), false);
        put(spec, true);
        assertTrue(world.work("c1", app).isEmpty() && world.work("c2", app).isEmpty());
        put(spec, false);
        assertEquals("revision 2 healthy on 1 of 1", world.status("checkout").summary());
    }

    @Test
    void aFailoverMovesItAndThePauseHoldsInTheNewPlace() {
        ApplicationSpec single = World.spec(1, World.on(2, ""), true);
        put(single, false);
        String from = world.work("c1", app).orElseThrow().role() == Role.ACTIVE ? "c1" : "c2";
        String to = from.equals("c1") ? "c2" : "c1";
        put(single, true);

        world.failover(app, "checkout-1", to, true);
        world.converge();
        world.pass(Duration.ofSeconds(60));
        world.converge();

        assertEquals(Failover.State.COMPLETED, world.operation("checkout-1").state());
        assertEquals(Role.ACTIVE, work(to).role());
        assertTrue(work(to).holdsStill());
        assertEquals(Role.STANDBY, work(from).role());
        assertFalse(work(from).holdsStill(), "what stops is written although it is paused");
    }

    @Test
    void aDeletionIsCarriedOut() {
        put(World.spec(1, World.on(2, ""), false), false);
        put(World.spec(1, World.on(2, ""), false), true);
        world.delete(world.key("checkout"));
        world.converge();
        assertTrue(world.store.find(world.key("checkout")).isEmpty());
    }

    @Test
    void aClusterThatIsGoneIsNoMemberAnyMore() {
        put(World.spec(1, World.on(2, ""), false), false);
        put(World.spec(1, World.on(2, ""), false), true);
        world.drop(ResourceKey.cluster("c2"));
        world.settle();
        assertEquals(1, world.assignment(app).members().size());
        assertTrue(work("c1").holdsStill());
    }
}
