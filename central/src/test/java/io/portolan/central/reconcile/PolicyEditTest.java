package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.Assignment.Member;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From many writers to one and back, and what that asks of clusters that nobody hears. */
class PolicyEditTest {
    private final World world = new World();
    private final Uid west = world.cluster("c1", "eu-west");
    private final Uid north = world.cluster("c2", "eu-north");
    private Uid app = west;

    @BeforeEach
    void start() {
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
    }

    private void policy(boolean single, int clusters, String where) {
        app = world.put(World.spec(1, World.on(clusters, where), single), World.TENANT, "checkout");
    }

    private Role role(Uid cluster) {
        return world.assignment(app).member(cluster).map(Member::role).orElseThrow();
    }

    private void cut(String cluster) {
        world.agents.get(cluster).cutOff = true;
        world.pass(Duration.ofSeconds(45));
    }

    private List<String> running() {
        return world.agents.entrySet().stream()
                .filter(a -> a.getValue().runs(app))
                .map(java.util.Map.Entry::getKey)
                .sorted()
                .toList();
    }

    @Test
    void ofManyWritersOneStartsWhenAllHaveStopped() {
        policy(false, 2, "");
        world.converge();
        assertEquals(List.of("c1", "c2"), running());
        long before = world.assignment(app).epoch();

        policy(true, 2, "");
        world.settle();
        assertEquals(List.of(), world.assignment(app).active());
        assertEquals(Role.QUARANTINED, role(west));
        assertEquals(Role.QUARANTINED, role(north));
        assertTrue(world.assignment(app).epoch() > before);
        assertEquals("NoActive", world.condition("checkout", "Placed").reason());

        world.agents.get("c1").work();
        world.settle();
        assertEquals(List.of(), world.assignment(app).active(), "c2 may still run");
        assertTrue(
                world.condition("checkout", "Fenced")
                        .message()
                        .contains("waits for c2 to show that it runs nothing"),
                world.condition("checkout", "Fenced").message());

        world.converge();
        assertEquals(1, world.assignment(app).active().size());
        assertEquals(1, running().size());
        assertTrue(
                world.status("checkout").conditions().stream()
                        .noneMatch(c -> c.type().equals("Fenced")));
    }

    @Test
    void anUnreachableWriterHoldsTheRoleBackUntilItIsAttested() {
        policy(false, 2, "");
        world.converge();
        cut("c2");
        policy(true, 2, "");
        world.converge();
        world.pass(Duration.ofMinutes(30));

        assertEquals(List.of(), world.assignment(app).active());
        assertEquals(List.of("c2"), running(), "nobody could tell it to stop");
        assertEquals(Role.STANDBY, role(west), "it has stopped and said so");
        String waits = world.condition("checkout", "Placed").message();
        assertTrue(waits.contains("waits for c2, unreachable since"), waits);
        String next = world.condition("checkout", "Fenced").message();
        assertTrue(next.contains("portolan failover checkout --tenant shop --to CLUSTER"), next);

        world.failover(app, "f1", "c1", false);
        world.converge();
        Failover blocked = world.operation("f1");
        assertEquals(State.FENCING, blocked.state(), blocked.toString());
        assertTrue(blocked.waitingFor().startsWith("c2 is unreachable"), blocked.waitingFor());
        assertTrue(Operators.attest(world, "f1"));
        world.converge();
        assertEquals(State.COMPLETED, world.operation("f1").state());
        assertEquals("F6", world.operation("f1").evidence().orElseThrow().level());
        assertEquals(List.of(west), world.assignment(app).active());
        assertEquals(Role.QUARANTINED, role(north));

        world.agents.get("c2").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals(List.of("c1"), running());
        assertEquals(Role.STANDBY, role(north));
    }

    @Test
    void theReturnOfTheUnreachableWriterIsEnough() {
        policy(false, 2, "");
        world.converge();
        cut("c2");
        policy(true, 2, "");
        world.converge();
        world.agents.get("c2").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals(1, world.assignment(app).active().size());
        assertEquals(1, running().size());
    }

    @Test
    void oneClusterAloneGoesOnWithoutInterruption() {
        policy(false, 1, "region = eu-west");
        world.converge();
        long epoch = world.assignment(app).epoch();
        policy(true, 1, "region = eu-west");
        world.converge();
        assertEquals(List.of(west), world.assignment(app).active());
        assertEquals(epoch, world.assignment(app).epoch());
        assertTrue(world.work("c1", app).orElseThrow().singleWriter());
    }

    /** The cluster was left while it was not heard: it is no member, and runs. */
    @Test
    void aClusterThatWasLeftAndNeverSaidSoIsAskedToo() {
        policy(false, 2, "");
        world.converge();
        cut("c2");
        policy(false, 1, "region = eu-west");
        world.converge();
        assertTrue(world.assignment(app).member(north).isEmpty());
        assertEquals(List.of("c1", "c2"), running());

        policy(true, 1, "region = eu-west");
        world.converge();
        assertEquals(List.of(), world.assignment(app).active());
        String waits = world.condition("checkout", "Placed").message();
        assertTrue(waits.contains("c2, unreachable"), waits);

        world.agents.get("c2").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals(List.of(west), world.assignment(app).active());
        assertEquals(List.of("c1"), running());
    }

    /** A stateless failover left a source that was heard; it fell silent before it stopped. */
    @Test
    void aStandbyOfManyWritersIsNoProof() {
        policy(false, 1, "region = eu-west");
        world.converge();
        policy(false, 1, "");
        world.converge();
        world.failover(app, "f1", "c2", false);
        while (world.operation("f1").state() != State.COMPLETED) {
            world.settle();
            world.agents.get("c2").work();
        }
        world.settle();
        assertEquals(Role.STANDBY, role(west));
        cut("c1");
        assertEquals(List.of("c1", "c2"), running());

        policy(true, 2, "");
        world.converge();
        assertEquals(Role.QUARANTINED, role(west));
        assertEquals(List.of(), world.assignment(app).active());
        assertFalse(world.agents.get("c2").runs(app));
    }

    @Test
    void thereAndBackAgainAsksEverybodyAnew() {
        policy(true, 2, "");
        world.converge();
        policy(false, 2, "");
        world.converge();
        assertEquals(2, running().size());
        cut("c2");
        policy(true, 2, "");
        world.converge();
        assertEquals(List.of(), world.assignment(app).active());
    }

    @Test
    void aPolicyThatChangesUnderAStatelessFailoverIsTakenUpAfterIt() {
        policy(false, 1, "region = eu-west");
        world.converge();
        policy(false, 1, "");
        world.converge();
        world.failover(app, "f1", "c2", false);
        world.settle();
        policy(true, 2, "");
        world.settle();
        assertFalse(world.work("c2", app).orElseThrow().singleWriter());
        while (world.operation("f1").state() != State.COMPLETED) {
            world.settle();
            world.agents.get("c2").work();
        }
        world.settle();
        assertEquals(List.of(), world.assignment(app).active(), "c1 was not asked yet");
        world.converge();
        assertEquals(1, running().size());
        assertEquals(1, world.assignment(app).active().size());
    }
}
