package io.portolan.agent.kube.memory;

import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The computers behind the nodes, and what really runs on them. The API's word on pods and the
 * truth part wherever a kubelet cannot speak: containers end when their kubelet learns that they
 * should and has stopped them, or when their machine loses power; not when a record goes.
 */
public final class Machines {
    /** From the last word of a kubelet to NotReady, as a controller manager has it by default. */
    private static final Duration NOTICED = Duration.ofSeconds(40);

    /** From NotReady to the eviction of its pods. */
    private static final Duration EVICTED = Duration.ofSeconds(300);

    private static final class Container {
        final KubeObject pod;
        @Nullable Instant ends;

        Container(KubeObject pod) {
            this.pod = pod;
        }
    }

    private static final class Machine {
        String cpu = "";
        String memory = "";
        boolean on = true;
        boolean joined = true;
        boolean registers = true;
        int boots = 1;
        String said = "";
        Instant heard = Instant.EPOCH;

        /** By the pod's uid: two lives of one name are two. */
        final Map<String, Container> containers = new LinkedHashMap<>();

        boolean speaks() {
            return on && joined;
        }

        String words(String name) {
            return name + " " + cpu + " " + memory + " " + boots;
        }
    }

    private final ReentrantLock lock;
    private final ObjectTable table;
    private final Writes writes;
    private final Map<String, Machine> machines = new LinkedHashMap<>();
    private Instant now = Instant.EPOCH;

    Machines(ReentrantLock lock, ObjectTable table, Writes writes) {
        this.lock = lock;
        this.table = table;
        this.writes = writes;
    }

    // ---- what befalls them

    /** Its kubelet reaches the API no more. What runs goes on; NotReady comes 40 seconds later. */
    public void cut(String name) {
        locked(() -> machine(name).joined = false);
    }

    /** Its kubelet is back; it registers its node when that was removed meanwhile. */
    public void join(String name) {
        locked(
                () -> {
                    machine(name).joined = true;
                    machine(name).registers = true;
                });
    }

    /** All that ran on it ends at once, and nobody says so. */
    public void off(String name) {
        locked(
                () -> {
                    machine(name).on = false;
                    machine(name).containers.clear();
                });
    }

    /** Starts anew with another boot id. Pods that the API still binds to it start again. */
    public void boot(String name) {
        locked(
                () -> {
                    Machine machine = machine(name);
                    machine.containers.clear();
                    machine.boots++;
                    machine.on = true;
                    machine.joined = true;
                    machine.registers = true;
                });
    }

    /** Pods whose containers run or may run, as their kubelets last saw them. */
    public List<KubeObject> running(String labelSelector) {
        LabelSelector selector = LabelSelector.parse(labelSelector);
        List<KubeObject> found = new ArrayList<>();
        locked(
                () ->
                        machines.values()
                                .forEach(
                                        m ->
                                                m.containers.values().stream()
                                                        .map(c -> c.pod)
                                                        .filter(selector::matches)
                                                        .forEach(found::add)));
        return found;
    }

    public List<String> names() {
        List<String> names = new ArrayList<>();
        locked(() -> names.addAll(machines.keySet()));
        return names;
    }

    // ---- what the cluster does with them; its lock is held

    void add(String name, String cpu, String memory) {
        Machine machine = machines.computeIfAbsent(name, _ -> new Machine());
        machine.cpu = cpu;
        machine.memory = memory;
        machine.heard = now;
        speak(name, machine);
    }

    /** Silent, and at once known to be. */
    void ready(String name, boolean ready) {
        Machine machine = machine(name);
        machine.joined = ready;
        say(name, machine, ready);
    }

    boolean speaks(KubeObject node) {
        Machine machine = machines.get(node.name());
        return machine == null ? Nodes.ready(node) : machine.speaks();
    }

    /** Kubelets post that they are ready; the silence of others is noticed. */
    void post(Instant now) {
        this.now = now;
        machines.forEach(
                (name, machine) -> {
                    if (machine.speaks()) {
                        machine.heard = now;
                        speak(name, machine);
                    } else if (machine.heard.plus(NOTICED).isBefore(now)) {
                        say(name, machine, false);
                    }
                });
    }

    private void speak(String name, Machine machine) {
        if (machine.registers && table.live("", "Node", "", name).isEmpty()) {
            writes.apply(Nodes.object(name), "kubelet", true);
            machine.said = "";
        }
        machine.registers = false;
        say(name, machine, true);
    }

    private void say(String name, Machine machine, boolean ready) {
        table.live("", "Node", "", name)
                .filter(
                        node ->
                                Nodes.ready(node) != ready
                                        || !machine.said.equals(machine.words(name)))
                .ifPresent(
                        node ->
                                writes.status(
                                        node,
                                        Nodes.status(
                                                node,
                                                machine.cpu,
                                                machine.memory,
                                                name + "-boot-" + machine.boots,
                                                ready,
                                                Writes.text(now))));
        machine.said = machine.words(name);
    }

    /** Whether pods are evicted from a node that has not been ready for so long. */
    static boolean evicts(World world, KubeObject node) {
        return !Nodes.ready(node)
                && Conditions.find(node, "Ready")
                        .filter(c -> world.passed(Trees.text(c, "lastTransitionTime"), EVICTED))
                        .isPresent();
    }

    void starts(String node, KubeObject pod) {
        Machine machine = machines.get(node);
        if (machine != null) {
            machine.containers.computeIfAbsent(pod.uid(), _ -> new Container(pod));
        }
    }

    boolean runs(String node, KubeObject pod) {
        Machine machine = machines.get(node);
        return machine != null && machine.containers.containsKey(pod.uid());
    }

    void ended(String node, KubeObject pod) {
        Machine machine = machines.get(node);
        if (machine != null) {
            machine.containers.remove(pod.uid());
        }
    }

    /** Kubelets stop what the API knows no more, in the time that stopping takes. */
    void stopUnknown(World world) {
        Set<String> known =
                world.pods().stream()
                        .filter(p -> !PodStates.ended(p))
                        .map(KubeObject::uid)
                        .collect(Collectors.toSet());
        for (Machine machine : machines.values()) {
            if (machine.speaks()) {
                for (Container container : machine.containers.values()) {
                    if (container.ends == null && !known.contains(container.pod.uid())) {
                        container.ends = world.now().plus(world.settings().podStop());
                    }
                }
            }
            machine.containers
                    .values()
                    .removeIf(c -> c.ends != null && !c.ends.isAfter(world.now()));
        }
    }

    private Machine machine(String name) {
        Machine machine = machines.get(name);
        if (machine == null) {
            throw new IllegalArgumentException("no machine " + name);
        }
        return machine;
    }

    private void locked(Runnable act) {
        lock.lock();
        try {
            act.run();
        } finally {
            lock.unlock();
        }
    }
}
