package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.SelfFence;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.wire.Content;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The agent's part of fence F3. */
class SelfFencingTest {
    private static final Duration GRANT = Duration.ofSeconds(30);

    private final Scene scene = new Scene();

    private static KubeObject web(boolean guarded) {
        return web(guarded, "i");
    }

    private static KubeObject web(boolean guarded, String image) {
        KubeObject plain = deployment("a1", "web", 2, image);
        return guarded
                ? plain.with(
                        List.of(
                                Map.of(
                                        "name",
                                        "web",
                                        "image",
                                        image,
                                        "command",
                                        List.of("/portolan/guard", "run", "--", "web"))),
                        "spec",
                        "template",
                        "spec",
                        "containers")
                : plain;
    }

    private void put(Role role, long epoch, long sequence, long since, KubeObject... objects) {
        put(role, epoch, sequence, since, false, objects);
    }

    private void put(
            Role role,
            long epoch,
            long sequence,
            long since,
            boolean paused,
            KubeObject... objects) {
        Content content = new Content(List.of(objects));
        Work plain =
                Scene.work(
                        "a1",
                        role,
                        epoch,
                        sequence,
                        Optional.of(FakeCentral.digest(content)),
                        true,
                        false);
        Work work =
                new Work(
                        plain.application(),
                        plain.tenant(),
                        plain.name(),
                        plain.cluster(),
                        plain.role(),
                        plain.generation(),
                        plain.epoch(),
                        plain.sequence(),
                        plain.content(),
                        true,
                        false,
                        paused,
                        List.of(),
                        Optional.empty(),
                        Optional.of(new SelfFence(GRANT, GRANT, since, "http://agent")));
        scene.central.put(work, content);
        scene.settle();
    }

    private WorkStatus status() {
        return scene.central.status("a1");
    }

    private Object replicas() {
        return scene.live(deploymentRef("web")).at("spec", "replicas");
    }

    @Test
    void saysThatNothingRunsWithoutTheGuard() {
        put(Role.ACTIVE, 1, 2, 2, web(true));
        assertEquals(Health.HEALTHY, status().health());
        assertEquals(2, status().guarded());
        put(Role.ACTIVE, 1, 3, 2, web(true), Scene.configMap("a1", "cfg", "x"));
        assertTrue(status().guarded() >= 2, "guarded all the time");
    }

    @Test
    void saysNothingOfTheSortWhileAPodRunsWithoutIt() {
        put(Role.ACTIVE, 1, 2, 2, web(false));
        assertEquals(Health.HEALTHY, status().health());
        assertEquals(0, status().guarded());
    }

    @Test
    void aWorkWithoutTheGuardTakesItBack() {
        put(Role.ACTIVE, 1, 2, 2, web(true));
        scene.put("a1", Role.ACTIVE, 1, 3, true, false, web(false));
        scene.settle();
        assertEquals(0, status().guarded());
        put(Role.ACTIVE, 1, 4, 4, web(true));
        assertEquals(4, status().guarded());
    }

    /** Its next pod may be of the other hand's making, after the agent can no longer see it. */
    @Test
    void aWorkloadThatAnotherHandChangedInAPauseTakesItBack() {
        put(Role.ACTIVE, 1, 3, 2, web(true));
        put(Role.ACTIVE, 1, 4, 2, true, web(true));
        assertTrue(status().guarded() >= 2);
        scene.edit(deploymentRef("web"), Map.of("spec", Map.of("replicas", 1)));
        scene.settle();
        assertEquals(1, replicas());
        assertEquals(0, status().guarded());
        put(Role.ACTIVE, 1, 5, 2, web(true));
        assertEquals(2, replicas());
        assertEquals(5, status().guarded());
    }

    @Test
    void aTemplateThatIsLeftToAnotherHandTakesItBack() {
        put(Role.ACTIVE, 1, 2, 2, web(true));
        for (String image : List.of("x", "y", "z")) {
            assertEquals(2, status().guarded());
            scene.edit(deploymentRef("web"), Map.of("spec", web(true, image).map("spec")));
            scene.settle();
        }
        assertEquals(0, status().guarded());
    }

    @Test
    void aRestartForgetsNothingOfIt() {
        put(Role.ACTIVE, 1, 2, 2, web(true));
        scene.restart();
        scene.settle();
        assertTrue(status().guarded() >= 2);
    }

    @Test
    void scalesToZeroBeforeTheGrantEndsAndUpWhenItIsGrantedAgain() {
        put(Role.ACTIVE, 1, 2, 2, web(true));
        scene.pass(GRANT.multipliedBy(3));
        scene.settle();
        assertEquals(2, replicas(), "granted again and again");
        scene.central.grants = false;
        scene.pass(GRANT);
        scene.settle();
        assertEquals(0, replicas());
        assertEquals(Role.ACTIVE, status().role());
        assertEquals(Optional.empty(), status().demotion(), "nobody asked it to stop");
        scene.central.grants = true;
        scene.pass(GRANT);
        scene.settle();
        assertEquals(2, replicas());
    }

    @Test
    void aCutOffAgentScalesToZero() {
        put(Role.ACTIVE, 1, 2, 2, web(true));
        scene.central.down = true;
        scene.pass(GRANT);
        scene.settle();
        assertEquals(0, replicas());
    }

    @Test
    void whatDoesNotFenceItselfKeepsRunning() {
        scene.put("a1", Role.ACTIVE, 1, 2, true, false, web(false));
        scene.settle();
        scene.central.down = true;
        scene.pass(Duration.ofHours(1));
        scene.settle();
        assertEquals(2, replicas());
    }

    @Test
    void aRestartedAgentStartsNothingBeforeItsWelcome() {
        put(Role.ACTIVE, 1, 2, 2, web(true));
        scene.central.down = true;
        scene.pass(GRANT);
        scene.settle();
        scene.restart();
        scene.pass(Duration.ofMinutes(5));
        scene.settle();
        assertEquals(0, replicas());
        scene.central.down = false;
        scene.pass(Duration.ofMinutes(2));
        scene.settle();
        assertEquals(2, replicas());
    }

    @Test
    void anOrderToStopIsProvedAsEver() {
        put(Role.ACTIVE, 1, 2, 2, web(true));
        scene.central.grants = false;
        scene.pass(GRANT);
        put(Role.QUARANTINED, 2, 3, 2, web(true));
        scene.pass(Duration.ofMinutes(2));
        scene.settle();
        assertTrue(status().demotion().orElseThrow().proves());
        assertFalse(scene.central.works.get(new Uid("a1")).grant().isPresent());
    }
}
