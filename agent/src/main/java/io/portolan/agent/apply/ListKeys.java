package io.portolan.agent.apply;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How Kubernetes tells the items of a list apart: by the merge keys of its built-in types
 * (`listMapKeys` in the API's schema), which is the name nearly everywhere.
 */
final class ListKeys {
    private ListKeys() {}

    /** Whether the items are maps that the key tells apart; else the list is one value. */
    static boolean keyed(String field, List<?> list) {
        String key = key(field, list);
        Set<Object> seen = new HashSet<>();
        for (Object item : list) {
            if (!(item instanceof Map<?, ?> map)
                    || !(map.get(key) instanceof Object value)
                    || !seen.add(String.valueOf(value))) {
                return false;
            }
        }
        return !list.isEmpty();
    }

    static String key(String field, List<?> list) {
        return switch (field) {
            case "volumeMounts" -> "mountPath";
            case "volumeDevices" -> "devicePath";
            case "hostAliases" -> "ip";
            case "ports" ->
                    list.getFirst() instanceof Map<?, ?> map && map.containsKey("containerPort")
                            ? "containerPort"
                            : "port";
            case String _ -> "name";
        };
    }

    static @Nullable Object find(List<?> list, String key, @Nullable Object value) {
        for (Object item : list) {
            if (item instanceof Map<?, ?> map
                    && Objects.equals(String.valueOf(map.get(key)), String.valueOf(value))) {
                return item;
            }
        }
        return null;
    }
}
