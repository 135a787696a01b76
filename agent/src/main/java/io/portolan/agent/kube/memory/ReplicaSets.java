package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.model.app.KubeObject;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps as many pods as a ReplicaSet asks for. */
final class ReplicaSets {
    /** Whom to stop first: those that serve least, then the youngest. */
    private static final Comparator<KubeObject> LEAST_USEFUL =
            Comparator.comparing(PodStates::ready)
                    .thenComparing(KubeObject::uid, Comparator.reverseOrder());

    private ReplicaSets() {}

    static void reconcile(World world, KubeObject set) {
        if (PodStates.leaving(set)) {
            return;
        }
        List<KubeObject> pods = world.podsOf(set).stream().filter(PodStates::counts).toList();
        int missing = World.replicas(set) - pods.size();
        String failure = "";
        for (int i = 0; i < missing && failure.isEmpty(); i++) {
            if (world.pod(set, set.name() + "-" + world.identity().suffix(), Map.of())
                    instanceof Applied.Refused(_, _, String message)) {
                failure = message;
            }
        }
        pods.stream().sorted(LEAST_USEFUL).limit(Math.max(0, -missing)).forEach(world::delete);
        status(world, set, failure);
    }

    private static void status(World world, KubeObject set, String failure) {
        List<KubeObject> pods = world.podsOf(set).stream().filter(PodStates::counts).toList();
        int ready = (int) pods.stream().filter(PodStates::ready).count();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("conditions", Trees.maps(set.at("status", "conditions")));
        status.put("observedGeneration", World.generation(set));
        status.put("replicas", pods.size());
        status.put("fullyLabeledReplicas", pods.size());
        status.put("readyReplicas", ready);
        status.put("availableReplicas", ready);
        if (failure.isEmpty()) {
            Conditions.drop(status, "ReplicaFailure");
        } else {
            Conditions.set(status, "ReplicaFailure", true, "FailedCreate", failure, world.time());
        }
        world.status(set, status);
    }
}
