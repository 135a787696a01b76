package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Condition;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Health;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterSpec.Effect;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Moves to something better through the loop: ordered, automatic, within the budget, once. */
class RebalanceTest {
    private final World world = new World();

    @BeforeEach
    void oneDearCluster() {
        priced("c1", 30);
        world.lead();
        world.agents.get("c1").join();
        world.pass(Duration.ofSeconds(1));
    }

    private void priced(String name, int cost) {
        Uid uid =
                world.put(
                        spec(),
                        "",
                        name,
                        m -> m.withLabels(java.util.Map.of("cost", String.valueOf(cost))));
        world.agents.computeIfAbsent(name, n -> new FakeAgent(world, uid, n));
    }

    private static ClusterSpec spec(ClusterSpec.Taint... taints) {
        return new ClusterSpec(
                new ClusterSpec.Location("test", "eu-west", "", ""), List.of(taints), false);
    }

    private void cheaper(String name, int cost) {
        priced(name, cost);
        world.agents.get(name).join();
        world.pass(Duration.ofSeconds(1));
        world.converge();
    }

    private static PlacementPolicySpec policy(String rebalance) {
        return Codec.strict()
                .read(
                        "{\"prefer\":[{\"lowest\":\"cost\",\"weight\":100}],\"rebalance\":"
                                + rebalance
                                + "}",
                        PlacementPolicySpec.class);
    }

    private Uid application(String name, String rebalance, boolean single) {
        Uid uid = world.put(World.spec(1, policy(rebalance), single), World.TENANT, name);
        world.converge();
        return uid;
    }

    private Resource<ApplicationSpec> resource(Uid app) {
        return image().application(app).map(Held::value).orElseThrow();
    }

    private FleetImage image() {
        return FleetImage.of(world.store.snapshot());
    }

    private View view() {
        return new View(image(), world.store.silences(), world.now);
    }

    private Optional<Rebalancing> proposed(Uid app) {
        return Rebalancing.of(view(), resource(app));
    }

    private List<String> on(Uid app) {
        return world.assignment(app).members().stream()
                .map(m -> image().clusterName(m.cluster()) + (m.leaving() ? " leaving" : ""))
                .sorted()
                .toList();
    }

    private List<EventRecord> events(Uid app, String reason) {
        return world.store.events(app, 100).stream()
                .filter(e -> e.reason().equals(reason))
                .toList();
    }

    private void order(Uid app, List<Uid> to, Instant until) {
        Held<Resource<ApplicationSpec>> held = image().application(app).orElseThrow();
        world.commit(
                new Precondition(held.key(), held.revision()),
                new Write.Put(
                        new Row.ResourceRow(
                                held.value()
                                        .with(
                                                new RebalanceOrder(to, "alice", until)
                                                        .on(held.value().metadata())))));
    }

    private void order(Uid app) {
        order(
                app,
                proposed(app).orElseThrow().proposal().to(),
                world.now.plus(RebalanceOrder.LIFE));
    }

    private boolean ordered(Uid app) {
        return RebalanceOrder.of(resource(app).metadata()).isPresent();
    }

    @Test
    void nothingMovesByItselfAndAnOrderMovesItMakeBeforeBreak() {
        Uid app = application("a", "{\"cooldown\":\"0s\"}", false);
        cheaper("c2", 10);
        world.pass(Duration.ofMinutes(30));
        assertEquals(List.of("c1"), on(app), "it is proposed only");
        assertEquals(100, proposed(app).orElseThrow().proposal().gain());

        world.agents.get("c2").temper = s -> FakeAgent.with(s, Health.PROGRESSING);
        order(app);
        world.converge();
        assertEquals(List.of("c1 leaving", "c2"), on(app), "the dear one runs until then");
        assertFalse(ordered(app), "the order was taken with the move");
        world.pass(Duration.ofMinutes(5));
        assertEquals(List.of("c1 leaving", "c2"), on(app), "it neither goes back nor on");
        world.agents.get("c2").temper = s -> s;
        world.converge();
        assertEquals(List.of("c2"), on(app));
        assertEquals(
                "rebalance applied by alice: 100 points more: lowest cost 100",
                world.assignment(app).decision().trigger().orElseThrow());
        assertEquals(
                List.of("moves from c1 to c2: 100 points more: lowest cost 100"),
                events(app, "Rebalanced").stream().map(EventRecord::message).toList());
        assertEquals(Optional.empty(), proposed(app), "a second round proposes nothing");
    }

    /** What is to be left holds no place against what it goes to, although some stand by. */
    @Test
    void whatHasStandbysGoesOnWhereItIsGoing() {
        cheaper("c2", 100);
        Uid app =
                world.put(
                        new ApplicationSpec(
                                List.of(World.container("web", 1)),
                                Optional.of(
                                        new PolicyRef.Inline<>(
                                                Codec.strict()
                                                        .read(
                                                                "{\"clusters\":2,\"prefer\":[{"
                                                                        + "\"lowest\":\"cost\","
                                                                        + "\"weight\":100}],"
                                                                        + "\"rebalance\":{"
                                                                        + "\"cooldown\":\"0s\"}}",
                                                                PlacementPolicySpec.class))),
                                Optional.of(
                                        new PolicyRef.Inline<>(
                                                Codec.strict()
                                                        .read(
                                                                "{\"standby\":\"warm\"}",
                                                                DrPolicySpec.class)))),
                        World.TENANT,
                        "a");
        world.converge();
        cheaper("c3", 10);
        cheaper("c4", 10);
        for (String joins : List.of("c3", "c4")) {
            world.agents.get(joins).temper = s -> FakeAgent.with(s, Health.PROGRESSING);
        }
        String left = image().clusterName(world.assignment(app).active().getFirst());
        order(app);
        world.converge();
        cheaper(left, 5);
        world.pass(Duration.ofMinutes(5));
        assertTrue(on(app).contains(left + " leaving"), () -> on(app).toString());
        assertTrue(on(app).containsAll(List.of("c3", "c4")), () -> on(app).toString());

        for (String joins : List.of("c3", "c4")) {
            world.agents.get(joins).temper = s -> s;
        }
        world.converge();
        assertFalse(on(app).contains(left), () -> on(app).toString());
        assertFalse(on(app).contains(left + " leaving"), () -> on(app).toString());
    }

    @Test
    void anOrderThatTheFleetHasOvertakenIsDroppedWithItsReason() {
        Uid app = application("a", "{\"cooldown\":\"0s\"}", false);
        cheaper("c2", 10);
        List<Uid> to = proposed(app).orElseThrow().proposal().to();
        world.put(spec(new ClusterSpec.Taint("x", "", Effect.NO_SCHEDULE)), "", "c2");
        order(app, to, world.now.plus(RebalanceOrder.LIFE));
        world.converge();
        assertEquals(List.of("c1"), on(app));
        assertFalse(ordered(app));
        assertEquals(
                List.of("by now nothing better is found"),
                events(app, "RebalanceDropped").stream().map(EventRecord::message).toList());
        world.put(spec(), "", "c2");
        world.pass(Duration.ofMinutes(2));
        assertEquals(List.of("c1"), on(app), "it is not carried out later");
    }

    @Test
    void anOrderWhoseTimeIsOverOrThatMeansNothingIsDropped() {
        Uid app = application("a", "{\"cooldown\":\"0s\"}", false);
        cheaper("c2", 10);
        order(app, proposed(app).orElseThrow().proposal().to(), world.now);
        world.converge();
        assertEquals(List.of("c1"), on(app));
        assertEquals(1, events(app, "RebalanceDropped").size());
        Held<Resource<ApplicationSpec>> held = image().application(app).orElseThrow();
        world.commit(
                new Precondition(held.key(), held.revision()),
                new Write.Put(
                        new Row.ResourceRow(
                                held.value()
                                        .with(
                                                held.value()
                                                        .metadata()
                                                        .withAnnotation(
                                                                RebalanceOrder.ANNOTATION,
                                                                "{\"to\":[],\"until\":\"tomorrow\"}")))));
        world.converge();
        assertEquals(List.of("c1"), on(app));
        assertFalse(ordered(app));
        assertEquals(2, events(app, "RebalanceDropped").size());
    }

    @Test
    void whatHasJustMovedRests() {
        Uid app = application("a", "{\"cooldown\":\"20m\"}", false);
        cheaper("c2", 10);
        Instant moved = world.assignment(app).decision().decidedAt().orElseThrow();
        assertEquals(
                Optional.of(moved.plus(Duration.ofMinutes(20))),
                proposed(app).orElseThrow().restsUntil(world.now));
        order(app);
        world.converge();
        assertEquals(List.of("c1"), on(app));
        world.pass(Duration.ofMinutes(20));
        assertEquals(Optional.empty(), proposed(app).orElseThrow().restsUntil(world.now));
        order(app);
        world.converge();
        assertEquals(List.of("c2"), on(app));
    }

    @Test
    void aSingleWriterIsProposedARelocationAndNeverMoved() {
        Uid app = application("a", "{\"cooldown\":\"0s\"}", true);
        cheaper("c2", 10);
        Rebalancing proposed = proposed(app).orElseThrow();
        assertTrue(proposed.single());
        assertEquals(Optional.of(world.agents.get("c2").uid()), proposed.target());
        order(app);
        world.converge();
        assertEquals(List.of("c1"), on(app));
        assertEquals(
                List.of("only a relocation or a failover moves a single writer"),
                events(app, "RebalanceDropped").stream().map(EventRecord::message).toList());
    }

    @Test
    void automaticGoesByItselfAfterItsCooldownAndComesToRest() {
        Uid app =
                application(
                        "a",
                        "{\"apply\":\"automatic\",\"cooldown\":\"15m\",\"minGain\":50}",
                        false);
        cheaper("c2", 10);
        world.pass(Duration.ofMinutes(14));
        world.converge();
        assertEquals(List.of("c1"), on(app), "it rests");
        world.pass(Duration.ofMinutes(12));
        world.converge();
        assertEquals(List.of("c2"), on(app));
        assertTrue(
                world.assignment(app)
                        .decision()
                        .trigger()
                        .orElseThrow()
                        .startsWith("rebalance applied by its policy: "));
        long head = world.store.head();
        world.pass(Duration.ofMinutes(40));
        assertEquals(1, events(app, "Rebalanced").size());
        assertEquals(List.of("c2"), on(app));
        assertTrue(world.store.head() >= head);
    }

    /** One wants to be near the other, who wants to be apart: neither is ever content. */
    @Test
    void twoThatChaseEachOtherRestInBetween() {
        Duration cooldown = Duration.ofMinutes(30);
        String chases = "{\"application\":\"hider\",\"weight\":50}";
        String hides = "{\"application\":\"seeker\",\"apart\":true,\"weight\":50}";
        cheaper("c2", 30);
        List<Uid> both = new ArrayList<>();
        both.add(chasing("hider", hides));
        both.add(chasing("seeker", chases));
        for (int minute = 0; minute < 300; minute++) {
            world.pass(Duration.ofMinutes(1));
            world.converge();
        }
        for (Uid app : both) {
            List<Instant> moves =
                    events(app, "Rebalanced").stream().map(EventRecord::at).sorted().toList();
            assertTrue(moves.size() >= 2, () -> "they do not chase: " + moves);
            for (int i = 1; i < moves.size(); i++) {
                Duration rest = Duration.between(moves.get(i - 1), moves.get(i));
                assertTrue(rest.compareTo(cooldown) >= 0, () -> "too soon: " + moves);
            }
        }
    }

    private Uid chasing(String name, String affinity) {
        PlacementPolicySpec policy =
                Codec.strict()
                        .read(
                                "{\"affinity\":"
                                        + affinity
                                        + ",\"rebalance\":{\"apply\":\"automatic\",\"cooldown\":\"30m\"}}",
                                PlacementPolicySpec.class);
        Uid uid = world.put(World.spec(1, policy, false), World.TENANT, name);
        world.converge();
        return uid;
    }

    @Test
    void neverMoreThanTheBudgetIsUnderWay() {
        List<Uid> apps = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            apps.add(application("a" + i, "{\"cooldown\":\"0s\"}", false));
        }
        cheaper("c2", 10);
        world.agents.get("c2").cutOff = true;
        apps.forEach(this::order);
        for (int i = 0; i < 20; i++) {
            world.settle();
            world.now = world.now.plusSeconds(1);
            assertTrue(moving(apps) <= Rebalancer.USUAL.budget(), () -> moving(apps) + " move");
        }
        assertEquals(Rebalancer.USUAL.budget(), moving(apps));
        assertEquals(15, apps.stream().filter(this::ordered).count(), "the others wait");
        world.agents.get("c2").cutOff = false;
        for (int i = 0; i < 40; i++) {
            world.converge();
            assertTrue(moving(apps) <= Rebalancer.USUAL.budget());
            world.pass(Duration.ofSeconds(1));
        }
        assertEquals(
                Stream.generate(() -> List.of("c2")).limit(25).toList(),
                apps.stream().map(this::on).toList());
        assertEquals(0, Rebalancing.underWay(view()));
    }

    @Test
    void aMoveThatIsOverdueIsToldOnceAndHoldsUpNoOther() {
        List<Uid> stuck = new ArrayList<>();
        for (int i = 0; i < Rebalancer.USUAL.budget(); i++) {
            stuck.add(application("a" + i, "{\"cooldown\":\"0s\"}", false));
        }
        Uid waits = application("b", "{\"cooldown\":\"0s\"}", false);
        cheaper("c2", 10);
        world.agents.get("c2").temper = s -> FakeAgent.with(s, Health.PROGRESSING);
        stuck.forEach(this::order);
        world.converge();
        assertEquals(Rebalancer.USUAL.budget(), Rebalancing.underWay(view()));
        world.pass(Duration.ofMinutes(25));
        order(waits);
        world.converge();
        assertEquals(List.of("c1"), on(waits), "the budget is full");
        assertTrue(ordered(waits));
        assertEquals(List.of(), events(stuck.getFirst(), "MoveOverdue"));

        world.pass(Duration.ofMinutes(8));
        assertEquals(List.of("c1 leaving", "c2"), on(waits), "they hold it up no more");
        assertEquals(1, Rebalancing.underWay(view()));
        String told =
                "it was to leave c1 within 30 minutes, and does not until it is healthy on c2;"
                        + " other moves wait for it no more";
        world.crash("second");
        world.pass(Duration.ofMinutes(10));
        for (Uid app : stuck) {
            assertEquals(
                    List.of(told),
                    events(app, "MoveOverdue").stream().map(EventRecord::message).toList());
            assertEquals(List.of("c1 leaving", "c2"), on(app), "it goes on");
        }
        assertEquals(told, world.condition("a0", "MoveOverdue").message());
        world.agents.get("c2").temper = s -> s;
        world.converge();
        world.pass(Duration.ofMinutes(1));
        assertEquals(List.of("c2"), on(stuck.getFirst()));
        assertEquals(
                Optional.empty(),
                Condition.find(world.status("a0").conditions(), "MoveOverdue"),
                "it is there");
    }

    @Test
    void whoWaitsIsWokenWhenAMoveEndsAndSeldomLookedAtBefore() {
        List<Uid> apps = new ArrayList<>();
        for (int i = 0; i < Rebalancer.USUAL.budget() + 5; i++) {
            apps.add(application("a" + i, "{\"cooldown\":\"0s\"}", false));
        }
        cheaper("c2", 10);
        world.agents.get("c2").temper = s -> FakeAgent.with(s, Health.PROGRESSING);
        apps.forEach(this::order);
        world.converge();
        long before = world.core.reconciled();
        for (int i = 0; i < 50; i++) {
            world.now = world.now.plusSeconds(1);
            world.settle();
        }
        long looks = world.core.reconciled() - before;
        assertTrue(looks < 20, () -> looks + " looks while five wait for 50 s");
        world.agents.get("c2").temper = s -> s;
        world.converge();
        world.converge();
        assertEquals(0, apps.stream().filter(this::ordered).count(), "at once, not in a minute");
    }

    private long moving(List<Uid> apps) {
        return apps.stream()
                .filter(a -> world.assignment(a).members().stream().anyMatch(Member::leaving))
                .count();
    }

    @Test
    void aMoveGoesOnUnderANewLeaderAndIsTurnedOnlyByWhatForbidsIt() {
        Uid app = application("a", "{\"cooldown\":\"0s\"}", false);
        cheaper("c2", 10);
        world.agents.get("c2").cutOff = true;
        order(app);
        world.settle();
        assertEquals(List.of("c1 leaving", "c2"), on(app));
        world.crash("second");
        world.settle();
        assertEquals(List.of("c1 leaving", "c2"), on(app));
        world.put(spec(new ClusterSpec.Taint("x", "", Effect.NO_EXECUTE)), "", "c2");
        world.settle();
        assertTrue(on(app).contains("c1"), () -> on(app).toString());
    }
}
