package io.portolan.agent.kube.memory;

import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Statuses of pods as kubelets write them. An image's name gives its fate, as in the e2e rooms. */
final class PodStates {
    private PodStates() {}

    /** What becomes of a pod's containers. */
    enum Fate {
        RUNS,
        MISSING_IMAGE,
        CRASHES,
        NEVER_STOPS
    }

    static Fate fate(KubeObject pod) {
        for (Map<String, Object> container : Trees.maps(pod.at("spec", "containers"))) {
            String image = Trees.text(container, "image");
            if (image.contains("/missing:")) {
                return Fate.MISSING_IMAGE;
            }
            if (image.contains("/crashes:")) {
                return Fate.CRASHES;
            }
            if (image.contains("/never-stops:")) {
                return Fate.NEVER_STOPS;
            }
        }
        return Fate.RUNS;
    }

    static boolean ended(KubeObject pod) {
        String phase = Trees.text(pod.map("status"), "phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    static boolean ready(KubeObject pod) {
        return Conditions.isTrue(pod, "Ready");
    }

    static boolean leaving(KubeObject pod) {
        return pod.at("metadata", "deletionTimestamp") != null;
    }

    /** Counts for its workload: neither ended nor leaving. */
    static boolean counts(KubeObject pod) {
        return !ended(pod) && !leaving(pod);
    }

    static Map<String, Object> scheduled(KubeObject pod, String now) {
        Map<String, Object> status = Trees.copy(pod.map("status"));
        Conditions.set(status, "PodScheduled", true, "", "", now);
        status.put("phase", "Pending");
        status.put("startTime", now);
        status.put("containerStatuses", containers(pod, waiting("ContainerCreating", "")));
        return status;
    }

    static Map<String, Object> unschedulable(KubeObject pod, String words, String now) {
        Map<String, Object> status = Trees.copy(pod.map("status"));
        status.put("phase", "Pending");
        Conditions.set(status, "PodScheduled", false, "Unschedulable", words, now);
        return status;
    }

    static Map<String, Object> running(KubeObject pod, String now) {
        Map<String, Object> status = Trees.copy(pod.map("status"));
        status.put("phase", "Running");
        status.put("podIP", "10.1.0.1");
        status.put(
                "containerStatuses", containers(pod, Map.of("running", Map.of("startedAt", now))));
        readiness(status, true, now);
        return status;
    }

    static Map<String, Object> unready(KubeObject pod, String now) {
        Map<String, Object> status = Trees.copy(pod.map("status"));
        readiness(status, false, now);
        return status;
    }

    static Map<String, Object> missing(KubeObject pod, String now) {
        Map<String, Object> status = Trees.copy(pod.map("status"));
        List<Object> containers = new ArrayList<>();
        for (Map<String, Object> c : Trees.maps(pod.at("spec", "containers"))) {
            containers.add(
                    container(
                            c,
                            waiting(
                                    "ImagePullBackOff",
                                    "Back-off pulling image \"" + c.get("image") + "\"")));
        }
        status.put("containerStatuses", containers);
        readiness(status, false, now);
        return status;
    }

    static Map<String, Object> crashing(KubeObject pod, String now) {
        Map<String, Object> status = Trees.copy(pod.map("status"));
        List<Object> containers = new ArrayList<>();
        for (Map<String, Object> c : Trees.maps(pod.at("spec", "containers"))) {
            Map<String, Object> state =
                    container(
                            c,
                            waiting(
                                    "CrashLoopBackOff",
                                    "back-off 2m40s restarting failed container"));
            state.put("restartCount", 5);
            state.put("lastState", terminated(1, "Error", "no database at db:5432", now));
            containers.add(state);
        }
        status.put("phase", "Running");
        status.put("containerStatuses", containers);
        readiness(status, false, now);
        return status;
    }

    static Map<String, Object> finished(KubeObject pod, int exitCode, String now) {
        Map<String, Object> status = Trees.copy(pod.map("status"));
        status.put("phase", exitCode == 0 ? "Succeeded" : "Failed");
        status.put(
                "containerStatuses",
                containers(
                        pod, terminated(exitCode, exitCode == 0 ? "Completed" : "Error", "", now)));
        readiness(status, false, now);
        return status;
    }

    private static void readiness(Map<String, Object> status, boolean ready, String now) {
        String reason = ready ? "" : "ContainersNotReady";
        Conditions.set(status, "ContainersReady", ready, reason, "", now);
        Conditions.set(status, "Ready", ready, reason, "", now);
        if (!ready) {
            Trees.maps(status.get("containerStatuses")).forEach(c -> c.put("ready", false));
        }
    }

    private static List<Object> containers(KubeObject pod, Map<String, Object> state) {
        List<Object> all = new ArrayList<>();
        Trees.maps(pod.at("spec", "containers")).forEach(c -> all.add(container(c, state)));
        return all;
    }

    private static Map<String, Object> container(
            Map<String, Object> container, Map<String, Object> state) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("name", Trees.text(container, "name"));
        status.put("image", Trees.text(container, "image"));
        status.put("restartCount", 0);
        status.put("ready", state.containsKey("running"));
        status.put("started", state.containsKey("running"));
        status.put("state", Trees.copy(state));
        return status;
    }

    private static Map<String, Object> waiting(String reason, String message) {
        Map<String, Object> waiting = new LinkedHashMap<>();
        waiting.put("reason", reason);
        if (!message.isEmpty()) {
            waiting.put("message", message);
        }
        return Map.of("waiting", waiting);
    }

    private static Map<String, Object> terminated(
            int exitCode, String reason, String message, String now) {
        Map<String, Object> end = new LinkedHashMap<>();
        end.put("exitCode", exitCode);
        end.put("reason", reason);
        if (!message.isEmpty()) {
            end.put("message", message);
        }
        end.put("startedAt", now);
        end.put("finishedAt", now);
        return Map.of("terminated", end);
    }
}
