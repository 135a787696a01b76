package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.List;
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
    void aPolicyWithoutAStandbySaysSo() {
        put("{'clusters':2,'where':'name = c1'}", "{'writers':'single','standby':'cold'}");
        assertEquals("NoStandby", ready().reason());
    }
}
