package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.memory.PodStates.Fate;
import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Scheduler and kubelets: pods are placed, start, run and stop. */
final class Kubelets {
    private final World world;
    private final Machines machines;

    private Kubelets(World world, Machines machines) {
        this.world = world;
        this.machines = machines;
    }

    static void act(World world, Machines machines) {
        machines.post(world.now());
        new Kubelets(world, machines).act();
        machines.stopUnknown(world);
    }

    private void act() {
        List<KubeObject> nodes = world.table().all("", "Node");
        Map<String, KubeObject> known = new HashMap<>();
        nodes.forEach(n -> known.put(n.name(), n));
        for (KubeObject pod : world.pods()) {
            String name = node(pod);
            KubeObject node = known.get(name);
            if (name.isEmpty()) {
                schedule(pod, nodes);
            } else if (node == null) {
                collect(pod);
            } else if (machines.speaks(node)) {
                live(pod);
            } else {
                lost(pod, node);
            }
        }
    }

    private static String node(KubeObject pod) {
        return pod.at("spec", "nodeName") instanceof String s ? s : "";
    }

    private void schedule(KubeObject pod, List<KubeObject> nodes) {
        Nodes.Choice choice = Nodes.choose(pod, nodes, world.pods());
        if (choice.node().isEmpty()) {
            world.status(pod, PodStates.unschedulable(pod, choice.words(), world.time()));
            return;
        }
        var _ =
                world.writes()
                        .patch(
                                pod.ref(),
                                Map.of("spec", Map.of("nodeName", choice.node().get())),
                                "kube-scheduler",
                                null);
        world.status(pod, PodStates.scheduled(pod, world.time()));
    }

    private void live(KubeObject pod) {
        if (PodStates.leaving(pod)) {
            stop(pod);
        } else if (!PodStates.ended(pod)) {
            run(pod);
        }
    }

    private void run(KubeObject pod) {
        if (PodStates.fate(pod) != Fate.MISSING_IMAGE) {
            machines.starts(node(pod), pod);
        }
        Object started = pod.at("status", "startTime");
        if (started == null) {
            world.status(pod, PodStates.scheduled(pod, world.time()));
            return;
        }
        if (!world.passed(started, world.settings().podStart())) {
            return;
        }
        switch (PodStates.fate(pod)) {
            case MISSING_IMAGE -> world.status(pod, PodStates.missing(pod, world.time()));
            case CRASHES -> {
                boolean once = !"Always".equals(pod.at("spec", "restartPolicy"));
                boolean already = "Running".equals(pod.at("status", "phase"));
                if (once) {
                    machines.ended(node(pod), pod);
                    world.status(pod, PodStates.finished(pod, 1, world.time()));
                } else if (!already) {
                    world.status(pod, PodStates.crashing(pod, world.time()));
                }
            }
            case RUNS, NEVER_STOPS -> {
                if (!"Running".equals(pod.at("status", "phase")) || !PodStates.ready(pod)) {
                    world.status(pod, PodStates.running(pod, world.time()));
                } else if (!"Always".equals(pod.at("spec", "restartPolicy"))) {
                    machines.ended(node(pod), pod);
                    world.status(pod, PodStates.finished(pod, 0, world.time()));
                }
            }
        }
    }

    /** The containers end first, and are seen to have ended, before the pod goes. */
    private void stop(KubeObject pod) {
        boolean over = PodStates.ended(pod) || pod.at("status", "containerStatuses") == null;
        if (over) {
            if (!machines.runs(node(pod), pod)) {
                world.table().remove(pod);
            }
            return;
        }
        int grace = Trees.number(pod.map("metadata"), "deletionGracePeriodSeconds", 0);
        Duration stop = world.settings().podStop();
        Object due = pod.at("metadata", "deletionTimestamp");
        boolean stopped =
                due instanceof String s
                        && !Instant.parse(s).minusSeconds(grace).plus(stop).isAfter(world.now());
        if (stopped && PodStates.fate(pod) != Fate.NEVER_STOPS) {
            machines.ended(node(pod), pod);
            world.status(pod, PodStates.finished(pod, 0, world.time()));
        }
    }

    /** Of pods on silent nodes only the API's view changes; nobody knows whether they run. */
    private void lost(KubeObject pod, KubeObject node) {
        if (Machines.evicts(world, node)) {
            world.delete(pod);
        } else if (!Nodes.ready(node) && PodStates.ready(pod)) {
            world.status(pod, PodStates.unready(pod, world.time()));
        }
    }

    /** The pod garbage collector calls a pod of a removed node failed, then removes its record. */
    private void collect(KubeObject pod) {
        if (PodStates.ended(pod)) {
            world.table().remove(pod);
        } else {
            Map<String, Object> status = Trees.copy(pod.map("status"));
            status.put("phase", "Failed");
            world.status(pod, status);
        }
    }
}
