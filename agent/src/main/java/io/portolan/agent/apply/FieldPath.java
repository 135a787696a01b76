package io.portolan.agent.apply;

import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A field as Kubernetes writes it in conflicts: {@code .spec.replicas}, {@code
 * .spec.template.spec.containers[name="web"].image}. Keys with dots are matched greedily.
 */
public final class FieldPath {
    private static final Pattern SELECTOR = Pattern.compile("\\[([^\\]]*)\\]");
    private static final Pattern PAIR = Pattern.compile("([A-Za-z0-9]+)=\"?([^\",]*)\"?");

    private FieldPath() {}

    /** A copy of the object without the field; the object itself where it has no such field. */
    public static KubeObject without(KubeObject object, String path) {
        Object cut = cut(object.json(), path);
        @SuppressWarnings("unchecked")
        Map<String, Object> json =
                cut instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
        return new KubeObject(json);
    }

    /** Whether the two are the same field, or one is in the other. */
    public static boolean overlap(String one, String other) {
        return within(one, other) || within(other, one);
    }

    private static boolean within(String path, String whole) {
        return path.startsWith(whole)
                && (path.length() == whole.length()
                        || path.charAt(whole.length()) == '.'
                        || path.charAt(whole.length()) == '[');
    }

    private static Object cut(Object node, String rest) {
        if (rest.startsWith(".") && node instanceof Map<?, ?> map) {
            return cutKey(map, rest.substring(1));
        }
        Matcher selector = SELECTOR.matcher(rest);
        if (node instanceof List<?> list && selector.lookingAt()) {
            return cutItem(list, selector.group(1), rest.substring(selector.end()));
        }
        return node;
    }

    private static Object cutKey(Map<?, ?> map, String rest) {
        String key = longestKey(map, rest);
        if (key == null) {
            return map;
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((k, v) -> copy.put(String.valueOf(k), v));
        String after = rest.substring(key.length());
        Object child = copy.get(key);
        if (after.isEmpty() || child == null) {
            copy.remove(key);
        } else {
            copy.put(key, cut(child, after));
        }
        return copy;
    }

    /** Keys may contain dots (annotations), so the longest one that fits is meant. */
    private static @Nullable String longestKey(Map<?, ?> map, String rest) {
        String best = null;
        for (Object candidate : map.keySet()) {
            String key = String.valueOf(candidate);
            boolean fits =
                    rest.equals(key) || rest.startsWith(key + ".") || rest.startsWith(key + "[");
            if (fits && (best == null || key.length() > best.length())) {
                best = key;
            }
        }
        return best;
    }

    private static Object cutItem(List<?> list, String selector, String after) {
        List<Object> copy = new ArrayList<>();
        for (Object item : list) {
            if (!matches(item, selector)) {
                copy.add(item);
            } else if (!after.isEmpty()) {
                copy.add(cut(item, after));
            }
        }
        return copy;
    }

    private static boolean matches(Object item, String selector) {
        if (!(item instanceof Map<?, ?> map)) {
            return selector.equals("=\"" + item + "\"");
        }
        Matcher pair = PAIR.matcher(selector);
        boolean any = false;
        while (pair.find()) {
            any = true;
            if (!ListKeys.value(map, pair.group(1)).equals(pair.group(2))) {
                return false;
            }
        }
        return any;
    }
}
