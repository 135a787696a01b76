package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.direct.MemoryState;
import io.portolan.agent.state.Change;
import io.portolan.agent.state.Saved;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A disk that was restored from a copy: what it holds is of before, and central's word counts. */
class SetBackDiskTest {
    private static final ObjectRef SETTINGS = new ObjectRef("v1", "ConfigMap", "shop", "settings");

    private final Scene scene = new Scene();

    @Test
    void whatCentralHasEndedMeanwhileIsNotStartedAgain() {
        scene.want("a2", Role.ACTIVE, 1, 1, configMap("a2", "settings", "1"));
        scene.want("a1", Role.ACTIVE, 1, 1, deployment("a1", "web", 2, "img:1"));
        scene.settle();
        Saved before = scene.disk.load();
        scene.tombstone("a1", 1, 2);
        scene.settle();
        scene.central.works.remove(new Uid("a1"));
        setBackTo(before);
        for (int i = 0; i < 100; i++) {
            runWithoutFullSet();
            assertFalse(scene.exists(deploymentRef("web")), "the full set was not heard yet");
        }
        scene.settle();
        assertFalse(scene.exists(deploymentRef("web")));
        assertEquals(List.of("shop/a1 a1"), scene.central.orphans);
        scene.cluster.delete(SETTINGS, scene.live(SETTINGS).uid());
        scene.settle();
        assertTrue(scene.exists(SETTINGS), "what central names is healed");
    }

    @Test
    void whatIsToBeRemovedThoughItNeverHeardOfIt() {
        scene.want("a2", Role.ACTIVE, 1, 1, deployment("a2", "other", 1, "img:1"));
        scene.settle();
        Saved before = scene.disk.load();
        scene.want("a1", Role.ACTIVE, 1, 2, configMap("a1", "settings", "1"));
        scene.settle();
        assertTrue(scene.exists(SETTINGS));
        scene.agent.die();
        scene.tombstone("a1", 1, 3);
        setBackTo(before);
        scene.settle();
        assertFalse(scene.exists(SETTINGS));
        assertTrue(scene.central.status("a1").removed());
    }

    /** It looks after what runs, and is told with the first word what else. */
    @Test
    void aloneItStartsNothingThatANewerOrderStoppedAndNoWriterThatIsNotThere() {
        KubeObject web = deployment("a1", "web", 2, "img:1");
        KubeObject other = deployment("a2", "other", 1, "img:1");
        KubeObject kept = deployment("a3", "kept", 1, "img:1");
        scene.want("a1", Role.ACTIVE, 1, 1, web);
        scene.want("a2", Role.ACTIVE, 1, 1, other);
        scene.want("a3", Role.ACTIVE, 1, 1, kept);
        scene.settle();
        Saved before = scene.disk.load();
        scene.want("a1", Role.STANDBY, 2, 2, web);
        scene.tombstone("a2", 1, 2);
        scene.settle();
        scene.central.down = true;
        setBackTo(before);
        scene.cluster.apply(replicas(0, deployment("a3", "kept", 1, "img:1")), true);
        scene.pass(Duration.ofMinutes(5));
        assertEquals(0, replicas("web"));
        assertFalse(scene.exists(deploymentRef("other")));
        assertEquals(1, replicas("kept"), "what was changed by another hand is repaired");

        scene.central.down = false;
        scene.pass(Duration.ofMinutes(1));
        assertEquals(0, replicas("web"));
        assertFalse(scene.exists(deploymentRef("other")));
        scene.want("a1", Role.ACTIVE, 3, 3, web);
        scene.settle();
        assertEquals(2, replicas("web"));
    }

    /** Central's database was set back, too, and its order is of before that stop. */
    @Test
    void withoutADiskNoWriterStartsUnderAnOlderEpochThanThatOfItsStop() {
        KubeObject web = deployment("a1", "web", 2, "img:1");
        scene.want("a1", Role.ACTIVE, 1, 1, web);
        scene.settle();
        scene.want("a1", Role.STANDBY, 2, 2, web);
        scene.settle();
        scene.loseDisk();
        scene.want("a1", Role.ACTIVE, 1, 3, web);
        scene.pass(Duration.ofMinutes(1));
        assertEquals(0, replicas("web"));
        scene.want("a1", Role.ACTIVE, 3, 4, web);
        scene.pass(Duration.ofMinutes(1));
        assertEquals(2, replicas("web"));
    }

    @Test
    void aloneItStartsWhatItWasOrderedToAfterItsStop() {
        KubeObject web = deployment("a1", "web", 2, "img:1");
        scene.want("a1", Role.STANDBY, 1, 1, web);
        scene.settle();
        Saved.SavedApplication stopped = scene.disk.load().applications().getFirst();
        scene.agent.die();
        scene.disk.write(
                List.of(
                        new Change.PutWork(
                                Scene.work(
                                        "a1",
                                        Role.ACTIVE,
                                        2,
                                        2,
                                        stopped.work().content(),
                                        true,
                                        false),
                                stopped.held())));
        scene.central.down = true;
        scene.agent = scene.start();
        scene.pass(Duration.ofMinutes(1));
        assertEquals(2, replicas("web"));
    }

    @Test
    void aWriterThatIsMissingIsMadeWhenCentralIsHeard() {
        scene.want("a1", Role.ACTIVE, 1, 1, deployment("a1", "web", 2, "img:1"));
        scene.settle();
        scene.agent.die();
        scene.cluster.delete(deploymentRef("web"), scene.live(deploymentRef("web")).uid());
        scene.central.down = true;
        scene.agent = scene.start();
        scene.pass(Duration.ofMinutes(1));
        assertFalse(scene.exists(deploymentRef("web")));
        scene.central.down = false;
        scene.pass(Duration.ofMinutes(1));
        assertEquals(2, replicas("web"));
    }

    private Object replicas(String name) {
        return scene.live(deploymentRef(name)).at("spec", "replicas");
    }

    private static KubeObject replicas(int count, KubeObject deployment) {
        return deployment.with(count, "spec", "replicas");
    }

    private void runWithoutFullSet() {
        scene.agent.take(scene.now);
        for (Effect effect : scene.agent.choices()) {
            if (!(effect instanceof Effect.Poll poll && poll.cursor() == 0)) {
                scene.agent.perform(effect);
            }
        }
        scene.cluster.tick(scene.now);
        scene.cluster.deliver();
        scene.now = scene.now.plusMillis(50);
    }

    private void setBackTo(Saved before) {
        scene.agent.die();
        scene.disk = new MemoryState();
        List<Change> all = new ArrayList<>();
        for (Saved.SavedApplication a : before.applications()) {
            a.held().ifPresent(d -> all.add(new Change.PutContent(d, a.content().orElseThrow())));
            all.add(new Change.PutWork(a.work(), a.held()));
            all.add(new Change.PutInventory(a.uid(), a.inventory()));
            all.add(new Change.PutPods(a.uid(), a.pods()));
        }
        all.add(new Change.PutCursor(before.generation(), before.cursor()));
        scene.disk.write(all);
        scene.agent = scene.start();
    }
}
