package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.object;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deleted to be made again, where its owner allows that: once, whatever answers get lost. */
class MadeAnewTest {
    private static final ObjectRef JOB = ref("batch/v1", "Job", "once");
    private static final ObjectRef STORE = ref("apps/v1", "StatefulSet", "store");
    private final Scene scene = new Scene();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lostAnswerOfTheDeletionHoldsNothingUp(boolean wasDone) {
        scene.want("a1", Role.ACTIVE, 1, 1, job("img:1"));
        scene.settle();
        String before = scene.live(JOB).uid();
        scene.want("a1", Role.ACTIVE, 1, 2, job("img:2"));
        Effect.Delete deletion = untilDelete();
        if (wasDone) {
            scene.agent.performUnheard(deletion);
        } else {
            scene.agent.lose(deletion);
        }
        scene.pass(Duration.ofSeconds(20));
        assertTrue(scene.live(JOB).map("spec").toString().contains("img:2"));
        assertNotEquals(before, scene.live(JOB).uid());
        assertEquals(2, scene.central.status("a1").appliedSequence());
        assertEquals(
                1, scene.central.events.stream().filter(e -> e.startsWith("MadeAnew")).count());
    }

    /** As the cluster has it, and as the application wants it. */
    @ParameterizedTest
    @CsvSource({"Delete,Retain", "Retain,Delete", "Delete,Delete"})
    void statefulSetThatTakesItsClaimsAlongIsNotDeleted(String live, String desired) {
        scene.want("a1", Role.ACTIVE, 1, 1, store("one", live));
        scene.settle();
        String before = scene.live(STORE).uid();
        scene.want("a1", Role.ACTIVE, 1, 2, store("two", desired));
        scene.settle();
        assertEquals(before, scene.live(STORE).uid());
        var status = scene.central.status("a1");
        assertEquals(Health.FAILED, status.health());
        assertTrue(
                status.message().contains("its volume claims would be deleted with it"),
                status.message());
    }

    @Test
    void statefulSetThatKeepsItsClaimsIsMadeAnew() {
        scene.want("a1", Role.ACTIVE, 1, 1, store("one", "Retain"));
        scene.settle();
        String before = scene.live(STORE).uid();
        scene.want("a1", Role.ACTIVE, 1, 2, store("two", "Retain"));
        scene.pass(Duration.ofSeconds(20));
        assertNotEquals(before, scene.live(STORE).uid());
        assertEquals(2, scene.central.status("a1").appliedSequence());
    }

    private Effect.Delete untilDelete() {
        for (int i = 0; i < 1_000; i++) {
            scene.agent.take(scene.now);
            for (Effect effect : scene.agent.choices()) {
                if (effect instanceof Effect.Delete delete) {
                    return delete;
                }
                scene.agent.perform(effect);
            }
            scene.cluster.deliver();
            scene.now = scene.now.plus(Duration.ofMillis(10));
        }
        throw new AssertionError("nothing was deleted");
    }

    private static KubeObject job(String image) {
        return allowed(
                object("batch/v1", "Job", "a1", "once")
                        .with(
                                Map.of(
                                        "template",
                                        Map.of(
                                                "spec",
                                                Map.of(
                                                        "restartPolicy",
                                                        "Never",
                                                        "containers",
                                                        List.of(
                                                                Map.of(
                                                                        "name", "main", "image",
                                                                        image))))),
                                "spec"));
    }

    private static KubeObject store(String selector, String whenDeleted) {
        Map<String, Object> labels = Map.of("app", selector);
        return allowed(
                object("apps/v1", "StatefulSet", "a1", "store")
                        .with(
                                Map.of(
                                        "replicas",
                                        1,
                                        "selector",
                                        Map.of("matchLabels", labels),
                                        "persistentVolumeClaimRetentionPolicy",
                                        Map.of("whenDeleted", whenDeleted),
                                        "template",
                                        Map.of(
                                                "metadata",
                                                Map.of("labels", labels),
                                                "spec",
                                                Map.of(
                                                        "containers",
                                                        List.of(
                                                                Map.of(
                                                                        "name", "main", "image",
                                                                        "img"))))),
                                "spec"));
    }

    private static KubeObject allowed(KubeObject object) {
        return object.with("true", "metadata", "annotations", Unchangeable.RECREATE);
    }
}
