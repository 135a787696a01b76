package io.portolan.sim;

import io.portolan.central.operation.Executor;
import io.portolan.central.reconcile.ApplicationReconciler;
import io.portolan.central.reconcile.ClusterReconciler;
import io.portolan.central.reconcile.Effect;
import io.portolan.central.reconcile.Event;
import io.portolan.central.reconcile.LoopCore;
import io.portolan.central.reconcile.Thresholds;
import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Term;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A node of central: its loop's core on a store that outlives it. A crash forgets the core; commits
 * that were on their way may still arrive, as those of a frozen leader do.
 */
final class SimCentral {
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final World world;
    private final MemoryStore store;
    private LoopCore core = core();
    private Optional<Term> term = Optional.empty();
    private long seen;
    private int life;

    SimCentral(World world, MemoryStore store) {
        this.world = world;
        this.store = store;
        world.every(Duration.ofSeconds(3), "renew", this::renew);
        world.every(Duration.ofSeconds(1), "silences", this::hear);
        world.check(this::follow);
        lead();
    }

    private static LoopCore core() {
        return new LoopCore(
                new ApplicationReconciler(),
                new ClusterReconciler(Thresholds.USUAL),
                new Executor());
    }

    boolean leading() {
        return term.isPresent();
    }

    void crash() {
        world.note("central crashes");
        life++;
        term = Optional.empty();
        core = core();
        int born = life;
        world.after(
                Duration.ofMillis(100 + world.pick(8_000)),
                "restart central",
                () -> {
                    if (born == life) {
                        lead();
                    }
                });
    }

    private void lead() {
        term = store.lead("central-" + life, "term-" + life, LEASE);
        if (term.isEmpty()) {
            int born = life;
            world.after(
                    Duration.ofSeconds(1),
                    "try to lead",
                    () -> {
                        if (born == life) {
                            lead();
                        }
                    });
            return;
        }
        world.note("central leads as epoch " + term.get().epoch());
        var snapshot = store.snapshot();
        seen = snapshot.revision();
        step(new Event.Led(term.get(), snapshot, store.silences()));
    }

    private void renew() {
        if (term.isPresent() && !store.renew(term.get(), LEASE)) {
            term = Optional.empty();
            step(new Event.Deposed());
            lead();
        }
    }

    private void hear() {
        if (term.isPresent()) {
            step(new Event.Heard(store.silences()));
        }
    }

    /** Changes reach the core at once or late, but never out of order. */
    private void follow() {
        if (term.isPresent() && store.head() > seen && !world.chance(0.3)) {
            List<Change> changes = store.changes(seen, 100);
            long after = seen;
            seen = changes.getLast().revision();
            step(new Event.Changed(after, changes));
        }
    }

    private void step(Event event) {
        for (Effect effect : core.step(event, world.instant())) {
            switch (effect) {
                case Effect.Commit commit -> commit(commit);
                case Effect.Timer(long id, var at) -> later(at, new Event.TimerFired(id));
                case Effect.Complain(var key, var cause) ->
                        throw new AssertionError("central complains of " + key, cause);
            }
        }
    }

    private void later(java.time.Instant at, Event event) {
        int born = life;
        world.at(
                at,
                "timer",
                () -> {
                    if (born == life && term.isPresent()) {
                        step(event);
                    }
                });
    }

    private void commit(Effect.Commit commit) {
        int born = life;
        boolean lostRequest = world.fault();
        boolean lostAnswer = world.fault();
        world.after(
                world.latency(),
                "commit",
                () -> {
                    CommitResult result =
                            lostRequest
                                    ? new CommitResult.Unknown("lost on the way")
                                    : store.commit(
                                            commit.authority(),
                                            commit.preconditions(),
                                            commit.writes());
                    CommitResult told =
                            lostAnswer ? new CommitResult.Unknown("answer lost") : result;
                    world.after(
                            world.latency(),
                            "committed",
                            () -> {
                                if (born == life) {
                                    step(new Event.Committed(commit.id(), told));
                                }
                            });
                });
    }
}
