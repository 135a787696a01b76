package io.portolan.sim;

import io.portolan.agent.KubeEffects;
import io.portolan.agent.core.AgentCore;
import io.portolan.agent.core.AgentSettings;
import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.state.Change;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Work;
import io.portolan.model.cluster.ClusterStatus.Guarding;
import io.portolan.model.wire.AgentMessages.Sync;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An agent's core between its cluster, its disk and a wire: each call may fail, come late, come
 * twice or lose its answer, and the process may die between any two effects.
 */
final class SimAgent {
    /** Below the time for which the core doubts a creation whose answer was lost. */
    private static final int LATEST_WRITE_MILLIS = 45_000;

    /** For how long it is told nothing after a welcome, where that is planted. */
    private static final Duration UNTOLD = Duration.ofSeconds(20);

    private static final AgentSettings SETTINGS =
            AgentSettings.of("sim").with(Optional.of(new Guarding("http://agent", "guard:1")));

    private static final Duration BACKUP = Duration.ofSeconds(15);
    private static final int BACKUPS = 4;

    private final World world;
    private final SimCluster cluster;
    private final boolean measures;
    private final Wire wire;
    private final Conduct conduct;
    private final Plant plant;
    private final Planted planted;
    private final SimClock clock;
    private final SimWatches watches;
    private final Deque<SimDisk> backups = new ArrayDeque<>();
    private Uid uid;
    private SimDisk disk = new SimDisk();
    private AgentCore core = new AgentCore(SETTINGS);
    private int life;
    private int disksLost;
    private boolean alive = true;
    private boolean deaf;
    private boolean mute;
    private Instant awake = Instant.MIN;

    /** What it has to take in when it thaws. */
    private final List<Event> awaited = new ArrayList<>();

    private Instant untold = Instant.MIN;
    private long sessions;
    private int fuse = -1;
    private @Nullable Runnable parked;

    /**
     * @param measures whether it tells its cluster's room
     */
    SimAgent(
            World world,
            Uid uid,
            SimCluster cluster,
            boolean measures,
            Wire wire,
            Conduct conduct,
            SimClock clock,
            Plant plant) {
        this.world = world;
        this.uid = uid;
        this.cluster = cluster;
        this.measures = measures;
        this.wire = wire;
        this.conduct = conduct;
        this.clock = clock;
        this.plant = plant;
        this.planted = new Planted(plant);
        this.watches = new SimWatches(world, cluster, () -> life, this::step);
        world.every(BACKUP, "back up", this::backUp);
        start();
    }

    private void backUp() {
        backups.addLast(disk.copy());
        if (backups.size() > BACKUPS) {
            backups.removeFirst();
        }
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

    /** Whether a question that it passes on may be answered. */
    boolean hears() {
        return alive && !deaf && !mute && !awake.isAfter(world.instant());
    }

    int life() {
        return life;
    }

    int disksLost() {
        return disksLost;
    }

    /** How often it was welcomed. */
    long sessions() {
        return sessions;
    }

    void cut(boolean cut) {
        world.note(uid + (cut ? " cut off" : " back"));
        deaf = cut;
        mute = cut;
    }

    /** Central hears it, and it does not hear central. */
    void deafen() {
        world.note(uid + " hears nothing");
        deaf = true;
    }

    /** Its process stands still; what it asked for goes on. */
    void freeze(Duration span) {
        world.note(uid + " agent freezes for " + span);
        Instant until = world.instant().plus(span);
        awake = until.isAfter(awake) ? until : awake;
    }

    /**
     * The machine's wall clock is set. The core goes by another one, which begins with it at each
     * start.
     */
    void set(Duration forward) {
        world.note(uid + "'s clock is set by " + forward);
        clock.set(forward);
        if (plant == Plant.WALL_CLOCK) {
            clock.follow();
            if (alive) {
                step(new Event.TimerDue());
            }
        }
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
        fuse = world.dice().pick(12);
        int born = life;
        world.after(
                Duration.ofSeconds(2),
                "die",
                () -> {
                    if (born == life && fuse >= 0) {
                        die(Duration.ofMillis(100 + world.dice().pick(5_000)));
                    }
                });
    }

    void loseDisk() {
        if (!alive) {
            return;
        }
        die(Duration.ofMillis(500 + world.dice().pick(10_000)));
        world.note(uid + " loses its disk");
        emptyDisk();
    }

    /** Its volume is set back to what a backup has. */
    void setBack() {
        if (!alive || backups.isEmpty()) {
            return;
        }
        die(Duration.ofMillis(500 + world.dice().pick(10_000)));
        world.note(uid + "'s disk is set back");
        disk = backups.getFirst().copy();
        disksLost++;
        conduct.diskSetBack(disk);
    }

    /** Central's database was: orders count anew, by epochs alone. */
    void restored() {
        conduct.restored();
    }

    /** What it was told last of an application. */
    Optional<Work> told(Uid application) {
        return disk.works().stream().filter(w -> w.application().equals(application)).findFirst();
    }

    /** Pods that its disk names, or that central will tell it of. */
    Set<String> remembered() {
        Set<String> all = new HashSet<>(disk.remembered());
        if (disk.blank()) {
            all.addAll(wire.remembered(uid));
        }
        return all;
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
        backups.clear();
        disksLost++;
        conduct.diskSetBack(disk);
    }

    /** Gone until {@link #revive}. */
    void die() {
        world.note(uid + " agent dies");
        life++;
        fuse = -1;
        alive = false;
        parked = null;
        awaited.clear();
        watches.close();
    }

    void revive() {
        if (!alive) {
            alive = true;
            clock.begin();
            core = new AgentCore(SETTINGS);
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

    private void thaw() {
        if (awake.isAfter(world.instant())) {
            world.at(awake, "thaw", inThisLife(this::thaw));
            return;
        }
        int thawed = life;
        List<Event> events = List.copyOf(awaited);
        awaited.clear();
        events.stream().takeWhile(_ -> thawed == life).forEach(this::step);
    }

    private void step(Event event) {
        if (awake.isAfter(world.instant()) || !awaited.isEmpty()) {
            // Behind what waits already, also where it freezes again before it has thawed.
            if (awaited.isEmpty()) {
                world.at(awake, "thaw", inThisLife(this::thaw));
            }
            awaited.add(event);
            return;
        }
        int born = life;
        if (event instanceof Event.Welcomed) {
            sessions++;
            conduct.welcomed(wire.mustStop(uid));
            untold = world.instant().plus(UNTOLD);
        }
        for (Effect asked : core.step(planted.heard(event), clock.instant())) {
            Effect effect = planted.sent(asked, disk);
            if (born != life) {
                return;
            }
            if (fuse == 0) {
                die(Duration.ofMillis(100 + world.dice().pick(5_000)));
                return;
            }
            fuse = Math.max(-1, fuse - 1);
            conduct.asked(effect, disk, this::owner);
            planted.asked(effect);
            act(effect);
        }
    }

    private void act(Effect effect) {
        switch (effect) {
            case Effect.Persist(long id, var changes) -> {
                // Durable at once or, with a crash in between, never: but always before the
                // answer.
                if (plant == Plant.ACTS_UNSAVED) {
                    later(Duration.ofMillis(1), () -> new Event.Persisted(id));
                    world.after(Duration.ofSeconds(2), "disk", inThisLife(() -> write(changes)));
                } else {
                    later(
                            Duration.ofMillis(1),
                            () -> {
                                write(changes);
                                return new Event.Persisted(id);
                            });
                }
            }
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
            case Effect.Measure measure -> local(measure.id(), () -> measured(measure));
            case Effect.Wake(long _, var at) ->
                    world.at(
                            clock.inWorld(at),
                            "wake",
                            inThisLife(() -> step(new Event.TimerDue())));
        }
    }

    private Event measured(Effect.Measure measure) {
        return measures
                ? new KubeEffects(cluster.api()).perform(measure).orElseThrow()
                : new Event.Measured(measure.id(), Optional.empty());
    }

    private String owner(ObjectRef ref) {
        return cluster.api().get(ref) instanceof KubeApi.Found.Ok(KubeObject live)
                ? live.label("portolan.io/application-uid")
                : "";
    }

    private void write(List<Change> changes) {
        List<Change> written = planted.written(changes);
        conduct.durable(written);
        disk.write(written);
    }

    /**
     * A call to the cluster: it happens even when the agent dies or its answer is lost; a write
     * whose answer was lost may happen long after newer ones.
     */
    private void local(long id, Supplier<Event> call) {
        boolean lost = world.fault();
        Duration late =
                lost && world.dice().chance(0.5)
                        ? Duration.ofMillis(world.dice().pick(LATEST_WRITE_MILLIS))
                        : Duration.ZERO;
        int born = life;
        Duration latency = world.latency();
        if (!late.isZero()) {
            if (plant == Plant.WALL_CLOCK) {
                set(Duration.ofMinutes(2));
            }
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
                                world.dice()
                                        .pick((int) Math.min(5_000, 100L << Math.min(attempt, 6))));
        boolean lostRequest = world.fault();
        boolean lostAnswer = world.fault();
        boolean again = world.fault();
        int born = life;
        world.after(
                backoff.plus(world.latency()),
                "request",
                () -> {
                    if (mute || wire.down() || lostRequest) {
                        answer(born, failed);
                    } else {
                        Event answer = wire.guarded(id, call, failed);
                        answer(born, deaf || lostAnswer ? new Event.Unknown(id) : answer);
                    }
                    if (again) {
                        world.after(
                                Duration.ofMillis(world.dice().pick(10_000)),
                                "once more",
                                () -> {
                                    if (!mute && !wire.down()) {
                                        wire.repeated(() -> wire.guarded(id, call, failed));
                                    }
                                });
                    }
                });
    }

    private void poll(Effect.Poll poll) {
        int born = life;
        Duration pause = Duration.ofMillis(poll.attempt() == 0 ? 0 : world.dice().pick(2_000));
        Instant until = world.instant().plusSeconds(poll.waitSeconds());
        world.after(world.latency().plus(pause), "poll", () -> waitForWork(poll, born, until));
    }

    private void waitForWork(Effect.Poll poll, int born, Instant until) {
        if (born != life) {
            return;
        }
        Event failed = new Event.SyncFailed(poll.id(), "unreachable");
        boolean left = plant == Plant.WELCOME_BEFORE_QUARANTINE && untold.isAfter(world.instant());
        if (mute || deaf || wire.down() || left || world.fault()) {
            answer(born, failed);
            return;
        }
        Event answer =
                wire.guarded(
                        poll.id(),
                        () ->
                                wire.poll(uid, poll, !world.instant().isBefore(until))
                                        .<Event>map(sync -> arrived(poll.id(), sync))
                                        .orElseGet(Event.TimerDue::new),
                        failed);
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
