package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.direct.DirectAgent;
import io.portolan.agent.direct.MemoryState;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.observe.Labels;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Removed" means that no object is left and nothing runs any more. */
class RemovalTest {
    private final Scene scene = new Scene();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isSaidWhenThePodsHaveEndedAndNotBefore(boolean singleWriter) {
        runs(singleWriter);
        tombstone(singleWriter);
        boolean waited = false;
        for (int i = 0; i < 200 && !removed(); i++) {
            waited |= !scene.exists(deploymentRef("web"));
            scene.pass(Duration.ofMillis(10));
        }
        assertTrue(removed());
        assertEquals(List.of(), running());
        assertTrue(waited, "the objects go before their pods end");
    }

    @Test
    void waitsForASilentNodeThatMayStillRunWhatTheApiForgot() {
        runs(true);
        scene.cluster.machines().cut("node-1");
        scene.pass(Duration.ofSeconds(60));
        pods().forEach(p -> scene.cluster.vanish(p.ref()));
        tombstone(true);
        scene.pass(Duration.ofSeconds(120));
        pods().forEach(p -> scene.cluster.vanish(p.ref()));
        scene.pass(Duration.ofSeconds(120));
        assertEquals(2, running().size());
        assertFalse(scene.exists(deploymentRef("web")));
        assertFalse(removed());
        assertTrue(
                scene.central.status("a1").troubles().stream()
                        .anyMatch(t -> t.reason().equals("MayStillRun")));

        scene.cluster.machines().join("node-1");
        scene.pass(Duration.ofSeconds(90));
        assertEquals(List.of(), running());
        assertTrue(removed());
    }

    @Test
    void anEmptyDiskHidesNothingThatATombstoneIsToRemove() {
        runs(false);
        scene.agent.die();
        tombstone(false);
        scene.agent = on(new MemoryState());
        scene.settle();
        assertTrue(removed());
        assertFalse(scene.exists(deploymentRef("web")));
        assertFalse(scene.exists(ref("v1", "ConfigMap", "settings")));
        assertEquals(List.of(), running());
    }

    @Test
    void whatTheContentNamesNoMoreGoesAlthoughTheDiskWasLost() {
        runs(false);
        scene.agent.die();
        KubeObject kept = deployment("a1", "web", 2, "img:1");
        scene.put("a1", Role.ACTIVE, 1, 2, false, false, kept);
        scene.agent = on(new MemoryState());
        scene.settle();
        assertTrue(scene.exists(deploymentRef("web")));
        assertFalse(scene.exists(ref("v1", "ConfigMap", "settings")));
    }

    @Test
    void anAgentThatDiesBeforeItHasLookedLooksInItsNextLife() {
        runs(false);
        scene.agent.die();
        tombstone(false);
        MemoryState disk = new MemoryState();
        scene.cluster.down(true);
        scene.agent = on(disk);
        scene.settle();
        assertFalse(disk.load().applications().isEmpty(), "the tombstone is on the disk");
        assertFalse(removed());

        scene.agent.die();
        scene.cluster.down(false);
        scene.agent = on(disk);
        scene.pass(Duration.ofSeconds(40));
        assertTrue(removed());
        assertFalse(scene.exists(deploymentRef("web")));
    }

    private DirectAgent on(MemoryState disk) {
        return new DirectAgent(AgentSettings.of("test"), disk, scene.cluster, scene.central);
    }

    private void runs(boolean singleWriter) {
        scene.put(
                "a1",
                Role.ACTIVE,
                1,
                1,
                singleWriter,
                false,
                deployment("a1", "web", 2, "img:1"),
                configMap("a1", "settings", "x"));
        scene.settle();
        assertEquals(2, running().size());
    }

    private void tombstone(boolean singleWriter) {
        scene.central.put(
                Scene.work("a1", Role.STANDBY, 2, 3, Optional.empty(), singleWriter, false), null);
    }

    private boolean removed() {
        WorkStatus status = scene.central.statuses.get(new Uid("a1"));
        return status != null && status.removed();
    }

    private List<KubeObject> running() {
        return scene.cluster.machines().running(Labels.APPLICATION_UID + "=a1");
    }

    private List<KubeObject> pods() {
        List<KubeObject> pods = new ArrayList<>();
        scene.cluster.list(new TypeRef("v1", "Pod"), Labels.APPLICATION_UID + "=a1", pods::add);
        return pods;
    }
}
