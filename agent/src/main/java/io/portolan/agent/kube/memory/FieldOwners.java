package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.KubeApi.FieldConflict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who owns which fields of one object. A value: changes give a new one. */
record FieldOwners(Map<Owner, Set<String>> fields) {
    static final FieldOwners NOBODY = new FieldOwners(Map.of());

    Set<String> of(Owner owner) {
        return fields.getOrDefault(owner, Set.of());
    }

    /** Fields where the config says something else than another owner's live value. */
    List<FieldConflict> conflicts(
            Owner owner, Map<String, Object> config, Map<String, Object> live) {
        List<FieldConflict> found = new ArrayList<>();
        for (String path : Fields.of(config)) {
            if (!Objects.equals(differing(config, path), differing(live, path))) {
                fields.forEach(
                        (other, owned) -> {
                            if (!other.equals(owner) && owned.contains(path)) {
                                found.add(new FieldConflict(other.manager(), Fields.words(path)));
                            }
                        });
            }
        }
        return found;
    }

    /** List items themselves never differ, only what is in them. */
    private static Object differing(Map<String, Object> object, String path) {
        Object value = Fields.at(object, path);
        boolean item = path.substring(path.lastIndexOf(Fields.JOIN) + 1).startsWith("k:");
        return value == null || item ? "" : value;
    }

    /** After an apply: the owner has exactly these; others lose what it took. */
    FieldOwners applied(Owner owner, Set<String> mine, Set<String> taken) {
        return changed(owner, mine, taken);
    }

    /** After an update: the owner gains what it changed, everyone loses what is gone. */
    FieldOwners updated(Owner owner, Set<String> changed, Set<String> gone) {
        Set<String> mine = new TreeSet<>(of(owner));
        mine.addAll(changed);
        mine.removeAll(gone);
        Set<String> lost = new TreeSet<>(changed);
        lost.addAll(gone);
        return changed(owner, mine, lost);
    }

    private FieldOwners changed(Owner owner, Set<String> mine, Set<String> lost) {
        Map<Owner, Set<String>> next = new TreeMap<>();
        fields.forEach(
                (other, owned) -> {
                    Set<String> rest = new TreeSet<>(owned);
                    rest.removeAll(lost);
                    if (!other.equals(owner) && !rest.isEmpty()) {
                        next.put(other, rest);
                    }
                });
        if (!mine.isEmpty()) {
            next.put(owner, mine);
        }
        return new FieldOwners(next);
    }

    boolean ownedByOthers(Owner owner, String path) {
        return fields.entrySet().stream()
                .anyMatch(
                        e ->
                                !e.getKey().equals(owner)
                                        && e.getValue().stream()
                                                .anyMatch(
                                                        p ->
                                                                p.equals(path)
                                                                        || p.startsWith(
                                                                                path
                                                                                        + Fields
                                                                                                .JOIN)));
    }

    /**
     * Those that an update's managed fields name; as in Kubernetes everyone where it names nobody,
     * and nobody where it has entries without a name.
     */
    FieldOwners only(List<?> entries) {
        Map<Owner, Set<String>> next = new TreeMap<>();
        fields.forEach(
                (owner, owned) -> {
                    boolean named =
                            entries.stream()
                                    .anyMatch(
                                            e ->
                                                    e instanceof Map<?, ?> entry
                                                            && owner.manager()
                                                                    .equals(entry.get("manager"))
                                                            && owner.operation()
                                                                    .equals(
                                                                            entry.get(
                                                                                    "operation")));
                    if (named) {
                        next.put(owner, owned);
                    }
                });
        return entries.isEmpty() ? this : new FieldOwners(next);
    }

    /** As {@code metadata.managedFields}. */
    List<Map<String, Object>> managedFields(String apiVersion) {
        return fields.entrySet().stream()
                .map(
                        e -> {
                            Map<String, Object> entry = new LinkedHashMap<>();
                            entry.put("manager", e.getKey().manager());
                            entry.put("operation", e.getKey().operation());
                            entry.put("apiVersion", apiVersion);
                            entry.put("fieldsType", "FieldsV1");
                            entry.put("fieldsV1", Fields.v1(e.getValue()));
                            return entry;
                        })
                .collect(Collectors.toCollection(ArrayList::new));
    }
}
