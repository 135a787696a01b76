package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.app.Ending;
import io.portolan.model.app.RunOnce;
import io.portolan.model.app.RunOnce.Outcome;
import io.portolan.model.app.Work;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.HookRun;
import io.portolan.model.operation.HookRun.Phase;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Central's loop with hooks that are Jobs: works that are no application's. */
class JobHookScenarioTest {
    private static final DrPolicySpec POLICY =
            Codec.strict()
                    .read(
                            """
                            {"writers": "single", "rpo": "10s", "hooks": {
                              "dataGate": {"job": {"image": "db-tools:3", "args": ["lag"]}},
                              "switchTraffic": {"job": {"image": "dns-tools:1"}, "retries": 1}}}""",
                            DrPolicySpec.class);

    private final World world = new World();
    private Uid app = new Uid("none");
    private FakeAgent target;

    @BeforeEach
    void activeOnTheFirst() {
        app = world.activeOnTheFirst(POLICY);
        target = world.agents.get("c2");
        target.ends = JobHookScenarioTest::well;
        world.failover(app, "f1", "c2", true);
    }

    private static Optional<Outcome> well(Work work) {
        return Optional.of(
                new Outcome(true, gate(work) ? "{\"lagSeconds\": 3, \"lagBytes\": 100}" : "done"));
    }

    private static boolean gate(Work work) {
        return work.application().value().endsWith(".datagate");
    }

    /** The works of hooks that there are now. */
    private List<Work> jobs() {
        return world.agents.values().stream()
                .flatMap(a -> world.store.works(a.uid()).plain().stream())
                .filter(w -> w.once().isPresent())
                .toList();
    }

    /** What was ever ordered, in the order of the commits that stand. */
    private List<Work> ordered() {
        return world.commits.stream()
                .flatMap(c -> c.writes().stream())
                .flatMap(
                        w ->
                                w instanceof Write.Put(Row.WorkRow(Work work))
                                                && work.once().isPresent()
                                        ? Stream.of(work)
                                        : Stream.empty())
                .toList();
    }

    private Failover operation() {
        return world.operation("f1");
    }

    private HookRun last() {
        return operation().hooks().getLast();
    }

    @Test
    void eachJobIsMadeOnceItsWordsAreKeptAndNothingIsLeft() {
        world.converge();
        Failover done = operation();
        assertEquals(State.COMPLETED, done.state(), done.waitingFor());
        assertEquals(
                List.of("{\"lagSeconds\": 3, \"lagBytes\": 100}", "done"),
                done.hooks().stream().map(HookRun::output).toList());
        assertEquals(
                Optional.of(Duration.ofSeconds(3)),
                done.report().orElseThrow().loss().orElseThrow().time());
        assertEquals(
                done.hooks().stream().map(h -> h.job().orElseThrow().name()).toList(),
                ordered().stream().filter(w -> !w.tombstone()).map(Work::name).toList());
        assertEquals(
                List.of(Ending.DELETE, Ending.DELETE),
                ordered().stream().flatMap(w -> w.ending().stream()).toList());
        assertEquals(List.of(), jobs());
        assertEquals(0, world.core.image().withJobs().size());
        assertTrue(world.complaints.isEmpty(), world.complaints::toString);
        assertEquals(
                List.of(target.uid()),
                world.core.image().assignment(app).orElseThrow().value().active(),
                "and its works are as ever");
    }

    @Test
    void theIntentAndTheOrderAreOneCommitAndWhoeverLeadsNextMakesNoSecond() {
        target.ends = w -> gate(w) ? well(w) : Optional.empty();
        world.converge();
        assertEquals(State.SWITCHING_TRAFFIC, operation().state());
        Work before = jobs().getLast();
        assertEquals(last().key(), before.once().map(RunOnce::key).orElseThrow());
        assertEquals(app, before.once().map(RunOnce::application).orElseThrow());
        assertEquals(operation().epochAfter(), before.epoch());
        assertTrue(
                world.commits.stream()
                        .anyMatch(
                                c ->
                                        c.writes().contains(new Write.Put(new Row.WorkRow(before)))
                                                && c.writes().stream()
                                                        .anyMatch(JobHookScenarioTest::operation)),
                "one commit");

        world.crash("second");
        world.converge();
        assertEquals(before, jobs().getLast());
        target.ends = JobHookScenarioTest::well;
        world.converge();
        assertEquals(State.COMPLETED, operation().state());
        assertEquals(1, last().attempt());
        assertEquals(List.of(), jobs());
    }

    private static boolean operation(Write write) {
        return write instanceof Write.Put(Row.OperationRow _);
    }

    @Test
    void whatFailedStaysToBeReadAndTheNextAttemptWaitsUntilNothingOfItIsLeft() {
        target.ends = w -> gate(w) ? well(w) : Optional.of(new Outcome(false, "exit code 1: no"));
        world.converge();
        assertEquals(Phase.RETRYING, last().phase());
        assertEquals("exit code 1: no", last().output());
        Work first = jobs().getLast();
        assertEquals(false, first.tombstone());

        target.cutOff = true;
        world.pass(Duration.ofSeconds(6));
        world.converge();
        assertEquals(2, last().attempt());
        assertTrue(jobs().getLast().tombstone(), "the first goes");
        assertTrue(
                operation().waitingFor().contains("nothing of the attempt before"),
                operation()::waitingFor);

        target.cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertTrue(
                operation().paused().isPresent(), "it failed again, and its retries are used up");
        Work second = jobs().getLast();
        assertNotEquals(first.name(), second.name());
        assertEquals(first.application(), second.application());
        assertTrue(second.sequence() > first.sequence());
    }

    @Test
    void aJobOfAnOperationThatEndedGoesWhenItsClusterIsHeardAgain() {
        target.ends = w -> gate(w) ? well(w) : Optional.empty();
        world.converge();
        target.cutOff = true;
        Operators.abort(world, "f1");
        world.settle();
        assertEquals(State.ABORTED, operation().state());
        assertTrue(jobs().getLast().tombstone());
        assertTrue(
                world.commits.stream()
                        .flatMap(c -> c.writes().stream())
                        .anyMatch(
                                w ->
                                        w instanceof Write.AddEvent(EventRecord event)
                                                && event.subject().equals(app)
                                                && event.reason().equals("HookJobUnfinished")),
                "somebody is told");
        world.crash("second");
        world.settle();
        assertTrue(jobs().getLast().tombstone(), "it is not known to be gone");
        target.cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals(List.of(), jobs());
    }

    @Test
    void anAgentThatIsTooOldIsNamedAndNotAsked() {
        target.abilities = List.of(AgentMessages.GIVES_UP);
        target.observe();
        world.converge();
        assertEquals(State.DATA_GATE, operation().state());
        assertTrue(last().output().contains("agent of c2 is of a version"), last()::output);
        assertEquals(List.of(), ordered());
    }

    @Test
    void aGateThatSaysNothingInJsonFails() {
        target.ends = _ -> Optional.of(new Outcome(true, "three seconds"));
        world.converge();
        assertEquals(Phase.RETRYING, last().phase());
        assertTrue(last().output().contains("without a JSON object"), last()::output);
    }

    /** Answers and commits are lost, and leaders die: each attempt is ordered once. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whateverIsLostEachAttemptIsOrderedOnce(long seed) {
        Random random = new Random(seed);
        target.ends = w -> random.nextInt(3) == 0 ? Optional.empty() : well(w);
        java.util.List<Work> stand = new java.util.ArrayList<>();
        world.faults =
                new World.Faults() {
                    @Override
                    public CommitResult commit(Store store, Effect.Commit commit) {
                        if (random.nextInt(6) == 0) {
                            return new CommitResult.Unknown("lost on the way");
                        }
                        CommitResult result =
                                store.commit(
                                        commit.authority(),
                                        commit.preconditions(),
                                        commit.writes());
                        if (result instanceof CommitResult.Committed) {
                            commit.writes().stream()
                                    .flatMap(
                                            w ->
                                                    w instanceof Write.Put(Row.WorkRow(Work work))
                                                            ? Stream.of(work)
                                                            : Stream.empty())
                                    .filter(w -> w.once().isPresent() && !w.tombstone())
                                    .forEach(stand::add);
                        }
                        return commit.authority() instanceof Authority.Leader
                                        && random.nextInt(6) == 0
                                ? new CommitResult.Unknown("answer lost")
                                : result;
                    }
                };
        for (int i = 0; i < 60 && !(operation().state().ended() && jobs().isEmpty()); i++) {
            world.converge();
            world.pass(Duration.ofSeconds(10));
            world.crash("leader-" + i);
        }
        String trace = "seed " + seed + ": " + operation();
        assertEquals(State.COMPLETED, operation().state(), trace);
        assertEquals(List.of(), jobs(), trace);
        List<String> names = stand.stream().map(Work::name).toList();
        assertEquals(names.stream().distinct().toList(), names, trace);
        assertEquals(2, names.size(), trace);
    }
}
