package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.state.Change;
import io.portolan.model.app.Role;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A read does not wait for the disk; a write does. */
class FirstLooksTest {
    private final Scene scene = new Scene();

    @Test
    void objectsOfANewApplicationAreLookedAtBeforeItIsDurableAndWrittenAfter() {
        scene.settle();
        scene.want(
                "a1",
                Role.ACTIVE,
                1,
                1,
                deployment("a1", "web", 1, "img:1"),
                configMap("a1", "settings", "x"));
        List<Effect> waiting = List.of();
        for (int i = 0; i < 100 && waiting.isEmpty(); i++) {
            scene.now = scene.now.plus(Duration.ofMillis(50));
            waiting = untilPersist();
        }
        assertEquals(
                2,
                waiting.stream().filter(e -> e instanceof Effect.Get).count(),
                waiting::toString);
        assertTrue(waiting.stream().noneMatch(e -> e instanceof Effect.Apply), waiting::toString);

        waiting.stream()
                .filter(e -> e instanceof Effect.Get)
                .findFirst()
                .ifPresent(scene.agent::perform);
        scene.settle();
        assertTrue(scene.exists(ref("v1", "ConfigMap", "settings")));
        assertEquals(1, scene.central.status("a1").appliedSequence());
    }

    /** What waits to be done when a work is to be written to the disk; else nothing. */
    private List<Effect> untilPersist() {
        scene.agent.take(scene.now);
        List<Effect> choices = scene.agent.choices();
        for (int i = 0; i < 50 && !choices.isEmpty(); i++) {
            if (choices.stream().anyMatch(FirstLooksTest::work)) {
                return choices;
            }
            scene.agent.perform(choices.getFirst());
            scene.agent.take(scene.now);
            choices = scene.agent.choices();
        }
        return List.of();
    }

    private static boolean work(Effect effect) {
        return effect instanceof Effect.Persist persist
                && persist.changes().stream().anyMatch(c -> c instanceof Change.PutWork);
    }
}
