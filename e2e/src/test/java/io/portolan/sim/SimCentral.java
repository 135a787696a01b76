package io.portolan.sim;

import io.portolan.central.operation.Executor;
import io.portolan.central.reconcile.ApplicationReconciler;
import io.portolan.central.reconcile.ClusterReconciler;
import io.portolan.central.reconcile.Effect;
import io.portolan.central.reconcile.Event;
import io.portolan.central.reconcile.LoopCore;
import io.portolan.central.reconcile.Rebalancer;
import io.portolan.central.reconcile.Thresholds;
import io.portolan.central.store.Authority;
import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store.Silence;
import io.portolan.central.store.Term;
import io.portolan.central.store.Write;
import io.portolan.dr.HookAnswer;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.Role;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A node of central: its loop's core on a store that outlives it. A crash forgets the core; a
 * frozen one goes on where it was, long after another leads. Commits on their way arrive in both
 * cases.
 */
final class SimCentral {
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final World world;
    private final MemoryStore store;
    private final String name;
    private final Plant plant;
    private LoopCore core = core();
    private Optional<Term> term = Optional.empty();
    private long seen;
    private int life;
    private Instant awake = Instant.MIN;

    SimCentral(World world, MemoryStore store, String name, Plant plant) {
        this.world = world;
        this.store = store;
        this.name = name;
        this.plant = plant;
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
        term = Optional.empty();
        core = core();
        awake = world.instant().plus(until);
    }

    void freeze(Duration span) {
        world.note(name + " freezes for " + span);
        awake = world.instant().plus(span);
    }

    private boolean sleeps() {
        return awake.isAfter(world.instant());
    }

    private void renew() {
        if (sleeps()) {
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
            var snapshot = store.snapshot();
            seen = snapshot.revision();
            step(new Event.Led(term.get(), snapshot, store.silences()));
        }
    }

    private void hear() {
        if (term.isPresent() && !sleeps()) {
            step(new Event.Heard(silences()));
        }
    }

    private Map<Uid, Silence> silences() {
        Map<Uid, Silence> all = store.silences();
        if (plant != Plant.BRAKE_OFF || all.isEmpty()) {
            return all;
        }
        Silence longest =
                all.values().stream().max(Comparator.comparing(Silence::since)).orElseThrow();
        Map<Uid, Silence> out = new TreeMap<>();
        all.forEach(
                (c, s) ->
                        out.put(
                                c,
                                s.equals(longest) ? s : new Silence(Duration.ZERO, s.lastHeard())));
        return out;
    }

    /** Changes reach the core at once or late, but never out of order. */
    private void follow() {
        if (term.isPresent() && !sleeps() && store.head() > seen && !world.chance(0.3)) {
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
                case Effect.Act(long id, var call) ->
                        later(
                                world.instant().plus(world.latency()),
                                new Event.Acted(id, HookAnswer.of(call, true, "")));
                case Effect.Complain(var key, var cause) ->
                        throw new AssertionError("central complains of " + key, cause);
            }
        }
    }

    /** When it is due or, for one that was frozen, when it wakes. */
    private void later(Instant at, Event event) {
        int born = life;
        world.at(
                at,
                "timer",
                () -> {
                    if (born != life) {
                        return;
                    }
                    if (sleeps()) {
                        later(awake, event);
                    } else if (term.isPresent() || event instanceof Event.Committed) {
                        step(event);
                    }
                });
    }

    private void commit(Effect.Commit commit) {
        boolean lostRequest = world.fault();
        boolean lostAnswer = world.fault();
        int born = life;
        Duration late = world.fault() ? Duration.ofMillis(world.pick(15_000)) : Duration.ZERO;
        world.after(
                world.latency().plus(late),
                "commit",
                () -> {
                    CommitResult result =
                            lostRequest
                                    ? new CommitResult.Unknown("lost on the way")
                                    : committed(commit);
                    CommitResult told =
                            lostAnswer ? new CommitResult.Unknown("answer lost") : result;
                    if (born == life) {
                        later(
                                world.instant().plus(world.latency()),
                                new Event.Committed(commit.id(), told));
                    }
                });
    }

    private CommitResult committed(Effect.Commit commit) {
        for (Write write : commit.writes()) {
            if (write instanceof Write.Put(Row.OperationRow(Failover operation))) {
                if (plant == Plant.STUCK_OPERATION
                        && operation.state() == Failover.State.COMPLETED) {
                    return new CommitResult.Conflict("planted");
                }
                if (plant == Plant.UNPROVED_PROMOTION
                        && operation.state() == Failover.State.FENCING) {
                    promoted(operation);
                }
            }
        }
        return store.commit(
                commit.authority(),
                commit.preconditions(),
                plant == Plant.FORGOTTEN_COOLDOWN
                        ? commit.writes().stream().map(SimCentral::forgetting).toList()
                        : commit.writes());
    }

    private static Write forgetting(Write write) {
        return write instanceof Write.Put(Row.StatusRow(var key, var uid, ApplicationStatus s))
                ? new Write.Put(
                        new Row.StatusRow(
                                key,
                                uid,
                                new ApplicationStatus(
                                        s.observedGeneration(),
                                        s.summary(),
                                        s.health(),
                                        s.epoch(),
                                        s.clusters(),
                                        s.conditions(),
                                        s.operation())))
                : write;
    }

    private void promoted(Failover operation) {
        Assignment was = store.assignment(operation.application()).orElseThrow().row().assignment();
        List<Assignment.Member> members =
                was.members().stream()
                        .map(
                                m ->
                                        m.cluster().equals(operation.plan().orElseThrow().target())
                                                ? m.with(Role.ACTIVE)
                                                : m.with(Role.STANDBY))
                        .toList();
        store.commit(
                new Authority.Api(Optional.empty()),
                List.of(),
                List.of(
                        new Write.Put(
                                new Row.AssignmentRow(
                                        new Assignment(
                                                was.application(),
                                                was.epoch() + 1,
                                                members,
                                                was.decision())))));
    }
}
