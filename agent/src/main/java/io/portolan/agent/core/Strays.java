package io.portolan.agent.core;

import io.portolan.agent.core.Application.Key;
import io.portolan.agent.observe.Labels;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.cluster.ClusterStatus.Orphan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Objects that this agent's kind once applied, of applications that nobody asked it for. */
final class Strays {
    record Found(ObjectRef ref, String uid) {}

    private record Stray(Orphan who, Map<Key, Found> objects) {}

    private final Map<Uid, Stray> strays = new TreeMap<>();

    boolean isEmpty() {
        return strays.isEmpty();
    }

    /** Whether it is the first that is seen of its application. */
    boolean add(Uid application, KubeObject live) {
        boolean first = !strays.containsKey(application);
        strays.computeIfAbsent(
                        application,
                        uid ->
                                new Stray(
                                        new Orphan(
                                                live.label(Labels.TENANT),
                                                live.label(Labels.APPLICATION),
                                                uid),
                                        new LinkedHashMap<>()))
                .objects
                .put(Key.of(live.ref()), new Found(live.ref(), live.uid()));
        return first;
    }

    Map<Key, Found> take(Uid application) {
        Stray stray = strays.remove(application);
        return stray == null ? Map.of() : stray.objects;
    }

    /** Forgets what is there no more. Whether an application is gone by it. */
    boolean keep(Set<String> uids) {
        strays.values().forEach(s -> s.objects.values().removeIf(o -> !uids.contains(o.uid)));
        return strays.values().removeIf(s -> s.objects.isEmpty());
    }

    List<String> written() {
        return strays.values().stream().map(s -> s.who.written()).toList();
    }
}
