package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.observe.Labels;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fence F2: the agent's word that nothing runs, and when it must not give it. */
class DemotionTest {
    private final Scene scene = new Scene();

    @BeforeEach
    void runs() {
        scene.want("a1", Role.ACTIVE, 1, 1, web());
        scene.settle();
        assertEquals(2, pods().size());
    }

    @Test
    void provesAStopThatItSaw() {
        scene.want("a1", Role.STANDBY, 2, 2, web());
        scene.settle();

        WorkStatus status = scene.central.status("a1");
        assertTrue(status.demotion().orElseThrow().proves());
        assertEquals(2, status.demotion().get().sequence());
        assertEquals(2, status.demotion().get().epoch());
        assertEquals(Health.STOPPED, status.health());
        assertEquals(List.of(), pods());
    }

    /** Under its name something of another runs, which is none of its pods. */
    @Test
    void whatBelongsToAnotherIsNothingToStop() {
        KubeObject claimed =
                web().with("a2", "metadata", "labels", Labels.APPLICATION_UID)
                        .with(
                                "a2",
                                "spec",
                                "template",
                                "metadata",
                                "labels",
                                Labels.APPLICATION_UID);
        scene.want("a2", Role.QUARANTINED, 1, 1, claimed);
        scene.settle();
        WorkStatus status = scene.central.status("a2");
        assertTrue(status.message().contains("belongs to another application"), status.message());
        assertTrue(status.demotion().orElseThrow().proves());
        assertEquals(2, pods().size());
    }

    @Test
    void saysNothingWhileAPodIsStillEnding() {
        scene.want("a1", Role.STANDBY, 2, 2, web());
        for (int i = 0; i < 200; i++) {
            scene.pass(Duration.ZERO);
            boolean proved =
                    scene.central.status("a1").demotion().map(d -> d.proves()).orElse(false);
            assertTrue(!proved || pods().isEmpty(), "proved while pods were there");
        }
        assertTrue(scene.central.status("a1").demotion().isPresent());
    }

    @Test
    void aPodRemovedByForceIsNamedAndProvesNothing() {
        scene.cluster.nodeReady("node-1", false);
        scene.pass(Duration.ZERO);
        scene.want("a1", Role.STANDBY, 2, 2, web());
        scene.settle();
        assertTrue(scene.central.status("a1").demotion().isEmpty(), "its kubelet is silent");

        pods().forEach(p -> scene.cluster.vanish(p.ref()));
        scene.settle();
        var demotion = scene.central.status("a1").demotion().orElseThrow();
        assertFalse(demotion.proves());
        assertEquals(2, demotion.vanished().size());
        assertTrue(demotion.vanished().getFirst().startsWith("shop/web-"));
    }

    @Test
    void aPodThatWentWhileTheAgentWasDownCountsAsVanished() {
        scene.cluster.nodeReady("node-1", false);
        scene.want("a1", Role.STANDBY, 2, 2, web());
        scene.settle();
        scene.agent.die();
        pods().forEach(p -> scene.cluster.vanish(p.ref()));
        scene.cluster.nodeReady("node-1", true);
        scene.restart();
        scene.settle();
        assertEquals(2, scene.central.status("a1").demotion().orElseThrow().vanished().size());
    }

    @Test
    void takesReplicasBackByForceWhileItStandsBy() {
        scene.want("a1", Role.STANDBY, 2, 2, web());
        scene.settle();
        for (int i = 0; i < 5; i++) {
            scene.cluster.patchAs(
                    "kubectl-edit",
                    deploymentRef("web"),
                    new KubeObject(Map.of("spec", Map.of("replicas", 3))),
                    null);
            scene.settle();
            assertEquals(List.of(), pods());
        }
        assertTrue(scene.central.status("a1").demotion().orElseThrow().proves());
    }

    @Test
    void quarantinesBeforeAnythingElseWhenWelcomed() {
        scene.agent.die();
        scene.central.quarantined.add(new Uid("a1"));
        scene.restart();
        scene.settle();
        assertEquals(List.of(), pods());
        WorkStatus status = scene.central.status("a1");
        assertEquals(Role.QUARANTINED, status.role());
        assertTrue(status.demotion().orElseThrow().proves());
        assertEquals(Role.QUARANTINED, scene.disk.load().applications().getFirst().work().role());
    }

    @Test
    void leavesOutTheAutoscaler() {
        KubeObject scaler =
                Scene.object("autoscaling/v2", "HorizontalPodAutoscaler", "a1", "web")
                        .with(Map.of("minReplicas", 1, "maxReplicas", 3), "spec");
        ObjectRef ref = Scene.ref("autoscaling/v2", "HorizontalPodAutoscaler", "web");
        scene.want("a1", Role.ACTIVE, 1, 2, web(), scaler);
        scene.settle();
        assertTrue(scene.exists(ref));
        scene.want("a1", Role.STANDBY, 2, 3, web(), scaler);
        scene.settle();
        assertFalse(scene.exists(ref));
        scene.want("a1", Role.ACTIVE, 3, 4, web(), scaler);
        scene.settle();
        assertTrue(scene.exists(ref));
    }

    private static KubeObject web() {
        return deployment("a1", "web", 2, "img:1");
    }

    private List<KubeObject> pods() {
        List<KubeObject> pods = new ArrayList<>();
        scene.cluster.list(new TypeRef("v1", "Pod"), Labels.APPLICATION_UID + "=a1", pods::add);
        return pods;
    }
}
