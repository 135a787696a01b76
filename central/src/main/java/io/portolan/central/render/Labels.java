package io.portolan.central.render;

import io.portolan.model.Metadata;
import io.portolan.model.app.KubeObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The labels by which objects that Portolan made are known in a cluster. */
public final class Labels {
    /** Everything below it is Portolan's to write. */
    public static final String PREFIX = "portolan.io/";

    public static final String MANAGED = PREFIX + "managed";
    public static final String TENANT = PREFIX + "tenant";
    public static final String APPLICATION = PREFIX + "application";
    public static final String APPLICATION_UID = PREFIX + "application-uid";
    public static final String COMPONENT = PREFIX + "component";

    /** On a hook's Job and its pod: the operation's name, and the point. */
    public static final String OPERATION = PREFIX + "operation";

    public static final String HOOK = PREFIX + "hook";

    /**
     * The one annotation below {@link #PREFIX} that owners write on an object: agents may delete it
     * and make it anew where a change of it cannot be made otherwise.
     */
    public static final String RECREATE = PREFIX + "recreate";

    private Labels() {}

    static Map<String, Object> of(Metadata application) {
        Map<String, Object> out = new TreeMap<>();
        out.put(MANAGED, "true");
        out.put(TENANT, application.tenant());
        out.put(APPLICATION, application.name());
        out.put(APPLICATION_UID, application.givenUid().value());
        return out;
    }

    /**
     * What pods carry besides: they are counted and stopped by the uid, found by people by name.
     */
    static Map<String, Object> ofPods(Metadata application) {
        Map<String, Object> out = new TreeMap<>();
        out.put(APPLICATION, application.name());
        out.put(APPLICATION_UID, application.givenUid().value());
        return out;
    }

    static KubeObject on(KubeObject object, Map<String, Object> labels, String... labelsPath) {
        Map<String, Object> all = new TreeMap<>(object.map(labelsPath));
        all.putAll(labels);
        return object.with(all, labelsPath);
    }

    /**
     * Where a workload keeps its pods' labels; agents find an application's pods by them. Empty for
     * kinds that make no pods.
     */
    static Optional<String[]> ofPods(KubeObject object) {
        boolean builtin = object.group().equals("apps") || object.group().equals("batch");
        return switch (builtin ? object.kind() : "") {
            case "Deployment", "StatefulSet", "ReplicaSet", "DaemonSet", "Job" ->
                    Optional.of(path("spec", "template", "metadata", "labels"));
            case "CronJob" ->
                    Optional.of(
                            path("spec", "jobTemplate", "spec", "template", "metadata", "labels"));
            default -> Optional.empty();
        };
    }

    private static String[] path(String... keys) {
        return keys;
    }
}
