package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.Assignment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lets everything happen in any order: orders, acts and reports late, twice and in the wrong order,
 * clusters that fall silent and return, pods removed by force, attestations and aborts at any time.
 * {@link World} checks the invariants after each event. The case's name is its seed.
 */
class RandomWalkTest {
    private static final int EVENTS = 500;

    static LongStream seeds() {
        return LongStream.range(0, 150);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aSingleWriterNeverRunsTwice(long seed) {
        walk(seed, true);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aStatelessApplicationIsAlwaysActiveSomewhere(long seed) {
        walk(seed, false);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aSingleWriterThatFencesItselfRunsOnOneClusterAtMost(long seed) {
        walk(seed, true, Optional.of(Duration.ofSeconds(60)));
    }

    /** A walk that never gets anywhere would prove nothing. */
    @Test
    void theWalksReachEveryEnd() {
        Map<State, Integer> ends = new EnumMap<>(State.class);
        int attested = 0;
        int abandoned = 0;
        int expired = 0;
        for (long seed = 0; seed < 100; seed++) {
            expired += walk(seed, true, Optional.of(Duration.ofSeconds(60))).expired;
            Walk walk = walk(seed, true);
            walk.ends.forEach((state, n) -> ends.merge(state, n, Integer::sum));
            attested += walk.attested;
            abandoned += walk.abandoned;
        }
        assertTrue(ends.getOrDefault(State.COMPLETED, 0) > 50, ends::toString);
        assertTrue(ends.getOrDefault(State.ABORTED, 0) > 20, ends::toString);
        assertTrue(ends.getOrDefault(State.REFUSED, 0) > 20, ends::toString);
        assertTrue(attested > 20, "only " + attested + " attestations carried a commit");
        assertTrue(expired > 20, "only " + expired + " commits on grants that had run out");
        assertTrue(abandoned > 20, "only " + abandoned + " aborts after the commit");
    }

    private static Walk walk(long seed, boolean singleWriter) {
        return walk(seed, singleWriter, Optional.empty());
    }

    private static Walk walk(long seed, boolean singleWriter, Optional<Duration> grant) {
        Walk walk = new Walk(seed, singleWriter, grant);
        for (int i = 0; i < EVENTS; i++) {
            walk.event();
        }
        walk.comesToRest();
        return walk;
    }

    private static final class Walk {
        final Random random;
        final World world;
        final List<Node> nodes;
        final Map<State, Integer> ends = new EnumMap<>(State.class);
        int attested;
        int expired;
        int abandoned;

        Walk(long seed, boolean singleWriter, Optional<Duration> grant) {
            random = new Random(seed);
            world =
                    World.of(
                            singleWriter,
                            "paris eu-west active",
                            "lyon eu-west",
                            "berlin eu-central standby",
                            "bonn eu-central");
            nodes = List.copyOf(world.nodes.values());
            world.grant = grant;
            world.everybody();
        }

        void event() {
            Node node = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3 -> move();
                case 4, 5 -> world.derive();
                case 6, 7, 8 -> world.pull(node);
                case 9, 10 -> world.act(node);
                case 11, 12, 13 -> world.report(node);
                case 14 -> again(node);
                case 15 -> {
                    node.reach =
                            node.reach == Reach.READY
                                    ? Reach.values()[1 + random.nextInt(3)]
                                    : Reach.READY;
                    world.pass(Duration.ofSeconds(random.nextInt(40)));
                }
                case 16 -> {
                    node.ghost = node.running && random.nextInt(4) == 0;
                    node.healthWhenRunning =
                            random.nextInt(3) == 0 ? Health.DEGRADED : Health.HEALTHY;
                }
                case 17 -> request();
                case 18 -> operator();
                case 19 -> {
                    world.pull(node);
                    world.act(node);
                    world.report(node);
                }
                case 20 -> {
                    node.reach = Reach.READY;
                    if (world.grant.isPresent() && random.nextInt(3) == 0) {
                        world.newLeader();
                    }
                }
                case 21, 22 -> control();
                default -> world.pass(Duration.ofSeconds(random.nextInt(200)));
            }
            world.invariants();
        }

        /** A report of long ago comes once more. */
        private void again(Node node) {
            if (!node.history.isEmpty()) {
                WorkStatus old = node.history.get(random.nextInt(node.history.size()));
                node.reported = Optional.of(old);
            }
        }

        private void request() {
            if (world.operation == null || world.operation.state().ended()) {
                String[] to = {"paris", "lyon", "berlin", "bonn", "eu-west", "eu-central"};
                List<String> from = new ArrayList<>();
                if (!world.singleWriter) {
                    world.assignment.active().stream()
                            .filter(_ -> random.nextBoolean())
                            .forEach(c -> from.add(world.byUid(c).name));
                }
                world.request(
                        new Failover.Request(
                                to[random.nextInt(to.length)],
                                from,
                                "fire",
                                "user:ann",
                                random.nextInt(6) == 0));
            }
        }

        private void operator() {
            if (world.operation == null || world.operation.state().ended()) {
                return;
            }
            boolean beforeCommit = !committed(world.operation.state());
            if (random.nextInt(beforeCommit ? 8 : 24) == 0) {
                world.abort();
            } else if (beforeCommit && random.nextInt(3) == 0) {
                world.attest();
            }
        }

        private static boolean committed(State live) {
            return live.committed();
        }

        /** Whatever means something now; what does not is refused. */
        private void control() {
            if (world.operation == null
                    || world.operation.state().ended()
                    || world.operation.abortRequested()) {
                return;
            }
            List<Control.Kind> possible = Controls.possible(world.operation, world.now);
            Control.Kind word =
                    possible.contains(Control.Kind.RESUME) && random.nextInt(3) > 0
                            ? Control.Kind.RESUME
                            : possible.get(random.nextInt(possible.size()));
            if (word != Control.Kind.ABORT) {
                world.say(word);
            }
        }

        private void move() {
            if (world.operation == null) {
                return;
            }
            State before = world.operation.state();
            Assignment assigned = world.assignment;
            FailoverMove planned = FailoverPlanner.step(world.view(), world.now);
            // A crash before the commit: the next leader plans from the same store.
            assertEquals(planned, FailoverPlanner.step(world.view(), world.now));
            world.commit(planned);
            State after = world.operation.state();
            if (before != after && after.ended()) {
                ends.merge(after, 1, Integer::sum);
            }
            if (after == State.ABORTED && committed(before)) {
                abandoned++;
                assertEquals(assigned, world.assignment, "an abort after the commit moves nobody");
            }
            if (before == State.FENCING && after == State.PROMOTING) {
                expired += world.operation.evidence().orElseThrow().level().equals("F3") ? 1 : 0;
                attested += world.operation.evidence().orElseThrow().level().equals("F6") ? 1 : 0;
            }
            if (!world.singleWriter) {
                assertTrue(!world.assignment.active().isEmpty(), "5: active somewhere");
            }
            if (assigned.epoch() != world.assignment.epoch()) {
                assertTrue(!after.ended() || after == State.ABORTED);
            }
        }

        /** Once everybody is back and honest, the operation ends and one cluster runs it. */
        void comesToRest() {
            for (Node node : nodes) {
                node.reach = Reach.READY;
                node.ghost = false;
                node.healthWhenRunning = Health.HEALTHY;
            }
            if (world.operation != null
                    && Controls.possible(world.operation, world.now)
                            .contains(Control.Kind.RESUME)) {
                world.say(Control.Kind.RESUME);
            }
            world.everybody().pass(Duration.ofMinutes(10)).everybody();
            assertTrue(
                    world.operation == null || world.operation.state().ended(),
                    () -> "stuck: " + world.operation);
            for (Node node : nodes) {
                assertEquals(
                        world.assignment
                                .member(node.uid)
                                .filter(m -> m.role() == Role.ACTIVE)
                                .isPresent(),
                        node.running,
                        node.name);
            }
            assertTrue(
                    world.assignment.members().stream()
                            .noneMatch(m -> m.role() == Role.QUARANTINED),
                    "the returned have shown that they run nothing");
            if (world.singleWriter) {
                assertEquals(1, world.assignment.active().size());
            }
        }
    }
}
