package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.KubeApi.FieldConflict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Server-side apply, as the Kubernetes reference describes it: what the config says is set and
 * owned; what its manager owned before and no longer says is removed unless somebody else owns it;
 * what others own with another value is a conflict.
 */
final class ApplyMerge {
    private ApplyMerge() {}

    /** How a merge ended. */
    sealed interface Merged {
        record Object(Map<String, java.lang.Object> json, FieldOwners owners) implements Merged {}

        record Conflict(List<FieldConflict> fields) implements Merged {}
    }

    static Merged merge(
            Map<String, Object> live,
            FieldOwners owners,
            Owner owner,
            Map<String, Object> config,
            boolean force) {
        List<FieldConflict> conflicts = owners.conflicts(owner, config, live);
        if (!conflicts.isEmpty() && !force) {
            return new Merged.Conflict(conflicts);
        }
        Set<String> mine = Fields.of(config);
        Map<String, Object> merged = Trees.copy(live);
        for (String dropped : dropped(owners.of(owner), mine)) {
            if (!owners.ownedByOthers(owner, dropped)) {
                Fields.remove(merged, dropped);
            }
        }
        set(merged, merged, config, "");
        Set<String> taken = new TreeSet<>();
        conflicts.forEach(
                c ->
                        mine.stream()
                                .filter(p -> Fields.words(p).equals(c.field()))
                                .forEach(taken::add));
        return new Merged.Object(merged, owners.applied(owner, mine, taken));
    }

    private static Set<String> dropped(Set<String> before, Set<String> now) {
        Set<String> dropped = new TreeSet<>(before);
        dropped.removeAll(now);
        return dropped;
    }

    private static void set(
            Map<String, Object> object,
            Map<String, Object> target,
            Map<String, Object> config,
            String path) {
        config.forEach(
                (key, value) -> {
                    String here = path.isEmpty() ? "f:" + key : path + Fields.JOIN + "f:" + key;
                    if (value instanceof Map<?, ?> && target.get(key) instanceof Map<?, ?> there) {
                        set(object, Trees.map(there), Trees.map(value), here);
                    } else if (value instanceof List<?> items
                            && target.get(key) instanceof List<?> there) {
                        target.put(key, list(object, here, there, items));
                    } else {
                        target.put(key, value);
                    }
                });
    }

    private static List<Object> list(
            Map<String, Object> object, String path, List<?> live, List<?> config) {
        if (ListKeys.isSet(path)) {
            List<Object> union = new ArrayList<>(live);
            config.stream().filter(v -> !union.contains(v)).forEach(union::add);
            return union;
        }
        List<String> keys = ListKeys.of(object, path, config);
        if (keys.isEmpty()) {
            return new ArrayList<>(config);
        }
        List<Object> merged = new ArrayList<>(live);
        for (Map<String, Object> item : Trees.maps(config)) {
            String key = Fields.key(item, keys);
            Trees.maps(live).stream()
                    .filter(there -> Fields.key(there, keys).equals(key))
                    .findFirst()
                    .ifPresentOrElse(
                            there -> set(object, there, item, path + Fields.JOIN + "k:" + key),
                            () -> merged.add(item));
        }
        return merged;
    }
}
