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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A Kubernetes cluster of two machines, and the truth about what runs on them. */
final class SimCluster {
    private static final Duration TICK = Duration.ofMillis(100);

    /** Nothing that kubelets do takes longer than this without a change that the API shows. */
    private static final Duration RESTLESS = Duration.ofSeconds(8);

    private final World world;
    private final MemoryCluster memory;
    private long version;
    private long ticks;
    private Instant restlessUntil = Instant.MIN;

    SimCluster(World world, String name, long seed) {
        this.world = world;
        this.memory =
                new MemoryCluster(
                        MemoryCluster.Settings.defaults()
                                .withSeed(seed)
                                .withPods(
                                        Duration.ofMillis(300),
                                        Duration.ofMillis(500 + 1_000L * world.pick(4))),
                        world.instant());
        memory.node(name + "-1", "32", "64Gi");
        memory.node(name + "-2", "32", "64Gi");
        world.every(TICK, "cluster", this::tick);
    }

    /** Ten times a second while something moves, else once. */
    private void tick() {
        ticks++;
        if (memory.version() != version) {
            restlessUntil = world.instant().plus(RESTLESS);
        }
        if (ticks % 10 == 0 || !world.instant().isAfter(restlessUntil)) {
            memory.tick(world.instant());
            memory.deliver();
            version = memory.version();
        }
    }

    /** Something happened to it that its API does not show. */
    void disturbed() {
        restlessUntil = world.instant().plus(RESTLESS);
    }

    MemoryCluster api() {
        return memory;
    }

    Machines machines() {
        return memory.machines();
    }

    /** The truth: pods of all applications of this name whose containers run. */
    List<KubeObject> running(String application) {
        return memory.machines().running("").stream()
                .filter(p -> p.label("portolan.io/application").equals(application))
                .toList();
    }

    Event list(long id, TypeRef type, String selector) {
        List<KubeObject> objects = new ArrayList<>();
        Listed listed = memory.list(type, selector, objects::add);
        return new Event.ObjectsListed(id, listed, objects);
    }

    /** The uids of the pods that the API names; empty while it does not answer. */
    Optional<Set<String>> listedPods() {
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
