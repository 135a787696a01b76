package io.portolan.agent.kube;

import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Valid objects for tests, and what else is written again and again. */
public final class Shapes {
    private Shapes() {}

    public static KubeObject namespace(String name) {
        return object("v1", "Namespace", "", name);
    }

    public static KubeObject configMap(String namespace, String name, Map<String, Object> data) {
        return object("v1", "ConfigMap", namespace, name).with(data, "data");
    }

    public static KubeObject deployment(String namespace, String name, int replicas, String image) {
        return workload("Deployment", namespace, name, replicas, image);
    }

    /** Of a kind of apps/v1 with replicas. */
    public static KubeObject workload(
            String kind, String namespace, String name, int replicas, String image) {
        return object("apps/v1", kind, namespace, name)
                .with(replicas, "spec", "replicas")
                .with(Map.of("matchLabels", Map.of("app", name)), "spec", "selector")
                .with(template(name, image), "spec", "template");
    }

    public static Map<String, Object> template(String app, String image) {
        return Map.of(
                "metadata",
                Map.of("labels", Map.of("app", app)),
                "spec",
                Map.of("containers", List.of(Map.of("name", "web", "image", image))));
    }

    public static KubeObject object(String apiVersion, String kind, String namespace, String name) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("apiVersion", apiVersion);
        json.put("kind", kind);
        json.put("metadata", metadata);
        return new KubeObject(json);
    }

    /** A definition of a namespaced kind whose objects may hold anything. */
    public static KubeObject definition(String group, String kind, String plural) {
        return object(
                        "apiextensions.k8s.io/v1",
                        "CustomResourceDefinition",
                        "",
                        plural + "." + group)
                .with(
                        Map.of(
                                "group",
                                group,
                                "scope",
                                "Namespaced",
                                "names",
                                Map.of("kind", kind, "plural", plural),
                                "versions",
                                List.of(
                                        Map.of(
                                                "name",
                                                "v1",
                                                "served",
                                                true,
                                                "storage",
                                                true,
                                                "schema",
                                                Map.of(
                                                        "openAPIV3Schema",
                                                        Map.of(
                                                                "type",
                                                                "object",
                                                                "x-kubernetes-preserve-unknown-fields",
                                                                true))))),
                        "spec");
    }

    /** Of its managed fields. */
    public static List<Map<?, ?>> entries(KubeObject live) {
        List<Map<?, ?>> entries = new ArrayList<>();
        if (live.at("metadata", "managedFields") instanceof List<?> list) {
            list.forEach(e -> entries.add((Map<?, ?>) e));
        }
        return entries;
    }

    /** Who owns fields of it. */
    public static List<String> managers(KubeObject live) {
        return entries(live).stream().map(e -> String.valueOf(e.get("manager"))).sorted().toList();
    }

    public static KubeObject patch(Object value, String... path) {
        return new KubeObject(Map.of()).with(value, path);
    }
}
