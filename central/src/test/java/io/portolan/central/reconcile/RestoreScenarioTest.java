package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.agentlink.LaterOrders;
import io.portolan.central.store.MemoryStore;
import io.portolan.model.Condition;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.Holding;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Central's database is restored from a copy of before a failover that agents know of. */
class RestoreScenarioTest {
    private final World world = new World();
    private final MemoryStore store = (MemoryStore) world.store;
    private final Uid west = world.cluster("c1", "eu-west");
    private final Uid north = world.cluster("c2", "eu-north");
    private final Uid east = world.cluster("c3", "us-east");
    private Uid app = west;
    private MemoryStore.Copy copy = store.copy();

    @BeforeEach
    void start() {
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
        world.put(World.spec(1, World.on(1, "region = eu-west"), true), World.TENANT, "checkout");
        world.converge();
        app = world.put(World.spec(1, World.on(3, ""), true), World.TENANT, "checkout");
        world.converge();
        copy = store.copy();
    }

    private void restore() {
        store.restore(copy, true);
        world.agents.values().forEach(a -> a.cutOff = true);
        world.now = world.now.plusSeconds(1);
        world.crash("second");
        world.settle();
    }

    /** Says hello with what it holds, and is heard from then on. */
    private Set<Uid> hello(String cluster, Role role, long epoch) {
        return hello(cluster, List.of(new Holding(app, World.TENANT, "checkout", 70, epoch, role)));
    }

    private Set<Uid> hello(String cluster, List<Holding> holdings) {
        Uid uid = world.agents.get(cluster).uid();
        Set<Uid> later =
                LaterOrders.kept(
                        store,
                        uid,
                        new AgentMessages.Hello(1, 1, "test", 1, 50, holdings),
                        store.works(uid).works());
        world.agents.get(cluster).cutOff = false;
        world.agents.get(cluster).join();
        world.pass(Duration.ofSeconds(3));
        return later;
    }

    private long first() {
        return store.restored().orElseThrow().revision();
    }

    private List<Uid> active() {
        return world.assignment(app).active();
    }

    private long events(String reason) {
        return store.events(app, 100).stream()
                .map(EventRecord::reason)
                .filter(reason::equals)
                .count();
    }

    @Test
    void theRoleStaysWithWhoGotItInADecisionThatWasLost() {
        restore();
        assertEquals(List.of(west), active());
        assertEquals(Set.of(app), hello("c2", Role.ACTIVE, 3));
        assertEquals(List.of(north), active());
        assertEquals(3, world.assignment(app).epoch(), "as it was decided then");
        assertEquals(Role.QUARANTINED, world.work("c1", app).orElseThrow().role());
        assertEquals(1, events("RoleRecovered"));

        assertEquals(Set.of(), hello("c1", Role.STANDBY, 3));
        assertEquals(Set.of(), hello("c3", Role.STANDBY, 3));
        assertEquals(first(), world.assignment(app).epoch());
        assertEquals(List.of(north), active());
        assertTrue(
                Condition.find(world.status("checkout").conditions(), Recovery.CONDITION)
                        .isEmpty());
    }

    @Test
    void nothingIsDecidedAnewBeforeEveryClusterWasHeard() {
        restore();
        hello("c1", Role.ACTIVE, 1);
        hello("c2", Role.STANDBY, 1);
        assertEquals(1, world.assignment(app).epoch());
        String told = world.condition("checkout", Recovery.CONDITION).message();
        assertTrue(told.contains("waits for c3."), told);

        hello("c3", Role.STANDBY, 1);
        assertEquals(first(), world.assignment(app).epoch());
        assertEquals(List.of(west), active());
        assertEquals(first(), world.work("c1", app).orElseThrow().epoch());
    }

    @Test
    void whereNobodyHasItByTheLatestDecisionOnlyAFailoverGivesIt() {
        restore();
        hello("c1", Role.QUARANTINED, 2);
        hello("c2", Role.STANDBY, 2);
        assertEquals(1, world.assignment(app).epoch(), "the third may have it");
        hello("c3", Role.STANDBY, 1);
        assertEquals(List.of(), active());
        world.converge();
        world.pass(Duration.ofMinutes(1));
        world.converge();
        assertEquals(List.of(), active());
        assertEquals("Parked", world.condition("checkout", Recovery.CONDITION).reason());
        assertEquals(1, events("RoleRecovered"));

        world.failover(app, "f1", "c2", true);
        world.converge();
        assertEquals(State.COMPLETED, world.operation("f1").state());
        assertEquals(List.of(north), active());
        assertEquals(first() + 1, world.assignment(app).epoch());
    }

    @Test
    void whoWasLeftInADecisionThatWasLostIsNotToldToRunIt() {
        restore();
        assertEquals(Role.ACTIVE, world.work("c1", app).orElseThrow().role());
        hello("c1", List.of());
        assertEquals(Role.QUARANTINED, world.work("c1", app).orElseThrow().role());
        hello("c2", Role.ACTIVE, 3);
        assertEquals(List.of(north), active());
    }

    @Test
    void aFailoverDoesNotWaitForAClusterThatNeverComesBack() {
        restore();
        hello("c1", Role.ACTIVE, 1);
        hello("c2", Role.STANDBY, 1);
        world.failover(app, "f1", "c2", true);
        world.converge();
        assertEquals(State.FENCING, world.operation("f1").state());
        assertTrue(world.operation("f1").waitingFor().contains("c3"));
        assertEquals(first(), world.assignment(app).epoch());
        hello("c3", Role.STANDBY, 1);
        world.converge();
        assertEquals(List.of(north), active());
    }

    @Test
    void ofManyWritersTheEpochRisesAtOnce() {
        Uid web = world.put(World.spec(1, World.on(2, ""), false), World.TENANT, "web");
        world.converge();
        copy = store.copy();
        restore();
        assertEquals(first(), world.assignment(web).epoch());
        assertEquals(2, world.assignment(web).active().size());
        assertEquals(1, world.assignment(app).epoch(), east::value);
    }

    @Test
    void whoGotTheFirstRoleAfterTheCopyKeepsIt() {
        Uid late =
                world.put(
                        World.spec(1, World.on(2, "region != eu-west"), true),
                        World.TENANT,
                        "late");
        copy = store.copy();
        world.converge();
        List<Uid> ran = world.assignment(late).active();
        String there = ran.equals(List.of(north)) ? "c2" : "c3";
        restore();
        hello("c1", List.of());
        hello(there.equals("c2") ? "c3" : "c2", List.of());
        assertTrue(store.assignment(late).isEmpty(), "one has not told yet");
        assertEquals("RoleKnown", world.condition("late", "RoleKnown").type());
        hello(there, List.of(new Holding(late, World.TENANT, "late", 70, 1, Role.ACTIVE)));
        assertEquals(ran, world.assignment(late).active());
    }

    @Test
    void whoWasPlacedNowhereIsPlacedWhenAllHaveTold() {
        Uid late = world.put(World.spec(1, World.on(1, ""), true), World.TENANT, "late");
        copy = store.copy();
        restore();
        hello("c1", List.of());
        hello("c2", List.of());
        assertTrue(store.assignment(late).isEmpty());
        hello("c3", List.of());
        assertEquals(1, world.assignment(late).active().size());
    }
}
