package io.portolan.agent.kube.memory;

import java.util.List;
import java.util.Map;

/**
 * Which lists of built-in kinds merge by a key of their items, as the OpenAPI schema of Kubernetes
 * says ({@code x-kubernetes-list-map-keys}). Every other list is replaced whole.
 */
final class ListKeys {
    private static final Map<String, List<String>> KEYS =
            Map.ofEntries(
                    Map.entry("containers", List.of("name")),
                    Map.entry("initContainers", List.of("name")),
                    Map.entry("ephemeralContainers", List.of("name")),
                    Map.entry("env", List.of("name")),
                    Map.entry("volumes", List.of("name")),
                    Map.entry("imagePullSecrets", List.of("name")),
                    Map.entry("secrets", List.of("name")),
                    Map.entry("webhooks", List.of("name")),
                    Map.entry("volumeMounts", List.of("mountPath")),
                    Map.entry("volumeDevices", List.of("devicePath")),
                    Map.entry("hostAliases", List.of("ip")),
                    Map.entry("ownerReferences", List.of("uid")),
                    Map.entry("conditions", List.of("type")),
                    Map.entry(
                            "topologySpreadConstraints",
                            List.of("topologyKey", "whenUnsatisfiable")));
    private static final List<String> CONTAINER_PORTS = List.of("containerPort", "protocol");
    private static final List<String> SERVICE_PORTS = List.of("port", "protocol");

    private ListKeys() {}

    /** Empty for a list that is one value. */
    static List<String> of(Map<String, Object> object, String path, List<?> list) {
        if (list.isEmpty() || !(list.getFirst() instanceof Map<?, ?>)) {
            return List.of();
        }
        String name = path.substring(path.lastIndexOf(Fields.JOIN) + 1).substring(2);
        if (!Builtin.group(group(object)) && !name.equals("ownerReferences")) {
            return List.of();
        }
        if (name.equals("ports")) {
            if (path.contains("ontainers" + Fields.JOIN)) {
                return CONTAINER_PORTS;
            }
            return "Service".equals(object.get("kind")) ? SERVICE_PORTS : List.of();
        }
        return KEYS.getOrDefault(name, List.of());
    }

    static boolean isSet(String path) {
        return path.equals("f:metadata" + Fields.JOIN + "f:finalizers");
    }

    static Object defaultOf(String key) {
        return key.equals("protocol") ? "TCP" : "";
    }

    private static String group(Map<String, Object> object) {
        String version = String.valueOf(object.get("apiVersion"));
        int slash = version.indexOf('/');
        return slash < 0 ? "" : version.substring(0, slash);
    }
}
