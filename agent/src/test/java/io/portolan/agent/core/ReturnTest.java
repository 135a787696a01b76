package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.state.Change;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sessions end and begin while works are on their way. */
class ReturnTest {
    private final Scene scene = new Scene();

    @Test
    void aWorkOfTheFormerSessionDoesNotUndoTheQuarantineOfTheWelcome() {
        scene.want("a1", Role.STANDBY, 1, 1, web());
        scene.settle();
        scene.want("a1", Role.ACTIVE, 2, 2, web());
        Effect persist = untilItPersistsTheWork();
        scene.central.quarantined.add(new Uid("a1"));
        scene.central.works.clear();
        scene.central.session++;
        for (int i = 0; i < 200; i++) {
            scene.agent.take(scene.now);
            scene.agent.choices().stream().filter(e -> e != persist).forEach(scene.agent::perform);
            scene.now = scene.now.plusMillis(50);
        }
        scene.settle();
        assertEquals(Role.QUARANTINED, scene.central.status("a1").role());
        assertEquals(0, replicas());
        assertEquals(Role.QUARANTINED, scene.disk.load().applications().getFirst().work().role());

        scene.central.quarantined.clear();
        scene.central.generation++;
        scene.want("a1", Role.ACTIVE, 2, 2, web());
        scene.settle();
        assertEquals(0, replicas(), "the word that was overruled counts in no generation");
        scene.want("a1", Role.ACTIVE, 3, 3, web());
        scene.settle();
        assertEquals(2, replicas());
    }

    @Test
    void acceptsAfterAQuarantineOnlyANewerWork() {
        var held =
                Acceptance.quarantined(
                        Scene.work("a1", Role.ACTIVE, 5, 7, Optional.empty(), true, false));
        for (boolean foreign : List.of(true, false)) {
            assertFalse(Acceptance.accepts(held, active(5, 7), foreign));
            assertFalse(Acceptance.accepts(held, active(5, 6), foreign));
            assertTrue(Acceptance.accepts(held, active(5, 8), foreign));
            assertTrue(Acceptance.accepts(held, active(6, 8), foreign));
        }
    }

    @Test
    void twoAgentsWithOneIdentityDoNotTakeEachOthersSessionForEver() {
        long before = scene.central.session;
        for (int minute = 0; minute < 30; minute++) {
            scene.central.session++;
            scene.pass(Duration.ofSeconds(60));
        }
        long mine = scene.central.session - before - 30;
        assertTrue(mine < 22, "opened " + mine + " sessions while another did in 30 minutes");
        Losses losses = new Losses();
        Instant now = Instant.EPOCH;
        Duration last = Duration.ZERO;
        for (int i = 0; i < 12; i++) {
            losses.add(now);
            assertTrue(losses.pause().compareTo(last) >= 0);
            last = losses.pause();
        }
        assertEquals(Duration.ofMinutes(5), last);
        losses.add(now.plus(Duration.ofHours(1)));
        assertEquals(Duration.ZERO, losses.pause());
    }

    private Effect untilItPersistsTheWork() {
        for (int i = 0; i < 1_000; i++) {
            scene.agent.take(scene.now);
            for (Effect effect : scene.agent.choices()) {
                if (effect instanceof Effect.Persist persist
                        && persist.changes().stream()
                                .anyMatch(
                                        c ->
                                                c instanceof Change.PutWork w
                                                        && w.work().epoch() == 2)) {
                    return effect;
                }
                scene.agent.perform(effect);
            }
            scene.now = scene.now.plusMillis(10);
        }
        throw new AssertionError("the work never came");
    }

    private static Work active(long epoch, long sequence) {
        return Scene.work("a1", Role.ACTIVE, epoch, sequence, Optional.empty(), true, false);
    }

    private int replicas() {
        return ((Number) scene.live(deploymentRef("web")).at("spec", "replicas")).intValue();
    }

    private static KubeObject web() {
        return deployment("a1", "web", 2, "img:1");
    }
}
