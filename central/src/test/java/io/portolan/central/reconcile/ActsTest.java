package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.dr.HookAnswer;
import io.portolan.dr.HookCall;
import io.portolan.model.Uid;
import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Failover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Calls that operations ask for, by a reconciler that does nothing else. */
class ActsTest {
    private final World world = new World();
    private final List<HookAnswer> seen = new ArrayList<>();
    private final LoopCore core =
            new LoopCore(
                    new ApplicationReconciler(Thresholds.USUAL, Rebalancer.USUAL),
                    new ClusterReconciler(Thresholds.USUAL),
                    this::reconcile);

    /** Each operation calls until it was answered. */
    private Outcome reconcile(View view, Key.OfOperation key) {
        seen.addAll(view.answers());
        boolean answered =
                view.answers().stream().anyMatch(a -> a.operation().equals(key.operation()));
        return answered ? Outcome.NOTHING : Outcome.NOTHING.calling(List.of(call(key.operation())));
    }

    private static HookCall call(Uid operation) {
        return new HookCall(
                operation,
                HookPoint.PROMOTE,
                operation.value() + "/promote/1",
                1,
                new Hook.Http("http://hooks/dr", Map.of()),
                Duration.ofSeconds(30),
                new HookCall.Envelope(
                        "shop",
                        "checkout",
                        operation.value(),
                        operation,
                        HookPoint.PROMOTE,
                        false,
                        1,
                        List.of(),
                        "berlin",
                        Optional.empty(),
                        1));
    }

    private List<Effect.Act> lead() {
        return acts(new Event.Led(world.term, world.store.snapshot(), world.store.silences()));
    }

    private List<Effect.Act> acts(Event event) {
        List<Effect.Act> out = new ArrayList<>();
        for (Effect effect : core.step(event, world.now)) {
            if (effect instanceof Effect.Act act) {
                out.add(act);
            }
        }
        return out;
    }

    private static Event.Acted done(Effect.Act act) {
        return new Event.Acted(act.id(), HookAnswer.of(act.call(), true, "done"));
    }

    private Failover operation(int i) {
        return world.failover(new Uid("app-" + i), "f" + i, "berlin", false);
    }

    /** Something that makes the operation be looked at again. */
    private Event news(Failover operation) {
        long after = core.image().revision();
        Row.OperationRow row =
                new Row.OperationRow(
                        world.operation(operation.name()).withSteps(operation.steps()));
        world.commit(
                new Precondition(
                        row.key(),
                        world.store
                                .operation(World.TENANT, operation.name())
                                .orElseThrow()
                                .revision()),
                new Write.Put(row));
        return new Event.Changed(after, world.store.changes(after, 100));
    }

    @Test
    void whatIsUnderWayIsNotBegunTwice() {
        Failover operation = operation(1);
        List<Effect.Act> begun = lead();
        assertEquals(List.of(call(operation.uid())), begun.stream().map(Effect.Act::call).toList());
        assertEquals(List.of(), acts(news(operation)), "looked at again, nothing new to do");
        assertEquals(List.of(), acts(done(begun.getFirst())));
        assertEquals(1, seen.size(), "its reconciler saw the answer");
    }

    @Test
    void anAnswerIsForgottenWhenItWasLookedAt() {
        Failover operation = operation(1);
        Effect.Act begun = lead().getFirst();
        acts(done(begun));
        List<Effect.Act> again = acts(news(operation));
        assertEquals(1, again.size(), "not stored, so it is asked again");
        assertEquals(begun.call(), again.getFirst().call(), "under the same key");
        assertEquals(1, seen.size());
    }

    @Test
    void whoLeadsNoMoreTakesNoAnswer() {
        operation(1);
        Effect.Act begun = lead().getFirst();
        acts(new Event.Deposed());
        assertEquals(List.of(), acts(done(begun)));
        assertEquals(List.of(), seen);
    }

    @Test
    void whoLeadsAgainTakesNoAnswerOfTheTimeBefore() {
        operation(1);
        Effect.Act before = lead().getFirst();
        acts(new Event.Deposed());
        Effect.Act after = lead().getFirst();
        assertEquals(before.call(), after.call(), "asked again, under the same key");
        acts(done(before));
        assertEquals(List.of(), seen, "its answer may be older than what was stored meanwhile");
        acts(done(after));
        assertEquals(1, seen.size());
    }

    @Test
    void aBoundedNumberIsUnderWayAndTheOthersFollow() {
        int all = Acts.AT_ONCE + 3;
        for (int i = 0; i < all; i++) {
            operation(i);
        }
        List<Effect.Act> under = new ArrayList<>(lead());
        // A step looks at no more than so many keys.
        for (Effect effect : core.step(new Event.TimerFired(0), world.now)) {
            if (effect instanceof Effect.Act act) {
                under.add(act);
            }
        }
        assertEquals(Acts.AT_ONCE, under.size());
        int done = 0;
        while (!under.isEmpty()) {
            assertTrue(under.size() <= Acts.AT_ONCE, () -> "under way: " + under.size());
            under.addAll(acts(done(under.removeFirst())));
            done++;
        }
        assertEquals(all, done, "each was made once");
    }

    @Test
    void noCallGoesOutWithTheWriteOfItsIntent() {
        Row.OperationRow row = new Row.OperationRow(operation(1));
        Outcome.Draft writing = new Outcome.Draft();
        writing.put(row, Optional.empty());
        Outcome written = writing.finish();
        List<HookCall> calls = List.of(call(row.operation().uid()));
        assertThrows(IllegalArgumentException.class, () -> written.calling(calls));
    }
}
