package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.Ledger;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Condition;
import io.portolan.model.Percent;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Health;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.CapacityRule;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Priority;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who gives way to whom, and who does not. */
class PreemptionScenarioTest extends RoomyWorld {
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
