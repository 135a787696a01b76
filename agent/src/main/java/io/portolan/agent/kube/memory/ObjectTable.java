package io.portolan.agent.kube.memory;

import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The objects of a cluster and what happened to them. Not safe for many threads: the cluster's lock
 * guards it.
 */
final class ObjectTable {
    private final TreeMap<Key, Stored> objects = new TreeMap<>();
    private final History history;
    private final Identity identity;

    ObjectTable(History history, Identity identity) {
        this.history = history;
        this.identity = identity;
    }

    /** Where an object stands, whatever version of its API is asked for. */
    record Key(String group, String kind, String namespace, String name)
            implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::group)
                        .thenComparing(Key::kind)
                        .thenComparing(Key::namespace)
                        .thenComparing(Key::name);

        static Key of(KubeObject object) {
            return new Key(object.group(), object.kind(), object.namespace(), object.name());
        }

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    record Stored(KubeObject live, FieldOwners owners) {}

    Optional<Stored> find(Key key) {
        return Optional.ofNullable(objects.get(key));
    }

    Optional<KubeObject> live(String group, String kind, String namespace, String name) {
        return find(new Key(group, kind, namespace, name)).map(Stored::live);
    }

    /** All of a kind by namespace and name, as they are now: changes meanwhile do not show. */
    List<KubeObject> all(String group, String kind) {
        List<KubeObject> found = new ArrayList<>();
        for (Map.Entry<Key, Stored> e :
                objects.tailMap(new Key(group, kind, "", ""), true).entrySet()) {
            if (!e.getKey().group().equals(group) || !e.getKey().kind().equals(kind)) {
                break;
            }
            found.add(e.getValue().live());
        }
        return found;
    }

    List<KubeObject> everything() {
        return objects.values().stream().map(Stored::live).toList();
    }

    /** Puts a new object there with an identity of its own. */
    KubeObject create(Map<String, Object> json, FieldOwners owners, String now) {
        Map<String, Object> metadata = Trees.child(json, "metadata");
        metadata.put("uid", identity.uid());
        metadata.put("creationTimestamp", now);
        Defaults.fill(json, identity);
        if (Defaults.hasGeneration(json)) {
            metadata.put("generation", 1);
        }
        KubeObject live = sealed(json, owners);
        objects.put(Key.of(live), new Stored(live, owners));
        history.set(null, live);
        return live;
    }

    /** Writes a changed object; one that did not change keeps its version, as in Kubernetes. */
    KubeObject update(Stored before, Map<String, Object> json, FieldOwners owners) {
        Defaults.fill(json, identity);
        if (same(before.live().json(), json) && before.owners().equals(owners)) {
            return before.live();
        }
        Map<String, Object> metadata = Trees.child(json, "metadata");
        if (metadata.containsKey("generation")
                && !content(before.live().json()).equals(content(json))) {
            metadata.put("generation", Trees.number(metadata, "generation", 0) + 1);
        }
        KubeObject live = sealed(json, owners);
        Key key = Key.of(live);
        boolean leaves =
                metadata.containsKey("deletionTimestamp")
                        && !metadata.containsKey("finalizers")
                        && !lingers(live);
        if (leaves) {
            objects.remove(key);
            history.removed(live);
        } else {
            objects.put(key, new Stored(live, owners));
            history.set(before.live(), live);
        }
        return live;
    }

    void remove(KubeObject object) {
        Stored stored = objects.remove(Key.of(object));
        if (stored != null) {
            history.removed(
                    stored.live().with(history.nextVersion(), "metadata", "resourceVersion"));
        }
    }

    /** Pods and namespaces go when their kubelet or controller says so, not at once. */
    static boolean lingers(KubeObject object) {
        return object.group().isEmpty()
                && (object.kind().equals("Pod") || object.kind().equals("Namespace"));
    }

    private KubeObject sealed(Map<String, Object> json, FieldOwners owners) {
        Map<String, Object> metadata = Trees.child(json, "metadata");
        metadata.put("resourceVersion", history.nextVersion());
        metadata.put("managedFields", owners.managedFields(String.valueOf(json.get("apiVersion"))));
        return new KubeObject(json);
    }

    private static boolean same(Map<String, Object> one, Map<String, Object> other) {
        return bare(one).equals(bare(other));
    }

    private static Map<String, Object> bare(Map<String, Object> json) {
        Map<String, Object> copy = Trees.copy(json);
        Map<String, Object> metadata = Trees.child(copy, "metadata");
        metadata.remove("resourceVersion");
        metadata.remove("managedFields");
        return copy;
    }

    private static Map<String, Object> content(Map<String, Object> json) {
        Map<String, Object> copy = Trees.copy(json);
        copy.remove("metadata");
        copy.remove("status");
        return copy;
    }
}
