package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.memory.PodStates.Fate;
import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Scheduler and kubelets: pods are placed, start, run and stop. */
final class Kubelets {
    private Kubelets() {}

    static void act(World world) {
        List<KubeObject> nodes = world.table().all("", "Node");
        Set<String> ready =
                nodes.stream()
                        .filter(Nodes::ready)
                        .map(KubeObject::name)
                        .collect(Collectors.toSet());
        Set<String> known = nodes.stream().map(KubeObject::name).collect(Collectors.toSet());
        for (KubeObject pod : world.pods()) {
            String node = pod.at("spec", "nodeName") instanceof String s ? s : "";
            if (node.isEmpty()) {
                schedule(world, pod, nodes);
            } else if (ready.contains(node)) {
                live(world, pod);
            } else {
                lost(world, pod, known.contains(node));
            }
        }
    }

    private static void schedule(World world, KubeObject pod, List<KubeObject> nodes) {
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

    private static void live(World world, KubeObject pod) {
        if (PodStates.leaving(pod)) {
            stop(world, pod);
        } else if (!PodStates.ended(pod)) {
            run(world, pod);
        }
    }

    private static void run(World world, KubeObject pod) {
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
                    world.status(pod, PodStates.finished(pod, 1, world.time()));
                } else if (!already) {
                    world.status(pod, PodStates.crashing(pod, world.time()));
                }
            }
            case RUNS, NEVER_STOPS -> {
                if (!"Running".equals(pod.at("status", "phase")) || !PodStates.ready(pod)) {
                    world.status(pod, PodStates.running(pod, world.time()));
                } else if (!"Always".equals(pod.at("spec", "restartPolicy"))) {
                    world.status(pod, PodStates.finished(pod, 0, world.time()));
                }
            }
        }
    }

    /** The containers end first, and are seen to have ended, before the pod goes. */
    private static void stop(World world, KubeObject pod) {
        if (PodStates.ended(pod) || pod.at("status", "containerStatuses") == null) {
            world.table().remove(pod);
            return;
        }
        int grace = Trees.number(pod.map("metadata"), "deletionGracePeriodSeconds", 0);
        Duration stop = world.settings().podStop();
        Object due = pod.at("metadata", "deletionTimestamp");
        boolean over =
                due instanceof String s
                        && !Instant.parse(s).minusSeconds(grace).plus(stop).isAfter(world.now());
        if (over && PodStates.fate(pod) != Fate.NEVER_STOPS) {
            world.status(pod, PodStates.finished(pod, 0, world.time()));
        }
    }

    /** Of pods on silent nodes only the API's view changes; nobody knows whether they run. */
    private static void lost(World world, KubeObject pod, boolean nodeExists) {
        if (!nodeExists) {
            world.table().remove(pod);
        } else if (PodStates.ready(pod)) {
            world.status(pod, PodStates.unready(pod, world.time()));
        }
    }
}
