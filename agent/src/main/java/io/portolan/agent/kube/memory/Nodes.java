package io.portolan.agent.kube.memory;

import io.portolan.model.Quantity;
import io.portolan.model.app.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Nodes and what fits on them. */
final class Nodes {
    private Nodes() {}

    static KubeObject object(String name) {
        return new KubeObject(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Node",
                        "metadata",
                        Map.of("name", name, "labels", Map.of("kubernetes.io/hostname", name)),
                        "spec",
                        Map.of("providerID", "memory://" + name)));
    }

    static Map<String, Object> status(
            KubeObject live, String cpu, String memory, String boot, boolean ready, String now) {
        Map<String, Object> status = Trees.copy(live.map("status"));
        Trees.child(status, "nodeInfo").put("bootID", boot);
        Map<String, Object> size = new LinkedHashMap<>();
        size.put("cpu", cpu);
        size.put("memory", memory);
        size.put("pods", "110");
        status.put("capacity", size);
        status.put("allocatable", Trees.copy(size));
        Conditions.set(
                status,
                "Ready",
                ready,
                ready ? "KubeletReady" : "NodeStatusUnknown",
                ready ? "kubelet is posting ready status" : "Kubelet stopped posting node status.",
                now);
        return status;
    }

    static boolean ready(KubeObject node) {
        return Conditions.isTrue(node, "Ready");
    }

    /** Where a pod goes, or the scheduler's words on why it goes nowhere. */
    record Choice(Optional<String> node, String words) {}

    static Choice choose(KubeObject pod, List<KubeObject> nodes, List<KubeObject> pods) {
        int cordoned = 0;
        int silent = 0;
        int cpu = 0;
        int memory = 0;
        String best = "";
        long fewest = Long.MAX_VALUE;
        for (KubeObject node : nodes) {
            List<KubeObject> there =
                    pods.stream()
                            .filter(p -> node.name().equals(p.at("spec", "nodeName")))
                            .filter(p -> !PodStates.ended(p))
                            .toList();
            if (!ready(node)) {
                silent++;
            } else if (Boolean.TRUE.equals(node.at("spec", "unschedulable"))) {
                cordoned++;
            } else if (used(there, "cpu") + request(pod, "cpu") > room(node, "cpu")) {
                cpu++;
            } else if (used(there, "memory") + request(pod, "memory") > room(node, "memory")) {
                memory++;
            } else if (there.size() < fewest) {
                fewest = there.size();
                best = node.name();
            }
        }
        return best.isEmpty()
                ? new Choice(Optional.empty(), words(nodes.size(), cordoned, silent, cpu, memory))
                : new Choice(Optional.of(best), "");
    }

    private static String words(int all, int cordoned, int silent, int cpu, int memory) {
        StringBuilder words = new StringBuilder("0/" + all + " nodes are available:");
        if (all == 0) {
            return "no nodes available to schedule pods";
        }
        add(words, silent, "node(s) had untolerated taint {node.kubernetes.io/not-ready: }");
        add(words, cordoned, "node(s) were unschedulable");
        add(words, cpu, "Insufficient cpu");
        add(words, memory, "Insufficient memory");
        return words.substring(0, words.length() - 1) + ".";
    }

    private static void add(StringBuilder words, int count, String what) {
        if (count > 0) {
            words.append(' ').append(count).append(' ').append(what).append(',');
        }
    }

    private static long room(KubeObject node, String resource) {
        return amount(node.map("status", "allocatable").get(resource), resource);
    }

    private static long used(List<KubeObject> pods, String resource) {
        return pods.stream().mapToLong(p -> request(p, resource)).sum();
    }

    private static long request(KubeObject pod, String resource) {
        return Trees.maps(pod.at("spec", "containers")).stream()
                .mapToLong(
                        c ->
                                amount(
                                        new KubeObject(c)
                                                .map("resources", "requests")
                                                .get(resource),
                                        resource))
                .sum();
    }

    private static long amount(@org.jspecify.annotations.Nullable Object value, String resource) {
        if (value == null || !Quantity.valid(String.valueOf(value))) {
            return 0;
        }
        Quantity quantity = new Quantity(String.valueOf(value));
        return resource.equals("cpu") ? quantity.millis() : quantity.bytes();
    }
}
