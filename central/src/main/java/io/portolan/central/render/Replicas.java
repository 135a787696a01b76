package io.portolan.central.render;

import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.KubeObject;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The numbers of an application that a placement policy may divide over clusters: a container's
 * replicas under its component's name, and those that a manifest of a workload states under {@code
 * component/Kind/name}. A manifest that states none leaves the number to others, such as an
 * autoscaler, and is not divided.
 */
public final class Replicas {
    private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet", "ReplicaSet");

    private Replicas() {}

    public static Map<String, Integer> of(ApplicationSpec spec) {
        Map<String, Integer> out = new TreeMap<>();
        for (Component component : spec.components()) {
            switch (component.source()) {
                case Component.Container c -> out.put(component.name(), c.replicas());
                case Component.Manifests m ->
                        m.objects().stream()
                                .filter(Replicas::states)
                                .forEach(o -> out.put(key(component.name(), o), number(o)));
            }
        }
        return out;
    }

    /** The object with the cluster's part of its replicas. */
    static KubeObject part(String component, KubeObject object, Map<String, Integer> parts) {
        String key = key(component, object);
        return states(object) && parts.containsKey(key)
                ? object.with(parts.get(key), "spec", "replicas")
                : object;
    }

    private static boolean states(KubeObject object) {
        return object.group().equals("apps")
                && WORKLOADS.contains(object.kind())
                && object.at("spec", "replicas") instanceof Number n
                && n.longValue() >= 0
                && n.longValue() <= 1_000_000;
    }

    private static int number(KubeObject object) {
        return object.at("spec", "replicas") instanceof Number n ? n.intValue() : 0;
    }

    static String key(String component, KubeObject object) {
        return component + "/" + object.kind() + "/" + object.name();
    }
}
