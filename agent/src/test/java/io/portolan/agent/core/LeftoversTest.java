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
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent without memory in a cluster that ran something in an earlier life. */
class LeftoversTest {
    private final Scene scene = new Scene();

    @BeforeEach
    void ran() {
        scene.want(
                "a1",
                Role.ACTIVE,
                1,
                1,
                labelled(deployment("a1", "web", 2, "img:1")),
                labelled(deployment("a1", "old", 1, "img:1")),
                configMap("a1", "conf", "v"));
        scene.settle();
        assertEquals(3, pods().size());
        scene.central.works.remove(new Uid("a1"));
        scene.central.revision++;
        scene.loseDisk();
        scene.settle();
    }

    private static KubeObject labelled(KubeObject object) {
        return object.with("shop", "metadata", "labels", Labels.TENANT)
                .with("checkout", "metadata", "labels", Labels.APPLICATION);
    }

    @Test
    void namesWhatNobodyAskedForAndTouchesNothingOfIt() {
        assertEquals(List.of("shop/checkout a1"), scene.central.orphans);
        assertEquals(3, pods().size());
        assertEquals(0, scene.disk.load().cursor(), "a next life looks again");
        scene.central.orphans = List.of();
        scene.restart();
        scene.settle();
        assertEquals(List.of("shop/checkout a1"), scene.central.orphans);
    }

    @Test
    void seesThatAHandRemovedIt() {
        for (String name : List.of("web", "old")) {
            KubeObject live = scene.live(deploymentRef(name));
            scene.cluster.delete(live.ref(), live.uid());
        }
        scene.pass(Duration.ofMinutes(6));
        assertEquals(List.of("?/? a1"), named(), "the ConfigMap is left");
        KubeObject live = scene.live(ref("v1", "ConfigMap", "conf"));
        scene.cluster.delete(live.ref(), live.uid());
        scene.pass(Duration.ofMinutes(6));
        assertEquals(List.of(), scene.central.orphans);
        scene.want("a2", Role.ACTIVE, 1, 1, configMap("a2", "other", "v"));
        scene.settle();
        assertTrue(scene.disk.load().cursor() > 0, "nothing is left to look for");
    }

    /** Who it was is told by what was seen first, or by what is left after a restart. */
    private List<String> named() {
        scene.restart();
        scene.settle();
        return scene.central.orphans;
    }

    @Test
    void stopsAndProvesAllOfItWhenCentralSaysSo() {
        scene.want("a1", Role.QUARANTINED, 5, 9, labelled(deployment("a1", "web", 2, "img:1")));
        scene.pass(Duration.ofMillis(500));
        assertFalse(proves(), "its pods are still ending");
        scene.settle();
        scene.settle();
        assertTrue(proves());
        assertEquals(List.of(), pods());
        assertTrue(scene.exists(deploymentRef("web")));
        assertFalse(scene.exists(deploymentRef("old")), "its content names it no more");
        assertEquals(List.of(), scene.central.orphans);
    }

    /** Else a Deployment that the content does not name could start pods after the word. */
    @Test
    void provesNothingBeforeItKnowsWhatRuns() {
        scene.want("a1", Role.QUARANTINED, 5, 9, labelled(deployment("a1", "web", 2, "img:1")));
        scene.settle();
        scene.settle();
        assertTrue(proves());
        scene.central.statuses.clear();
        scene.loseDisk();
        for (int i = 0; i < 100; i++) {
            runWithoutLists("StatefulSet");
        }
        assertTrue(scene.central.statuses.containsKey(new Uid("a1")));
        assertFalse(proves());
        scene.settle();
        assertTrue(proves());
    }

    private void runWithoutLists(String kind) {
        boolean moved = true;
        while (moved) {
            scene.agent.take(scene.now);
            moved = false;
            for (Effect effect : scene.agent.choices()) {
                boolean held =
                        effect instanceof Effect.ListObjects list
                                && list.type().kind().equals(kind);
                moved |= !held && scene.agent.perform(effect);
            }
        }
        scene.cluster.tick(scene.now);
        scene.cluster.deliver();
        scene.now = scene.now.plusMillis(50);
    }

    /** What was handed to it is in the inventory before the disk names a cursor. */
    @Test
    void whatWasFoundIsDurableBeforeTheCursorIs() {
        scene.want("a1", Role.QUARANTINED, 5, 9, labelled(deployment("a1", "web", 2, "img:1")));
        scene.settle();
        scene.settle();
        scene.want("a2", Role.ACTIVE, 1, 1, configMap("a2", "other", "v"));
        scene.settle();
        assertTrue(scene.disk.load().cursor() > 0);
        scene.restart();
        scene.settle();
        assertFalse(scene.exists(ref("v1", "ConfigMap", "conf")));
    }

    private boolean proves() {
        WorkStatus status = scene.central.statuses.get(new Uid("a1"));
        return status != null && status.demotion().filter(WorkStatus.Demotion::proves).isPresent();
    }

    private List<KubeObject> pods() {
        List<KubeObject> pods = new ArrayList<>();
        scene.cluster.list(new TypeRef("v1", "Pod"), Labels.APPLICATION_UID + "=a1", pods::add);
        return pods;
    }
}
