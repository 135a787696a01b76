package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.observe.Labels;
import io.portolan.model.Condition;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentCoreTest {
    private final Scene scene = new Scene();

    @Test
    void appliesNewWorkMakesItsNamespaceAndReportsHealth() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "x"), web(2));
        scene.settle();

        WorkStatus status = scene.central.status("a1");
        assertEquals(Health.HEALTHY, status.health(), status.toString());
        assertEquals(1, status.appliedSequence());
        assertEquals(2, status.readyReplicas());
        assertEquals(2, status.inventory());
        assertEquals("true", scene.live(namespace()).label(Labels.MANAGED));
        assertEquals(
                Condition.Truth.TRUE,
                Condition.find(status.conditions(), "Applied").orElseThrow().truth());
    }

    @Test
    void roomThatHeldApplicationsTakeIsToldApart() {
        KubeObject hungry =
                web(2).with(
                                List.of(
                                        Map.of(
                                                "name",
                                                "main",
                                                "image",
                                                "i",
                                                "resources",
                                                Map.of("requests", Map.of("cpu", "500m")))),
                                "spec",
                                "template",
                                "spec",
                                "containers");
        scene.want("a1", Role.ACTIVE, 1, 1, hungry);
        scene.pass(Duration.ofSeconds(70));
        assertEquals(1_000, scene.central.capacity.orElseThrow().requestedMillis());
        assertEquals(Optional.of(1_000L), scene.central.capacity.orElseThrow().ownMillis());

        scene.central.works.remove(new Uid("a1"));
        scene.central.generation++;
        scene.central.session++;
        scene.pass(Duration.ofSeconds(70));
        assertEquals(1_000, scene.central.capacity.orElseThrow().requestedMillis());
        assertEquals(
                Optional.of(0L),
                scene.central.capacity.orElseThrow().ownMillis(),
                "nobody asks for it any more");
    }

    @Test
    void noRoomIsToldUntilANodeHasTakenPods() {
        scene.cluster.nodeReady("node-1", false);
        scene.settle();
        scene.pass(Duration.ofSeconds(70));
        assertEquals(Optional.empty(), scene.central.capacity);

        scene.cluster.nodeReady("node-1", true);
        scene.pass(Duration.ofSeconds(70));
        assertEquals(8_000, scene.central.capacity.orElseThrow().allocatableMillis());

        scene.cluster.nodeReady("node-1", false);
        scene.pass(Duration.ofSeconds(70));
        assertEquals(0, scene.central.capacity.orElseThrow().allocatableMillis());
    }

    @Test
    void fetchesContentThatDidNotTravelAlong() {
        scene.central.inline = false;
        scene.want("a1", Role.ACTIVE, 1, 1, web(1));
        scene.settle();
        assertTrue(scene.exists(deploymentRef("web")));
    }

    @Test
    void prunesOnlyWhatNewerContentLeavesOut() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "old", "x"), web(1));
        scene.settle();
        scene.want("a1", Role.ACTIVE, 1, 2, configMap("a1", "new", "x"), web(1));
        scene.settle();

        assertFalse(scene.exists(ref("v1", "ConfigMap", "old")));
        assertTrue(scene.exists(ref("v1", "ConfigMap", "new")));
        assertTrue(scene.exists(deploymentRef("web")));
        assertEquals(2, scene.central.status("a1").inventory());
    }

    @Test
    void absenceFromAFullSetDeletesNothingAndIsReported() {
        scene.want("a1", Role.ACTIVE, 1, 1, web(1));
        scene.want("a2", Role.ACTIVE, 1, 1, deployment("a2", "other", 1, "i"));
        scene.settle();
        scene.central.works.remove(new Uid("a1"));
        scene.central.generation++;
        scene.central.session++;
        scene.settle();
        scene.pass(Duration.ofSeconds(65));

        assertTrue(scene.exists(deploymentRef("web")));
        assertEquals(List.of("shop/a1 a1"), scene.central.orphans);
    }

    /** The digest does not cover it, so nothing else would find that it was left out. */
    @Test
    void anOrderToRemoveThatAFullSetLeftOutIsAskedForAgain() {
        scene.want("a1", Role.ACTIVE, 1, 1, web(1));
        scene.settle();
        scene.central.blank = true;
        scene.tombstone("a1", 1, 2);
        scene.settle();

        assertTrue(scene.central.status("a1").removed());
        assertEquals(List.of(), scene.central.orphans);
        assertEquals(3, scene.central.fullSets, "the first, the blank one, the one asked for");
    }

    @Test
    void tombstoneRemovesEverythingButTheNamespaceAndIsForgottenWhenAcknowledged() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "x"), web(2));
        scene.settle();
        scene.tombstone("a1", 1, 2);
        scene.settle();

        assertTrue(scene.central.status("a1").removed());
        assertFalse(scene.exists(deploymentRef("web")));
        assertFalse(scene.exists(ref("v1", "ConfigMap", "cfg")));
        assertTrue(scene.exists(namespace()));
        assertEquals(List.of(), scene.disk.load().applications());
    }

    @Test
    void takesOverTheWorksOfADatabaseThatWasSetBack() {
        scene.want("a1", Role.ACTIVE, 5, 9, web(1));
        scene.settle();
        scene.want("a1", Role.ACTIVE, 5, 10, web(3));
        scene.settle();
        scene.central.revision = 0;
        scene.want("a1", Role.ACTIVE, 5, 9, web(2));
        scene.settle();
        assertEquals(2, scene.live(deploymentRef("web")).at("spec", "replicas"));
    }

    @Test
    void ignoresOlderSequencesAndStaleEpochs() {
        scene.want("a1", Role.ACTIVE, 5, 9, web(1));
        scene.settle();
        scene.want("a1", Role.ACTIVE, 5, 8, web(7));
        scene.settle();
        scene.want("a1", Role.ACTIVE, 4, 20, web(8));
        scene.settle();
        assertEquals(1L, replicas());
    }

    @Test
    void leavesAForeignObjectAloneUntilItIsAdopted() {
        ObjectRef cfg = ref("v1", "ConfigMap", "cfg");
        scene.cluster.namespace("shop");
        foreign("cfg");
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "ours"), web(1));
        scene.settle();

        assertEquals("theirs", scene.live(cfg).at("data", "key"));
        WorkStatus status = scene.central.status("a1");
        assertEquals("ExistsAlready", status.troubles().getFirst().reason());
        assertTrue(status.message().contains("portolan.io/adopt"), status.message());
        assertTrue(status.message().contains("; kubectl wrote it"), status.message());
        assertTrue(scene.exists(deploymentRef("web")), "other objects go on");
        assertEquals(0, status.appliedSequence());

        scene.put("a1", Role.ACTIVE, 1, 2, true, true, configMap("a1", "cfg", "ours"), web(1));
        scene.settle();
        assertEquals("ours", scene.live(cfg).at("data", "key"));
        assertEquals(2, scene.central.status("a1").appliedSequence());
    }

    @Test
    void objectThatWaitsLongIsNotForgottenOverOneThatWaitsShort() {
        scene.cluster.namespace("shop");
        foreign("slow");
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "slow", "ours"));
        scene.pass(Duration.ofSeconds(8));
        foreign("quick");
        scene.want(
                "a1",
                Role.ACTIVE,
                1,
                2,
                configMap("a1", "slow", "ours"),
                configMap("a1", "quick", "ours"));
        scene.pass(Duration.ofMillis(100));
        remove("quick");
        scene.pass(Duration.ofSeconds(1));
        assertEquals("ours", scene.live(ref("v1", "ConfigMap", "quick")).at("data", "key"));
        remove("slow");
        scene.pass(Duration.ofSeconds(10));
        assertEquals("ours", scene.live(ref("v1", "ConfigMap", "slow")).at("data", "key"));
    }

    private void foreign(String name) {
        scene.cluster.applyAs(
                "kubectl",
                new KubeObject(
                        Map.of(
                                "apiVersion",
                                "v1",
                                "kind",
                                "ConfigMap",
                                "metadata",
                                Map.of("name", name, "namespace", "shop"),
                                "data",
                                Map.of("key", "theirs"))),
                true);
    }

    private void remove(String name) {
        ObjectRef ref = ref("v1", "ConfigMap", name);
        scene.cluster.delete(ref, scene.live(ref).uid());
    }

    @Test
    void aForeignObjectSurvivesTheTombstoneOfAnApplicationThatNamedIt() {
        scene.cluster.namespace("shop");
        foreign("cfg");
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "ours"));
        scene.settle();
        scene.tombstone("a1", 1, 2);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
        assertTrue(scene.exists(ref("v1", "ConfigMap", "cfg")));
    }

    @Test
    void takesBackWhatAHandEditedAndMakesAgainWhatItRemoved() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "x"), web(2));
        scene.settle();
        scene.cluster.patchAs(
                "kubectl-edit",
                deploymentRef("web"),
                patch(Map.of("spec", Map.of("replicas", 5))),
                null);
        scene.cluster.vanish(ref("v1", "ConfigMap", "cfg"));
        scene.settle();

        assertEquals(2L, replicas());
        assertTrue(scene.exists(ref("v1", "ConfigMap", "cfg")));
    }

    @Test
    void aRefusedObjectIsReportedInKubernetesWordsAndRetried() {
        scene.cluster.refuse(o -> o.name().equals("cfg"), "quota says no");
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "x"), web(1));
        scene.settle();
        WorkStatus status = scene.central.status("a1");
        assertTrue(status.message().contains("quota says no"), status.message());
        assertTrue(scene.exists(deploymentRef("web")));
        assertEquals(1, scene.central.events.stream().filter(e -> e.contains("quota")).count());

        scene.cluster.allowAll();
        scene.pass(Duration.ofSeconds(61));
        assertTrue(scene.exists(ref("v1", "ConfigMap", "cfg")));
        assertEquals(Health.HEALTHY, scene.central.status("a1").health());
    }

    @Test
    void healsWithoutCentralAfterARestartButGivesItTimeFirst() {
        scene.put("a1", Role.ACTIVE, 1, 1, false, false, web(1));
        scene.settle();
        scene.central.down = true;
        scene.restart();
        scene.cluster.vanish(deploymentRef("web"));
        scene.pass(Duration.ofSeconds(9));
        assertFalse(scene.exists(deploymentRef("web")));
        scene.pass(Duration.ofSeconds(3));
        assertTrue(scene.exists(deploymentRef("web")));
    }

    @Test
    void asksForTheFullSetWhenTheDigestDiffers() {
        scene.want("a1", Role.ACTIVE, 1, 1, web(1));
        scene.settle();
        // A work that no delta ever brought: written with a revision that the agent has passed.
        scene.want("a2", Role.ACTIVE, 1, 1, deployment("a2", "other", 1, "i"));
        scene.central.revisions.put(new Uid("a2"), 0L);
        scene.want("a3", Role.ACTIVE, 1, 1, configMap("a3", "third", "x"));
        scene.settle();
        assertTrue(scene.exists(deploymentRef("other")));
    }

    @Test
    void aFencedSessionSaysHelloAgainAndReportsEverythingAnew() {
        scene.want("a1", Role.ACTIVE, 1, 1, web(1));
        scene.settle();
        scene.central.session = 40;
        scene.central.statuses.clear();
        scene.pass(Duration.ofSeconds(8));
        assertEquals(41, scene.central.session);
        assertEquals(Health.HEALTHY, scene.central.status("a1").health());
    }

    @Test
    void asksAgainForAContentWhoseSessionWasOver() {
        scene.central.inline = false;
        scene.central.contentRefused = true;
        scene.want("a1", Role.ACTIVE, 1, 1, web(1));
        scene.settle();
        assertFalse(scene.central.contentRefused);
        assertEquals(Health.HEALTHY, scene.central.status("a1").health());
    }

    @Test
    void countsOnFromTheBatchThatCentralHas() {
        scene.settle();
        long before = scene.central.reports.size();
        scene.central.batch = 17;
        scene.want("a1", Role.ACTIVE, 1, 1, web(1));
        scene.settle();
        assertEquals(Health.HEALTHY, scene.central.status("a1").health());
        assertNotEquals(before, scene.central.reports.size());
    }

    @Test
    void waitsForTheKindBeforeItsObjects() {
        KubeObject crd =
                new KubeObject(
                        Map.of(
                                "apiVersion",
                                "apiextensions.k8s.io/v1",
                                "kind",
                                "CustomResourceDefinition",
                                "metadata",
                                Map.of(
                                        "name",
                                        "things.example.org",
                                        "labels",
                                        Map.of(
                                                Labels.MANAGED,
                                                "true",
                                                Labels.APPLICATION_UID,
                                                "a1")),
                                "spec",
                                Map.of(
                                        "group",
                                        "example.org",
                                        "scope",
                                        "Namespaced",
                                        "names",
                                        Map.of("plural", "things", "kind", "Thing"),
                                        "versions",
                                        List.of(
                                                Map.of(
                                                        "name", "v1", "served", true, "storage",
                                                        true)))));
        KubeObject thing = Scene.object("example.org/v1", "Thing", "a1", "one");
        scene.want("a1", Role.ACTIVE, 1, 1, thing, crd);
        scene.settle();
        assertTrue(scene.exists(ref("example.org/v1", "Thing", "one")));
        assertEquals(1, scene.central.status("a1").appliedSequence());

        scene.tombstone("a1", 1, 2);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
        assertFalse(
                scene.exists(
                        new ObjectRef(
                                "apiextensions.k8s.io/v1",
                                "CustomResourceDefinition",
                                "",
                                "things.example.org")));
    }

    @Test
    void anEmptyClusterIsNotPolledInACircle() {
        scene.pass(Duration.ofSeconds(10));
        assertTrue(scene.central.polls < 60, "polled " + scene.central.polls + " times in 10 s");
    }

    private static KubeObject web(int replicas) {
        return deployment("a1", "web", replicas, "img:1");
    }

    private long replicas() {
        return ((Number) scene.live(deploymentRef("web")).at("spec", "replicas")).longValue();
    }

    private static ObjectRef namespace() {
        return new ObjectRef("v1", "Namespace", "", "shop");
    }

    private static KubeObject patch(Map<String, Object> json) {
        return new KubeObject(json);
    }
}
