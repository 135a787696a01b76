package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.app.WorkStatus.Demotion;
import io.portolan.model.dr.Evidence;
import io.portolan.model.operation.Failover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Users edit policies and placements, operators fail over, attest and abort, clusters fall silent,
 * lose pods by force and return, in any order. Whoever carries out an order to run as the single
 * writer must be alone, but for clusters that an operator swore for. The case's name is its seed.
 */
class SingleWriterWalkTest {
    private static final int EVENTS = 160;
    private static final List<String> CLUSTERS = List.of("c1", "c2", "c3");

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aSingleWriterIsAlone(long seed) {
        new Walk(seed).toItsEnd();
    }

    /** Walks that never get anywhere would prove nothing. */
    @Test
    void theWalksMeetWhatTheyAreAbout() {
        int alone = 0;
        int attested = 0;
        int edits = 0;
        int heldBack = 0;
        for (long seed = 100; seed < 130; seed++) {
            Walk walk = new Walk(seed);
            walk.toItsEnd();
            alone += walk.alone;
            attested += walk.attested;
            edits += walk.edits;
            heldBack += walk.heldBack;
        }
        assertTrue(alone > 100, "orders to run as the single writer: " + alone);
        assertTrue(attested > 10, "commits on an operator's word: " + attested);
        assertTrue(edits > 30, "policy edits from many to one: " + edits);
        assertTrue(heldBack > 60, "events while no cluster had the role: " + heldBack);
    }

    private static final class Walk {
        private final long seed;
        private final Random random;
        private final World world = new World();

        /** As it really is: containers, whatever anybody says of them. */
        private final Map<String, Boolean> running = new TreeMap<>();

        private final Set<String> ghosts = new TreeSet<>();
        private final Set<Uid> sworn = new TreeSet<>();
        private final Set<String> counted = new TreeSet<>();
        private Uid app = new Uid("none");
        private boolean single = true;
        private int operations;
        int alone;
        int attested;
        int edits;
        int heldBack;

        Walk(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            for (String name : CLUSTERS) {
                world.cluster(name, "region-" + name);
                running.put(name, false);
                FakeAgent agent = world.agents.get(name);
                agent.temper = s -> tempered(name, s);
            }
            world.lead();
            CLUSTERS.forEach(name -> world.agents.get(name).join());
            world.pass(Duration.ofSeconds(1));
            policy();
        }

        void toItsEnd() {
            for (int i = 0; i < EVENTS; i++) {
                event();
                notices();
            }
            ghosts.clear();
            CLUSTERS.forEach(name -> world.agents.get(name).cutOff = false);
            single = true;
            put(2, "");
            for (int i = 0; i < 30; i++) {
                world.pass(Duration.ofSeconds(30));
                CLUSTERS.forEach(this::works);
                notices();
            }
            assertTrue(live().isEmpty(), () -> "seed " + seed + ": stuck " + live());
            assertEquals(1, world.assignment(app).active().size(), "seed " + seed);
            assertEquals(
                    1, running.values().stream().filter(r -> r).count(), "seed " + seed + running);
            assertTrue(world.complaints.isEmpty(), () -> "seed " + seed + world.complaints);
        }

        private void event() {
            String name = CLUSTERS.get(random.nextInt(CLUSTERS.size()));
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5, 6, 7 -> works(name);
                case 8, 9 -> world.settle();
                case 10 -> {
                    world.agents.get(name).cutOff = random.nextInt(3) > 0;
                    world.pass(Duration.ofSeconds(1 + random.nextInt(50)));
                }
                case 11 -> {
                    if (running.get(name) && random.nextInt(3) == 0) {
                        ghosts.add(name);
                    } else {
                        ghosts.remove(name);
                    }
                }
                case 12 -> policy();
                case 13, 14, 15 -> request(name);
                case 16, 17 -> live().ifPresent(f -> Operators.attest(world, f.name()));
                case 18 ->
                        live().filter(_ -> random.nextInt(3) == 0)
                                .ifPresent(f -> Operators.abort(world, f.name()));
                default -> world.pass(Duration.ofSeconds(1 + random.nextInt(20)));
            }
        }

        private void works(String name) {
            world.agents.get(name).work();
            world.settle();
        }

        /** What really happens on a cluster when its agent carries out its orders. */
        private WorkStatus tempered(String name, WorkStatus said) {
            if (!said.application().equals(app)) {
                return said;
            }
            if (said.role() == Role.ACTIVE && !said.removed()) {
                Optional<Work> order = world.work(name, app);
                if (order.filter(Work::singleWriter).isPresent()) {
                    mustBeAlone(name);
                }
                running.put(name, true);
                return said;
            }
            if (ghosts.contains(name) && running.get(name)) {
                return vanished(said);
            }
            running.put(name, false);
            sworn.remove(world.agents.get(name).uid());
            return said;
        }

        private void mustBeAlone(String name) {
            alone++;
            List<String> others = new ArrayList<>();
            running.forEach(
                    (other, runs) -> {
                        if (runs
                                && !other.equals(name)
                                && !sworn.contains(world.agents.get(other).uid())) {
                            others.add(other);
                        }
                    });
            assertTrue(
                    others.isEmpty(),
                    () ->
                            "seed "
                                    + seed
                                    + ": "
                                    + name
                                    + " runs as the single writer beside "
                                    + others
                                    + "; "
                                    + world.assignment(app));
        }

        private static WorkStatus vanished(WorkStatus s) {
            return new WorkStatus(
                    s.application(),
                    s.cluster(),
                    s.role(),
                    s.generation(),
                    s.epoch(),
                    s.sequence(),
                    s.appliedSequence(),
                    false,
                    s.health(),
                    s.message(),
                    s.inventory(),
                    s.readyReplicas(),
                    s.desiredReplicas(),
                    s.troubles(),
                    s.conditions(),
                    s.demotion().map(d -> new Demotion(d.sequence(), d.epoch(), List.of("web-0"))));
        }

        private void policy() {
            boolean before = single;
            single = random.nextInt(3) > 0;
            edits += single && !before ? 1 : 0;
            String where =
                    random.nextInt(3) == 0
                            ? "region != region-" + CLUSTERS.get(random.nextInt(CLUSTERS.size()))
                            : "";
            put(1 + random.nextInt(3), where);
        }

        private void put(int clusters, String where) {
            app =
                    world.put(
                            World.spec(1, World.on(clusters, where), single),
                            World.TENANT,
                            "checkout");
        }

        private Optional<Failover> live() {
            return world.store.operations(World.TENANT, 1).stream()
                    .map(o -> o.row().operation())
                    .filter(o -> !o.state().ended())
                    .findFirst();
        }

        private void request(String to) {
            if (live().isEmpty()) {
                world.failover(app, "f" + ++operations, to, false);
            }
        }

        /** Whom an operator swore for in a commit that stands. */
        private void notices() {
            world.settle();
            heldBack +=
                    world.store
                                    .assignment(app)
                                    .filter(a -> a.row().assignment().epoch() > 0)
                                    .filter(a -> a.row().assignment().active().isEmpty())
                                    .isPresent()
                            ? 1
                            : 0;
            for (var operation : world.store.operations(World.TENANT, 3)) {
                Failover f = operation.row().operation();
                List<Uid> clusters = f.evidence().map(Walk::sworn).orElse(List.of());
                if (!clusters.isEmpty() && counted.add(f.name())) {
                    attested++;
                    sworn.addAll(clusters);
                }
            }
        }

        private static List<Uid> sworn(Evidence evidence) {
            return switch (evidence) {
                case Evidence.Attested a -> a.clusters();
                case Evidence.All all ->
                        all.parts().stream().flatMap(part -> sworn(part).stream()).toList();
                case Evidence.None _,
                        Evidence.Demoted _,
                        Evidence.Expired _,
                        Evidence.Resource _,
                        Evidence.PoweredOff _,
                        Evidence.NeverActive _ ->
                        List.of();
            };
        }
    }
}
