package io.portolan.sim;

import io.portolan.agent.core.Event;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.memory.Machines;
import io.portolan.agent.kube.memory.MemoryCluster;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A Kubernetes cluster of two machines, and the truth about what runs on them. */
final class SimCluster {
    private static final Duration TICK = Duration.ofMillis(200);

    /** Nothing that kubelets do takes longer than this without a change that the API shows. */
    private static final Duration RESTLESS = Duration.ofSeconds(8);

    private final World world;
    private final MemoryCluster memory;
    private final Map<String, List<KubeObject>> running = new HashMap<>();
    private Optional<Optional<Set<String>>> named = Optional.empty();
    private long version;
    private long turns;
    private boolean down;
    private State seen = new State(-1, -1, false);
    private long ticks;
    private Instant restlessUntil = Instant.MIN;

    /** Whether a pod's own process runs; its container does. */
    private Predicate<KubeObject> runs = _ -> true;

    /** Nothing runs or is named otherwise while this is the same. */
    record State(long version, long turns, boolean down) {}

    /**
     * @param cpu what the next machine has
     */
    SimCluster(World world, String name, long seed, Supplier<String> cpu) {
        this.world = world;
        this.memory =
                new MemoryCluster(
                        MemoryCluster.Settings.defaults()
                                .withSeed(seed)
                                .withPods(
                                        Duration.ofMillis(300),
                                        Duration.ofMillis(500 + 1_000L * world.dice().pick(4))),
                        world.instant());
        memory.node(name + "-1", cpu.get(), "64Gi");
        memory.node(name + "-2", cpu.get(), "64Gi");
        world.every(TICK, "cluster", this::tick);
    }

    /** Five times a second while something moves, else once. */
    private void tick() {
        ticks++;
        if (memory.version() != version) {
            restlessUntil = world.instant().plus(RESTLESS);
        }
        if (ticks % 5 == 0 || !world.instant().isAfter(restlessUntil)) {
            memory.tick(world.instant());
            memory.deliver();
            version = memory.version();
            turns++;
        }
    }

    /** Something happened to it that its API does not show. */
    void disturbed() {
        turns++;
        restlessUntil = world.instant().plus(RESTLESS);
    }

    MemoryCluster api() {
        return memory;
    }

    Machines machines() {
        return memory.machines();
    }

    State state() {
        return new State(memory.version(), turns, down);
    }

    private void refresh() {
        State now = state();
        if (!now.equals(seen)) {
            seen = now;
            running.clear();
            named = Optional.empty();
        }
    }

    /** Its API does not answer. */
    void down(boolean down) {
        this.down = down;
        memory.down(down);
    }

    /** Guards are the parents of the processes in the containers, and know which of them run. */
    void guarded(Predicate<KubeObject> by) {
        runs = by;
    }

    /** The truth: pods of all applications of this name whose processes run. */
    List<KubeObject> running(String application) {
        refresh();
        return running
                .computeIfAbsent(
                        application,
                        name ->
                                memory.machines().running("").stream()
                                        .filter(
                                                p ->
                                                        p.label("portolan.io/application")
                                                                .equals(name))
                                        .toList())
                .stream()
                .filter(runs)
                .toList();
    }

    Event list(long id, TypeRef type, String selector) {
        List<KubeObject> objects = new ArrayList<>();
        Listed listed = memory.list(type, selector, objects::add);
        return new Event.ObjectsListed(id, listed, objects);
    }

    /** The uids of the pods that the API names; empty while it does not answer. */
    Optional<Set<String>> listedPods() {
        refresh();
        if (named.isEmpty()) {
            named = Optional.of(names());
        }
        return named.get();
    }

    private Optional<Set<String>> names() {
        Set<String> uids = new HashSet<>();
        return memory.list(new TypeRef("v1", "Pod"), "", p -> uids.add(p.uid()))
                        instanceof Listed.Ok
                ? Optional.of(uids)
                : Optional.empty();
    }

    /** What the API says there is, of a kind. */
    List<KubeObject> listed(String apiVersion, String kind) {
        List<KubeObject> objects = new ArrayList<>();
        memory.list(new TypeRef(apiVersion, kind), "portolan.io/managed=true", objects::add);
        return objects;
    }

    List<KubeObject> pods() {
        List<KubeObject> objects = new ArrayList<>();
        memory.list(new TypeRef("v1", "Pod"), "", objects::add);
        return objects;
    }

    void removeNode(String name) {
        var _ = memory.delete(new ObjectRef("v1", "Node", "", name), "");
        disturbed();
    }
}
