package io.portolan.sim;

import io.portolan.central.operation.Executor;
import io.portolan.central.reconcile.ApplicationReconciler;
import io.portolan.central.reconcile.ClusterReconciler;
import io.portolan.central.reconcile.Effect;
import io.portolan.central.reconcile.Event;
import io.portolan.central.reconcile.LoopCore;
import io.portolan.central.reconcile.Rebalancer;
import io.portolan.central.reconcile.Thresholds;
import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Term;
import io.portolan.central.store.Write;
import io.portolan.dr.HookAnswer;
import io.portolan.dr.HookCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A node of central: its loop's core on a store that outlives it. A crash forgets the core; a
 * frozen one goes on where it was, long after another leads. Commits on their way arrive in both
 * cases.
 */
final class SimCentral {
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final World world;
    private final MemoryStore store;
    private final Database database;
    private final SimHooks hooks;
    private final SimClock clock;
    private final Optional<Rooms> rooms;
    private final PlantedCentral planted;
    private final String name;
    private LoopCore core = core();
    private Optional<Term> term = Optional.empty();
    private Optional<Effect.Timer> timer = Optional.empty();
    private long seen;
    private int life;
    private int fuse = -1;
    private Instant awake = Instant.MIN;

    SimCentral(
            World world,
            MemoryStore store,
            Database database,
            SimHooks hooks,
            String name,
            SimClock clock,
            Optional<Rooms> rooms,
            Plant plant) {
        this.world = world;
        this.store = store;
        this.database = database;
        this.hooks = hooks;
        this.name = name;
        this.clock = clock;
        this.rooms = rooms;
        this.planted = new PlantedCentral(world, store, plant);
        world.every(Duration.ofSeconds(3), "renew", this::renew);
        world.every(Duration.ofSeconds(1), "silences", this::hear);
        world.check(this::follow);
    }

    private static LoopCore core() {
        return new LoopCore(
                new ApplicationReconciler(Thresholds.USUAL, Rebalancer.USUAL),
                new ClusterReconciler(Thresholds.USUAL),
                new Executor());
    }

    void crash(Duration until) {
        world.note(name + " crashes");
        life++;
        fuse = -1;
        term = Optional.empty();
        timer = Optional.empty();
        core = core();
        awake = world.instant().plus(until);
    }

    /** Crashes at one of its next commits: before it, or after it and before the answer. */
    void crashAtCommit(int nth) {
        fuse = nth;
    }

    void freeze(Duration span) {
        world.note(name + " freezes for " + span);
        awake = world.instant().plus(span);
    }

    /** Its wall clock is set; its loop begins with it when it leads, and then goes by another. */
    void set(Duration forward) {
        world.note(name + "'s clock is set by " + forward);
        clock.set(forward);
    }

    /** Leads at once, as if the other's lease were over; the other does not know. */
    void usurp(SimCentral other) {
        if (sleeps() || database.down() || term.isPresent() || other.term.isEmpty()) {
            return;
        }
        world.note(name + " takes over from " + other.name + ", which goes on");
        store.release(other.term.get());
        lead();
    }

    boolean leads() {
        return term.isPresent() && !sleeps();
    }

    private boolean sleeps() {
        return awake.isAfter(world.instant());
    }

    private void renew() {
        if (sleeps() || database.down()) {
            return;
        }
        if (term.isPresent() && !store.renew(term.get(), LEASE)) {
            world.note(name + " is deposed");
            term = Optional.empty();
            step(new Event.Deposed());
        }
        if (term.isEmpty()) {
            lead();
        }
    }

    private void lead() {
        term = store.lead(name + "-" + life, "term-" + name + world.instant(), LEASE);
        if (term.isPresent()) {
            world.note(name + " leads as epoch " + term.get().epoch());
            clock.begin();
            var snapshot = planted.heard(database.snapshot());
            seen = snapshot.revision();
            step(
                    new Event.Led(term.get(), snapshot, planted.silences()),
                    clock.instant().minus(planted.waited()));
        }
    }

    private void hear() {
        if (term.isPresent() && !sleeps() && !database.down()) {
            step(new Event.Heard(planted.silences()));
        }
    }

    /** Changes reach the core at once or late, but never out of order. */
    private void follow() {
        if (term.isPresent()
                && store.head() > seen
                && !sleeps()
                && !database.down()
                && planted.hears()
                && !world.dice().chance(0.3)) {
            List<Change> changes = planted.heard(database.changes(seen, 100));
            long after = seen;
            seen = changes.getLast().revision();
            step(new Event.Changed(after, changes));
        }
    }

    private void step(Event event) {
        step(event, clock.instant());
    }

    private void step(Event event, Instant now) {
        int born = life;
        for (Effect effect : core.step(event, now)) {
            if (born != life) {
                return;
            }
            switch (effect) {
                case Effect.Commit commit -> commit(commit);
                case Effect.Timer set -> {
                    timer = Optional.of(set);
                    await(set);
                }
                case Effect.Act(long id, HookCall call) -> act(id, call);
                case Effect.Complain(var key, var cause) ->
                        throw new AssertionError("central complains of " + key, cause);
            }
        }
    }

    private void act(long id, HookCall call) {
        HookAnswer answer = hooks.answer(call, world.fault());
        later(world.instant().plus(world.latency()), () -> step(new Event.Acted(id, answer)));
    }

    private void await(Effect.Timer set) {
        later(clock.inWorld(set.at()), () -> fire(set));
    }

    private void fire(Effect.Timer set) {
        if (!timer.equals(Optional.of(set))) {
            return;
        }
        if (set.at().isAfter(clock.instant())) {
            await(set);
            return;
        }
        timer = Optional.empty();
        if (term.isPresent()) {
            step(new Event.TimerFired(set.id()));
        }
    }

    /** When it is due or, for one that was frozen, when it wakes. */
    private void later(Instant at, Runnable act) {
        int born = life;
        world.at(
                at,
                "timer",
                () -> {
                    if (born != life) {
                        return;
                    }
                    if (sleeps()) {
                        later(awake, act);
                    } else {
                        act.run();
                    }
                });
    }

    private void commit(Effect.Commit commit) {
        boolean lostRequest = world.fault();
        boolean lostAnswer = world.fault();
        boolean refused = world.fault();
        int born = life;
        Duration late =
                world.fault() ? Duration.ofMillis(world.dice().pick(15_000)) : Duration.ZERO;
        Runnable judged = rooms.map(r -> r.decided(core.image(), commit.writes())).orElse(() -> {});
        boolean burnt = fuse == 0;
        fuse = Math.max(-1, fuse - 1);
        if (burnt && world.dice().chance(0.5)) {
            crash(Duration.ofMillis(100 + world.dice().pick(4_000)));
            return;
        }
        world.after(
                world.latency().plus(late),
                "commit",
                () -> {
                    CommitResult result =
                            refused || database.down()
                                    ? new CommitResult.Unavailable("no connection")
                                    : lostRequest
                                            ? new CommitResult.Unknown("lost on the way")
                                            : committed(commit, judged);
                    if (born != life) {
                        return;
                    }
                    if (burnt) {
                        crash(Duration.ofMillis(100 + world.dice().pick(4_000)));
                        return;
                    }
                    CommitResult told =
                            lostAnswer ? new CommitResult.Unknown("answer lost") : result;
                    later(
                            world.instant().plus(world.latency()),
                            () -> step(new Event.Committed(commit.id(), told)));
                });
    }

    private CommitResult committed(Effect.Commit commit, Runnable judged) {
        List<Write> writes = planted.writes(commit.writes());
        Optional<CommitResult> instead = planted.instead(writes);
        if (instead.isPresent()) {
            return instead.get();
        }
        CommitResult result = database.commit(commit.authority(), commit.preconditions(), writes);
        if (result instanceof CommitResult.Committed) {
            planted.after(writes);
            judged.run();
        }
        return planted.forgets(result, writes) ? new CommitResult.Conflict("planted") : result;
    }
}
