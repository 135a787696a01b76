package io.portolan.agent.kube.memory;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an API server fills in where nobody said anything; nobody owns these fields. */
final class Defaults {
    private static final Set<String> WITH_GENERATION =
            Set.of("Pod", "ReplicationController", "PodDisruptionBudget", "Ingress");
    private static final Set<String> REPLICATED = Set.of("Deployment", "ReplicaSet", "StatefulSet");

    private Defaults() {}

    static boolean hasGeneration(Map<String, Object> json) {
        String version = String.valueOf(json.get("apiVersion"));
        String group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
        return WITH_GENERATION.contains(String.valueOf(json.get("kind")))
                || Set.of("apps", "batch", "apiextensions.k8s.io").contains(group)
                || !Builtin.group(group);
    }

    static void fill(Map<String, Object> json, Identity identity) {
        String kind = String.valueOf(json.get("kind"));
        String version = String.valueOf(json.get("apiVersion"));
        if (version.equals("apps/v1") && REPLICATED.contains(kind)) {
            Trees.child(json, "spec").putIfAbsent("replicas", 1);
        }
        if (version.equals("apps/v1") && kind.equals("Deployment")) {
            Trees.child(json, "spec").putIfAbsent("progressDeadlineSeconds", 600);
        }
        if (version.equals("batch/v1") && kind.equals("Job")) {
            Map<String, Object> spec = Trees.child(json, "spec");
            spec.putIfAbsent("completions", 1);
            spec.putIfAbsent("parallelism", 1);
            spec.putIfAbsent("backoffLimit", 6);
        }
        if (version.equals("v1")) {
            core(kind, json, identity);
        }
    }

    private static void core(String kind, Map<String, Object> json, Identity identity) {
        switch (kind) {
            case "Service" -> {
                Map<String, Object> spec = Trees.child(json, "spec");
                spec.putIfAbsent("type", "ClusterIP");
                if (!spec.containsKey("clusterIP")) {
                    spec.put("clusterIP", identity.address());
                }
                Trees.maps(spec.get("ports")).forEach(p -> p.putIfAbsent("protocol", "TCP"));
            }
            case "Namespace" -> {
                Map<String, Object> metadata = Trees.child(json, "metadata");
                Trees.child(metadata, "labels")
                        .put("kubernetes.io/metadata.name", Trees.text(metadata, "name"));
                Trees.child(json, "spec").putIfAbsent("finalizers", List.of("kubernetes"));
                Trees.child(json, "status").putIfAbsent("phase", "Active");
            }
            case "Pod" -> {
                Trees.child(json, "spec").putIfAbsent("restartPolicy", "Always");
                Trees.child(json, "status").putIfAbsent("phase", "Pending");
            }
            case "PersistentVolumeClaim" ->
                    Trees.child(json, "status").putIfAbsent("phase", "Pending");
            default -> {
                // Other kinds stay as they are written.
            }
        }
    }
}
