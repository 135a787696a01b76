package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.fence.Fence;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A write whose answer was lost comes through after the stop was proved: it starts nothing. */
class LateWriteTest {
    private final Scene scene = new Scene();

    @Test
    void aWriteForAnEarlierVersionIsRefusedAfterTheFence() {
        standsByWithNothingToStop();
        Effect.Apply late = lostActivation(2);

        scene.want("a1", Role.STANDBY, 3, 3, web());
        scene.settle();
        assertTrue(proves(), scene.central.status("a1").toString());
        assertEquals("3-3", scene.live(deploymentRef("web")).annotation(Fence.FENCED));

        Applied end = scene.cluster.apply(late.object(), late.force());
        assertEquals(409, assertInstanceOf(Applied.Refused.class, end).code());
    }

    @Test
    void anActivationTakesTheMarkAway() {
        standsByWithNothingToStop();
        scene.want("a1", Role.ACTIVE, 2, 2, web());
        scene.settle();
        assertEquals("", scene.live(deploymentRef("web")).annotation(Fence.FENCED));
    }

    @Test
    void afterARestartNoWriteIsMadeForAVersionThatNobodySaw() {
        scene.want("a1", Role.ACTIVE, 1, 1, web());
        scene.settle();
        scene.restart();
        scene.want("a1", Role.ACTIVE, 1, 2, deployment("a1", "web", 2, "img:2"));
        Effect.Apply sent = nextApply();
        assertEquals(
                scene.live(deploymentRef("web")).resourceVersion(),
                sent.object().resourceVersion());
    }

    /** Also in the next life of the agent, and although the object had existed before. */
    @Test
    void aCreationThatWasLostIsWaitedOutBeforeAStopIsProved() {
        scene.want("a1", Role.ACTIVE, 1, 1, web());
        scene.settle();
        scene.cluster.vanish(deploymentRef("web"));
        Effect.Apply late = nextApply();
        assertEquals(KubeApi.NEVER, late.object().resourceVersion(), "a creation");
        scene.restart();
        scene.want("a1", Role.STANDBY, 2, 2, web());
        scene.settle();
        assertFalse(proves(), "it may still come");
        scene.pass(AgentSettings.of("test").creationDoubt());
        assertTrue(scene.central.status("a1").demotion().isPresent());
    }

    /** Forgotten too early it would be left behind, and nobody would ever say that all is gone. */
    @Test
    void aCreationThatWasLostAndComesAfterTheTombstoneIsRemovedToo() {
        Effect.Apply late = lostActivation(1);
        scene.central.put(
                Scene.work("a1", Role.STANDBY, 1, 2, Optional.empty(), false, false), null);
        scene.settle();
        assertFalse(removed(), "it may still come");

        assertInstanceOf(Applied.Ok.class, scene.cluster.apply(late.object(), late.force()));
        scene.pass(AgentSettings.of("test").creationDoubt().plusSeconds(10));
        assertFalse(scene.exists(deploymentRef("web")));
        assertTrue(removed());
    }

    /** Of any kind, and although a later write of it had its answer. */
    @Test
    void aWriteThatWasLostAndComesAfterTheObjectWasRemovedIsRemovedToo() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "settings", "1"));
        Effect.Apply late = nextApply("ConfigMap");
        scene.agent.lose(late);
        scene.pass(Duration.ofSeconds(10));
        assertTrue(scene.exists(late.object().ref()));
        scene.central.put(
                Scene.work("a1", Role.STANDBY, 1, 2, Optional.empty(), false, false), null);
        scene.settle();
        assertFalse(scene.exists(late.object().ref()));
        assertFalse(removed(), "it may still come");

        assertInstanceOf(Applied.Ok.class, scene.cluster.apply(late.object(), late.force()));
        scene.pass(AgentSettings.of("test").creationDoubt().plusSeconds(10));
        assertFalse(scene.exists(late.object().ref()));
        assertTrue(removed());
    }

    private boolean removed() {
        WorkStatus status = scene.central.statuses.get(new Uid("a1"));
        return status != null && status.removed();
    }

    private void standsByWithNothingToStop() {
        scene.want("a1", Role.STANDBY, 1, 1, web());
        scene.settle();
        assertTrue(proves());
    }

    /** The write that starts it, on its way and never answered. */
    private Effect.Apply lostActivation(long number) {
        scene.want("a1", Role.ACTIVE, number, number, web());
        Effect.Apply sent = nextApply();
        scene.agent.lose(sent);
        return sent;
    }

    private Effect.Apply nextApply() {
        return nextApply("Deployment");
    }

    private Effect.Apply nextApply(String kind) {
        for (int i = 0; i < 1_000; i++) {
            scene.agent.take(scene.now);
            for (Effect effect : scene.agent.choices()) {
                if (effect instanceof Effect.Apply apply && apply.object().kind().equals(kind)) {
                    return apply;
                }
                scene.agent.perform(effect);
            }
            scene.cluster.deliver();
            scene.now = scene.now.plus(Duration.ofMillis(10));
        }
        throw new AssertionError("nothing was applied");
    }

    private boolean proves() {
        return scene.central.status("a1").demotion().filter(d -> d.proves()).isPresent();
    }

    private static KubeObject web() {
        return deployment("a1", "web", 2, "img:1");
    }
}
