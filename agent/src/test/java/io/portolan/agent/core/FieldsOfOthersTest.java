package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.apply.FieldPath;
import io.portolan.model.Condition;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Fields of our objects that others hold or take. */
class FieldsOfOthersTest {
    private final Scene scene = new Scene();

    @Test
    void ignoresFieldsThatItNeverSet() {
        scene.want("a1", Role.ACTIVE, 1, 1, web(1));
        scene.settle();
        scene.cluster.patchAs(
                "kubectl-edit",
                deploymentRef("web"),
                patch(Map.of("metadata", Map.of("annotations", Map.of("note", "hello")))),
                null);
        scene.settle();
        assertEquals("hello", scene.live(deploymentRef("web")).annotation("note"));
    }

    @Test
    void aFieldLostThreeTimesIsAConditionAndNoWar() {
        scene.want("a1", Role.ACTIVE, 1, 1, web(2));
        scene.settle();
        for (int i = 0; i < 3; i++) {
            scene.cluster.patchAs(
                    "other",
                    deploymentRef("web"),
                    patch(Map.of("spec", Map.of("replicas", 5 + i))),
                    null);
            scene.settle();
        }
        assertEquals(7L, replicas());
        Condition contested =
                Condition.find(scene.central.status("a1").conditions(), "FieldContested")
                        .orElseThrow();
        assertTrue(contested.message().contains(".spec.replicas"), contested.message());
    }

    @Test
    void leavesAFieldToAnotherManagerThatApplies() {
        scene.want("a1", Role.ACTIVE, 1, 1, web(2));
        scene.settle();
        Map<String, Object> theirs = new LinkedHashMap<>();
        theirs.put("apiVersion", "apps/v1");
        theirs.put("kind", "Deployment");
        theirs.put("metadata", Map.of("name", "web", "namespace", "shop"));
        theirs.put("spec", Map.of("replicas", 4));
        scene.cluster.applyAs("scaler", new KubeObject(theirs), true);
        scene.settle();

        assertEquals(4L, replicas());
        assertTrue(
                Condition.find(scene.central.status("a1").conditions(), "FieldsYielded")
                        .orElseThrow()
                        .message()
                        .contains("scaler"));
    }

    /** Without a protocol, as most manifests; and across a later change of ours. */
    @Test
    void leavesAPortToAnotherManagerThatApplies() {
        ObjectRef web = ref("v1", "Service", "web");
        KubeObject ours = service(8080, "a");
        scene.want("a1", Role.ACTIVE, 1, 1, ours);
        scene.settle();
        KubeObject theirs =
                service(9090, "a").with(Map.of("name", "web", "namespace", "shop"), "metadata");
        scene.cluster.applyAs("argo", FieldPath.without(theirs, ".spec.selector"), true);
        scene.settle();
        assertEquals(9090, port(web));

        scene.want("a1", Role.ACTIVE, 1, 2, service(8080, "b"));
        scene.settle();
        assertEquals(9090, port(web));
        assertEquals("b", scene.live(web).at("spec", "selector", "app"));
        assertTrue(
                Condition.find(scene.central.status("a1").conditions(), "FieldsYielded")
                        .orElseThrow()
                        .message()
                        .contains("targetPort=argo"));
    }

    private Object port(ObjectRef service) {
        return scene.live(service).at("spec", "ports") instanceof List<?> ports
                        && ports.getFirst() instanceof Map<?, ?> port
                ? port.get("targetPort")
                : "";
    }

    private static KubeObject service(int target, String app) {
        return Scene.object("v1", "Service", "a1", "web")
                .with(
                        Map.of(
                                "selector",
                                Map.of("app", app),
                                "ports",
                                List.of(Map.of("port", 80, "targetPort", target))),
                        "spec");
    }

    private static KubeObject web(int replicas) {
        return deployment("a1", "web", replicas, "img:1");
    }

    private long replicas() {
        return ((Number) scene.live(deploymentRef("web")).at("spec", "replicas")).longValue();
    }

    private static KubeObject patch(Map<String, Object> json) {
        return new KubeObject(json);
    }
}
