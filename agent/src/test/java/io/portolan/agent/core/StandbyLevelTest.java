package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.wire.Content;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a cluster without the active role has ready. */
class StandbyLevelTest {
    private static final ObjectRef WEB = deploymentRef("web");
    private static final ObjectRef SETTINGS = ref("v1", "ConfigMap", "settings");

    private final Scene scene = new Scene();

    @Test
    void aColdStandbyMakesNothingUntilItHasTheRole() {
        cold(Role.STANDBY, 1, 1, web(), settings("1"));
        scene.settle();
        assertFalse(scene.exists(WEB));
        assertFalse(scene.exists(SETTINGS));
        assertFalse(
                scene.cluster.get(new ObjectRef("v1", "Namespace", "", "shop")) instanceof Found.Ok,
                "not even the namespace");
        WorkStatus status = status();
        assertEquals(1, status.appliedSequence(), status::toString);
        assertEquals(Health.STOPPED, status.health());
        assertEquals(0, status.inventory());
        assertTrue(status.demotion().orElseThrow().proves());

        scene.want("a1", Role.ACTIVE, 2, 2, web(), settings("1"));
        scene.settle();
        assertTrue(scene.exists(SETTINGS));
        assertEquals(Health.HEALTHY, status().health());
        assertEquals(2, status().readyReplicas());
    }

    /** Of an agent that was started anew in between, the same. */
    @Test
    void aColdStandbyGetsTheRoleAfterARestart() {
        cold(Role.STANDBY, 1, 1, web(), settings("1"));
        scene.settle();
        scene.restart();
        scene.settle();
        assertFalse(scene.exists(SETTINGS));
        scene.want("a1", Role.ACTIVE, 2, 2, web(), settings("1"));
        scene.settle();
        assertTrue(scene.exists(SETTINGS));
        assertEquals(2, status().readyReplicas());
    }

    @Test
    void whatIsThereOfTheTimeBeforeIsStoppedAndKept() {
        scene.want("a1", Role.ACTIVE, 1, 1, web(), settings("1"));
        scene.settle();
        cold(Role.QUARANTINED, 2, 2, web(), settings("1"));
        scene.settle();
        assertEquals(0, replicas());
        assertTrue(scene.exists(SETTINGS));
        assertTrue(status().demotion().orElseThrow().proves());
        assertEquals(2, status().inventory());

        KubeObject more = configMap("a1", "more", "1");
        cold(Role.STANDBY, 2, 3, web(), settings("2"), more);
        scene.settle();
        assertFalse(scene.exists(more.ref()), "what is new is not made");
        assertEquals("2", scene.live(SETTINGS).at("data", "key"), "what is there is kept current");
        assertEquals(3, status().appliedSequence());
    }

    @Test
    void whatAnotherHandDeletesIsNotMadeAgain() {
        scene.want("a1", Role.ACTIVE, 1, 1, web(), settings("1"));
        scene.settle();
        cold(Role.STANDBY, 2, 2, web(), settings("1"));
        scene.settle();
        scene.cluster.vanish(SETTINGS);
        scene.settle();
        assertFalse(scene.exists(SETTINGS));
        assertEquals(1, status().inventory());
        assertEquals(Health.STOPPED, status().health());
    }

    /** The proof stands on what is there, not on what the agent remembers. */
    @Test
    void anAgentThatLostItsDiskStopsWhatItFinds() {
        scene.want("a1", Role.ACTIVE, 1, 1, web(), settings("1"));
        scene.settle();
        scene.loseDisk();
        cold(Role.QUARANTINED, 2, 2, web(), settings("1"));
        scene.settle();
        assertEquals(0, replicas());
        assertTrue(status().demotion().orElseThrow().proves());
    }

    /** A creation that comes through late is met before the word is given. */
    @Test
    void noStopIsProvedWhileSomethingMayStillBeMade() {
        scene.want("a1", Role.ACTIVE, 1, 1, web());
        scene.settle();
        scene.cluster.vanish(WEB);
        Effect.Apply late = lostCreation();
        scene.restart();
        cold(Role.QUARANTINED, 2, 2, web());
        scene.settle();
        assertTrue(status().demotion().isEmpty(), "it may still come");

        scene.cluster.apply(late.object(), late.force());
        scene.pass(AgentSettings.of("test").creationDoubt().plusSeconds(10));
        assertEquals(0, replicas());
        assertTrue(status().demotion().isPresent());
    }

    @Test
    void aWarmStandbyRunsOneOfEachAndScalesUpWithTheRole() {
        level(Optional.of(StandbyLevel.WARM), Role.STANDBY, 1, 1, false, web(), settings("1"));
        scene.settle();
        assertEquals(1, replicas());
        assertEquals(Health.HEALTHY, status().health());
        assertEquals(1, status().readyReplicas());
        assertTrue(status().demotion().isEmpty(), "it runs, so it says nothing of a stop");

        scene.put("a1", Role.ACTIVE, 1, 2, false, false, web(), settings("1"));
        scene.settle();
        assertEquals(2, status().readyReplicas());
    }

    @Test
    void aHotStandbyRunsAllAndStopsWhenItIsQuarantined() {
        level(Optional.of(StandbyLevel.HOT), Role.STANDBY, 1, 1, false, web());
        scene.settle();
        assertEquals(2, status().readyReplicas());
        level(Optional.of(StandbyLevel.HOT), Role.QUARANTINED, 1, 2, false, web());
        scene.settle();
        assertEquals(0, replicas());
        assertTrue(status().demotion().orElseThrow().proves());
    }

    /** Whatever central says: two of a single writer are never run on its word alone. */
    @Test
    void ofASingleWriterNoStandbyRuns() {
        level(Optional.of(StandbyLevel.HOT), Role.STANDBY, 1, 1, true, web());
        scene.settle();
        assertEquals(0, replicas());
        assertTrue(status().demotion().orElseThrow().proves());
    }

    private Effect.Apply lostCreation() {
        for (int i = 0; i < 1_000; i++) {
            scene.agent.take(scene.now);
            for (Effect effect : scene.agent.choices()) {
                if (effect instanceof Effect.Apply apply && apply.object().ref().equals(WEB)) {
                    return apply;
                }
                scene.agent.perform(effect);
            }
            scene.cluster.deliver();
            scene.now = scene.now.plusMillis(10);
        }
        throw new AssertionError("nothing was made again");
    }

    private void cold(Role role, long epoch, long sequence, KubeObject... objects) {
        level(Optional.of(StandbyLevel.COLD), role, epoch, sequence, true, objects);
    }

    private void level(
            Optional<StandbyLevel> level,
            Role role,
            long epoch,
            long sequence,
            boolean single,
            KubeObject... objects) {
        Content content = new Content(List.of(objects));
        scene.central.put(
                Scene.work(
                                "a1",
                                role,
                                epoch,
                                sequence,
                                Optional.of(FakeCentral.digest(content)),
                                single,
                                false)
                        .standingBy(level),
                content);
    }

    private WorkStatus status() {
        return scene.central.status("a1");
    }

    private Object replicas() {
        return scene.live(WEB).at("spec", "replicas");
    }

    private static KubeObject web() {
        return deployment("a1", "web", 2, "img");
    }

    private static KubeObject settings(String value) {
        return configMap("a1", "settings", value);
    }
}
