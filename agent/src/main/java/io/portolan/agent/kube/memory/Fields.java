package io.portolan.agent.kube.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Names the fields of an object as {@code managedFields} does: {@code f:spec}, {@code
 * k:{"name":"web"}}, {@code v:"finalizer"}. A path is these segments joined by a character that
 * JSON strings never hold.
 */
final class Fields {
    static final String JOIN = "\u0001";

    /** Not fields that anyone owns. */
    private static final Set<String> SYSTEM =
            Set.of(
                    "name",
                    "namespace",
                    "uid",
                    "resourceVersion",
                    "generation",
                    "creationTimestamp",
                    "deletionTimestamp",
                    "deletionGracePeriodSeconds",
                    "managedFields",
                    "selfLink");

    private Fields() {}

    /** All leaves, and the list items that have a key of their own. */
    static TreeSet<String> of(Map<String, Object> object) {
        TreeSet<String> paths = new TreeSet<>();
        object.forEach(
                (key, value) -> {
                    if (key.equals("metadata")) {
                        Trees.map(value)
                                .forEach(
                                        (k, v) -> {
                                            if (!SYSTEM.contains(k)) {
                                                collect(
                                                        object,
                                                        v,
                                                        "f:metadata" + JOIN + "f:" + k,
                                                        paths);
                                            }
                                        });
                    } else if (!key.equals("apiVersion") && !key.equals("kind")) {
                        collect(object, value, "f:" + key, paths);
                    }
                });
        return paths;
    }

    private static void collect(
            Map<String, Object> object, Object value, String path, Set<String> paths) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            map.forEach((k, v) -> collect(object, v, path + JOIN + "f:" + k, paths));
        } else if (value instanceof List<?> list && ListKeys.isSet(path)) {
            list.forEach(v -> paths.add(path + JOIN + "v:" + quoted(v)));
        } else if (value instanceof List<?> list && !ListKeys.of(object, path, list).isEmpty()) {
            List<String> keys = ListKeys.of(object, path, list);
            for (Map<String, Object> item : Trees.maps(list)) {
                String here = path + JOIN + "k:" + key(item, keys);
                paths.add(here);
                item.forEach((k, v) -> collect(object, v, here + JOIN + "f:" + k, paths));
            }
        } else {
            paths.add(path);
        }
    }

    /** As the API server writes an item's key: compact JSON, keys sorted. */
    static String key(Map<String, Object> item, List<String> keys) {
        StringBuilder text = new StringBuilder("{");
        for (String key : keys) {
            Object value = item.get(key);
            text.append(text.length() > 1 ? "," : "")
                    .append('"')
                    .append(key)
                    .append("\":")
                    .append(quoted(value == null ? ListKeys.defaultOf(key) : value));
        }
        return text.append('}').toString();
    }

    private static String quoted(Object value) {
        return value instanceof String s ? '"' + s + '"' : String.valueOf(value);
    }

    /** The value at a path, null where there is none. */
    static @Nullable Object at(Map<String, Object> object, String path) {
        Object here = object;
        String soFar = "";
        for (String segment : path.split(JOIN)) {
            here = step(object, here, soFar, segment);
            soFar = soFar.isEmpty() ? segment : soFar + JOIN + segment;
            if (here == null) {
                return null;
            }
        }
        return here;
    }

    private static @Nullable Object step(
            Map<String, Object> object, @Nullable Object here, String soFar, String segment) {
        String name = segment.substring(2);
        return switch (here) {
            case Map<?, ?> map when segment.startsWith("f:") -> map.get(name);
            case List<?> list when segment.startsWith("k:") -> {
                List<String> keys = ListKeys.of(object, soFar, list);
                yield Trees.maps(list).stream()
                        .filter(item -> key(item, keys).equals(name))
                        .findFirst()
                        .orElse(null);
            }
            case List<?> list when segment.startsWith("v:") ->
                    list.stream().filter(v -> quoted(v).equals(name)).findFirst().orElse(null);
            case null, default -> null;
        };
    }

    /** Takes the field away, and maps and lists that become empty by that. */
    static void remove(Map<String, Object> object, String path) {
        Object value = at(object, path);
        int cut = path.lastIndexOf(JOIN);
        if (value == null || cut < 0) {
            object.remove(path.substring(2));
            return;
        }
        String parentPath = path.substring(0, cut);
        Object parent = at(object, parentPath);
        if (parent instanceof Map<?, ?> map) {
            map.remove(path.substring(cut + JOIN.length() + 2));
            if (map.isEmpty()) {
                remove(object, parentPath);
            }
        } else if (parent instanceof List<?> list) {
            list.removeIf(element -> element == value || element.equals(value));
            if (list.isEmpty()) {
                remove(object, parentPath);
            }
        }
    }

    /** {@code .spec.template.spec.containers[name="web"].image}. */
    static String words(String path) {
        StringBuilder text = new StringBuilder();
        for (String segment : path.split(JOIN)) {
            String name = segment.substring(2);
            if (segment.startsWith("f:")) {
                text.append('.').append(name);
            } else if (segment.startsWith("k:")) {
                text.append('[')
                        .append(
                                name.substring(1, name.length() - 1)
                                        .replaceAll("\"([a-zA-Z]+)\":", "$1="))
                        .append(']');
            } else {
                text.append("[=").append(name).append(']');
            }
        }
        return text.toString();
    }

    /** The paths as {@code fieldsV1}. */
    static Map<String, Object> v1(Set<String> paths) {
        Map<String, Object> root = new TreeMap<>();
        for (String path : paths) {
            Map<String, Object> here = root;
            List<String> segments = new ArrayList<>(List.of(path.split(JOIN)));
            for (String segment : segments) {
                here = Trees.map(here.computeIfAbsent(segment, _ -> new TreeMap<String, Object>()));
            }
            if (segments.getLast().startsWith("k:")) {
                here.put(".", new LinkedHashMap<String, Object>());
            }
        }
        return root;
    }
}
