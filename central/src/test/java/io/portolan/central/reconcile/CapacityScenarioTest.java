package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Selector;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Division;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Priority;
import io.portolan.model.wire.Codec;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Room over the life of a fleet: learned, taken, reserved, fought for. */
class CapacityScenarioTest extends RoomyWorld {
    private Optional<Fate> fate(Uid application, String cluster) {
        return world.assignment(application).decision().fates().stream()
                .filter(f -> f.name().equals(cluster))
                .findFirst();
    }

    @Test
    void whatDoesNotFitWaitsUntilThereIsRoom() {
        cluster("c1", "eu-west", 2);
        begin();
        Uid app = put("app", web(3, "1", "1Gi"), World.on(1, ""));
        world.converge();
        assertEquals(List.of(), on(app));
        assertEquals(
                "memory: needs 3 GiB, free 2 GiB; cpu: needs 3, free 2",
                fate(app, "c1").orElseThrow().detail());
        assertEquals(
                "0 of 1 cluster (1 asked for): 1 memory",
                world.assignment(app).decision().summary());

        long writes = assigned();
        tell("c1", 2, 1);
        world.agents.get("c1").observe();
        world.converge();
        assertEquals(writes, assigned(), "less room is no news for who waits");

        tell("c1", 4, 0);
        world.agents.get("c1").observe();
        world.converge();
        assertEquals(List.of("c1"), on(app));
    }

    private long assigned() {
        return world.commits.stream()
                .flatMap(c -> c.writes().stream())
                .filter(w -> w instanceof Write.Put(Row.AssignmentRow _))
                .count();
    }

    @Test
    void aBatchSeesWhatItHasTakenItself() {
        cluster("c1", "eu-west", 3);
        cluster("c2", "eu-west", 2);
        begin();
        List<Uid> apps = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            apps.add(put("app" + i, web(1, "1", "1Gi"), World.on(1, "")));
        }
        world.converge();
        assertEquals(3, apps.stream().filter(a -> on(a).equals(List.of("c1"))).count());
        assertEquals(2, apps.stream().filter(a -> on(a).equals(List.of("c2"))).count());

        world.delete(world.key("app" + apps.indexOf(placed(apps))));
        world.converge();
        world.pass(Duration.ofSeconds(2));
        world.converge();
        assertEquals(5, apps.stream().filter(a -> placedOn(a) > 0).count(), "one took the room");
    }

    private Uid placed(List<Uid> apps) {
        return apps.stream().filter(a -> placedOn(a) > 0).findFirst().orElseThrow();
    }

    private int placedOn(Uid application) {
        return world.core
                .image()
                .assignment(application)
                .map(a -> a.value().active().size())
                .orElse(0);
    }

    /** It is not divided, whatever its policy says: one replica's room is none for it. */
    @Test
    void aSingleWriterWaitsForTheRoomOfAll() {
        cluster("a1", "eu-west", 4);
        begin();
        put("other", web(2, "1", "1Gi"), World.on(1, ""));
        world.converge();
        PlacementPolicySpec divided =
                new PlacementPolicySpec(
                        Selector.EVERYTHING,
                        List.of(),
                        1,
                        List.of(),
                        Optional.of(
                                new Division(
                                        Division.Divide.WEIGHTED, List.of(), 1, Optional.empty())));
        Uid ledger =
                world.put(
                        spec(web(3, "1", "1Gi"), divided, DrPolicySpec.Writers.SINGLE),
                        World.TENANT,
                        "ledger");
        world.converge();
        assertEquals(List.of(), on(ledger));

        world.delete(world.key("other"));
        world.converge();
        assertEquals(List.of("a1"), on(ledger));
    }

    @Test
    void aSingleWritersStandbyKeepsRoomForIt() {
        cluster("a1", "eu-west", 4);
        cluster("b1", "eu-north", 4);
        begin();
        Uid ledger =
                world.put(
                        spec(web(3, "1", "1Gi"), World.on(2, ""), DrPolicySpec.Writers.SINGLE),
                        World.TENANT,
                        "ledger");
        world.converge();
        String active = on(ledger).getFirst();
        String standby = active.equals("a1") ? "b1" : "a1";
        Uid other = put("other", web(2, "1", "1Gi"), World.on(1, ""));
        world.converge();
        assertEquals(List.of(), on(other));
        assertEquals(
                "memory: needs 2 GiB, free 1 GiB after 3 GiB reserved for failover of shop/ledger;"
                        + " cpu: needs 2, free 1 after 3 reserved for failover of shop/ledger",
                fate(other, standby).orElseThrow().detail());
        assertEquals(
                "memory: needs 2 GiB, free 1 GiB; cpu: needs 2, free 1",
                fate(other, active).orElseThrow().detail());

        world.failover(ledger, "f1", standby.equals("a1") ? "eu-west" : "eu-north", true);
        for (int i = 0; i < 10; i++) {
            world.converge();
            world.pass(Duration.ofSeconds(1));
        }
        assertEquals(List.of(standby), on(ledger));
        assertEquals(
                new Amount(3_000, 3L << 30),
                world.core.image().ledger().cell(world.agents.get(active).uid()).reserved(),
                "now the other one reserves");
    }

    @Test
    void aStandbyUsesTheRoomOfWhatItRunsAndTheRestIsReserved() {
        cluster("c1", "eu-west", 8);
        cluster("c2", "eu-north", 8);
        begin();
        String placement = "{'clusters':2,'prefer':[{'where':'name = c1','weight':9}]}";
        standing(placement, "{'writers':'many','standby':'pilot-light'}");
        assertEquals(Amount.NONE, cell("c2").assigned());
        standing(placement, "{'writers':'many','standby':'warm'}");
        assertEquals(new Amount(1_000, 1L << 30), cell("c2").assigned());
        assertEquals(Amount.NONE, cell("c2").reserved());
        standing(placement, "{'preset':'warm'}");
        assertEquals(new Amount(2_000, 2L << 30), cell("c2").reserved(), "what it lacks to all");
        standing(placement, "{'preset':'hot'}");
        assertEquals(new Amount(3_000, 3L << 30), cell("c2").assigned());
        assertEquals(new Amount(3_000, 3L << 30), cell("c1").assigned());

        Uid other = put("other", web(6, "1", "1Gi"), World.on(1, "name = c2"));
        world.converge();
        assertEquals(List.of(), on(other), "there is no room for it beside a hot standby");
    }

    private Cell cell(String cluster) {
        return world.core.image().ledger().cell(world.agents.get(cluster).uid());
    }

    private void standing(String placement, String recovery) {
        world.put(
                new ApplicationSpec(
                        List.of(web(3, "1", "1Gi")),
                        Optional.of(
                                new PolicyRef.Inline<>(read(placement, PlacementPolicySpec.class))),
                        Optional.of(new PolicyRef.Inline<>(read(recovery, DrPolicySpec.class)))),
                World.TENANT,
                "shop");
        world.converge();
    }

    private static <T> T read(String json, Class<T> type) {
        return Codec.strict().read(json.replace('\'', '"'), type);
    }

    @Test
    void applicationsOfOtherTenantsAreNotTold() {
        cluster("a1", "eu-west", 4);
        cluster("b1", "eu-north", 4);
        begin();
        world.put(new TenantSpec(Selector.EVERYTHING, Set.of()), "", "bank");
        Uid ledger =
                world.put(
                        spec(web(3, "1", "1Gi"), World.on(2, ""), DrPolicySpec.Writers.SINGLE),
                        "bank",
                        "ledger");
        world.converge();
        String active = on(ledger).getFirst();
        Uid waits = put("waits", web(2, "1", "1Gi"), World.on(1, ""));
        Uid low = put("low", web(1, "1", "1Gi"), ranked(new Priority(1, false, true)));
        world.converge();
        assertTrue(
                fate(waits, active.equals("a1") ? "b1" : "a1")
                        .orElseThrow()
                        .detail()
                        .contains("reserved for failover of an application of another tenant"),
                () -> world.assignment(waits).toString());

        cluster("c1", "eu-south", 1);
        world.agents.get("c1").join();
        world.converge();
        String first = on(low).getFirst();
        Uid boss =
                world.put(
                        spec(
                                web(1, "1", "1Gi"),
                                new PlacementPolicySpec(
                                        Selector.parse("name = " + first),
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
                                        Optional.of(new Priority(900, true, false))),
                                DrPolicySpec.Writers.MANY),
                        "bank",
                        "boss");
        world.converge();
        assertEquals(List.of(first), on(boss));
        String shops =
                world.commits.stream()
                        .flatMap(c -> c.writes().stream())
                        .filter(
                                w ->
                                        w instanceof Write.AddEvent(var e)
                                                        && Set.of(waits, low).contains(e.subject())
                                                || w
                                                                instanceof
                                                                Write.Put(
                                                                        Row.AssignmentRow(
                                                                                Assignment a))
                                                        && Set.of(waits, low)
                                                                .contains(a.application()))
                        .toList()
                        .toString();
        assertTrue(
                shops.contains(
                        first + ": gave way to an application of another tenant (priority 900)"),
                shops);
        assertTrue(!shops.contains("bank"), shops);
        String bosses = world.assignment(boss).toString();
        assertTrue(
                bosses.contains("in the room of an application of another tenant")
                        && !bosses.contains("shop/"),
                bosses);
    }

    @Test
    void ofAllLossesTheLargestIsReserved() {
        cluster("a1", "eu-west", 8);
        cluster("b1", "eu-north", 8);
        cluster("s", "eu-south", 8);
        begin();
        pinned("x", "a1", 3);
        pinned("y", "a1", 1);
        pinned("z", "b1", 2);
        world.converge();
        assertEquals(
                new Amount(4_000, 4L << 30),
                world.core.image().ledger().cell(world.agents.get("s").uid()).reserved(),
                "eu-west and eu-north are not lost at once");
        assertEquals(
                List.of("shop/x", "shop/y"),
                world.core.image().ledger().cell(world.agents.get("s").uid()).reservedFor());
    }

    /** Active on one cluster and standing by on s. */
    private void pinned(String name, String cluster, int replicas) {
        Uid uid =
                world.put(
                        spec(
                                web(replicas, "1", "1Gi"),
                                World.on(1, "name = " + cluster),
                                DrPolicySpec.Writers.SINGLE),
                        World.TENANT,
                        name);
        world.converge();
        assertEquals(List.of(cluster), on(uid));
        world.put(
                spec(
                        web(replicas, "1", "1Gi"),
                        World.on(2, "name in (" + cluster + ", s)"),
                        DrPolicySpec.Writers.SINGLE),
                World.TENANT,
                name);
    }

    @Test
    void ofThoseThatWaitTheHigherPriorityGoesFirst() {
        cluster("c1", "eu-west", 1);
        begin();
        Uid a = put("a", web(2, "1", "1Gi"), ranked(new Priority(-5, false, false)));
        Uid b = put("b", web(2, "1", "1Gi"), World.on(1, ""));
        Uid c = put("c", web(2, "1", "1Gi"), ranked(new Priority(7, false, false)));
        world.converge();
        tell("c1", 3, 0);
        world.agents.get("c1").observe();
        world.converge();
        assertEquals(List.of("c1"), on(c));
        assertEquals(List.of(), on(a));
        assertEquals(List.of(), on(b));
        tell("c1", 4, 0);
        world.agents.get("c1").observe();
        world.converge();
        assertEquals(List.of("c1"), on(b));
        assertEquals(List.of(), on(a));
    }

    @Test
    void whoPreemptsDrivesOutAsManyAsItNeedsAndTheyMoveWhereTheyFit() {
        cluster("c1", "eu-west", 4);
        begin();
        Priority gives = new Priority(5, false, true);
        Uid low = put("low", web(2, "1", "1Gi"), ranked(new Priority(1, false, true)));
        Uid mid = put("mid", web(1, "1", "1Gi"), ranked(gives));
        Uid firm = put("firm", web(1, "1", "1Gi"), World.on(1, ""));
        world.converge();
        Uid boss = put("boss", web(2, "1", "1Gi"), ranked(new Priority(100, true, false)));
        world.converge();
        assertEquals(List.of("c1"), on(boss));
        assertEquals(List.of("c1"), on(mid));
        assertEquals(List.of("c1"), on(firm));
        assertEquals(List.of(), on(low));
        assertTrue(
                world.commits.stream()
                        .flatMap(c -> c.writes().stream())
                        .anyMatch(
                                w ->
                                        w instanceof Write.Put(Row.AssignmentRow(Assignment s))
                                                && s.decision().fates().stream()
                                                        .anyMatch(
                                                                f ->
                                                                        f.reason()
                                                                                        == Reason
                                                                                                .PREEMPTED
                                                                                && f.detail()
                                                                                        .equals(
                                                                                                "gave way to shop/boss (priority 100)"))),
                "it is told to whom it gave way");

        List<String> events =
                world.commits.stream()
                        .flatMap(c -> c.writes().stream())
                        .flatMap(
                                w ->
                                        w instanceof Write.AddEvent(var event)
                                                ? java.util.stream.Stream.of(
                                                        event.reason() + " " + event.message())
                                                : java.util.stream.Stream.empty())
                        .toList();
        assertTrue(
                events.contains("Preempted c1: gave way to shop/boss (priority 100)"),
                events::toString);
        assertTrue(
                events.stream()
                        .anyMatch(
                                e ->
                                        e.startsWith(
                                                "Placed placed on c1 as Active, in the room of"
                                                        + " shop/low")),
                events::toString);

        cluster("c2", "eu-west", 4);
        world.agents.get("c2").join();
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals(List.of("c2"), on(low));
    }

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    /** Lost answers, conflicts and late news: no cluster ever gets more than it has. */
    @ParameterizedTest
    @MethodSource("seeds")
    void neverOvercommits(long seed) {
        Random random = new Random(seed);
        int clusters = 1 + random.nextInt(4);
        for (int i = 0; i < clusters; i++) {
            cluster("c" + i, "r" + random.nextInt(3), 1 + random.nextInt(8));
        }
        begin();
        world.faults =
                new World.Faults() {
                    @Override
                    public CommitResult commit(
                            io.portolan.central.store.Store store, Effect.Commit commit) {
                        int dice = random.nextInt(8);
                        if (dice == 0) {
                            return new CommitResult.Unknown("lost on the way there");
                        }
                        if (dice == 1) {
                            return new CommitResult.Conflict("spurious");
                        }
                        CommitResult result =
                                store.commit(
                                        commit.authority(),
                                        commit.preconditions(),
                                        commit.writes());
                        return dice == 2
                                ? new CommitResult.Unknown("lost on the way back")
                                : result;
                    }

                    @Override
                    public boolean newsArrive() {
                        return random.nextInt(3) > 0;
                    }
                };
        for (int round = 0; round < 12; round++) {
            for (int i = random.nextInt(6); i >= 0; i--) {
                String name = "app" + random.nextInt(12);
                if (random.nextInt(5) == 0 && world.store.find(world.key(name)).isPresent()) {
                    world.delete(world.key(name));
                } else if (world.store.find(world.key(name)).isEmpty()) {
                    boolean single = random.nextInt(4) == 0;
                    world.put(
                            spec(
                                    web(
                                            1 + random.nextInt(3),
                                            List.of("500m", "1", "2").get(random.nextInt(3)),
                                            List.of("512Mi", "1Gi").get(random.nextInt(2))),
                                    World.on(1 + random.nextInt(2), ""),
                                    single
                                            ? DrPolicySpec.Writers.SINGLE
                                            : DrPolicySpec.Writers.MANY),
                            World.TENANT,
                            name);
                }
            }
            world.settle();
            world.agents.values().stream().sorted().forEach(FakeAgent::work);
            world.pass(Duration.ofSeconds(1));
            FleetImage image = FleetImage.of(world.store.snapshot());
            for (Uid cluster : image.clusters()) {
                Amount free = image.ledger().cell(cluster).free().orElseThrow();
                assertTrue(
                        free.millis() >= 0 && free.bytes() >= 0,
                        () -> "seed " + seed + ": " + image.clusterName(cluster) + " " + free);
            }
        }
    }
}
