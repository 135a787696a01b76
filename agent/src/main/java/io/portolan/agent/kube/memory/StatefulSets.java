package io.portolan.agent.kube.memory;

import io.portolan.model.app.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pods with names and volumes of their own, one after the other. */
final class StatefulSets {
    private static final String REVISION = "controller-revision-hash";

    private StatefulSets() {}

    static void reconcile(World world, KubeObject set) {
        if (PodStates.leaving(set)) {
            return;
        }
        boolean parallel = "Parallel".equals(set.at("spec", "podManagementPolicy"));
        if (!grow(world, set, parallel) || parallel) {
            shrinkOrRoll(world, set, parallel);
        }
        status(world, set);
    }

    /** Makes what is missing, in order. Returns whether it waits for a pod. */
    private static boolean grow(World world, KubeObject set, boolean parallel) {
        for (int i = 0; i < World.replicas(set); i++) {
            Optional<KubeObject> pod = pod(world, set, i);
            if (pod.isEmpty()) {
                claims(world, set, i);
                var _ = world.pod(set, name(set, i), labels(set, i));
            }
            boolean ready = pod.map(p -> PodStates.ready(p) && PodStates.counts(p)).orElse(false);
            if (!ready && !parallel) {
                // A broken old pod is replaced all the same, or an update could never repair it.
                pod.filter(p -> PodStates.counts(p) && !current(set, p)).ifPresent(world::delete);
                return true;
            }
        }
        return false;
    }

    private static void shrinkOrRoll(World world, KubeObject set, boolean parallel) {
        List<KubeObject> pods = world.podsOf(set);
        if (pods.stream().anyMatch(PodStates::leaving) && !parallel) {
            return;
        }
        for (int i = top(set, pods); i >= 0; i--) {
            Optional<KubeObject> pod = pod(world, set, i).filter(PodStates::counts);
            if (pod.isPresent() && (i >= World.replicas(set) || !current(set, pod.get()))) {
                world.delete(pod.get());
                if (!parallel) {
                    return;
                }
            }
        }
    }

    private static int top(KubeObject set, List<KubeObject> pods) {
        return pods.stream().mapToInt(p -> ordinal(set, p.name())).max().orElse(-1);
    }

    private static int ordinal(KubeObject set, String pod) {
        String rest =
                pod.startsWith(set.name() + "-") ? pod.substring(set.name().length() + 1) : "";
        return rest.matches("[0-9]{1,6}") ? Integer.parseInt(rest) : -1;
    }

    private static String name(KubeObject set, int ordinal) {
        return set.name() + "-" + ordinal;
    }

    private static Map<String, String> labels(KubeObject set, int ordinal) {
        return Map.of(
                REVISION,
                revision(set),
                "apps.kubernetes.io/pod-index",
                Integer.toString(ordinal),
                "statefulset.kubernetes.io/pod-name",
                name(set, ordinal));
    }

    private static String revision(KubeObject set) {
        return set.name() + "-" + World.hash(set);
    }

    private static boolean current(KubeObject set, KubeObject pod) {
        return pod.label(REVISION).equals(revision(set));
    }

    private static Optional<KubeObject> pod(World world, KubeObject set, int ordinal) {
        return world.table().live("", "Pod", set.namespace(), name(set, ordinal));
    }

    /** Volumes outlive their pods: they belong to the set's name, not to a pod. */
    private static void claims(World world, KubeObject set, int ordinal) {
        for (Map<String, Object> template : Trees.maps(set.at("spec", "volumeClaimTemplates"))) {
            KubeObject claim = new KubeObject(template);
            String name = claim.name() + "-" + name(set, ordinal);
            if (world.table().live("", "PersistentVolumeClaim", set.namespace(), name).isEmpty()) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("apiVersion", "v1");
                json.put("kind", "PersistentVolumeClaim");
                Map<String, Object> metadata = Trees.child(json, "metadata");
                metadata.put("name", name);
                metadata.put("namespace", set.namespace());
                metadata.put("labels", Trees.copy(set.map("spec", "selector", "matchLabels")));
                json.put("spec", Trees.copy(claim.map("spec")));
                var _ = world.writes().create(json, World.MANAGER);
            }
        }
    }

    private static void status(World world, KubeObject set) {
        List<KubeObject> pods = world.podsOf(set);
        int ready = (int) pods.stream().filter(PodStates::ready).count();
        int updated =
                (int) pods.stream().filter(p -> PodStates.counts(p) && current(set, p)).count();
        Map<String, Object> before = set.map("status");
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("observedGeneration", World.generation(set));
        status.put("replicas", pods.size());
        status.put("readyReplicas", ready);
        status.put("availableReplicas", ready);
        status.put("updatedReplicas", updated);
        status.put("updateRevision", revision(set));
        boolean rolled = updated == World.replicas(set) && ready == updated;
        status.put(
                "currentRevision",
                rolled ? revision(set) : before.getOrDefault("currentRevision", revision(set)));
        status.put("currentReplicas", rolled ? updated : pods.size() - updated);
        world.status(set, status);
    }
}
