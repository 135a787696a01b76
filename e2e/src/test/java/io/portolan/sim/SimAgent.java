package io.portolan.sim;

import io.portolan.agent.core.AgentCore;
import io.portolan.agent.core.AgentSettings;
import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.KubeApi.Watch;
import io.portolan.agent.kube.KubeApi.WatchEvent;
import io.portolan.agent.kube.memory.MemoryCluster;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** An agent's core between its cluster in memory, its disk and a wire that loses answers. */
final class SimAgent {
    private final World world;
    private final MemoryCluster cluster;
    private final Wire wire;
    private final SimDisk disk = new SimDisk();
    private final Map<TypeRef, Watch> watches = new HashMap<>();
    private final Uid uid;
    private AgentCore core = new AgentCore(AgentSettings.of("sim"));
    private int life;
    private boolean cut;

    SimAgent(World world, Uid uid, MemoryCluster cluster, Wire wire) {
        this.world = world;
        this.uid = uid;
        this.cluster = cluster;
        this.wire = wire;
        start();
    }

    MemoryCluster cluster() {
        return cluster;
    }

    Uid uid() {
        return uid;
    }

    boolean cut() {
        return cut;
    }

    /** Cuts the agent off from central, or joins it again. */
    void cut(boolean cut) {
        world.note(uid + (cut ? " cut off" : " back"));
        this.cut = cut;
    }

    void crash() {
        world.note(uid + " agent crashes");
        life++;
        watches.values().forEach(Watch::close);
        watches.clear();
        core = new AgentCore(AgentSettings.of("sim"));
        int born = life;
        world.after(
                Duration.ofMillis(100 + world.pick(5_000)),
                "restart agent",
                () -> {
                    if (born == life) {
                        start();
                    }
                });
    }

    private void start() {
        step(new Event.Started(disk.read()));
    }

    private void step(Event event) {
        for (Effect effect : core.step(event, world.instant())) {
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
                                disk.write(changes);
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
                    remote(
                            id,
                            0,
                            () -> {
                                wire.heartbeat(uid, session);
                                return new Event.BeatDone(id);
                            },
                            new Event.BeatDone(id));
            case Effect.Apply(long id, var object, boolean force) ->
                    local(id, () -> new Event.ApplyDone(id, cluster.apply(object, force)));
            case Effect.Delete(long id, var ref, var objectUid) ->
                    local(id, () -> new Event.DeleteDone(id, cluster.delete(ref, objectUid)));
            case Effect.Get(long id, var ref) ->
                    local(id, () -> new Event.GetDone(id, cluster.get(ref)));
            case Effect.ListObjects(long id, var type, var selector) ->
                    local(
                            id,
                            () -> {
                                List<KubeObject> objects = new ArrayList<>();
                                Listed listed = cluster.list(type, selector, objects::add);
                                return new Event.ObjectsListed(id, listed, objects);
                            });
            case Effect.StartWatch(long _, var type, var selector) -> watch(type, selector);
            case Effect.StopWatch(long _, var type) ->
                    Optional.ofNullable(watches.remove(type)).ifPresent(Watch::close);
            case Effect.Discover(long id) ->
                    local(id, () -> new Event.Discovered(id, cluster.discover()));
            case Effect.Measure(long id) ->
                    local(id, () -> new Event.Measured(id, Optional.empty()));
            case Effect.Wake(long _, var at) -> {
                int born = life;
                world.at(
                        at,
                        "wake",
                        () -> {
                            if (born == life) {
                                step(new Event.TimerDue());
                            }
                        });
            }
        }
    }

    /** A call to the cluster: it happens even when the agent dies or its answer is lost. */
    private void local(long id, Supplier<Event> call) {
        boolean lost = world.fault();
        int born = life;
        world.after(
                world.latency(),
                "kube",
                () -> {
                    Event answer = call.get();
                    answer(born, lost ? new Event.Unknown(id) : answer);
                });
    }

    private void remote(long id, int attempt, Supplier<Event> call, Event failed) {
        Duration backoff =
                attempt == 0
                        ? Duration.ZERO
                        : Duration.ofMillis(
                                world.pick((int) Math.min(5_000, 100L << Math.min(attempt, 6))));
        boolean lostRequest = world.fault();
        boolean lostAnswer = world.fault();
        int born = life;
        world.after(
                backoff.plus(world.latency()),
                "request",
                () -> {
                    if (cut || lostRequest) {
                        answer(born, failed);
                        return;
                    }
                    Event answer = wire.guarded(id, call);
                    answer(born, lostAnswer ? new Event.Unknown(id) : answer);
                });
    }

    private void poll(Effect.Poll poll) {
        int born = life;
        waitForWork(poll, born, world.instant().plusSeconds(poll.waitSeconds()));
    }

    private void waitForWork(Effect.Poll poll, int born, java.time.Instant until) {
        world.after(
                world.latency().plusMillis(poll.attempt() == 0 ? 0 : world.pick(2_000)),
                "poll",
                () -> {
                    if (born != life) {
                        return;
                    }
                    if (cut || world.fault()) {
                        step(new Event.SyncFailed(poll.id(), "unreachable"));
                        return;
                    }
                    Optional<Event> answer = wire.poll(uid, poll, !world.instant().isBefore(until));
                    if (answer.isPresent()) {
                        step(answer.get());
                    } else {
                        world.after(
                                Duration.ofMillis(50),
                                "parked",
                                () -> waitForWork(poll, born, until));
                    }
                });
    }

    private void later(Duration delay, Supplier<Event> call) {
        int born = life;
        world.after(
                delay,
                "disk",
                () -> {
                    if (born == life) {
                        step(call.get());
                    }
                });
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

    private void watch(TypeRef type, String selector) {
        int born = life;
        world.after(
                world.latency(),
                "watch",
                () -> {
                    if (born != life) {
                        return;
                    }
                    List<KubeObject> objects = new ArrayList<>();
                    if (!(cluster.list(type, selector, objects::add) instanceof Listed.Ok ok)) {
                        world.after(
                                Duration.ofSeconds(1), "relist", () -> again(born, type, selector));
                        return;
                    }
                    step(new Event.WatchListing(type));
                    objects.forEach(o -> step(new Event.Live(type, o)));
                    step(new Event.WatchListed(type));
                    watches.put(
                            type,
                            cluster.watch(
                                    type,
                                    selector,
                                    ok.resourceVersion(),
                                    event -> seen(born, type, selector, event)));
                });
    }

    private void again(int born, TypeRef type, String selector) {
        if (born == life) {
            watch(type, selector);
        }
    }

    private void seen(int born, TypeRef type, String selector, WatchEvent event) {
        switch (event) {
            case WatchEvent.Set(var live) -> answer(born, new Event.Live(type, live));
            case WatchEvent.Removed(var last) -> answer(born, new Event.Removed(type, last));
            case WatchEvent.Bookmark _ -> {}
            case WatchEvent.Ended _ ->
                    world.after(
                            Duration.ofMillis(200), "rewatch", () -> again(born, type, selector));
        }
    }

    /** Pods of an application that a kubelet runs here. */
    List<String> running(Uid application) {
        List<String> out = new ArrayList<>();
        cluster.list(
                new KubeApi.TypeRef("v1", "Pod"),
                "portolan.io/application-uid=" + application,
                pod -> {
                    if ("Running".equals(pod.at("status", "phase"))) {
                        out.add(pod.name());
                    }
                });
        return out;
    }
}
