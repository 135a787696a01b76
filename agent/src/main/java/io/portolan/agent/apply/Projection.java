package io.portolan.agent.apply;

import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A live object seen through the fields that we set: one hash per field of the desired object, in
 * its order. Two projections through the same desired object differ exactly where one of our fields
 * changed; what others add beside them is not in it. The live values are compared with live values
 * of earlier, never with the desired ones, because the server writes many of them in another form.
 */
public final class Projection {
    private final @Nullable Visitor visitor;
    private int[] found = new int[32];
    private int count;

    private Projection(@Nullable Visitor visitor) {
        this.visitor = visitor;
    }

    /** Is shown each field of the desired object. */
    public interface Visitor {
        /**
         * @param is null where the live object has no such field
         */
        void field(String path, @Nullable Object want, @Nullable Object is);
    }

    /** Shows each field of the desired object beside its live value. */
    public static void compare(KubeObject desired, KubeObject live, Visitor visitor) {
        new Projection(visitor).root(desired, live.json());
    }

    /** The hashes of the live values. */
    public static int[] of(KubeObject desired, KubeObject live) {
        var projection = new Projection(null);
        projection.root(desired, live.json());
        return Arrays.copyOf(projection.found, projection.count);
    }

    /** The names of the fields, {@code .spec.replicas}, in the order of {@link #of}. */
    public static List<String> paths(KubeObject desired) {
        List<String> paths = new ArrayList<>();
        compare(desired, desired, (path, _, _) -> paths.add(path));
        return paths;
    }

    private void root(KubeObject desired, Map<String, Object> live) {
        for (var entry : desired.json().entrySet()) {
            switch (entry.getKey()) {
                case "apiVersion", "kind", "status" -> {}
                case "metadata" -> metadata(desired, live);
                case String key -> walk("." + key, key, entry.getValue(), live.get(key));
            }
        }
    }

    private void metadata(KubeObject desired, Map<String, Object> live) {
        for (String part : List.of("labels", "annotations", "finalizers")) {
            if (desired.at("metadata", part) instanceof Object want) {
                Object is = live.get("metadata") instanceof Map<?, ?> map ? map.get(part) : null;
                walk(".metadata." + part, part, want, is);
            }
        }
    }

    private void walk(String path, String field, @Nullable Object want, @Nullable Object is) {
        switch (want) {
            case Map<?, ?> map when !map.isEmpty() -> {
                Map<?, ?> live = is instanceof Map<?, ?> m ? m : Map.of();
                for (var entry : map.entrySet()) {
                    String key = String.valueOf(entry.getKey());
                    walk(named(path, key), key, entry.getValue(), live.get(key));
                }
            }
            case List<?> list when ListKeys.keyed(field, list) -> {
                List<?> live = is instanceof List<?> l ? l : List.of();
                List<String> keys = ListKeys.of(field, list);
                for (Object each : list) {
                    Map<?, ?> item = (Map<?, ?>) each;
                    walk(
                            visitor == null ? path : path + ListKeys.words(keys, item),
                            "",
                            item,
                            ListKeys.find(live, keys, item));
                }
            }
            case List<?> list when field.equals("finalizers") ->
                    leaf(path, want, is instanceof List<?> l && l.containsAll(list) ? list : null);
            case null, default -> leaf(path, want, is);
        }
    }

    /** Names cost more than the values, so only who is shown them pays. */
    private String named(String path, String key) {
        return visitor == null ? path : path + "." + key;
    }

    private void leaf(String path, @Nullable Object want, @Nullable Object live) {
        if (visitor != null) {
            visitor.field(path, want, live);
            return;
        }
        if (count == found.length) {
            found = Arrays.copyOf(found, count * 2);
        }
        found[count++] = hash(live);
    }

    /** JSON numbers are equal whatever type the parser chose for them. */
    private static int hash(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Map<?, ?> map -> {
                int sum = 1;
                for (var entry : map.entrySet()) {
                    sum += Objects.hashCode(entry.getKey()) ^ (31 * hash(entry.getValue()));
                }
                yield sum;
            }
            case List<?> list -> {
                int sum = 7;
                for (Object item : list) {
                    sum = 31 * sum + hash(item);
                }
                yield sum;
            }
            case Number number -> Double.hashCode(number.doubleValue());
            case Object other -> other.hashCode();
        };
    }
}
