package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.deployment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.observe.Labels;
import io.portolan.agent.state.Saved.SavedApplication;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus.Demotion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an agent knew of pods when it lost its disk it learns again from central. */
class LostDiskTest {
    private final Scene scene = new Scene();

    @BeforeEach
    void runs() {
        scene.want("a1", Role.ACTIVE, 1, 1, web());
        scene.settle();
        assertEquals(2, pods().size());
    }

    @Test
    void aPodThatWentByForceBeforeItIsADoubtStill() {
        vanish();
        scene.settle();
        scene.loseDisk();
        scene.settle();
        assertEquals(2, demoted().orElseThrow().vanished().size());
    }

    @Test
    void aPodThatWentWhileNoAgentRanIsADoubt() {
        scene.agent.die();
        vanish();
        scene.loseDisk();
        scene.settle();
        assertEquals(2, demoted().orElseThrow().vanished().size());
        scene.restart();
        scene.settle();
        assertEquals(2, word().orElseThrow().vanished().size(), "it is on the new disk");
        assertTrue(scene.disk.load().cursor() > 0);
    }

    @Test
    void aPodThatIsStillThereOrThatEndsIsNone() {
        scene.loseDisk();
        scene.settle();
        assertEquals(2, kept().size());
        assertTrue(demoted().orElseThrow().proves());
        scene.loseDisk();
        scene.settle();
        assertTrue(word().orElseThrow().proves());
    }

    /** The memory of central and the list of what is there must both be in. */
    @Test
    void nothingIsProvedBeforeItIsKnownWhichPodsAreGone() {
        scene.agent.die();
        vanish();
        scene.want("a1", Role.STANDBY, 2, 2, web());
        scene.loseDisk();
        for (int i = 0; i < 100; i++) {
            runWithoutCount();
        }
        assertEquals(Role.STANDBY, scene.central.status("a1").role());
        assertTrue(word().isEmpty(), () -> word().toString());
        scene.settle();
        assertEquals(2, word().orElseThrow().vanished().size());
    }

    private void runWithoutCount() {
        boolean moved = true;
        while (moved) {
            scene.agent.take(scene.now);
            moved = false;
            for (Effect effect : scene.agent.choices()) {
                boolean held =
                        effect instanceof Effect.ListObjects list
                                && list.type().kind().equals("Pod")
                                && list.named();
                moved |= !held && scene.agent.perform(effect);
            }
        }
        scene.cluster.tick(scene.now);
        scene.cluster.deliver();
        scene.now = scene.now.plusMillis(50);
    }

    @Test
    void alsoWhatWasLostWhileItHadManyWriters() {
        scene.put("a1", Role.ACTIVE, 1, 2, false, false, web());
        scene.settle();
        vanish();
        scene.settle();
        scene.loseDisk();
        scene.settle();
        assertEquals(2, demoted().orElseThrow().vanished().size());
    }

    /** It has no cursor as long as there are orphans, and what central keeps may be of long ago. */
    @Test
    void anAgentThatKnowsBetterBelievesItsDisk() {
        scene.want("a2", Role.ACTIVE, 1, 1, deployment("a2", "other", 1, "img:1"));
        scene.settle();
        scene.central.works.remove(new Uid("a2"));
        scene.loseDisk();
        scene.settle();
        assertEquals(0, scene.disk.load().cursor());
        scene.central.down = true;
        pods().forEach(p -> scene.cluster.delete(p.ref(), p.uid()));
        scene.settle();
        assertEquals(2, pods().size(), "successors run");
        scene.agent.die();
        scene.central.down = false;
        scene.restart();
        scene.settle();
        assertTrue(demoted().orElseThrow().proves(), () -> word().toString());
    }

    @Test
    void withACentralThatKeepsNothingItsWordCoversWhatItSaw() {
        scene.central.remembers = false;
        vanish();
        scene.settle();
        scene.loseDisk();
        scene.settle();
        assertTrue(demoted().orElseThrow().proves());
    }

    private void vanish() {
        pods().forEach(p -> scene.cluster.vanish(p.ref()));
    }

    private Optional<Demotion> demoted() {
        scene.want("a1", Role.STANDBY, 5, 9, web());
        scene.settle();
        return word();
    }

    private Optional<Demotion> word() {
        return scene.central.statuses.containsKey(new Uid("a1"))
                ? scene.central.status("a1").demotion()
                : Optional.empty();
    }

    private List<String> kept() {
        return scene.disk.load().applications().stream()
                .map(SavedApplication::pods)
                .findFirst()
                .orElse(List.of());
    }

    private static KubeObject web() {
        return deployment("a1", "web", 2, "img:1");
    }

    private List<KubeObject> pods() {
        List<KubeObject> pods = new ArrayList<>();
        scene.cluster.list(new TypeRef("v1", "Pod"), Labels.APPLICATION_UID + "=a1", pods::add);
        return pods;
    }
}
