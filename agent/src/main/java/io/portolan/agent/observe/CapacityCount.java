package io.portolan.agent.observe;

import static io.portolan.agent.observe.StatusFields.condition;
import static io.portolan.agent.observe.StatusFields.objects;
import static io.portolan.agent.observe.StatusFields.text;

import io.portolan.agent.observe.StatusFields.State;
import io.portolan.model.Quantity;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.PodRequest;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds up a cluster's room while lists are read, object by object in any order. Counts nodes that
 * are ready and take pods of everyone; of pods those that may still run, on these nodes or on none
 * yet, but for those that fit on none. Pods of this fleet's own applications are told apart by the
 * label that every workload of a work gives to its pods. Used by one thread.
 */
public final class CapacityCount {
    private static final Set<String> KEEPING_AWAY = Set.of("NoSchedule", "NoExecute");

    private final Set<String> held;
    private final Map<String, PodRequest> requestedByNode = new HashMap<>();
    private final Map<String, PodRequest> ownByNode = new HashMap<>();
    private final Map<String, PodRequest> allocatableByNode = new HashMap<>();

    /**
     * @param held uids of the applications whose pods are this fleet's own
     */
    public CapacityCount(Set<String> held) {
        this.held = Set.copyOf(held);
    }

    public void node(KubeObject node) {
        boolean usable =
                condition(node, "Ready").filter(State::isTrue).isPresent()
                        && !Boolean.TRUE.equals(node.at("spec", "unschedulable"))
                        && objects(node.at("spec", "taints")).stream()
                                .noneMatch(t -> KEEPING_AWAY.contains(text(t, "effect")));
        if (usable) {
            allocatableByNode.put(node.name(), amount(node.map("status", "allocatable")));
        }
    }

    public void pod(KubeObject pod) {
        String phase = text(pod, "status", "phase");
        String node = text(pod, "spec", "nodeName");
        if (!phase.equals("Succeeded") && !phase.equals("Failed") && !homeless(pod, node)) {
            PodRequest request = PodRequest.of(pod.map("spec"));
            requestedByNode.merge(node, request, PodRequest::plus);
            if (held.contains(pod.label(Labels.APPLICATION_UID))) {
                ownByNode.merge(node, request, PodRequest::plus);
            }
        }
    }

    /**
     * What the scheduler found no node for takes no room: else one pod that is too large for every
     * node would keep everything out of the cluster.
     */
    private static boolean homeless(KubeObject pod, String node) {
        return node.isEmpty()
                && condition(pod, "PodScheduled").filter(s -> !s.isTrue()).isPresent();
    }

    public Capacity sum() {
        PodRequest allocatable = PodRequest.NONE;
        PodRequest requested = requestedByNode.getOrDefault("", PodRequest.NONE);
        PodRequest own = ownByNode.getOrDefault("", PodRequest.NONE);
        for (Map.Entry<String, PodRequest> node : allocatableByNode.entrySet()) {
            allocatable = allocatable.plus(node.getValue());
            requested =
                    requested.plus(requestedByNode.getOrDefault(node.getKey(), PodRequest.NONE));
            own = own.plus(ownByNode.getOrDefault(node.getKey(), PodRequest.NONE));
        }
        return new Capacity(
                allocatableByNode.size(),
                allocatable.millis(),
                allocatable.bytes(),
                requested.millis(),
                requested.bytes(),
                Optional.of(own.millis()),
                Optional.of(own.bytes()));
    }

    private static PodRequest amount(Map<String, Object> resources) {
        Quantity cpu = quantity(resources.get("cpu"));
        Quantity memory = quantity(resources.get("memory"));
        return new PodRequest(cpu.millis(), memory.bytes());
    }

    private static Quantity quantity(@Nullable Object value) {
        String text = String.valueOf(value);
        return new Quantity(value != null && Quantity.valid(text) ? text : "0");
    }
}
