package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.object;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Condition;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Objects of ours that go without us: made again, but in no war and not when they are done. */
class VanishedTest {
    private static final ObjectRef CFG = ref("v1", "ConfigMap", "cfg");
    private static final ObjectRef JOB = ref("batch/v1", "Job", "migrate");
    private final Scene scene = new Scene();

    @Test
    void objectThatIsDeletedAgainAndAgainIsMadeAgainEverLaterAndThatIsSaid() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "x"));
        scene.settle();
        int deleted = war(Duration.ofMinutes(20));
        assertTrue(deleted >= 6, "it is made again: " + deleted);
        assertTrue(deleted <= 30, "no war: " + deleted);
        assertTrue(
                contested().orElseThrow().message().startsWith("ConfigMap shop/cfg ("),
                contested().orElseThrow().message());

        scene.pass(Duration.ofMinutes(2));
        assertTrue(scene.exists(CFG));
        assertEquals(Health.HEALTHY, scene.central.status("a1").health());
        scene.pass(Duration.ofMinutes(12));
        assertTrue(contested().isEmpty());
    }

    @Test
    void whatIsMissingMeanwhileIsTold() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "x"));
        scene.settle();
        war(Duration.ofSeconds(4));
        assertFalse(scene.exists(CFG));
        var trouble = scene.central.status("a1").troubles().getFirst();
        assertEquals("DeletedAgain", trouble.reason());
        assertEquals(Health.DEGRADED, scene.central.status("a1").health());

        scene.want("a1", Role.ACTIVE, 1, 2, configMap("a1", "cfg", "newer"));
        scene.pass(Duration.ofMillis(500));
        assertTrue(scene.exists(CFG), "a change of the application ends the wait");
    }

    @Test
    void removalThatIsSeenBeforeTheAnswerOfTheWriteIsNotLost() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "beside", "x"));
        scene.settle();
        scene.want(
                "a1",
                Role.ACTIVE,
                1,
                2,
                configMap("a1", "beside", "x"),
                configMap("a1", "cfg", "x"));
        // The answer is held until the watch has told of the end.
        Effect.Apply write = untilApply();
        Event answer = scene.agent.hold(write).orElseThrow();
        scene.cluster.vanish(CFG);
        scene.cluster.deliver();
        scene.agent.take(scene.now);
        scene.agent.arrive(answer);
        scene.settle();
        assertTrue(scene.exists(CFG));
    }

    @Test
    void jobThatWasCompleteAndWentIsDoneUntilItChanges() {
        scene.want("a1", Role.ACTIVE, 1, 1, job("img:1"), configMap("a1", "cfg", "x"));
        scene.settle();
        completes();
        scene.cluster.vanish(JOB);
        scene.settle();
        assertFalse(scene.exists(JOB));
        assertEquals(Health.HEALTHY, scene.central.status("a1").health());
        assertEquals(1, scene.central.status("a1").appliedSequence());

        scene.restart();
        scene.want("a1", Role.ACTIVE, 1, 2, job("img:1"), configMap("a1", "cfg", "newer"));
        scene.settle();
        assertFalse(scene.exists(JOB), "done, whatever else changes");
        assertEquals(2, scene.central.status("a1").appliedSequence());

        scene.want("a1", Role.ACTIVE, 1, 3, job("img:2"), configMap("a1", "cfg", "newer"));
        scene.settle();
        assertTrue(scene.exists(JOB));
    }

    /** As with a time to live of zero. */
    @Test
    void jobThatGoesAtItsEndIsDoneToo() {
        scene.want("a1", Role.ACTIVE, 1, 1, job("img:1"));
        scene.settle();
        completed();
        scene.cluster.vanish(JOB);
        scene.settle();
        assertFalse(scene.exists(JOB));
    }

    @Test
    void jobThatWentBeforeItsEndRunsAgain() {
        scene.want("a1", Role.ACTIVE, 1, 1, job("img:1"));
        scene.pass(Duration.ofMillis(900));
        assertTrue(scene.exists(JOB));
        scene.cluster.vanish(JOB);
        scene.settle();
        assertTrue(scene.exists(JOB));
    }

    private int war(Duration time) {
        int deleted = 0;
        Instant end = scene.now.plus(time);
        while (scene.now.isBefore(end)) {
            if (scene.exists(CFG)) {
                scene.cluster.delete(CFG, scene.live(CFG).uid());
                deleted++;
            }
            scene.pass(Duration.ofMillis(500));
        }
        return deleted;
    }

    private Optional<Condition> contested() {
        return Condition.find(scene.central.status("a1").conditions(), "ObjectContested");
    }

    private void completes() {
        completed();
        scene.settle();
    }

    private void completed() {
        scene.cluster.status(
                JOB,
                Map.of(
                        "succeeded",
                        1,
                        "conditions",
                        List.of(Map.of("type", "Complete", "status", "True"))));
    }

    private Effect.Apply untilApply() {
        for (int i = 0; i < 1_000; i++) {
            scene.agent.take(scene.now);
            for (Effect effect : scene.agent.choices()) {
                if (effect instanceof Effect.Apply apply) {
                    return apply;
                }
                scene.agent.perform(effect);
            }
            scene.cluster.deliver();
            scene.now = scene.now.plus(Duration.ofMillis(10));
        }
        throw new AssertionError("nothing was applied");
    }

    private static KubeObject job(String image) {
        return object("batch/v1", "Job", "a1", "migrate")
                .with(
                        Map.of(
                                "ttlSecondsAfterFinished",
                                1,
                                "template",
                                Map.of(
                                        "spec",
                                        Map.of(
                                                "restartPolicy",
                                                "Never",
                                                "containers",
                                                List.of(Map.of("name", "main", "image", image))))),
                        "spec");
    }
}
