package io.portolan.sim;

import io.portolan.agent.core.AgentCore;
import io.portolan.agent.core.AgentSettings;
import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.agent.state.Change;
import io.portolan.model.Uid;
import io.portolan.model.wire.AgentMessages.Sync;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An agent's core between its cluster, its disk and a wire: each call may fail, come late, come
 * twice or lose its answer, and the process may die between any two effects.
 */
final class SimAgent {
    /** Below the time for which the core doubts a creation whose answer was lost. */
    private static final int LATEST_WRITE_MILLIS = 45_000;

    private final World world;
    private final SimCluster cluster;
    private final Wire wire;
    private final Conduct conduct;
    private final Planted planted;
    private final SimWatches watches;
    private Uid uid;
    private SimDisk disk = new SimDisk();
    private AgentCore core = new AgentCore(AgentSettings.of("sim"));
    private int life;
    private int disksLost;
    private boolean alive = true;
    private boolean cut;
    private long sessions;
    private int fuse = -1;
    private @Nullable Runnable parked;

    SimAgent(World world, Uid uid, SimCluster cluster, Wire wire, Conduct conduct, Plant plant) {
        this.world = world;
        this.uid = uid;
        this.cluster = cluster;
        this.wire = wire;
        this.conduct = conduct;
        this.planted = new Planted(plant);
        this.watches = new SimWatches(world, cluster, () -> life, this::step);
        start();
    }

    SimCluster cluster() {
        return cluster;
    }

    Uid uid() {
        return uid;
    }

    boolean knowsAsSingle(Uid application) {
        return disk.single(application);
    }

    boolean alive() {
        return alive;
    }

    int life() {
        return life;
    }

    int disksLost() {
        return disksLost;
    }

    boolean cut() {
        return cut;
    }

    /** How often it was welcomed. */
    long sessions() {
        return sessions;
    }

    void cut(boolean cut) {
        world.note(uid + (cut ? " cut off" : " back"));
        this.cut = cut;
    }

    /** Central may have something new to say to a poll that waits. */
    void wake() {
        Runnable waiting = parked;
        parked = null;
        if (waiting != null) {
            waiting.run();
        }
    }

    /** What its watches tell comes late for a while, in order. */
    void lagging(Duration span) {
        world.note(uid + " watches lag " + span);
        watches.lagUntil(world.instant().plus(span));
    }

    /** Dies before one of the next effects, the others of its step undone. */
    void crash() {
        if (!alive) {
            return;
        }
        fuse = world.pick(12);
        int born = life;
        world.after(
                Duration.ofSeconds(2),
                "die",
                () -> {
                    if (born == life && fuse >= 0) {
                        die(Duration.ofMillis(100 + world.pick(5_000)));
                    }
                });
    }

    void loseDisk() {
        if (!alive) {
            return;
        }
        die(Duration.ofMillis(500 + world.pick(10_000)));
        world.note(uid + " loses its disk");
        emptyDisk();
    }

    /**
     * Its cluster was forgotten and joins again: while it is dead it gets another identity, and
     * perhaps an empty disk.
     */
    void become(Uid another, boolean empty) {
        world.note(uid + " joins again as " + another + (empty ? " without memory" : ""));
        uid = another;
        if (empty) {
            emptyDisk();
        }
    }

    private void emptyDisk() {
        disk = new SimDisk();
        disksLost++;
        conduct.diskLost();
    }

    /** Gone until {@link #revive}. */
    void die() {
        world.note(uid + " agent dies");
        life++;
        fuse = -1;
        alive = false;
        parked = null;
        watches.close();
    }

    void revive() {
        if (!alive) {
            alive = true;
            core = new AgentCore(AgentSettings.of("sim"));
            start();
        }
    }

    private void die(Duration until) {
        die();
        world.after(until, "restart agent", inThisLife(this::revive));
    }

    private void start() {
        step(new Event.Started(disk.read()));
    }

    private void step(Event event) {
        int born = life;
        if (event instanceof Event.Welcomed) {
            sessions++;
        }
        for (Effect effect : core.step(planted.heard(event), world.instant())) {
            if (born != life) {
                return;
            }
            if (fuse == 0) {
                die(Duration.ofMillis(100 + world.pick(5_000)));
                return;
            }
            fuse = Math.max(-1, fuse - 1);
            conduct.asked(effect, disk);
            act(effect);
        }
    }

    private void act(Effect effect) {
        switch (effect) {
            case Effect.Persist(long id, var changes) ->
                    // Durable at once or, with a crash in between, never: but always before the
                    // answer.
                    later(
                            Duration.ofMillis(1),
                            () -> {
                                List<Change> written = planted.written(changes);
                                conduct.durable(written);
                                disk.write(written);
                                return new Event.Persisted(id);
                            });
            case Effect.OpenSession(long id, var hello, int attempt) ->
                    remote(
                            id,
                            attempt,
                            () -> new Event.Welcomed(id, wire.hello(uid, hello)),
                            new Event.SessionFailed(id, "unreachable"));
            case Effect.Poll poll -> poll(poll);
            case Effect.Fetch(long id, var digest, int attempt) ->
                    remote(
                            id,
                            attempt,
                            () -> new Event.ContentArrived(id, wire.content(uid, digest)),
                            new Event.ContentFailed(id, "unreachable"));
            case Effect.SendReport(long id, var report, int attempt) ->
                    remote(
                            id,
                            attempt,
                            () -> wire.report(uid, id, report),
                            new Event.ReportFailed(id, "unreachable"));
            case Effect.Beat(long id, long session) ->
                    remote(id, 0, () -> wire.heartbeat(uid, session, id), new Event.BeatDone(id));
            case Effect.AskGrants(long id) ->
                    remote(
                            id,
                            0,
                            () -> new Event.GrantsTold(id, wire.grants(uid)),
                            new Event.GrantsFailed(id));
            case Effect.Apply(long id, var object, boolean force) ->
                    local(id, () -> new Event.ApplyDone(id, cluster.api().apply(object, force)));
            case Effect.Patch(long id, var ref, var patch, var version) ->
                    local(
                            id,
                            () ->
                                    new Event.ApplyDone(
                                            id, cluster.api().patch(ref, patch, version)));
            case Effect.Delete(long id, var ref, var objectUid) ->
                    local(id, () -> new Event.DeleteDone(id, cluster.api().delete(ref, objectUid)));
            case Effect.Get(long id, var ref) ->
                    local(id, () -> new Event.GetDone(id, cluster.api().get(ref)));
            case Effect.ListObjects(long id, var type, var selector, boolean _) ->
                    local(id, () -> cluster.list(id, type, selector));
            case Effect.StartWatch(long _, var type, var selector) -> watches.start(type, selector);
            case Effect.StopWatch(long _, var type) -> watches.stop(type);
            case Effect.Discover(long id) ->
                    local(id, () -> new Event.Discovered(id, cluster.api().discover()));
            case Effect.Measure(long id, var _) ->
                    local(id, () -> new Event.Measured(id, Optional.empty()));
            case Effect.Wake(long _, var at) ->
                    world.at(at, "wake", inThisLife(() -> step(new Event.TimerDue())));
        }
    }

    /**
     * A call to the cluster: it happens even when the agent dies or its answer is lost; a write
     * whose answer was lost may happen long after newer ones.
     */
    private void local(long id, Supplier<Event> call) {
        boolean lost = world.fault();
        Duration late =
                lost && world.chance(0.5)
                        ? Duration.ofMillis(world.pick(LATEST_WRITE_MILLIS))
                        : Duration.ZERO;
        int born = life;
        Duration latency = world.latency();
        if (!late.isZero()) {
            world.after(
                    latency.plus(late),
                    "late",
                    () -> {
                        var answer = call.get();
                        if (answer instanceof Event.ApplyDone
                                || answer instanceof Event.DeleteDone) {
                            world.note(uid + " late " + answer);
                        }
                    });
            world.after(latency, "timed out", () -> answer(born, new Event.Unknown(id)));
            return;
        }
        world.after(
                latency,
                "kube",
                () -> {
                    Event answer = call.get();
                    answer(born, lost ? new Event.Unknown(id) : answer);
                });
    }

    /** A call to central: a lost one may still arrive later, and any may arrive twice. */
    private void remote(long id, int attempt, Supplier<Event> call, Event failed) {
        Duration backoff =
                attempt == 0
                        ? Duration.ZERO
                        : Duration.ofMillis(
                                world.pick((int) Math.min(5_000, 100L << Math.min(attempt, 6))));
        boolean lostRequest = world.fault();
        boolean lostAnswer = world.fault();
        boolean again = world.fault();
        int born = life;
        world.after(
                backoff.plus(world.latency()),
                "request",
                () -> {
                    if (cut || wire.down() || lostRequest) {
                        answer(born, failed);
                    } else {
                        Event answer = wire.guarded(id, call);
                        answer(born, lostAnswer ? new Event.Unknown(id) : answer);
                    }
                    if (again) {
                        world.after(
                                Duration.ofMillis(world.pick(10_000)),
                                "once more",
                                () -> {
                                    if (!cut && !wire.down()) {
                                        var _ = wire.guarded(id, call);
                                    }
                                });
                    }
                });
    }

    private void poll(Effect.Poll poll) {
        int born = life;
        Duration pause = Duration.ofMillis(poll.attempt() == 0 ? 0 : world.pick(2_000));
        Instant until = world.instant().plusSeconds(poll.waitSeconds());
        world.after(world.latency().plus(pause), "poll", () -> waitForWork(poll, born, until));
    }

    private void waitForWork(Effect.Poll poll, int born, Instant until) {
        if (born != life) {
            return;
        }
        if (cut || wire.down() || world.fault()) {
            answer(born, new Event.SyncFailed(poll.id(), "unreachable"));
            return;
        }
        Event answer =
                wire.guarded(
                        poll.id(),
                        () ->
                                wire.poll(uid, poll, !world.instant().isBefore(until))
                                        .<Event>map(sync -> arrived(poll.id(), sync))
                                        .orElseGet(Event.TimerDue::new));
        if (!(answer instanceof Event.TimerDue)) {
            answer(born, answer);
            return;
        }
        Runnable look = () -> waitForWork(poll, born, until);
        parked = look;
        world.at(
                until,
                "poll ends",
                () -> {
                    if (parked == look) {
                        wake();
                    }
                });
    }

    private Event arrived(long id, Sync sync) {
        conduct.told(sync.works());
        return new Event.SyncArrived(id, sync);
    }

    private void later(Duration delay, Supplier<Event> call) {
        world.after(delay, "disk", inThisLife(() -> step(call.get())));
    }

    private Runnable inThisLife(Runnable act) {
        int born = life;
        return () -> {
            if (born == life) {
                act.run();
            }
        };
    }

    private void answer(int born, Event event) {
        world.after(
                Duration.ofMillis(1),
                "answer",
                () -> {
                    if (born == life) {
                        step(event);
                    }
                });
    }
}
