package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.operation.Failover.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One story, told with lost answers, late news, conflicts and dying leaders: one end. */
class InterleavingTest {
    /** Lies, or dies, now and then; all by the seed. */
    private static final class Trouble implements World.Faults {
        private final Random random;
        private boolean on = true;

        Trouble(long seed) {
            this.random = new Random(seed);
        }

        @Override
        public CommitResult commit(Store store, Effect.Commit commit) {
            int dice = on ? random.nextInt(10) : 9;
            if (dice == 0) {
                return new CommitResult.Unknown("lost on the way there");
            }
            if (dice == 1) {
                return new CommitResult.Unavailable("down");
            }
            if (dice == 2) {
                return new CommitResult.Conflict("spurious");
            }
            CommitResult result =
                    store.commit(commit.authority(), commit.preconditions(), commit.writes());
            return dice == 3 ? new CommitResult.Unknown("lost on the way back") : result;
        }

        @Override
        public boolean newsArrive() {
            return !on || random.nextInt(3) > 0;
        }

        boolean chance(int oneIn) {
            return on && random.nextInt(oneIn) == 0;
        }
    }

    private World world = new World();
    private Trouble trouble = new Trouble(0);
    private int crashes;

    /** Runs until all rest; a single writer must never run twice on the way. */
    private void live(Uid single, boolean undisturbed) {
        trouble.on = !undisturbed;
        for (int i = 0; i < 40; i++) {
            if (trouble.chance(6)) {
                world.crash("leader-" + ++crashes);
            }
            world.settle();
            for (FakeAgent agent : world.agents.values().stream().sorted().toList()) {
                if (!trouble.chance(3)) {
                    agent.work();
                }
                long running = world.agents.values().stream().filter(a -> a.runs(single)).count();
                assertTrue(running <= 1, "a single writer runs on " + running + " clusters");
            }
            world.pass(Duration.ofSeconds(1));
        }
        trouble.on = false;
        world.pass(Duration.ofSeconds(6));
        world.converge();
        assertTrue(world.complaints.isEmpty(), world.complaints.toString());
    }

    private List<String> story(long seed, boolean undisturbed) {
        world = new World();
        trouble = new Trouble(seed);
        crashes = 0;
        world.cluster("c1", "eu-west");
        world.cluster("c2", "eu-north");
        world.cluster("c3", "eu-south");
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
        world.faults = trouble;

        Uid ledger =
                world.put(
                        World.spec(1, World.on(1, "region = eu-west"), true),
                        World.TENANT,
                        "ledger");
        Uid web = world.put(World.spec(1, World.on(2, ""), false), World.TENANT, "web");
        live(ledger, undisturbed);
        world.put(World.spec(2, World.on(3, ""), true), World.TENANT, "ledger");
        world.put(World.spec(2, World.on(1, "region = eu-south"), false), World.TENANT, "web");
        live(ledger, undisturbed);
        world.failover(ledger, "f1", "eu-north", true);
        live(ledger, undisturbed);
        world.failover(ledger, "f2", "eu-south", true);
        world.delete(world.key("web"));
        live(ledger, undisturbed);

        assertEquals(State.COMPLETED, world.operation("f1").state());
        assertEquals(State.COMPLETED, world.operation("f2").state());
        return end(List.of(ledger, web));
    }

    /** What stands in the end; sequences, times and revisions tell of the way. */
    private List<String> end(List<Uid> applications) {
        List<String> out = new ArrayList<>();
        new TreeMap<>(world.agents)
                .forEach(
                        (cluster, _) ->
                                applications.forEach(
                                        app ->
                                                world.work(cluster, app)
                                                        .map(w -> told(cluster, w))
                                                        .ifPresent(out::add)));
        out.add(world.status("ledger").summary());
        out.add(world.assignment(applications.getFirst()).members().toString());
        out.add("web " + world.store.find(world.key("web")).isPresent());
        return out;
    }

    private static String told(String cluster, Work w) {
        return cluster
                + " "
                + w.name()
                + " "
                + w.role()
                + " generation "
                + w.generation()
                + " epoch "
                + w.epoch()
                + " "
                + w.content();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void everyInterleavingHasTheSameEnd(long seed) {
        List<String> plain = story(seed, true);

        assertEquals(plain, story(seed, false));

        FleetImage replayed = FleetImage.EMPTY;
        for (Change change : world.store.changes(0, 1_000_000)) {
            replayed = replayed.replay(change);
        }
        assertEquals(FleetImage.of(world.store.snapshot()), replayed);
        assertEquals(replayed, world.core.image());
    }
}
