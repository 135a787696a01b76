package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.observe.Labels;
import io.portolan.model.Condition;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is taken over of an object that others made, and what is left to them. */
class AdoptionTest {
    private final Scene scene = new Scene();

    @Test
    void fieldsOfWhoAppliedItAreTakenAndTheReplicasOfAnAutoscalerAreNot() {
        scene.cluster.namespace("shop");
        KubeObject theirs =
                deployment("x", "web", 5, "theirs")
                        .with(Map.of("name", "web", "namespace", "shop"), "metadata");
        scene.cluster.applyAs("argo", theirs, true);
        scene.cluster.patchAs(
                "horizontal-pod-autoscaler",
                deploymentRef("web"),
                new KubeObject(Map.of("spec", Map.of("replicas", 50))),
                null);
        scene.put("a1", Role.ACTIVE, 1, 1, false, true, deployment("a1", "web", 2, "ours"));
        scene.settle();

        KubeObject live = scene.live(deploymentRef("web"));
        assertEquals(50, live.at("spec", "replicas"));
        assertTrue(live.map("spec").toString().contains("image=ours"), live.json().toString());
        assertEquals("a1", live.label(Labels.APPLICATION_UID));
        assertTrue(
                Condition.find(scene.central.status("a1").conditions(), "FieldsYielded")
                        .orElseThrow()
                        .message()
                        .contains("horizontal-pod-autoscaler"));

        scene.put("a1", Role.ACTIVE, 1, 2, false, true, deployment("a1", "web", 2, "newer"));
        scene.settle();
        assertEquals(50, scene.live(deploymentRef("web")).at("spec", "replicas"));
    }
}
