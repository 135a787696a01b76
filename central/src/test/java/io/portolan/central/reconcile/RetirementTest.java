package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.Ending;
import io.portolan.model.app.Role;
import io.portolan.model.app.RunOnce;
import io.portolan.model.app.Work;
import io.portolan.model.operation.Failover.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster that burnt down leaves the fleet, and nothing starts by that alone. */
class RetirementTest {
    private final World world = new World();
    private final Uid west = world.cluster("c1", "eu-west");
    private final Uid north = world.cluster("c2", "eu-north");

    @BeforeEach
    void start() {
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
    }

    private Uid app(boolean single, int clusters, String where) {
        Uid app =
                world.put(
                        World.spec(1, World.on(clusters, where), single), World.TENANT, "checkout");
        world.converge();
        return app;
    }

    private Uid activeOnWest() {
        app(true, 1, "region = eu-west");
        Uid app = app(true, 2, "");
        assertEquals(List.of(west), world.assignment(app).active());
        return app;
    }

    private void lose(String cluster) {
        world.agents.get(cluster).cutOff = true;
        world.pass(Duration.ofSeconds(45));
    }

    private Retirement.Finding finding(String cluster) {
        FleetImage image = FleetImage.of(world.store.snapshot());
        Uid uid = image.uid(ResourceKey.cluster(cluster)).orElseThrow();
        return Retirement.of(
                new View(image, world.store.silences(), world.now),
                Thresholds.USUAL,
                image.cluster(uid).orElseThrow());
    }

    private Retirement.Finding.Possible forget(String cluster) {
        Retirement.Finding.Possible possible =
                assertInstanceOf(Retirement.Finding.Possible.class, finding(cluster));
        assertInstanceOf(
                CommitResult.Committed.class,
                world.store.commit(
                        new Authority.Api(Optional.empty()),
                        possible.preconditions(),
                        possible.writes()));
        world.converge();
        return possible;
    }

    private String refused(String cluster) {
        return assertInstanceOf(Retirement.Finding.Refused.class, finding(cluster)).why();
    }

    @Test
    void aDeletedApplicationEndsWithTheClusterThatHeldIt() {
        Uid app = app(false, 2, "");
        lose("c1");
        world.delete(world.key("checkout"));
        world.converge();
        assertTrue(world.work("c1", app).orElseThrow().tombstone());
        assertTrue(world.store.find(world.key("checkout")).isPresent());

        assertEquals(List.of("shop/checkout"), forget("c1").applications());

        assertTrue(world.store.find(world.key("checkout")).isEmpty());
        assertTrue(world.store.find(ResourceKey.cluster("c1")).isEmpty());
        assertTrue(world.store.works(west).plain().isEmpty());
        assertTrue(world.store.silences().get(west) == null);
    }

    @Test
    void aStatelessApplicationIsPlacedAnew() {
        Uid app = app(false, 1, "region = eu-west");
        app(false, 1, "");
        lose("c1");
        forget("c1");
        assertEquals(List.of(north), world.assignment(app).active());
        assertTrue(world.assignment(app).member(west).isEmpty());
    }

    @Test
    void theActiveClusterOfASingleWriterStaysUntilAFailover() {
        Uid app = activeOnWest();
        lose("c1");
        assertEquals(
                "c1 cannot be forgotten yet: shop/checkout is a single writer that may run there:"
                        + " type portolan failover checkout --tenant shop --to CLUSTER, and attest"
                        + " when it asks for that",
                refused("c1"));

        world.failover(app, "f1", "c2", false);
        world.converge();
        assertEquals(State.FENCING, world.operation("f1").state());
        assertTrue(refused("c1").contains("failover f1 of shop/checkout is live"), refused("c1"));
        Operators.attest(world, "f1");
        world.converge();
        assertEquals("AwaitsProof", world.condition("checkout", "Fenced").reason());
        long epoch = world.assignment(app).epoch();

        forget("c1");

        assertEquals(List.of(north), world.assignment(app).active());
        assertEquals(epoch, world.assignment(app).epoch());
        assertTrue(
                world.status("checkout").conditions().stream()
                        .noneMatch(c -> c.type().equals("Fenced")));
    }

    /** It had many writers: nobody has sworn yet that c1 runs nothing. */
    @Test
    void isNoAttestation() {
        app(false, 2, "");
        lose("c1");
        Uid app = app(true, 2, "");
        assertEquals(List.of(), world.assignment(app).active());
        assertTrue(refused("c1").contains("may run there"), refused("c1"));
        assertEquals(List.of(), world.assignment(app).active());
    }

    @Test
    void aStandbyIsForgottenAtOnce() {
        Uid app = activeOnWest();
        lose("c2");
        forget("c2");
        assertEquals(List.of(west), world.assignment(app).active());
        assertTrue(world.assignment(app).member(north).isEmpty());
    }

    @Test
    void whoIsHeardIsNotForgotten() {
        app(false, 1, "");
        assertTrue(refused("c1").contains("portolan cluster drain c1"), refused("c1"));
        world.agents.get("c1").cutOff = true;
        world.pass(Duration.ofSeconds(20));
        assertTrue(refused("c1").startsWith("c1 is heard"), "20 s of silence are not enough");
    }

    @Test
    void itsAgentMaySayNothingAnyMoreAndItsSuccessorInheritsNothing() {
        Uid app = app(false, 2, "");
        lose("c1");
        forget("c1");
        FakeAgent old = world.agents.get("c1");
        assertFalse(world.store.sessionOpen(west, 1));

        Uid successor = world.cluster("c1", "eu-west");
        assertNotEquals(west, successor);
        world.settle();
        assertTrue(world.store.works(successor).plain().isEmpty(), "no agent has joined yet");
        assertTrue(world.assignment(app).member(west).isEmpty());
        old.cutOff = false;
        assertTrue(!old.work(), "it finds no work under its uid");
        world.agents.get("c1").join();
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals(2, world.assignment(app).active().size());
        assertTrue(world.agents.get("c1").runs(app));
    }

    @Test
    void aJobOfAHookGoesWithItsClusterAndIsNoApplicationThatLosesItsPlace() {
        app(false, 2, "");
        lose("c1");
        Work job =
                new Work(
                        new Uid("op.promote"),
                        World.TENANT,
                        "checkout-promote-0a1b2c3d4e",
                        west,
                        Role.ACTIVE,
                        1,
                        1,
                        1_000,
                        Optional.empty(),
                        false,
                        false,
                        false,
                        List.of(),
                        Optional.of(Ending.DELETE),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(
                                new RunOnce(
                                        new Uid("op"),
                                        new Uid("checkout"),
                                        "op/promote/1",
                                        1,
                                        Duration.ofMinutes(2))));
        Row.WorkRow row = new Row.WorkRow(job);
        world.commit(Precondition.absent(row.key()), new Write.Put(row));
        world.settle();
        assertEquals(List.of("shop/checkout"), forget("c1").applications());
        assertEquals(List.of(), world.store.works(west).plain());
    }
}
