package io.portolan.agent.kube.memory;

import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rolls a Deployment's ReplicaSets: a quarter more at most, a quarter fewer at most. */
final class Deployments {
    private final World world;

    Deployments(World world) {
        this.world = world;
    }

    void reconcile(KubeObject deployment) {
        if (PodStates.leaving(deployment)) {
            return;
        }
        String name = deployment.name() + "-" + World.hash(deployment);
        if (find(deployment, name).isEmpty()) {
            create(deployment, name);
        }
        List<KubeObject> old =
                sets(deployment).stream().filter(s -> !s.name().equals(name)).toList();
        find(deployment, name).ifPresent(current -> scale(deployment, current, old));
        status(deployment, name);
    }

    private void scale(KubeObject deployment, KubeObject current, List<KubeObject> old) {
        int wanted = World.replicas(deployment);
        int oldPods = old.stream().mapToInt(World::replicas).sum();
        if ("Recreate".equals(deployment.at("spec", "strategy", "type"))) {
            old.forEach(s -> resize(s, 0));
            boolean empty = old.stream().allMatch(s -> world.podsOf(s).isEmpty());
            resize(current, empty ? wanted : Math.min(wanted, World.replicas(current)));
            return;
        }
        int surge = (wanted + 3) / 4;
        int may = Math.max(0, wanted + surge - oldPods);
        resize(current, Math.min(wanted, may));
        int available = old.stream().mapToInt(Deployments::ready).sum() + ready(current);
        int spare = available - (wanted - wanted / 4);
        for (KubeObject set : old) {
            int unready = World.replicas(set) - ready(set);
            int fewer = Math.min(World.replicas(set), unready + Math.max(0, spare));
            resize(set, World.replicas(set) - fewer);
            spare -= Math.max(0, fewer - unready);
        }
    }

    private void create(KubeObject deployment, String name) {
        KubeObject template = new KubeObject(deployment.map("spec", "template"));
        Map<String, Object> hash = Map.of("pod-template-hash", World.hash(deployment));
        Map<String, Object> labels = Trees.copy(template.map("metadata", "labels"));
        labels.putAll(hash);
        Map<String, Object> json =
                world.dependent(deployment, "apps/v1", "ReplicaSet", name, labels);
        Map<String, Object> spec = Trees.child(json, "spec");
        spec.put("replicas", 0);
        spec.put("template", Trees.copy(template.json()));
        Trees.child(Trees.child(Trees.child(spec, "template"), "metadata"), "labels").putAll(hash);
        Map<String, Object> selector = Trees.child(Trees.child(spec, "selector"), "matchLabels");
        selector.putAll(Trees.copy(deployment.map("spec", "selector", "matchLabels")));
        selector.putAll(hash);
        var _ = world.writes().create(json, World.MANAGER);
    }

    private void resize(KubeObject set, int replicas) {
        if (World.replicas(set) != replicas) {
            var _ =
                    world.writes()
                            .patch(
                                    set.ref(),
                                    Map.of("spec", Map.of("replicas", replicas)),
                                    World.MANAGER,
                                    null);
        }
    }

    private List<KubeObject> sets(KubeObject deployment) {
        return world.controlledBy(deployment, world.apps("ReplicaSet"));
    }

    private Optional<KubeObject> find(KubeObject deployment, String name) {
        return world.table().live("apps", "ReplicaSet", deployment.namespace(), name);
    }

    private static int ready(KubeObject set) {
        return Trees.number(set.map("status"), "readyReplicas", 0);
    }

    private void status(KubeObject deployment, String name) {
        int wanted = World.replicas(deployment);
        int all = 0;
        int ready = 0;
        int updated = 0;
        String failure = "";
        for (KubeObject set : sets(deployment)) {
            int here = Trees.number(set.map("status"), "replicas", 0);
            all += here;
            ready += ready(set);
            updated += set.name().equals(name) ? here : 0;
            failure =
                    Conditions.find(set, "ReplicaFailure")
                            .map(c -> Trees.text(c, "message"))
                            .orElse(failure);
        }
        Map<String, Object> before = deployment.map("status");
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("conditions", Trees.maps(before.get("conditions")));
        status.put("observedGeneration", World.generation(deployment));
        status.put("replicas", all);
        status.put("updatedReplicas", updated);
        status.put("readyReplicas", ready);
        status.put("availableReplicas", ready);
        status.put("unavailableReplicas", Math.max(0, wanted - ready));
        boolean moved = false;
        for (Map.Entry<String, Object> e : status.entrySet()) {
            moved |=
                    !e.getKey().equals("conditions")
                            && !e.getValue().equals(before.get(e.getKey()));
        }
        boolean complete = updated == wanted && all == wanted && ready == wanted;
        boolean enough = ready >= wanted - wanted / 4;
        Conditions.set(
                status,
                "Available",
                enough,
                enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                enough
                        ? "Deployment has minimum availability."
                        : "Deployment does not have minimum availability.",
                world.time());
        progress(deployment, status, name, complete, moved);
        if (failure.isEmpty()) {
            Conditions.drop(status, "ReplicaFailure");
        } else {
            Conditions.set(status, "ReplicaFailure", true, "FailedCreate", failure, world.time());
        }
        world.status(deployment, status);
    }

    private void progress(
            KubeObject deployment,
            Map<String, Object> status,
            String name,
            boolean complete,
            boolean moved) {
        Map<String, Object> former =
                Conditions.find(deployment, "Progressing").map(Trees::copy).orElseGet(Map::of);
        int deadline = Trees.number(deployment.map("spec"), "progressDeadlineSeconds", 600);
        Object since = moved ? world.time() : former.getOrDefault("lastUpdateTime", world.time());
        boolean late = world.passed(since, Duration.ofSeconds(deadline));
        if (complete) {
            Conditions.set(
                    status,
                    "Progressing",
                    true,
                    "NewReplicaSetAvailable",
                    "ReplicaSet \"" + name + "\" has successfully progressed.",
                    world.time());
        } else if (late) {
            Conditions.set(
                    status,
                    "Progressing",
                    false,
                    "ProgressDeadlineExceeded",
                    "ReplicaSet \"" + name + "\" has timed out progressing.",
                    world.time());
        } else {
            Conditions.set(
                    status,
                    "Progressing",
                    true,
                    "ReplicaSetUpdated",
                    "ReplicaSet \"" + name + "\" is progressing.",
                    world.time());
        }
        Trees.maps(status.get("conditions")).stream()
                .filter(c -> "Progressing".equals(c.get("type")))
                .forEach(c -> c.put("lastUpdateTime", since));
    }
}
