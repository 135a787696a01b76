package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.deployment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.fence.PodLedger;
import io.portolan.agent.fence.PodTrace;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.observe.Labels;
import io.portolan.model.Condition;
import io.portolan.model.Digest;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.app.WorkStatus.Demotion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fence F2 speaks of every pod that ran, not only of those seen since the demotion began. */
class PodMemoryTest {
    private static final ObjectRef NODE = new ObjectRef("v1", "Node", "", "node-1");

    private final Scene scene = new Scene();

    @BeforeEach
    void runs() {
        boot("node-1-boot-1");
        scene.want("a1", Role.ACTIVE, 1, 1, web("img:1"));
        scene.settle();
        assertEquals(2, pods().size());
    }

    @Test
    void namesAPodThatWentByForceBeforeTheDemotion() {
        pods().forEach(p -> scene.cluster.vanish(p.ref()));
        scene.settle();
        assertEquals(2, pods().size(), "successors run");
        WorkStatus active = scene.central.status("a1");
        assertTrue(
                Condition.find(active.conditions(), "StopUnprovable").isPresent(),
                active.toString());

        Demotion demotion = demoted(2, 2);
        assertFalse(demotion.proves());
        assertEquals(2, demotion.vanished().size());
        assertTrue(demotion.vanished().getFirst().contains("node node-1"), demotion.toString());
        String told = scene.central.status("a1").message();
        assertTrue(told.contains("another boot id"), told);
    }

    @Test
    void rememberAcrossAnAbortedFailoverAndARestartOfTheAgent() {
        pods().forEach(p -> scene.cluster.vanish(p.ref()));
        scene.settle();
        assertFalse(demoted(2, 2).proves());
        scene.want("a1", Role.ACTIVE, 3, 3, web("img:1"));
        scene.settle();
        scene.restart();
        scene.settle();
        assertFalse(demoted(4, 4).proves());
    }

    @Test
    void theDoubtClearsWhenTheMachineWasStartedAnew() {
        pods().forEach(p -> scene.cluster.vanish(p.ref()));
        scene.settle();
        scene.want("a1", Role.STANDBY, 2, 2, web("img:1"));
        scene.settle();
        scene.cluster.nodeReady("node-1", false);
        scene.settle();
        scene.cluster.nodeReady("node-1", true);
        scene.settle();
        assertFalse(demotion().proves(), "ready again under the same boot");

        boot("node-1-boot-2");
        scene.settle();
        assertTrue(demotion().proves());
    }

    @Test
    void namesAPodThatWentWhileTheAgentWasDownAndTheApplicationWasActive() {
        scene.agent.die();
        pods().forEach(p -> scene.cluster.vanish(p.ref()));
        scene.restart();
        scene.settle();
        assertEquals(2, demoted(2, 2).vanished().size());
    }

    @Test
    void aRollingUpdateLeavesNothingBehind() {
        for (int i = 2; i < 12; i++) {
            scene.want("a1", Role.ACTIVE, 1, i, web("img:" + i));
            scene.settle();
        }
        assertEquals(2, scene.disk.load().applications().getFirst().pods().size());
        assertTrue(demoted(2, 20).proves());
        assertEquals(List.of(), scene.disk.load().applications().getFirst().pods());
    }

    @Test
    void ofManyWritersOnlyPodsThatWereNotSeenToEndAreKeptAndTheyCountForASingleOne() {
        many(1, Role.ACTIVE);
        assertEquals(List.of(), kept("a2"));
        pods("a2").forEach(p -> scene.cluster.vanish(p.ref()));
        scene.settle();
        assertEquals(2, kept("a2").size());
        assertEquals(2, pods("a2").size(), "successors run");
        WorkStatus told = scene.central.status("a2");
        assertTrue(Condition.find(told.conditions(), "StopUnprovable").isEmpty(), told.toString());

        many(2, Role.STANDBY);
        scene.settle();
        scene.restart();
        scene.settle();
        assertEquals(2, demotion("a2").vanished().size());

        scene.want("a2", Role.ACTIVE, 3, 3, other());
        scene.settle();
        scene.want("a2", Role.STANDBY, 4, 4, other());
        scene.settle();
        assertEquals(2, demotion("a2").vanished().size());
    }

    @Test
    void whatAnApplicationWithManyWritersLostHoldsNoRemovalUp() {
        many(1, Role.ACTIVE);
        pods("a2").forEach(p -> scene.cluster.vanish(p.ref()));
        scene.cluster.nodeReady("node-1", false);
        scene.settle();
        scene.cluster.nodeReady("node-1", true);
        scene.tombstone("a2", 2, 2);
        scene.settle();
        assertTrue(scene.central.status("a2").removed());
    }

    @Test
    void aThousandMachinesThatWereLostCostNoMoreThanSome() {
        PodLedger ledger = new PodLedger();
        for (int i = 0; i < 1_000; i++) {
            ledger.went(PodTrace.running("uid-" + i, "shop/p-" + i, "n" + i, "b"), "lost", "b");
        }
        assertTrue(ledger.remembered().size() < 300, "" + ledger.remembered().size());
        for (int i = 0; i < 1_000; i++) {
            ledger.node("n" + i, true, "another");
        }
        assertEquals(1, ledger.doubtful().size(), "what is not named never clears");
    }

    private void many(long sequence, Role role) {
        scene.put("a2", role, sequence, sequence, false, false, other());
        scene.settle();
    }

    private static KubeObject other() {
        return deployment("a2", "other", 2, "img:1");
    }

    private List<String> kept(String app) {
        return scene.disk.load().applications().stream()
                .filter(a -> a.uid().value().equals(app))
                .findFirst()
                .orElseThrow()
                .pods();
    }

    @Test
    void aPodThatTheCollectorCalledFailedOnASilentNodeStillCounts() {
        scene.cluster.nodeReady("node-1", false);
        scene.settle();
        scene.want("a1", Role.STANDBY, 2, 2, web("img:1"));
        scene.settle();
        for (KubeObject pod : pods()) {
            Map<String, Object> status = new LinkedHashMap<>(pod.map("status"));
            status.put("phase", "Failed");
            status.put("reason", "NodeLost");
            status.remove("containerStatuses");
            scene.cluster.status(pod.ref(), status);
        }
        scene.settle();
        WorkStatus status = scene.central.status("a1");
        assertTrue(status.demotion().isEmpty(), status.toString());
        assertTrue(status.message().contains("its node node-1 is not ready"), status.message());
        // The collector takes the records away too: what is left is the doubt.
        pods().forEach(p -> scene.cluster.vanish(p.ref()));
        scene.settle();
        assertEquals(2, demotion().vanished().size());
    }

    @Test
    void aNodeThatANewListDoesNotNameIsNotTakenForReady() {
        Desk desk = new Desk(AgentSettings.of("test"));
        Pods alone = new Pods(desk, new Recall(desk));
        Application application =
                new Application(
                        Scene.work(
                                "a1",
                                Role.ACTIVE,
                                1,
                                1,
                                Optional.of(Digest.of(new byte[0])),
                                true,
                                false),
                        Optional.empty());
        desk.applications.put(application.uid(), application);
        alone.node(scene.live(NODE));
        KubeObject pod = pods().getFirst();
        alone.live(pod, 1);
        alone.nodesListing();
        alone.nodesListed();
        alone.removed(
                pod.with("2026-01-01T00:00:00Z", "metadata", "deletionTimestamp")
                        .with(
                                List.of(Map.of("state", Map.of("terminated", Map.of()))),
                                "status",
                                "containerStatuses"));
        assertEquals(1, application.ledger.doubtful().size());
    }

    private Demotion demoted(long epoch, long sequence) {
        scene.want("a1", Role.STANDBY, epoch, sequence, web("img:1"));
        scene.settle();
        return demotion();
    }

    private Demotion demotion() {
        return demotion("a1");
    }

    private Demotion demotion(String app) {
        WorkStatus status = scene.central.status(app);
        return status.demotion().orElseThrow(() -> new AssertionError(status.toString()));
    }

    private void boot(String id) {
        Map<String, Object> status = new LinkedHashMap<>(scene.live(NODE).map("status"));
        status.put("nodeInfo", Map.of("bootID", id));
        scene.cluster.status(NODE, status);
        scene.settle();
    }

    private static KubeObject web(String image) {
        return deployment("a1", "web", 2, image);
    }

    private List<KubeObject> pods() {
        return pods("a1");
    }

    private List<KubeObject> pods(String app) {
        List<KubeObject> pods = new ArrayList<>();
        scene.cluster.list(new TypeRef("v1", "Pod"), Labels.APPLICATION_UID + "=" + app, pods::add);
        return pods;
    }
}
