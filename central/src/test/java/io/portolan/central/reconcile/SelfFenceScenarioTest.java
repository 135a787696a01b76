package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Running;
import io.portolan.model.app.SelfFence;
import io.portolan.model.app.Work;
import io.portolan.model.cluster.ClusterStatus.Guarding;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Central's part of fence F3: works, grants and the wait. */
class SelfFenceScenarioTest {
    private static final Duration GRANT = Duration.ofSeconds(30);
    private static final Guarding DOOR = new Guarding("http://agent:8442", "guard:1");

    private final World world = new World();
    private final Uid west = world.cluster("c1", "eu-west");
    private final Uid north = world.cluster("c2", "eu-north");

    private static ApplicationSpec spec(DrPolicySpec.Trigger trigger, Optional<Duration> grant) {
        DrPolicySpec recovery =
                new DrPolicySpec(
                        Optional.empty(),
                        DrPolicySpec.Writers.SINGLE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        trigger,
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(30),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(10),
                        Optional.of(false),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        grant.map(_ -> DrPolicySpec.OnCentralLoss.SELF_FENCE),
                        grant.map(DrPolicySpec.SelfFencing::new),
                        Map.of(),
                        Optional.empty());
        return new ApplicationSpec(
                List.of(
                        new Component(
                                "web",
                                new Component.Container(
                                        "example/web:1",
                                        List.of(),
                                        1,
                                        Map.of(),
                                        List.of("/bin/web"),
                                        List.of(),
                                        Optional.empty()))),
                Optional.of(
                        new PolicyRef.Inline<>(
                                new PlacementPolicySpec(
                                        Selector.EVERYTHING, List.of(), 2, List.of()))),
                Optional.of(new PolicyRef.Inline<>(recovery)));
    }

    private Uid checkout(DrPolicySpec.Trigger trigger, Optional<Duration> grant, String... doors) {
        world.lead();
        for (String door : doors) {
            world.agents.get(door).guarding = Optional.of(DOOR);
        }
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(90));
        Uid app = world.put(spec(trigger, grant), World.TENANT, "checkout");
        world.converge();
        return app;
    }

    private Uid guarded() {
        return checkout(DrPolicySpec.Trigger.PROPOSE, Optional.of(GRANT), "c1", "c2");
    }

    private String active(Uid app) {
        return world.assignment(app).active().equals(List.of(west)) ? "c1" : "c2";
    }

    private String other(String cluster) {
        return cluster.equals("c1") ? "c2" : "c1";
    }

    private SelfFence fence(String cluster, Uid app) {
        return world.work(cluster, app).flatMap(Work::selfFence).orElseThrow();
    }

    private String content(String cluster, Uid app) {
        return new String(
                world.store
                        .content(world.work(cluster, app).orElseThrow().content().orElseThrow())
                        .orElseThrow(),
                StandardCharsets.UTF_8);
    }

    @Test
    void worksSayHowLongGrantsAreAndAreRenderedWithTheGuard() {
        Uid app = guarded();
        SelfFence fence = fence(active(app), app);
        assertEquals(GRANT, fence.grant());
        assertEquals(GRANT, fence.longest());
        assertEquals("http://agent:8442", fence.url());
        assertTrue(content(active(app), app).contains("/portolan/guard"));
        assertTrue(
                content(other(active(app)), app).contains("/portolan/guard"),
                "a failover needs no new content");
        assertEquals(Optional.of(GRANT), world.work(active(app), app).orElseThrow().grant());
        assertEquals(Optional.empty(), world.work(other(active(app)), app).orElseThrow().grant());
    }

    @Test
    void aClusterWithoutADoorRunsWithoutTheGuard() {
        Uid app = checkout(DrPolicySpec.Trigger.PROPOSE, Optional.of(GRANT));
        assertEquals(Optional.empty(), world.work(active(app), app).orElseThrow().selfFence());
        assertFalse(content(active(app), app).contains("/portolan/guard"));
        world.agents.get(active(app)).guarding = Optional.of(DOOR);
        world.agents.get(active(app)).observe();
        world.converge();
        assertTrue(content(active(app), app).contains("/portolan/guard"), "as soon as it opens");
    }

    @Test
    void aStandbyOfManyWritersRunsWithoutTheGuardOfTheSingleWriterThatItWas() {
        Uid app = guarded();
        ApplicationSpec single = spec(DrPolicySpec.Trigger.PROPOSE, Optional.of(GRANT));
        DrPolicySpec warm =
                Codec.strict()
                        .read("{\"writers\":\"many\",\"standby\":\"warm\"}", DrPolicySpec.class);
        world.put(
                new ApplicationSpec(
                        single.components(),
                        single.placement(),
                        Optional.of(new PolicyRef.Inline<>(warm))),
                World.TENANT,
                "checkout");
        world.converge();
        Work standby = world.work(other(active(app)), app).orElseThrow();
        assertEquals(Running.ONE_EACH, standby.running());
        assertEquals(Optional.empty(), standby.selfFence(), "nobody would give it a grant");
        assertFalse(content(other(active(app)), app).contains("/portolan/guard"));
    }

    private void door(String cluster, Optional<Guarding> door) {
        world.agents.get(cluster).guarding = door;
        world.agents.get(cluster).observe();
        world.converge();
    }

    @Test
    void aStandbyThatWasEditedWhileItsDoorWasShutTakesOverWithTheGuard() {
        Uid app = guarded();
        String standby = other(active(app));
        door(standby, Optional.empty());
        Duration longer = GRANT.plusSeconds(1);
        world.put(
                spec(DrPolicySpec.Trigger.PROPOSE, Optional.of(longer)), World.TENANT, "checkout");
        world.converge();
        door(standby, Optional.of(DOOR));
        assertTrue(content(standby, app).contains("/portolan/guard"));
        world.failover(app, "f1", standby, false);
        world.converge();
        assertEquals(standby, active(app));
        assertEquals(longer, fence(standby, app).grant());
        assertEquals(2, world.work(standby, app).orElseThrow().generation());
        assertTrue(content(standby, app).contains("/portolan/guard"), "as its work says");
    }

    @Test
    void theLongestGrantIsStoredBeforeItCanBeGivenAndOutlivesAShorterOne() {
        Uid app = guarded();
        String at = active(app);
        Duration ten = Duration.ofMinutes(10);
        world.put(spec(DrPolicySpec.Trigger.PROPOSE, Optional.of(ten)), World.TENANT, "checkout");
        world.converge();
        assertEquals(ten, fence(at, app).grant());
        assertEquals(ten, fence(at, app).longest());
        long since = fence(at, app).since();
        world.put(spec(DrPolicySpec.Trigger.PROPOSE, Optional.of(GRANT)), World.TENANT, "checkout");
        world.converge();
        assertEquals(GRANT, fence(at, app).grant());
        assertEquals(ten, fence(at, app).longest());
        assertEquals(since, fence(at, app).since());
    }

    @Test
    void aSilentSourceIsFencedByItsGrantsAndReturnsQuarantined() {
        Uid app = guarded();
        String source = active(app);
        world.agents.get(source).cutOff = true;
        world.pass(Duration.ofSeconds(45));
        world.failover(app, "f1", other(source), true);
        world.converge();
        Failover waiting = world.operation("f1");
        assertEquals(State.FENCING, waiting.state());
        assertTrue(waiting.waitingFor().contains("its last grant has run out by"));
        world.pass(Duration.ofSeconds(31));
        assertEquals(State.FENCING, world.operation("f1").state());
        world.pass(Duration.ofSeconds(1));
        world.converge();
        Failover done = world.operation("f1");
        assertEquals(State.COMPLETED, done.state(), done.waitingFor());
        assertEquals("F3", done.evidence().orElseThrow().level());
        Uid was = source.equals("c1") ? west : north;
        assertEquals(Role.QUARANTINED, world.assignment(app).member(was).orElseThrow().role());
        world.agents.get(source).cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals(Role.STANDBY, world.assignment(app).member(was).orElseThrow().role());
    }

    @Test
    void aNewLeaderWaitsAnew() {
        Uid app = guarded();
        String source = active(app);
        world.agents.get(source).cutOff = true;
        world.pass(Duration.ofSeconds(45));
        world.failover(app, "f1", other(source), true);
        world.converge();
        world.pass(Duration.ofSeconds(25));
        world.crash("t2");
        world.pass(Duration.ofSeconds(31));
        assertEquals(State.FENCING, world.operation("f1").state());
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals("F3", world.operation("f1").evidence().orElseThrow().level());
    }

    @Test
    void theLossOfASourceThatFencesItselfIsMadeGoodByItself() {
        Uid app = checkout(DrPolicySpec.Trigger.AUTOMATIC, Optional.of(GRANT), "c1", "c2");
        // More clusters, so that one that falls silent is not half the fleet.
        String source = active(app);
        world.agents.get(source).cutOff = true;
        world.pass(Duration.ofMinutes(3));
        world.converge();
        assertEquals(other(source), active(app));
        assertEquals(1, world.assignment(app).active().size());
    }

    @Test
    void theLossOfASourceThatHasNotShownItIsToldToAnOperator() {
        Uid app = checkout(DrPolicySpec.Trigger.AUTOMATIC, Optional.of(GRANT));
        String source = active(app);
        world.agents.get(source).cutOff = true;
        world.pass(Duration.ofMinutes(3));
        world.converge();
        assertEquals(source, active(app), "its role is not taken on a guess");
        assertEquals("Unfenced", world.condition("checkout", "FailoverProposed").reason());
    }
}
