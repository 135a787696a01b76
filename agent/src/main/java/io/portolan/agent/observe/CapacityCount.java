package io.portolan.agent.observe;

import static io.portolan.agent.observe.StatusFields.condition;
import static io.portolan.agent.observe.StatusFields.objects;
import static io.portolan.agent.observe.StatusFields.text;

import io.portolan.agent.observe.StatusFields.State;
import io.portolan.model.Quantity;
import io.portolan.model.app.KubeObject;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds up a cluster's room while lists are read, object by object in any order. Counts nodes that
 * are ready and take pods of everyone; of pods those that may still run, on these nodes or on none
 * yet. Pods of this fleet's own applications are told apart by the label that every workload of a
 * work gives to its pods. Used by one thread.
 */
public final class CapacityCount {
    private static final Set<String> KEEPING_AWAY = Set.of("NoSchedule", "NoExecute");

    private static final String APPLICATION_UID = "portolan.io/application-uid";

    private final Set<String> held;
    private final Map<String, Amount> requestedByNode = new HashMap<>();
    private final Map<String, Amount> ownByNode = new HashMap<>();
    private final Map<String, Amount> allocatableByNode = new HashMap<>();

    private record Amount(long millis, long bytes) {
        static final Amount NONE = new Amount(0, 0);

        Amount plus(Amount other) {
            return new Amount(sum(millis, other.millis), sum(bytes, other.bytes));
        }

        /** What is absurd stays more than anything, and does not turn negative. */
        private static long sum(long a, long b) {
            long sum = a + b;
            return a >= 0 && b >= 0 && sum < 0 ? Long.MAX_VALUE : sum;
        }

        Amount max(Amount other) {
            return new Amount(Math.max(millis, other.millis), Math.max(bytes, other.bytes));
        }
    }

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
        if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
            String node = text(pod, "spec", "nodeName");
            Amount request = request(pod);
            requestedByNode.merge(node, request, Amount::plus);
            if (held.contains(pod.label(APPLICATION_UID))) {
                ownByNode.merge(node, request, Amount::plus);
            }
        }
    }

    public Capacity sum() {
        Amount allocatable = Amount.NONE;
        Amount requested = requestedByNode.getOrDefault("", Amount.NONE);
        Amount own = ownByNode.getOrDefault("", Amount.NONE);
        for (Map.Entry<String, Amount> node : allocatableByNode.entrySet()) {
            allocatable = allocatable.plus(node.getValue());
            requested = requested.plus(requestedByNode.getOrDefault(node.getKey(), Amount.NONE));
            own = own.plus(ownByNode.getOrDefault(node.getKey(), Amount.NONE));
        }
        return new Capacity(
                allocatableByNode.size(),
                allocatable.millis,
                allocatable.bytes,
                requested.millis,
                requested.bytes,
                Optional.of(own.millis),
                Optional.of(own.bytes));
    }

    /**
     * As the scheduler counts: the larger of what runs together and what each init container needs
     * beside the sidecars started before it, plus overhead.
     */
    private static Amount request(KubeObject pod) {
        Amount together = Amount.NONE;
        Amount sidecars = Amount.NONE;
        Amount starting = Amount.NONE;
        for (KubeObject container : objects(pod.at("spec", "initContainers"))) {
            Amount one = amount(container.map("resources", "requests"));
            if (text(container, "restartPolicy").equals("Always")) {
                sidecars = sidecars.plus(one);
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.plus(one));
            }
        }
        for (KubeObject container : objects(pod.at("spec", "containers"))) {
            together = together.plus(amount(container.map("resources", "requests")));
        }
        Amount containers = together.plus(sidecars).max(starting);
        Map<String, Object> whole = pod.map("spec", "resources", "requests");
        Amount asked =
                new Amount(
                        whole.containsKey("cpu") ? amount(whole).millis : containers.millis,
                        whole.containsKey("memory") ? amount(whole).bytes : containers.bytes);
        return asked.plus(amount(pod.map("spec", "overhead")));
    }

    private static Amount amount(Map<String, Object> resources) {
        Quantity cpu = quantity(resources.get("cpu"));
        Quantity memory = quantity(resources.get("memory"));
        return new Amount(cpu.millis(), memory.bytes());
    }

    private static Quantity quantity(@Nullable Object value) {
        String text = String.valueOf(value);
        return new Quantity(value != null && Quantity.valid(text) ? text : "0");
    }
}
