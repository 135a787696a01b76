package io.portolan.agent.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.app.KubeObject;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CapacityCountTest {
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;

    private final CapacityCount count = new CapacityCount(Set.of("mine"));

    @Test
    void nothingIsNothing() {
        assertEquals(new Capacity(0, 0, 0, 0, 0, Optional.of(0L), Optional.of(0L)), count.sum());
    }

    @Test
    void nodesThatTakeNoPodsDoNotCountNorDoTheirPods() {
        count.pod(pod("cordoned", "Running", container("1", "1Gi")));
        count.node(node("good", "True", Map.of()));
        count.node(node("silent", "Unknown", Map.of()));
        count.node(node("cordoned", "True", Map.of("unschedulable", true)));
        count.node(
                node(
                        "control-plane",
                        "True",
                        Map.of("taints", List.of(Map.of("key", "k", "effect", "NoSchedule")))));
        count.node(
                node(
                        "soft",
                        "True",
                        Map.of("taints", List.of(Map.of("effect", "PreferNoSchedule")))));
        assertEquals(
                new Capacity(2, 7800, 16 * GIB, 0, 0, Optional.of(0L), Optional.of(0L)),
                count.sum());
    }

    @Test
    void podsCountOnceScheduledOrNotUntilTheyEnd() {
        count.node(node("good", "True", Map.of()));
        count.pod(pod("good", "Running", container("500m", "128Mi"), container("250m", "128Mi")));
        count.pod(pod("", "Pending", container("1", "1Gi")));
        count.pod(pod("good", "Succeeded", container("4", "4Gi")));
        count.pod(pod("good", "Failed", container("4", "4Gi")));
        count.pod(pod("good", "Running", Map.of("name", "asks-nothing")));
        Capacity sum = count.sum();
        assertEquals(1750, sum.requestedMillis());
        assertEquals(GIB + 256 * MIB, sum.requestedBytes());
    }

    @Test
    void aPodThatNoNodeTakesTakesNoRoom() {
        count.node(node("good", "True", Map.of()));
        count.pod(
                pod("", "Pending", container("999", "1Gi"))
                        .with(
                                List.of(
                                        Map.of(
                                                "type",
                                                "PodScheduled",
                                                "status",
                                                "False",
                                                "reason",
                                                "Unschedulable")),
                                "status",
                                "conditions"));
        assertEquals(0, count.sum().requestedMillis());
    }

    @Test
    void podsOfApplicationsThatAreHeldAreTheFleetsOwn() {
        count.node(node("good", "True", Map.of()));
        count.pod(of("mine", pod("good", "Running", container("500m", "128Mi"))));
        count.pod(of("mine", pod("", "Pending", container("100m", "1Mi"))));
        count.pod(of("mine", pod("good", "Succeeded", container("4", "4Gi"))));
        count.pod(of("mine", pod("lost", "Running", container("4", "4Gi"))));
        count.pod(of("left", pod("good", "Running", container("1", "1Gi"))));
        count.pod(pod("good", "Running", container("2", "2Gi")));
        Capacity sum = count.sum();
        assertEquals(3600, sum.requestedMillis());
        assertEquals(Optional.of(600L), sum.ownMillis());
        assertEquals(Optional.of(129 * MIB), sum.ownBytes());
    }

    private static KubeObject of(String application, KubeObject pod) {
        return pod.with(Map.of("portolan.io/application-uid", application), "metadata", "labels");
    }

    @Test
    void initContainersSidecarsAndOverheadCountAsTheSchedulerCounts() {
        count.node(node("good", "True", Map.of()));
        Map<String, Object> sidecar = new LinkedHashMap<>(container("100m", "64Mi"));
        sidecar.put("restartPolicy", "Always");
        KubeObject pod =
                pod("good", "Running", container("500m", "128Mi"))
                        .with(List.of(sidecar, container("2", "32Mi")), "spec", "initContainers")
                        .with(Map.of("cpu", "10m", "memory", "8Mi"), "spec", "overhead");
        count.pod(pod);
        // cpu: the init container beside the sidecar; memory: both containers together.
        assertEquals(2110, count.sum().requestedMillis());
        assertEquals(200 * MIB, count.sum().requestedBytes());
    }

    @Test
    void requestOfTheWholePodGoesFirst() {
        count.node(node("good", "True", Map.of()));
        count.pod(
                pod("good", "Running", container("500m", "128Mi"))
                        .with(Map.of("requests", Map.of("cpu", "3")), "spec", "resources"));
        assertEquals(3000, count.sum().requestedMillis());
        assertEquals(128 * MIB, count.sum().requestedBytes());
    }

    private static KubeObject node(String name, String ready, Map<String, Object> spec) {
        return new KubeObject(
                Map.of(
                        "kind",
                        "Node",
                        "metadata",
                        Map.of("name", name),
                        "spec",
                        spec,
                        "status",
                        Map.of(
                                "allocatable",
                                Map.of("cpu", "3900m", "memory", "8Gi", "pods", "110"),
                                "conditions",
                                List.of(Map.of("type", "Ready", "status", ready)))));
    }

    @SafeVarargs
    private static KubeObject pod(String node, String phase, Map<String, Object>... containers) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("containers", List.of(containers));
        if (!node.isEmpty()) {
            spec.put("nodeName", node);
        }
        return new KubeObject(
                Map.of(
                        "kind",
                        "Pod",
                        "metadata",
                        Map.of("name", "p"),
                        "spec",
                        spec,
                        "status",
                        Map.of("phase", phase)));
    }

    private static Map<String, Object> container(String cpu, String memory) {
        return Map.of("resources", Map.of("requests", Map.of("cpu", cpu, "memory", memory)));
    }
}
