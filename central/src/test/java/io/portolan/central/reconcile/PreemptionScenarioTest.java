package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.Ledger;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Condition;
import io.portolan.model.Percent;
import io.portolan.model.Quantity;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.Health;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.CapacityRule;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who gives way to whom, and who does not. */
class PreemptionScenarioTest {
    private final World world = new World();

    private static Component web(int replicas, String cpu, String memory) {
        return new Component(
                "web",
                new Component.Container(
                        "example/web:1",
                        List.of(),
                        replicas,
                        Map.of(),
                        List.of(),
                        List.of(),
                        Optional.of(
                                new Component.Resources(
                                        Optional.of(new Quantity(cpu)),
                                        Optional.of(new Quantity(memory))))));
    }

    private static ApplicationSpec spec(
            Component component, PlacementPolicySpec placement, DrPolicySpec.Writers writers) {
        return new ApplicationSpec(
                List.of(component),
                Optional.of(new PolicyRef.Inline<>(placement)),
                Optional.of(
                        new PolicyRef.Inline<>(
                                new DrPolicySpec(
                                        writers,
                                        DrPolicySpec.DEMOTE_TIMEOUT,
                                        DrPolicySpec.VERIFY_TIMEOUT))));
    }

    private Uid put(String name, Component component, PlacementPolicySpec placement) {
        return world.put(spec(component, placement, DrPolicySpec.Writers.MANY), World.TENANT, name);
    }

    private static PlacementPolicySpec ranked(Priority priority) {
        return where(priority, "");
    }

    private static PlacementPolicySpec where(Priority priority, String where) {
        return new PlacementPolicySpec(
                Selector.parse(where),
                List.of(),
                1,
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(priority));
    }

    private void cluster(String name, String region, long cores) {
        world.cluster(name, region);
        tell(name, cores, 0);
    }

    private void tell(String name, long cores, long foreign) {
        world.agents.get(name).capacity =
                Optional.of(
                        new Capacity(
                                1,
                                cores * 1_000,
                                cores << 30,
                                foreign * 1_000,
                                foreign << 30,
                                Optional.of(0L),
                                Optional.of(0L)));
    }

    private void begin() {
        world.lead();
        world.agents.values().stream().sorted().forEach(a -> a.join());
        world.pass(Duration.ofSeconds(1));
    }

    private List<String> on(Uid application) {
        return world.assignment(application).active().stream()
                .map(c -> world.core.image().clusterName(c))
                .toList();
    }

    private static final Priority BOSS = new Priority(100, true, false);
    private static final Priority GIVES = new Priority(1, false, true);

    private PlacementDecision decision(Uid application) {
        return world.assignment(application).decision();
    }

    private void observe(String name, long cores, long foreign) {
        tell(name, cores, foreign);
        world.agents.get(name).observe();
        world.converge();
    }

    @Test
    void whoFitsBesideOneThatPreemptsIsNotDrivenOutByOthers() {
        cluster("c1", "eu-west", 10);
        begin();
        Uid boss = put("boss", web(4, "1", "1Gi"), ranked(BOSS));
        Uid batch = put("batch", web(4, "1", "1Gi"), ranked(GIVES));
        world.converge();
        assertEquals(List.of("c1"), on(batch));
        observe("c1", 10, 4);
        assertEquals(List.of("c1"), on(batch), "a foreign pod grew");
        observe("c1", 5, 0);
        assertEquals(List.of("c1"), on(batch), "a node is lost");
        assertEquals(List.of(), decision(boss).drives());
    }

    @Test
    void whoComesBackWasNotDrivenOut() {
        cluster("c1", "eu-west", 6);
        begin();
        Uid batch = put("batch", web(4, "1", "1Gi"), ranked(GIVES));
        world.converge();
        Uid boss = put("boss", web(4, "1", "1Gi"), ranked(BOSS));
        world.converge();
        assertEquals(List.of("c1"), on(boss));
        assertEquals(List.of(), on(batch));
        assertEquals(List.of(), decision(boss).drives(), "it is gone");
        assertTrue(
                world.commits.stream()
                        .flatMap(c -> c.writes().stream())
                        .anyMatch(
                                w ->
                                        w instanceof Write.Put(Row.AssignmentRow(Assignment a))
                                                && a.decision().drives().stream()
                                                        .anyMatch(
                                                                d ->
                                                                        d.application()
                                                                                .equals(batch))),
                "while it is there the decision says who must go");

        observe("c1", 8, 0);
        assertEquals(List.of("c1"), on(batch));
        observe("c1", 6, 0);
        assertEquals(List.of("c1"), on(batch), "less room evicts nobody");
    }

    private static PlacementPolicySpec tenthFree(Priority priority) {
        return new PlacementPolicySpec(
                Selector.EVERYTHING,
                List.of(),
                1,
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new CapacityRule(new Percent(10), CapacityRule.Unknown.FITS)),
                Optional.of(priority));
    }

    @Test
    void headroomThatIsAskedForDrivesOutToo() {
        cluster("c1", "eu-west", 10);
        begin();
        Uid batch = put("batch", web(4, "1", "1Gi"), tenthFree(GIVES));
        world.converge();
        Uid boss = put("boss", web(11, "500m", "512Mi"), tenthFree(BOSS));
        world.converge();
        assertEquals(List.of("c1"), on(boss));
        assertEquals(List.of(), on(batch), "5.5 and 4 fit into 10, but not with 1 of headroom");
    }

    @Test
    void whoIsOnItsWayOutLeavesAtOnceAsWell() {
        cluster("c1", "eu-west", 4);
        cluster("c2", "eu-west", 4);
        begin();
        Uid batch = put("batch", web(4, "1", "1Gi"), where(GIVES, "name = c1"));
        world.converge();
        world.agents.get("c2").temper = s -> FakeAgent.with(s, Health.PROGRESSING);
        put("batch", web(4, "1", "1Gi"), where(GIVES, "name = c2"));
        world.converge();
        assertTrue(world.assignment(batch).members().stream().anyMatch(Member::leaving));

        Uid boss = put("boss", web(4, "1", "1Gi"), where(BOSS, "name = c1"));
        world.converge();
        assertEquals(List.of("c1"), on(boss));
        assertEquals(List.of("c2"), on(batch), "its successor is not waited for");
        assertTrue(
                world.commits.stream()
                        .flatMap(c -> c.writes().stream())
                        .anyMatch(
                                w ->
                                        w instanceof Write.AddEvent(var e)
                                                && e.reason().equals("Preempted")
                                                && e.message()
                                                        .equals(
                                                                "c1: gave way to shop/boss"
                                                                        + " (priority 100)")));
    }

    @Test
    void aReservationThatFilledUpMeanwhileIsTold() {
        cluster("a1", "eu-west", 4);
        cluster("b1", "eu-north", 4);
        begin();
        ApplicationSpec spec =
                spec(web(3, "1", "1Gi"), World.on(2, ""), DrPolicySpec.Writers.SINGLE);
        Uid ledger = world.put(spec, World.TENANT, "ledger");
        world.converge();
        assertTrue(lacking().isEmpty());
        String standby = on(ledger).getFirst().equals("a1") ? "b1" : "a1";
        int i = world.core.image().fleet().index(world.agents.get(standby).uid());
        Ledger room = world.core.image().ledger();
        assertEquals(3_000, room.room().cell(i).reserved().millis());
        assertEquals(
                0,
                room.room(world.core.image().fleet(), ledger).cell(i).reserved().millis(),
                "its own is not in its way");
        observe(standby, 4, 2);
        world.put(spec, World.TENANT, "ledger");
        world.converge();
        assertEquals(
                standby
                        + " has not all the room that is reserved there for failovers; this one"
                        + " needs 3 CPU, 3 GiB; type: portolan why app ledger --tenant shop"
                        + " --cluster "
                        + standby,
                lacking().orElseThrow());
    }

    private Optional<String> lacking() {
        return Condition.find(world.status("ledger").conditions(), "ReservationLacking")
                .map(Condition::message);
    }
}
