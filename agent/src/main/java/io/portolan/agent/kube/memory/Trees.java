package io.portolan.agent.kube.memory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON trees as values: copies, merge patches, reads. */
final class Trees {
    private Trees() {}

    /**
     * A copy that shares nothing, without nulls, whole numbers in their smallest type so that equal
     * JSON is equal.
     */
    static Map<String, Object> copy(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach(
                (key, value) -> {
                    Object each = copyOf(value);
                    if (each != null) {
                        copy.put(String.valueOf(key), each);
                    }
                });
        return copy;
    }

    private static @Nullable Object copyOf(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> copy(map);
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                for (Object element : list) {
                    Object each = copyOf(element);
                    if (each != null) {
                        copy.add(each);
                    }
                }
                yield copy;
            }
            case Long l when l == l.intValue() -> l.intValue();
            default -> value;
        };
    }

    /** RFC 7386. The target is changed in place. */
    static void mergePatch(Map<String, Object> target, Map<?, ?> patch) {
        patch.forEach(
                (key, value) -> {
                    String name = String.valueOf(key);
                    if (value == null) {
                        target.remove(name);
                    } else if (value instanceof Map<?, ?> inner) {
                        Map<String, Object> child =
                                target.get(name) instanceof Map<?, ?> there
                                        ? map(there)
                                        : new LinkedHashMap<>();
                        target.put(name, child);
                        mergePatch(child, inner);
                    } else {
                        Object copy = copyOf(value);
                        if (copy != null) {
                            target.put(name, copy);
                        }
                    }
                });
    }

    /** The same map, for whoever owns it. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : new LinkedHashMap<>();
    }

    /** The map at a key, put there when missing. */
    static Map<String, Object> child(Map<String, Object> parent, String key) {
        return map(
                parent.compute(
                        key,
                        (_, there) -> there instanceof Map<?, ?> ? there : new LinkedHashMap<>()));
    }

    /** The maps of a list; none where there is no list. */
    static List<Map<String, Object>> maps(@Nullable Object list) {
        List<Map<String, Object>> found = new ArrayList<>();
        if (list instanceof List<?> elements) {
            for (Object element : elements) {
                if (element instanceof Map<?, ?>) {
                    found.add(map(element));
                }
            }
        }
        return found;
    }

    static String text(Map<?, ?> map, String key) {
        return map.get(key) instanceof String s ? s : "";
    }

    static int number(Map<?, ?> map, String key, int otherwise) {
        return map.get(key) instanceof Number n ? n.intValue() : otherwise;
    }
}
