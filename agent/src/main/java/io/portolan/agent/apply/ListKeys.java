package io.portolan.agent.apply;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How Kubernetes tells the items of a list apart: by the merge keys of its built-in types
 * (`listMapKeys` in the API's schema), which is the name nearly everywhere.
 */
final class ListKeys {
    private static final List<String> NAME = List.of("name");
    private static final List<String> PORT = List.of("port", "protocol");
    private static final List<String> CONTAINER_PORT = List.of("containerPort", "protocol");
    private static final List<String> SPREAD = List.of("topologyKey", "whenUnsatisfiable");

    private ListKeys() {}

    /** Whether the items are maps that the keys tell apart; else the list is one value. */
    static boolean keyed(String field, List<?> list) {
        List<String> keys = of(field, list);
        Set<List<String>> seen = new HashSet<>();
        for (Object item : list) {
            if (!(item instanceof Map<?, ?> map)
                    || !map.containsKey(keys.getFirst())
                    || !seen.add(keys.stream().map(key -> value(map, key)).toList())) {
                return false;
            }
        }
        return !list.isEmpty();
    }

    static List<String> of(String field, List<?> list) {
        return switch (field) {
            case "volumeMounts" -> List.of("mountPath");
            case "volumeDevices" -> List.of("devicePath");
            case "hostAliases" -> List.of("ip");
            case "topologySpreadConstraints" -> SPREAD;
            case "ports" ->
                    list.getFirst() instanceof Map<?, ?> map && map.containsKey("containerPort")
                            ? CONTAINER_PORT
                            : PORT;
            case String _ -> NAME;
        };
    }

    /** The item of the list that has the same keys. */
    static @Nullable Object find(List<?> list, List<String> keys, Map<?, ?> item) {
        for (Object other : list) {
            if (other instanceof Map<?, ?> map
                    && keys.stream().allMatch(key -> value(map, key).equals(value(item, key)))) {
                return other;
            }
        }
        return null;
    }

    /** As Kubernetes writes it: {@code [port=80,protocol="TCP"]}. */
    static String words(List<String> keys, Map<?, ?> item) {
        StringBuilder words = new StringBuilder("[");
        for (String key : keys) {
            boolean number = item.get(key) instanceof Number;
            words.append(words.length() > 1 ? "," : "")
                    .append(key)
                    .append(number ? "=" : "=\"")
                    .append(value(item, key))
                    .append(number ? "" : "\"");
        }
        return words.append(']').toString();
    }

    /** What a key says in an item; an absent one says what Kubernetes takes it for. */
    static String value(Map<?, ?> item, String key) {
        Object value = item.get(key);
        if (value == null) {
            return key.equals("protocol") ? "TCP" : "";
        }
        return String.valueOf(value);
    }
}
