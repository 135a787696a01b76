package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.wire.Content;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A paused application: seen, told, and left alone; unless it is to stop or to go. */
class PauseTest {
    private static final ObjectRef CONFIG = ref("v1", "ConfigMap", "cfg");
    private final Scene scene = new Scene();

    @BeforeEach
    void runs() {
        scene.want("a1", Role.ACTIVE, 1, 1, config("x"), web());
        scene.settle();
    }

    private static KubeObject config(String value) {
        return configMap("a1", "cfg", value);
    }

    private static KubeObject web() {
        return deployment("a1", "web", 2, "i");
    }

    private void paused(long sequence, KubeObject... objects) {
        Content content = new Content(List.of(objects));
        Work work =
                Scene.work(
                        "a1",
                        Role.ACTIVE,
                        1,
                        sequence,
                        Optional.of(FakeCentral.digest(content)),
                        true,
                        false);
        scene.central.put(
                new Work(
                        work.application(),
                        work.tenant(),
                        work.name(),
                        work.cluster(),
                        work.role(),
                        work.generation(),
                        work.epoch(),
                        work.sequence(),
                        work.content(),
                        work.singleWriter(),
                        work.adopt(),
                        true),
                content);
        scene.settle();
    }

    private void edit(String value) {
        scene.edit(CONFIG, Map.of("data", Map.of("key", value)));
    }

    private String value() {
        return String.valueOf(scene.live(CONFIG).at("data", "key"));
    }

    private WorkStatus status() {
        return scene.central.status("a1");
    }

    private List<String> troubles() {
        return status().troubles().stream().map(t -> t.reason() + " " + t.message()).toList();
    }

    @Test
    void driftIsShownLeftAndRepairedOnResume() {
        paused(2, config("x"), web());
        assertEquals(2, status().appliedSequence(), "nothing is to be done");
        edit("edited");
        scene.settle();

        assertEquals("edited", value());
        assertEquals(
                List.of("Drifted another hand changed data.key: would be repaired on resume"),
                troubles());
        assertEquals(Health.HEALTHY, status().health(), "what runs is well");

        edit("x");
        scene.settle();
        assertEquals(List.of(), troubles(), "the hand undid it");

        edit("edited");
        scene.settle();
        scene.want("a1", Role.ACTIVE, 1, 3, config("x"), web());
        scene.settle();
        assertEquals(List.of(), troubles());
        assertEquals("x", value());
    }

    @Test
    void whatWasChangedJustBeforeThePauseIsNamedToo() {
        scene.cluster.refuse(o -> "x".equals(o.at("data", "key")), "not now");
        edit("edited");
        scene.settle();
        paused(2, config("x"), web());
        scene.cluster.allowAll();
        scene.settle();
        assertEquals("edited", value());
        assertEquals(2, status().appliedSequence());
        assertEquals(
                List.of("Drifted another hand changed data.key: would be repaired on resume"),
                troubles());
    }

    @Test
    void whatIsDeletedIsMissedAndMadeOnResume() {
        paused(2, config("x"), web());
        scene.cluster.delete(CONFIG, scene.live(CONFIG).uid());
        scene.settle();

        assertFalse(scene.exists(CONFIG));
        assertEquals(List.of("Missing is missing and would be made on resume"), troubles());
        scene.want("a1", Role.ACTIVE, 1, 3, config("x"), web());
        scene.settle();
        assertEquals("x", value());
    }

    @Test
    void newContentThatArrivesPausedIsNotWrittenAndNothingIsPruned() {
        paused(2, config("y"));
        assertEquals("x", value());
        assertTrue(scene.exists(deploymentRef("web")));
        assertEquals(List.of("NotWritten would be written on resume"), troubles());

        scene.want("a1", Role.ACTIVE, 1, 3, config("y"));
        scene.settle();
        assertEquals("y", value());
        assertFalse(scene.exists(deploymentRef("web")));
    }

    @Test
    void itStaysPausedAcrossARestartAndRepairsWhatItOverlooked() {
        paused(2, config("x"), web());
        scene.agent.die();
        edit("edited");
        scene.agent = scene.start();
        scene.settle();
        assertEquals("edited", value());

        scene.want("a1", Role.ACTIVE, 1, 3, config("x"), web());
        scene.settle();
        assertEquals("x", value());
        assertEquals(3, status().appliedSequence());
    }

    @Test
    void aDemotionStopsItAllTheSame() {
        paused(2, config("x"), web());
        scene.want("a1", Role.STANDBY, 2, 3, config("x"), web());
        scene.settle();
        assertTrue(status().demotion().orElseThrow().proves());
        assertEquals(Health.STOPPED, status().health());
    }

    @Test
    void aTombstoneRemovesItAllTheSame() {
        paused(2, config("x"), web());
        scene.tombstone("a1", 1, 3);
        scene.settle();
        assertFalse(scene.exists(CONFIG));
        assertTrue(scene.central.status("a1").removed());
    }
}
