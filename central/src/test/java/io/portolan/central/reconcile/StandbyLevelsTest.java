package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Health;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the clusters that stand by are asked to have ready, in central's loop. */
class StandbyLevelsTest {
    private final World world = new World();

    @BeforeEach
    void threeClusters() {
        world.cluster("c1", "eu-west");
        world.cluster("c2", "eu-north");
        world.cluster("c3", "us-east");
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
    }

    private Uid put(String placement, String recovery) {
        ApplicationSpec spec =
                new ApplicationSpec(
                        List.of(World.container("web", 3)),
                        Optional.of(
                                new PolicyRef.Inline<>(read(placement, PlacementPolicySpec.class))),
                        Optional.of(new PolicyRef.Inline<>(read(recovery, DrPolicySpec.class))));
        Uid uid = world.put(spec, World.TENANT, "checkout");
        world.converge();
        return uid;
    }

    private static <T> T read(String json, Class<T> type) {
        return Codec.strict().read(json.replace('\'', '"'), type);
    }

    private static String on(int clusters) {
        return "{'clusters':"
                + clusters
                + ",'prefer':[{'where':'name = c1','weight':9},"
                + "{'where':'name = c2','weight':5}]}";
    }

    private Optional<StandbyLevel> asked(String cluster, Uid app) {
        return world.work(cluster, app).orElseThrow().standby();
    }

    private Role role(String cluster, Uid app) {
        return world.work(cluster, app).orElseThrow().role();
    }

    private Condition ready() {
        return world.condition("checkout", "StandbyReady");
    }

    @Test
    void aColdStandbyIsToldSoAndWhoHasTheRoleIsNot() {
        Uid app = put(on(2), "{'preset':'cold'}");
        assertEquals(Optional.empty(), asked("c1", app));
        assertEquals(Optional.of(StandbyLevel.COLD), asked("c2", app));
        assertEquals("c2 stands by cold", ready().message());

        world.failover(app, "move", "c2", true);
        world.converge();
        assertEquals(State.COMPLETED, world.operation("move").state());
        assertEquals(Role.ACTIVE, role("c2", app));
        assertEquals(Optional.empty(), asked("c2", app));
        assertEquals(Role.STANDBY, role("c1", app));
        assertEquals(Optional.of(StandbyLevel.COLD), asked("c1", app));
    }

    @Test
    void aPolicyThatChangesItsLevelIsToldAtOnce() {
        Uid app = put(on(2), "{'writers':'single','standby':'cold'}");
        long before = world.work("c2", app).orElseThrow().sequence();
        put(on(2), "{'writers':'single'}");
        assertEquals(Optional.empty(), asked("c2", app));
        assertTrue(world.work("c2", app).orElseThrow().sequence() > before);
        assertEquals(
                Optional.empty(),
                Condition.find(world.status("checkout").conditions(), "StandbyReady"));
    }

    @Test
    void anAgentThatDoesNotKnowOfLevelsHoldsTheObjectsAndTheStatusSaysSo() {
        FakeAgent old = world.agents.get("c2");
        old.abilities = List.of(AgentMessages.GIVES_UP);
        old.observe();
        Uid app = put(on(2), "{'preset':'cold'}");
        assertEquals(Optional.empty(), asked("c2", app));
        assertEquals(Truth.FALSE, ready().truth());
        assertEquals(
                "c2 stands by pilot-light and not cold: its agent 1 does not know of that, and has"
                        + " to be updated",
                ready().message());

        old.abilities = List.of(AgentMessages.GIVES_UP, AgentMessages.STANDS_BY);
        old.observe();
        world.converge();
        assertEquals(Optional.of(StandbyLevel.COLD), asked("c2", app));
        assertEquals(Truth.TRUE, ready().truth());
    }

    @Test
    void aWarmStandbyTakesTheRoleAndWhoHadItStandsByWarm() {
        Uid app = put(on(2), "{'preset':'warm'}");
        assertEquals(List.of("c1"), active(app));
        assertEquals(Optional.of(StandbyLevel.WARM), asked("c2", app));
        assertEquals("c2 stands by warm", ready().message());
        assertEquals(
                "revision 1 healthy on 1 of 1, warm standby on 1",
                world.status("checkout").summary());

        world.failover(app, "move", "", false);
        world.converge();
        assertEquals(State.COMPLETED, world.operation("move").state());
        assertEquals(List.of("c2"), active(app));
        assertEquals(Role.STANDBY, role("c1", app));
        assertEquals(Optional.of(StandbyLevel.WARM), asked("c1", app));
        world.pass(Duration.ofSeconds(10));
        assertEquals(List.of("c2"), active(app), "nothing moves back by itself");
    }

    @Test
    void whenTheActiveClusterIsLostTheStandbyFollowsByItself() {
        world.pass(Duration.ofMinutes(2));
        Uid app =
                put(
                        "{'clusters':2,'prefer':[{'where':'name = c1','weight':9},"
                                + "{'where':'name = c2','weight':5}]}",
                        "{'preset':'hot'}");
        assertEquals(List.of("c1"), active(app));
        world.agents.get("c1").cutOff = true;
        world.pass(Duration.ofSeconds(60));
        world.converge();
        assertEquals(List.of("c2"), active(app));
        assertEquals(Role.QUARANTINED, role("c1", app));
        assertEquals(Optional.empty(), asked("c1", app), "nothing runs there when it returns");

        world.agents.get("c1").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals(List.of("c2"), active(app));
        assertEquals(Role.STANDBY, role("c1", app));
        assertEquals(Optional.of(StandbyLevel.HOT), asked("c1", app));
    }

    /** Who was left for a cluster that did not stand by, or that one's like, is one too many. */
    @Test
    void aStandbyThatIsOneTooManyRunsNothing() {
        Uid app = put(on(2), "{'preset':'hot'}");
        world.failover(app, "move", "c3", false);
        world.converge();
        world.pass(Duration.ofSeconds(10));
        world.converge();
        assertEquals(List.of("c3"), active(app));
        assertEquals(Role.STANDBY, role("c1", app));
        assertEquals(Role.STANDBY, role("c2", app));
        assertEquals(Optional.of(StandbyLevel.HOT), asked("c1", app));
        assertEquals(Optional.empty(), asked("c2", app), "two clusters were asked for");
        assertEquals("c1 stands by hot", ready().message());
    }

    @Test
    void asManyAreActiveAsDoNotStandBy() {
        Uid app =
                put(
                        on(3).replace("}]}", "}],'standbys':{'clusters':1}}"),
                        "{'writers':'many','standby':'warm'}");
        assertEquals(List.of("c1", "c2"), active(app));
        assertEquals(Role.STANDBY, role("c3", app));

        put(on(3), "{'writers':'many','standby':'warm'}");
        assertEquals(List.of("c1"), active(app), "all but one, where nothing is said");
        assertEquals(Optional.of(StandbyLevel.WARM), asked("c2", app));

        put(on(3), "{'writers':'many'}");
        assertEquals(List.of("c1", "c2", "c3"), active(app));
    }

    /** The standby serves before the active one goes, and a newcomer does not get ahead of it. */
    @Test
    void whatHasToLeaveIsFollowedByItsStandby() {
        world.cluster("c0", "eu-west");
        world.agents.get("c0").join();
        world.pass(Duration.ofSeconds(1));
        Uid app =
                put(
                        "{'clusters':2,'where':'name in (c1, c3)','prefer':["
                                + "{'where':'name = c0','weight':9},"
                                + "{'where':'name = c1','weight':5}]}",
                        "{'writers':'many','standby':'warm'}");
        assertEquals(List.of("c1"), active(app));
        world.agents.get("c3").temper = s -> FakeAgent.with(s, Health.PROGRESSING);
        String without =
                "{'clusters':2,'where':'name in (c0, c3)','prefer':["
                        + "{'where':'name = c0','weight':9}]}";
        put(without, "{'writers':'many','standby':'warm'}");
        assertEquals(List.of("c1", "c3"), active(app));
        assertEquals(Role.STANDBY, role("c0", app));

        world.agents.get("c3").temper = s -> s;
        world.converge();
        assertEquals(List.of("c3"), active(app));
        assertEquals(Optional.empty(), world.work("c1", app));
    }

    /** A standby that ran has to show that it stopped before one alone may write. */
    @Test
    void whoBecomesASingleWriterHasNoStandbyThatRuns() {
        Uid app = put(on(2), "{'preset':'hot'}");
        world.agents.get("c2").temper = FakeAgent::silent;
        put(on(2), "{'writers':'single'}");
        assertEquals(List.of(), active(app));
        assertEquals(Role.QUARANTINED, role("c2", app));
        assertEquals(Optional.empty(), asked("c2", app));

        world.agents.get("c2").temper = s -> s;
        world.converge();
        assertEquals(List.of("c1"), active(app));
        assertEquals(Role.STANDBY, role("c2", app));
    }

    @Test
    void aStandbyThatRunsAndIsIllIsNamed() {
        world.agents.get("c2").temper = s -> FakeAgent.with(s, Health.DEGRADED);
        put(on(2), "{'preset':'warm'}");
        assertEquals(Truth.FALSE, ready().truth());
        assertEquals("NotHealthy", ready().reason());
        assertEquals("c2 stands by warm and is Degraded", ready().message());
        assertEquals(
                Truth.TRUE,
                world.condition("checkout", "Healthy").truth(),
                "where it is active it is well");
    }

    private List<String> active(Uid app) {
        return world.agents.entrySet().stream()
                .filter(e -> world.assignment(app).active().contains(e.getValue().uid()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    @Test
    void aPolicyWithoutAStandbySaysSo() {
        put("{'clusters':2,'where':'name = c1'}", "{'writers':'single','standby':'cold'}");
        assertEquals("NoStandby", ready().reason());
    }

    @Test
    void aPlannedMoveToAColdStandbyHasItMakeItsObjectsFirst() {
        Uid app = put(on(2), "{'preset':'cold'}");
        assertEquals(Optional.of(StandbyLevel.COLD), asked("c2", app));
        world.operation(
                app, "r1", new Failover.Request("c2", List.of(), "test", "user:test", true));
        world.settle();
        assertEquals(State.PREPARING_TARGET, world.operation("r1").state());
        assertEquals(Optional.empty(), asked("c2", app));
        assertEquals(Role.ACTIVE, role("c1", app));
        world.converge();
        assertEquals(State.COMPLETED, world.operation("r1").state());
        assertEquals(Role.ACTIVE, role("c2", app));
        assertEquals(Optional.of(StandbyLevel.COLD), asked("c1", app));
    }

    @Test
    void whatIsAbortedBeforeItsTargetIsReadyLeavesEverythingAsItWas() {
        Uid app = put(on(2), "{'preset':'cold'}");
        world.agents.get("c2").cutOff = true;
        long epoch = world.assignment(app).epoch();
        world.operation(
                app, "r1", new Failover.Request("c2", List.of(), "test", "user:test", true));
        world.converge();
        assertEquals(State.PREPARING_TARGET, world.operation("r1").state());
        Operators.abort(world, "r1");
        world.converge();
        assertEquals(State.ABORTED, world.operation("r1").state());
        assertEquals(Role.ACTIVE, role("c1", app));
        assertEquals(epoch, world.assignment(app).epoch());
        world.agents.get("c2").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals(Optional.of(StandbyLevel.COLD), asked("c2", app));
    }
}
