package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.PostgresStore;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Store.Silence;
import io.portolan.central.store.TestDatabase;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.Assignment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The leader dies before or after each commit in which an operation of each kind stores a step, on
 * a real database: it ends as if nobody had died, and nothing is done twice (invariants 7 and 8).
 */
class CrashPointsTest {
    private enum Kind {
        STATELESS(State.COMPLETED) {
            @Override
            void prepare(Run run) {
                run.activeOnWest(false);
                run.silenceWest();
            }

            @Override
            void operate(Run run) {
                run.ask("f1", "eu-north", false);
            }

            @Override
            void after(Run run) {
                run.westReturns();
            }
        },
        SINGLE_WRITER(State.COMPLETED) {
            @Override
            void operate(Run run) {
                run.ask("f1", "eu-north", false);
            }
        },
        ATTESTED(State.COMPLETED) {
            @Override
            void prepare(Run run) {
                run.activeOnWest(true);
                run.silenceWest();
            }

            @Override
            void operate(Run run) {
                run.ask("f1", "eu-north", false);
            }

            @Override
            void after(Run run) {
                assertTrue(Operators.attest(run.world, "f1"));
                run.converge();
                run.westReturns();
            }
        },
        RELOCATION(State.COMPLETED) {
            @Override
            void operate(Run run) {
                run.ask("f1", "", true);
            }
        },
        FAILBACK(State.COMPLETED) {
            @Override
            void prepare(Run run) {
                run.activeOnWest(true);
                run.ask("f0", "eu-north", false);
                run.converge();
            }

            @Override
            void operate(Run run) {
                run.ask("f1", "c1", true);
            }
        },
        ABORTED(State.ABORTED) {
            @Override
            void prepare(Run run) {
                run.activeOnWest(true);
                run.world.agents.get("c1").temper = FakeAgent::silent;
            }

            @Override
            void operate(Run run) {
                run.ask("f1", "eu-north", false);
            }

            @Override
            void after(Run run) {
                Operators.abort(run.world, "f1");
                run.converge();
                run.world.agents.get("c1").temper = s -> s;
                run.converge();
            }
        };

        private final State end;

        Kind(State end) {
            this.end = end;
        }

        void prepare(Run run) {
            run.activeOnWest(true);
        }

        abstract void operate(Run run);

        void after(Run run) {}
    }

    /** The leader died. */
    private static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * What became of it, and how.
     *
     * @param assignments each that was stored, in order: a step that is done twice shows as one
     *     more
     * @param orders the same of the works, by cluster
     * @param told how often each event was told
     */
    private record End(
            State state,
            List<State> steps,
            String evidence,
            long epochBefore,
            long epochAfter,
            List<String> assignments,
            Map<Uid, List<String>> orders,
            Map<String, Integer> told) {}

    /** One life of the fleet, in which the leader dies once at most. */
    private static final class Run implements AutoCloseable {
        private final PostgresStore database = PostgresStore.open(TestDatabase.fresh());
        final World world = new World(w -> onHandClock(database, w));
        private Uid app = new Uid("none");
        private final int dies;
        private final boolean before;
        private boolean counting;
        private long began;
        int commits;

        /**
         * @param dies at which stored step; 0: never
         */
        Run(int dies, boolean before) {
            this.dies = dies;
            this.before = before;
            world.cluster("c1", "eu-west");
            world.cluster("c2", "eu-north");
            world.faults = this::commit;
        }

        private CommitResult commit(Store store, Effect.Commit commit) {
            boolean step =
                    counting
                            && commit.writes().stream()
                                    .anyMatch(w -> w instanceof Write.Put(Row.OperationRow _));
            boolean here = step && ++commits == dies;
            if (here && before) {
                throw new Died();
            }
            CommitResult result =
                    store.commit(commit.authority(), commit.preconditions(), commit.writes());
            if (here) {
                throw new Died();
            }
            return result;
        }

        End live(Kind kind) {
            kind.prepare(this);
            began = database.head();
            counting = true;
            kind.operate(this);
            converge();
            kind.after(this);
            assertTrue(world.complaints.isEmpty(), world.complaints.toString());
            return end();
        }

        void activeOnWest(boolean single) {
            world.lead();
            world.agents.values().stream().sorted().forEach(FakeAgent::join);
            world.pass(Duration.ofSeconds(1));
            int clusters = single ? 2 : 1;
            app =
                    world.put(
                            World.spec(1, World.on(1, "region = eu-west"), single),
                            World.TENANT,
                            "checkout");
            world.converge();
            world.put(World.spec(1, World.on(clusters, ""), single), World.TENANT, "checkout");
            world.converge();
        }

        void silenceWest() {
            world.agents.get("c1").cutOff = true;
            surviving(() -> world.pass(Duration.ofSeconds(45)));
        }

        void westReturns() {
            world.agents.get("c1").cutOff = false;
            surviving(() -> world.pass(Duration.ofSeconds(1)));
            converge();
        }

        void ask(String name, String to, boolean planned) {
            world.operation(
                    app, name, new Failover.Request(to, List.of(), "test", "user:test", planned));
        }

        void converge() {
            surviving(world::converge);
        }

        private void surviving(Runnable act) {
            try {
                act.run();
            } catch (Died died) {
                world.crash("second");
                act.run();
            }
        }

        private End end() {
            Failover f = world.operation("f1");
            List<String> assignments = new ArrayList<>();
            Map<Uid, List<String>> orders = new TreeMap<>();
            for (Change change : database.changes(began, 10_000)) {
                for (Change.Entry entry : change.entries()) {
                    switch (entry.row().orElse(null)) {
                        case Row.AssignmentRow(Assignment a) -> assignments.add(roles(a));
                        case Row.WorkRow(Work w) ->
                                orders.computeIfAbsent(w.cluster(), _ -> new ArrayList<>())
                                        .add(w.role() + " in epoch " + w.epoch());
                        case null -> {}
                        case Row _ -> {}
                    }
                }
            }
            Map<String, Integer> told = new TreeMap<>();
            for (EventRecord event : database.events(app, 100)) {
                told.merge(event.reason(), 1, Integer::sum);
            }
            return new End(
                    f.state(),
                    f.steps().stream().map(Failover.Step::state).toList(),
                    f.evidence().map(e -> e.level()).orElse(""),
                    f.epochBefore(),
                    f.epochAfter(),
                    assignments,
                    orders,
                    told);
        }

        private static String roles(Assignment assignment) {
            StringBuilder out = new StringBuilder("epoch " + assignment.epoch());
            assignment.members().forEach(m -> out.append(' ').append(m.role()));
            return out.toString();
        }

        @Override
        public void close() {
            database.close();
        }
    }

    /** The database, but that silences are measured on the world's clock. */
    private static Store onHandClock(PostgresStore database, World world) {
        Map<Uid, Instant> heard = new TreeMap<>();
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("silences")) {
                                Map<Uid, Silence> out = new TreeMap<>();
                                heard.forEach(
                                        (c, at) ->
                                                out.put(
                                                        c,
                                                        new Silence(
                                                                Duration.between(at, world.now),
                                                                at)));
                                return out;
                            }
                            if (method.getName().equals("heard")) {
                                ((Map<?, ?>) arguments[0])
                                        .keySet()
                                        .forEach(c -> heard.put((Uid) c, world.now));
                            }
                            try {
                                return method.invoke(database, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void itEndsAsIfNobodyHadDied(Kind kind) {
        End expected;
        int steps;
        try (Run run = new Run(0, false)) {
            expected = run.live(kind);
            steps = run.commits;
        }
        assertEquals(kind.end, expected.state());
        assertTrue(steps >= 3, () -> kind + " stores " + steps + " steps");
        List<String> others =
                IntStream.range(2, 2 * steps + 2)
                        .parallel()
                        .mapToObj(i -> diedAt(kind, i / 2, i % 2 == 0))
                        .filter(died -> !died.end.equals(expected))
                        .map(Object::toString)
                        .toList();
        assertTrue(others.isEmpty(), () -> String.join("\n", others) + "\ninstead of " + expected);
    }

    private record DiedAt(int step, boolean before, End end) {}

    private static DiedAt diedAt(Kind kind, int step, boolean before) {
        try (Run run = new Run(step, before)) {
            return new DiedAt(step, before, run.live(kind));
        }
    }
}
