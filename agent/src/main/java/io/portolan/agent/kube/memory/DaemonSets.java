package io.portolan.agent.kube.memory;

import io.portolan.model.app.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** One pod on each node. */
final class DaemonSets {
    private static final String REVISION = "controller-revision-hash";

    private DaemonSets() {}

    static void reconcile(World world, KubeObject set) {
        if (PodStates.leaving(set)) {
            return;
        }
        List<String> nodes = world.table().all("", "Node").stream().map(KubeObject::name).toList();
        String hash = World.hash(set);
        Set<String> served =
                world.podsOf(set).stream()
                        .filter(p -> !PodStates.ended(p))
                        .map(p -> String.valueOf(p.at("spec", "nodeName")))
                        .collect(Collectors.toSet());
        for (String node : nodes) {
            if (!served.contains(node)) {
                var _ =
                        world.pod(
                                placed(set, node),
                                set.name() + "-" + world.identity().suffix(),
                                Map.of(REVISION, hash));
            }
        }
        world.podsOf(set).stream()
                .filter(PodStates::counts)
                .filter(
                        p ->
                                !p.label(REVISION).equals(hash)
                                        || !nodes.contains(p.at("spec", "nodeName")))
                .findFirst()
                .ifPresent(world::delete);
        status(world, set, nodes.size(), hash);
    }

    /**
     * The set as if its template named the node: its controller, not the scheduler, places pods.
     */
    private static KubeObject placed(KubeObject set, String node) {
        return set.with(node, "spec", "template", "spec", "nodeName");
    }

    private static void status(World world, KubeObject set, int nodes, String hash) {
        List<KubeObject> pods = world.podsOf(set).stream().filter(PodStates::counts).toList();
        int ready = (int) pods.stream().filter(PodStates::ready).count();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("observedGeneration", World.generation(set));
        status.put("desiredNumberScheduled", nodes);
        status.put("currentNumberScheduled", pods.size());
        status.put("numberMisscheduled", 0);
        status.put("numberReady", ready);
        status.put("numberAvailable", ready);
        status.put("numberUnavailable", Math.max(0, nodes - ready));
        status.put(
                "updatedNumberScheduled",
                (int) pods.stream().filter(p -> p.label(REVISION).equals(hash)).count());
        world.status(set, status);
    }
}
