package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.observe.Labels;
import io.portolan.agent.observe.PodStop;
import io.portolan.model.Uid;
import io.portolan.model.app.Ending;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The process dies and answers are lost at places that a seed chooses, effects are done in an order
 * that it chooses: the end is the same.
 */
class CrashTest {
    private static final int STEPS = 400;

    /** The objects of the application that ends and is kept. */
    private static final List<ObjectRef> FOURTH =
            List.of(ref("v1", "ConfigMap", "fourth"), deploymentRef("a4"));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void reachesTheSameEndWhereverItDies(long seed) {
        Scene scene = new Scene(seed);
        SplittableRandom random = new SplittableRandom(seed);
        scene.put("a1", Role.ACTIVE, 1, 1, false, false, configMap("a1", "old", "x"), web("a1", 2));
        scene.want("a2", Role.ACTIVE, 1, 1, web("a2", 1));
        scene.want("a3", Role.ACTIVE, 1, 1, configMap("a3", "third", "x"));
        scene.want("a4", Role.ACTIVE, 1, 1, configMap("a4", "fourth", "x"), web("a4", 1));
        stumble(scene, random);
        scene.put("a1", Role.ACTIVE, 1, 2, false, false, configMap("a1", "new", "x"), web("a1", 3));
        scene.want("a2", Role.STANDBY, 2, 2, web("a2", 1));
        scene.tombstone("a3", 1, 2);
        List<String> kept = uids(scene);
        scene.end("a4", Ending.KEEP, 2);
        stumble(scene, random);
        // A creation whose answer was lost is doubted for a minute before a stop is proved.
        scene.pass(Duration.ofSeconds(90));

        assertFalse(scene.exists(ref("v1", "ConfigMap", "old")));
        assertTrue(scene.exists(ref("v1", "ConfigMap", "new")));
        assertEquals(
                3, ((Number) scene.live(deploymentRef("a1")).at("spec", "replicas")).intValue());
        assertEquals(2, scene.central.status("a1").appliedSequence());
        assertEquals(List.of(), pods(scene, "a2"));
        assertTrue(scene.central.status("a2").demotion().isPresent());
        assertFalse(scene.exists(ref("v1", "ConfigMap", "third")));
        assertTrue(scene.central.status("a3").removed());
        assertTrue(scene.central.status("a4").removed());
        assertTrue(uids(scene).containsAll(kept), "what is kept is never deleted");
        for (ObjectRef ref : FOURTH) {
            assertTrue(
                    !scene.exists(ref) || scene.live(ref).label(Labels.APPLICATION_UID).isEmpty(),
                    "it is nobody's");
        }
        assertEquals(
                List.of(new Uid("a1"), new Uid("a2")),
                scene.disk.load().applications().stream().map(a -> a.uid()).toList());
    }

    /** While it stumbles, no word of a stop is ever given that is not true. */
    private static void stumble(Scene scene, SplittableRandom random) {
        for (int i = 0; i < STEPS; i++) {
            scene.agent.take(scene.now);
            List<Effect> choices = scene.agent.choices();
            if (!choices.isEmpty()) {
                Effect effect = choices.get(random.nextInt(choices.size()));
                if (random.nextInt(12) == 0 && !(effect instanceof Effect.Persist)) {
                    scene.agent.performUnheard(effect);
                } else {
                    scene.agent.perform(effect);
                }
            }
            if (random.nextInt(40) == 0) {
                scene.restart();
            }
            if (random.nextInt(4) == 0) {
                scene.cluster.tick(scene.now);
                scene.cluster.deliver();
                scene.now = scene.now.plusMillis(random.nextInt(300));
            }
            WorkStatus a2 = scene.central.statuses.get(new Uid("a2"));
            if (a2 != null && a2.demotion().isPresent() && a2.demotion().get().proves()) {
                assertTrue(
                        pods(scene, "a2").stream().allMatch(p -> PodStop.terminal(p, true)),
                        "proved while pods ran");
            }
        }
    }

    private static List<String> uids(Scene scene) {
        return FOURTH.stream().filter(scene::exists).map(r -> scene.live(r).uid()).toList();
    }

    private static KubeObject web(String app, int replicas) {
        return deployment(app, app, replicas, "img:1");
    }

    private static List<KubeObject> pods(Scene scene, String app) {
        List<KubeObject> pods = new ArrayList<>();
        scene.cluster.list(new TypeRef("v1", "Pod"), Labels.APPLICATION_UID + "=" + app, pods::add);
        return pods;
    }
}
