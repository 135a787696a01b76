package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Change;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Applications near to others and apart from them, in central's loop. */
class NearbyTest {
    private final World world = new World();

    @BeforeEach
    void threeClusters() {
        world.cluster("c1", "eu-west");
        world.cluster("c2", "eu-west");
        world.cluster("c3", "us-east");
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
    }

    private Uid put(String name, String policy) {
        return put(name, policy, Map.of());
    }

    private Uid put(String name, String policy, Map<String, String> labels) {
        PlacementPolicySpec spec =
                Codec.strict().read(policy.replace('\'', '"'), PlacementPolicySpec.class);
        Uid uid =
                world.put(
                        World.spec(1, spec, false), World.TENANT, name, m -> m.withLabels(labels));
        world.converge();
        return uid;
    }

    private List<String> on(Uid application) {
        return world.agents.keySet().stream()
                .sorted()
                .filter(c -> world.work(c, application).filter(w -> !w.tombstone()).isPresent())
                .toList();
    }

    private String placed(String application) {
        return world.condition(application, "Placed").message();
    }

    @Test
    void waitsForTheOtherAndFollowsItOnce() {
        Uid shop = put("checkout", "{'affinity':{'application':'cache'}}");
        assertEquals(List.of(), on(shop));
        assertEquals(Truth.FALSE, world.condition("checkout", "Placed").truth());
        assertEquals("0 of 3 clusters (1 asked for): 3 affinity cache", placed("checkout"));
        assertTrue(
                world.assignment(shop)
                        .decision()
                        .nearest()
                        .orElseThrow()
                        .endsWith("waits for application cache, which does not exist"));

        Uid cache = put("cache", "{'where':'name = c2'}");
        assertEquals(List.of("c2"), on(shop));
        assertEquals(Truth.TRUE, world.condition("checkout", "Placed").truth());

        put("cache", "{'where':'name = c3'}");
        assertEquals(List.of("c3"), on(cache));
        assertEquals(List.of("c2"), on(shop), "nothing is evicted");
    }

    @Test
    void apartWaitsForRoomThatTheOtherLeaves() {
        put("batch", "{'clusters':3}", Map.of("tier", "batch"));
        Uid shop =
                put(
                        "checkout",
                        "{'affinity':{'applications':'tier = batch','over':'region','apart':true}}");
        assertEquals(List.of(), on(shop));
        put("batch", "{'where':'region = eu-west','clusters':3}", Map.of("tier", "batch"));
        assertEquals(List.of("c3"), on(shop));
    }

    @Test
    void aLabelThatComesIsSeen() {
        Uid cache = put("cache", "{'where':'name = c1'}");
        Uid shop = put("checkout", "{'affinity':{'applications':'tier in (cache, store)'}}");
        assertEquals(List.of(), on(shop));
        put("cache", "{'where':'name = c1'}", Map.of("tier", "cache"));
        assertEquals(on(cache), on(shop));
    }

    @Test
    void twoThatWaitForEachOtherSayForWhom() {
        Uid first = put("first", "{'affinity':{'application':'second'}}");
        Uid second = put("second", "{'affinity':{'application':'first'}}");
        assertEquals(List.of(), on(first));
        assertEquals(List.of(), on(second));
        assertTrue(waits(first).endsWith("waits for application second, which is placed nowhere"));
        assertTrue(waits(second).endsWith("waits for application first, which is placed nowhere"));

        put("first", "{}");
        assertEquals(1, on(first).size());
        assertEquals(on(first), on(second));
    }

    private String waits(Uid application) {
        return world.assignment(application).decision().nearest().orElseThrow();
    }

    @Test
    void theFirstOfThoseThatWantToBeTogetherGoesAnywhereAndTheOthersFollow() {
        String policy = "{'affinity':{'applications':'team = a','over':'region'},'prefer':[%s]}";
        Uid first = put("first", policy.formatted("{'where':'name = c3'}"), Map.of("team", "a"));
        Uid second = put("second", policy.formatted("{'where':'name = c1'}"), Map.of("team", "a"));
        assertEquals(List.of("c3"), on(first));
        assertEquals(List.of("c3"), on(second));
    }

    @Test
    void onlyThoseThatWaitForAnApplicationAreLookedAtAgain() {
        Uid shop = put("checkout", "{'affinity':{'application':'cache'}}");
        put("other", "{'affinity':{'application':'something'}}");
        put("free", "{}");
        FleetImage before = FleetImage.of(world.store.snapshot());
        Uid cache = world.put(World.spec(1, World.on(1, ""), false), World.TENANT, "cache");
        List<Change> changes = world.store.changes(before.revision(), 100);
        assertEquals(1, changes.size());
        assertEquals(
                Set.of(shop, cache),
                Prospect.affected(changes.getFirst(), before, before.replay(changes.getFirst())));
    }

    @Test
    void anImageThatFollowedIsTheImageThatWasReadAnew() {
        waitsForTheOtherAndFollowsItOnce();
        put("late", "{'affinity':{'application':'nobody'}}", Map.of("tier", "x"));
        assertEquals(FleetImage.of(world.store.snapshot()), world.core.image());
        world.delete(world.key("late"));
        world.converge();
        assertEquals(FleetImage.of(world.store.snapshot()), world.core.image());
        assertEquals(Set.of(), world.core.image().waiting(World.TENANT));
    }

    @Test
    void aSingleWriterMayFailOverOnlyToWhereItMayBePlaced() {
        put("cache", "{'where':'region = eu-west','clusters':2}");
        PlacementPolicySpec policy =
                Codec.strict()
                        .read(
                                "{\"affinity\":{\"application\":\"cache\"}}",
                                PlacementPolicySpec.class);
        Uid shop = world.put(World.spec(1, policy, true), World.TENANT, "checkout");
        world.converge();
        world.failover(shop, "move", "c3", true);
        world.converge();
        assertTrue(
                world.operation("move").toString().contains("application cache is in c1, c2 only"),
                () -> world.operation("move").toString());
        assertTrue(world.work("c3", shop).filter(w -> !w.tombstone()).map(Work::role).isEmpty());
    }
}
