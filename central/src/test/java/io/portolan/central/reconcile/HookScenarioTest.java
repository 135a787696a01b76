package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Store;
import io.portolan.dr.HookAnswer;
import io.portolan.dr.HookCall;
import io.portolan.model.Uid;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.HookRun;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Central's loop with hooks: intents and results in the store, answers that are lost. */
class HookScenarioTest {
    private static final DrPolicySpec POLICY =
            Codec.strict()
                    .read(
                            """
                            {"writers": "single", "rpo": "10s", "hooks": {
                              "dataGate": {"http": {"url": "https://db.example.com/lag"}},
                              "switchTraffic": {"http": {"url": "https://dns.example.com/x"}}}}""",
                            DrPolicySpec.class);

    private final World world = new World();
    private final List<HookCall> calls = new ArrayList<>();

    @BeforeEach
    void activeOnTheFirst() {
        world.hooks = answering(() -> true);
        Uid app = world.activeOnTheFirst(POLICY);
        world.failover(app, "f1", "c2", true);
    }

    /** Hooks that remember what they were asked; what they answer comes only where it may. */
    private World.Asked answering(Supplier<Boolean> arrives) {
        return call -> {
            calls.add(call);
            HookAnswer answer =
                    new HookAnswer(
                            call.operation(),
                            call.key(),
                            call.attempt(),
                            true,
                            "done",
                            call.point() == HookPoint.DATA_GATE
                                    ? Optional.of(
                                            new HookRun.Lag(
                                                    Optional.of(Duration.ofSeconds(3)),
                                                    Optional.empty()))
                                    : Optional.empty(),
                            Optional.empty());
            return arrives.get() ? Optional.of(answer) : Optional.empty();
        };
    }

    private List<String> asked() {
        return calls.stream().map(c -> c.point() + " " + c.key()).distinct().toList();
    }

    @Test
    void asksEachHookOnceAndKeepsWhatItSaid() {
        world.converge();
        Failover done = world.operation("f1");
        assertEquals(State.COMPLETED, done.state(), done.waitingFor());
        assertEquals(
                List.of(HookPoint.DATA_GATE, HookPoint.SWITCH_TRAFFIC),
                calls.stream().map(HookCall::point).toList());
        assertEquals(
                List.of(HookRun.Phase.SUCCEEDED, HookRun.Phase.SUCCEEDED),
                done.hooks().stream().map(HookRun::phase).toList());
        assertTrue(world.complaints.isEmpty(), world.complaints::toString);
    }

    @Test
    void whoeverLeadsAfterACrashAsksAgainUnderTheSameKey() {
        world.hooks = answering(() -> false);
        world.converge();
        assertEquals(State.DATA_GATE, world.operation("f1").state());
        HookCall before = calls.getLast();
        world.hooks = answering(() -> true);
        world.crash("second");
        world.converge();
        assertEquals(before, calls.get(1), "the same call");
        assertEquals(State.COMPLETED, world.operation("f1").state());
    }

    @Test
    void theLateAnswerOfALeaderThatWasDeposedIsNotTaken() {
        world.hooks = answering(() -> false);
        world.converge();
        Effect.Act before = world.acts.getLast();
        LoopCore deposed = world.core;
        world.crash("second");
        world.converge();
        // The deposed one does not know it yet: it decides, and the store refuses.
        HookAnswer late =
                new HookAnswer(
                        before.call().operation(),
                        before.call().key(),
                        before.call().attempt(),
                        true,
                        "late",
                        Optional.of(
                                new HookRun.Lag(
                                        Optional.of(Duration.ofSeconds(3)), Optional.empty())),
                        Optional.empty());
        List<CommitResult> results = new ArrayList<>();
        for (Effect effect : deposed.step(new Event.Acted(before.id(), late), world.now)) {
            if (effect instanceof Effect.Commit commit) {
                results.add(
                        world.store.commit(
                                commit.authority(), commit.preconditions(), commit.writes()));
            }
        }
        assertEquals(1, results.size(), "it took the answer");
        assertTrue(results.getFirst() instanceof CommitResult.Fenced, results::toString);
        Failover stored = world.operation("f1");
        assertEquals(State.DATA_GATE, stored.state());
        assertEquals(HookRun.Phase.RUNNING, stored.hooks().getFirst().phase());
        // Nor does the one that leads take what it did not ask for.
        world.step(new Event.Acted(before.id() + 1_000, late));
        world.settle();
        assertEquals(HookRun.Phase.RUNNING, world.operation("f1").hooks().getFirst().phase());
    }

    /** Answers and commits are lost, and leaders die: it ends the same, each hook under one key. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whateverIsLostEachHookIsKnownByOneKey(long seed) {
        Random random = new Random(seed);
        world.hooks = answering(() -> random.nextInt(3) > 0);
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
                        return commit.authority() instanceof Authority.Leader
                                        && random.nextInt(6) == 0
                                ? new CommitResult.Unknown("answer lost")
                                : result;
                    }
                };
        for (int i = 0; i < 60 && !world.operation("f1").state().ended(); i++) {
            world.converge();
            world.pass(Duration.ofSeconds(10));
            world.crash("leader-" + i);
        }
        String trace = "seed " + seed + ": " + world.operation("f1");
        assertEquals(State.COMPLETED, world.operation("f1").state(), trace);
        assertEquals(
                List.of("dataGate op/dataGate/1", "switchTraffic op/switchTraffic/1"),
                asked().stream().map(a -> a.replaceAll(" [^/]*/", " op/")).toList(),
                trace);
    }
}
