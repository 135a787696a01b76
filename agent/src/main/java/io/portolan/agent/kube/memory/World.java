package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every controller has: the objects, a way to write them, and the time of this act. */
record World(
        ObjectTable table,
        Writes writes,
        Identity identity,
        MemoryCluster.Settings settings,
        Instant now) {
    static final String MANAGER = "kube-controller-manager";

    String time() {
        return Writes.text(now);
    }

    boolean passed(Object since, Duration duration) {
        return since instanceof String s && !Instant.parse(s).plus(duration).isAfter(now);
    }

    List<KubeObject> apps(String kind) {
        return table.all("apps", kind);
    }

    List<KubeObject> pods() {
        return table.all("", "Pod");
    }

    /** Objects that the owner controls. */
    List<KubeObject> controlledBy(KubeObject owner, List<KubeObject> candidates) {
        return candidates.stream()
                .filter(o -> o.namespace().equals(owner.namespace()))
                .filter(
                        o ->
                                Trees.maps(o.at("metadata", "ownerReferences")).stream()
                                        .anyMatch(r -> owner.uid().equals(r.get("uid"))))
                .toList();
    }

    List<KubeObject> podsOf(KubeObject owner) {
        return controlledBy(owner, pods());
    }

    /** A dependent of the owner with the labels and spec of a template. */
    Map<String, Object> dependent(
            KubeObject owner, String apiVersion, String kind, String name, Map<String, ?> labels) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("apiVersion", apiVersion);
        json.put("kind", kind);
        Map<String, Object> metadata = Trees.child(json, "metadata");
        metadata.put("name", name);
        metadata.put("namespace", owner.namespace());
        metadata.put("labels", Trees.copy(labels));
        Map<String, Object> reference = new LinkedHashMap<>();
        reference.put("apiVersion", owner.apiVersion());
        reference.put("kind", owner.kind());
        reference.put("name", owner.name());
        reference.put("uid", owner.uid());
        reference.put("controller", true);
        reference.put("blockOwnerDeletion", true);
        metadata.put("ownerReferences", new ArrayList<>(List.of(reference)));
        return json;
    }

    /** A pod as the owner's template says. */
    Applied pod(KubeObject owner, String name, Map<String, ?> moreLabels) {
        KubeObject template = new KubeObject(owner.map("spec", "template"));
        Map<String, Object> labels = Trees.copy(template.map("metadata", "labels"));
        labels.putAll(moreLabels);
        Map<String, Object> json = dependent(owner, "v1", "Pod", name, labels);
        Map<String, Object> annotations = template.map("metadata", "annotations");
        if (!annotations.isEmpty()) {
            Trees.child(json, "metadata").put("annotations", Trees.copy(annotations));
        }
        json.put("spec", Trees.copy(template.map("spec")));
        return writes.create(json, MANAGER);
    }

    void delete(KubeObject object) {
        ObjectRef ref = object.ref();
        var _ = writes.delete(ref, object.uid());
    }

    void status(KubeObject object, Map<String, Object> status) {
        writes.status(object, status);
    }

    static int replicas(KubeObject workload) {
        return Trees.number(workload.map("spec"), "replicas", 1);
    }

    static int generation(KubeObject object) {
        return Trees.number(object.map("metadata"), "generation", 1);
    }

    /** Stable name of a template's content. */
    static String hash(KubeObject workload) {
        return Integer.toHexString(workload.map("spec", "template").hashCode());
    }
}
