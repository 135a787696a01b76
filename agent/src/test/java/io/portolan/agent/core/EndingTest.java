package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.deploymentRef;
import static io.portolan.agent.core.Scene.object;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.Shapes;
import io.portolan.agent.observe.Labels;
import io.portolan.model.Uid;
import io.portolan.model.app.Ending;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an application leaves in a cluster, how, and who may have it afterwards. */
class EndingTest {
    private static final ObjectRef CLAIM = ref("v1", "PersistentVolumeClaim", "data");
    private static final ObjectRef WEB = deploymentRef("web");
    private static final ObjectRef SETTINGS = ref("v1", "ConfigMap", "settings");

    private final Scene scene = new Scene();

    @Test
    void aClaimThatWasDroppedIsKeptAndTheApplicationIsHealthyAllTheSame() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "settings", "x"), claim("a1"));
        bind();
        scene.want("a1", Role.ACTIVE, 1, 2, configMap("a1", "settings", "x"));
        scene.pass(Duration.ofSeconds(60));

        assertTrue(scene.exists(CLAIM));
        assertEquals(Health.HEALTHY, scene.central.status("a1").health());
        assertEquals(2, scene.central.status("a1").appliedSequence());
        Trouble kept = scene.central.status("a1").troubles().getFirst();
        assertEquals("Kept", kept.reason());
        assertTrue(
                kept.message().endsWith("kubectl delete persistentvolumeclaim data -n shop"),
                kept.message());

        scene.want("a1", Role.ACTIVE, 1, 3, configMap("a1", "settings", "x"), claim("a1"));
        scene.settle();
        assertEquals(List.of(), scene.central.status("a1").troubles(), "it is its own again");
    }

    @Test
    void aClaimThatWasDroppedBeforeItWasMadeIsNotSaidToBeKept() {
        scene.cluster.refuse(o -> o.kind().equals("PersistentVolumeClaim"), "no room");
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "settings", "x"), claim("a1"));
        scene.settle();
        scene.want("a1", Role.ACTIVE, 1, 2, configMap("a1", "settings", "x"));
        scene.settle();
        assertEquals(List.of(), scene.central.status("a1").troubles());
        assertEquals(1, scene.central.status("a1").inventory());
    }

    @Test
    void whatIsKeptNeedsNoContentAndLeavesNoneOnTheDisk() {
        scene.central.inline = false;
        scene.want("a1", Role.ACTIVE, 1, 1, web("a1"));
        scene.settle();
        scene.cluster.refuse(o -> o.kind().equals("Deployment"), "not now");
        scene.end("a1", Ending.KEEP, 2);
        scene.pass(Duration.ofSeconds(20));
        assertEquals(Optional.empty(), scene.disk.load().applications().getFirst().held());
        assertEquals(Optional.empty(), scene.disk.load().applications().getFirst().content());
    }

    @Test
    void aClaimStaysWhereTheApplicationMovesAwayAndIsUsedWhenItReturns() {
        scene.want("a1", Role.ACTIVE, 1, 1, web("a1"), claim("a1"));
        bind();
        String uid = scene.live(CLAIM).uid();
        scene.end("a1", Ending.MOVE, 2);
        scene.settle();

        assertTrue(scene.central.status("a1").removed());
        assertFalse(scene.exists(WEB));
        assertEquals(uid, scene.live(CLAIM).uid());
        assertTrue(scene.central.events.toString().contains("type kubectl delete"), events());

        scene.want("a1", Role.ACTIVE, 1, 3, web("a1"), claim("a1"));
        scene.settle();
        assertEquals(List.of(), scene.central.status("a1").troubles());
        assertEquals(Health.HEALTHY, scene.central.status("a1").health());
        assertEquals(uid, scene.live(CLAIM).uid());
    }

    @Test
    void aTombstoneThatSaysNothingDeletesNoClaim() {
        scene.want("a1", Role.ACTIVE, 1, 1, claim("a1"));
        bind();
        scene.tombstone("a1", 1, 2);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
        assertTrue(scene.exists(CLAIM));
    }

    @Test
    void theClaimOfADeletedApplicationIsNobodysAndASuccessorAdoptsIt() {
        scene.want("a1", Role.ACTIVE, 1, 1, web("a1"), claim("a1"));
        bind();
        scene.end("a1", Ending.DELETE, 2);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
        assertFalse(scene.exists(WEB));
        assertNobodys(CLAIM);

        scene.central.works.remove(new Uid("a1"));
        scene.put("a2", Role.ACTIVE, 1, 1, false, false, claim("a2"));
        scene.settle();
        assertEquals("ExistsAlready", scene.central.status("a2").troubles().getFirst().reason());
        scene.put("a2", Role.ACTIVE, 1, 2, false, true, claim("a2"));
        scene.settle();
        assertEquals(Health.HEALTHY, scene.central.status("a2").health());
        assertEquals("a2", scene.live(CLAIM).label(Labels.APPLICATION_UID));
    }

    @Test
    void claimsAreDeletedWhereThatWasSaid() {
        scene.want("a1", Role.ACTIVE, 1, 1, web("a1"), claim("a1"));
        bind();
        scene.end("a1", Ending.DELETE_VOLUMES, 2);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
        assertFalse(scene.exists(CLAIM));
    }

    @Test
    void whatIsKeptRunsOnUntouchedAndIsNobodys() {
        scene.want("a1", Role.ACTIVE, 1, 1, web("a1"), configMap("a1", "settings", "x"));
        scene.settle();
        KubeObject before = scene.live(WEB);
        List<String> pods = pods();
        scene.end("a1", Ending.KEEP, 2);
        scene.settle();

        assertTrue(scene.central.status("a1").removed());
        assertEquals("given up", scene.central.status("a1").message());
        assertEquals(List.of(), scene.disk.load().applications());
        assertNobodys(WEB);
        assertNobodys(SETTINGS);
        KubeObject after = scene.live(WEB);
        assertEquals(before.uid(), after.uid());
        assertEquals(before.map("spec"), after.map("spec"));
        assertEquals(before.at("metadata", "generation"), after.at("metadata", "generation"));
        assertEquals(pods, pods());
    }

    @Test
    void whatIsKeptIsGivenUpAlsoByANextLifeOfTheAgent() {
        scene.want("a1", Role.ACTIVE, 1, 1, web("a1"), configMap("a1", "settings", "x"));
        scene.settle();
        scene.cluster.refuse(o -> o.kind().equals("ConfigMap"), "not now");
        scene.end("a1", Ending.KEEP, 2);
        scene.settle();
        assertFalse(scene.central.status("a1").removed());
        assertEquals("not now", scene.central.status("a1").troubles().getFirst().message());
        scene.restart();
        scene.cluster.allowAll();
        scene.pass(Duration.ofSeconds(60));
        assertTrue(scene.central.status("a1").removed());
        assertNobodys(SETTINGS);
        assertTrue(scene.exists(WEB));
    }

    @Test
    void whatStandsByIsGivenUpAsItStands() {
        scene.want("a1", Role.ACTIVE, 1, 1, web("a1"));
        scene.settle();
        scene.want("a1", Role.STANDBY, 2, 2, web("a1"));
        scene.settle();
        scene.end("a1", Ending.KEEP, 3);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
        assertNobodys(WEB);
        assertEquals(0, scene.live(WEB).at("spec", "replicas"));
    }

    @Test
    void aKeptNamespaceAndAKeptKindAreNobodysAndMayBeAdopted() {
        scene.want("a1", Role.ACTIVE, 1, 1, namespace("a1"), definition("a1"));
        scene.settle();
        scene.cluster.namespace("theirs");
        scene.cluster.applyAs(
                "kubectl", Shapes.object("example.org/v1", "Widget", "theirs", "w"), true);
        scene.end("a1", Ending.DELETE, 2);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
        assertTrue(scene.central.events.toString().contains("KindKept"), events());

        scene.central.works.remove(new Uid("a1"));
        scene.put("a2", Role.ACTIVE, 1, 1, false, true, namespace("a2"), definition("a2"));
        scene.pass(Duration.ofSeconds(30));
        assertEquals(List.of(), scene.central.status("a2").troubles());
        assertEquals("a2", scene.live(definition("a2").ref()).label(Labels.APPLICATION_UID));
    }

    @Test
    void whatAnotherApplicationDroppedAndKeptMayBeAdopted() {
        scene.want("a1", Role.ACTIVE, 1, 1, web("a1"), claim("a1"));
        bind();
        scene.put("a2", Role.ACTIVE, 1, 1, false, true, claim("a2"));
        scene.settle();
        assertEquals("BelongsToAnother", scene.central.status("a2").troubles().getFirst().reason());
        scene.want("a1", Role.ACTIVE, 1, 2, web("a1"));
        scene.pass(Duration.ofSeconds(60));
        assertEquals("a2", scene.live(CLAIM).label(Labels.APPLICATION_UID));
        assertEquals(List.of(), scene.central.status("a1").troubles());
        assertEquals(List.of(), scene.central.status("a2").troubles());
    }

    @Test
    void whatAnApplicationLeftThatIsNoMoreIsAdoptedByNameOnly() {
        scene.want(
                "a1", Role.ACTIVE, 1, 1, claim("a1").with("shop", "metadata", "labels", tenant()));
        bind();
        scene.end("a1", Ending.MOVE, 2);
        scene.settle();
        scene.central.works.remove(new Uid("a1"));
        scene.put("a2", Role.ACTIVE, 1, 1, false, true, claim("a2"));
        scene.settle();
        Trouble left = scene.central.status("a2").troubles().getFirst();
        assertEquals("BelongsToAnother", left.reason());
        assertTrue(
                left.message().contains("adopt application a2 --object PersistentVolumeClaim/data"),
                left.message());
        adopting("a2", 2, claim("a2"), "PersistentVolumeClaim/data");
        scene.settle();
        assertEquals("a2", scene.live(CLAIM).label(Labels.APPLICATION_UID));
        assertEquals(Health.HEALTHY, scene.central.status("a2").health());
    }

    @Test
    void whatAnOrphanHoldsIsAdoptedByNameAndNotFoughtOver() {
        KubeObject orphans =
                configMap("a1", "settings", "old")
                        .with("shop", "metadata", "labels", Labels.TENANT);
        scene.want("a1", Role.ACTIVE, 1, 1, orphans);
        scene.settle();
        scene.central.works.remove(new Uid("a1"));
        scene.central.generation++;
        scene.central.session++;
        scene.settle();
        assertEquals(List.of("shop/a1 a1"), scene.central.orphans);
        adopting("a2", 1, configMap("a2", "settings", "new"), "ConfigMap/settings");
        scene.settle();
        assertEquals("new", scene.live(SETTINGS).at("data", "key"));

        scene.cluster.patchAs("hand", SETTINGS, Shapes.patch("edited", "data", "key"), null);
        scene.settle();
        scene.restart();
        scene.pass(Duration.ofSeconds(30));
        assertEquals("new", scene.live(SETTINGS).at("data", "key"));
        assertEquals("a2", scene.live(SETTINGS).label(Labels.APPLICATION_UID));
    }

    @Test
    void onlyTheObjectsThatAreNamedAreAdopted() {
        scene.cluster.namespace("shop");
        for (String name : List.of("settings", "other")) {
            scene.cluster.applyAs(
                    "helm", Shapes.configMap("shop", name, Map.of("key", "theirs")), true);
        }
        scene.want(
                "a1",
                Role.ACTIVE,
                1,
                1,
                configMap("a1", "settings", "ours"),
                configMap("a1", "other", "ours"));
        Work work = scene.central.works.get(new Uid("a1"));
        scene.central.put(adopting(work, 2, "ConfigMap/settings"), null);
        scene.pass(Duration.ofSeconds(60));
        assertEquals("ours", scene.live(SETTINGS).at("data", "key"));
        assertEquals("theirs", scene.live(ref("v1", "ConfigMap", "other")).at("data", "key"));
        assertEquals("ExistsAlready", scene.central.status("a1").troubles().getFirst().reason());
    }

    // ---- the parts of it

    private void adopting(String app, long sequence, KubeObject object, String... names) {
        scene.put(app, Role.ACTIVE, 1, sequence, false, false, object);
        Work work = scene.central.works.get(new Uid(app));
        scene.central.put(adopting(work, sequence, names), null);
    }

    private static Work adopting(Work w, long sequence, String... names) {
        return new Work(
                w.application(),
                w.tenant(),
                w.name(),
                w.cluster(),
                w.role(),
                w.generation(),
                w.epoch(),
                sequence,
                w.content(),
                w.singleWriter(),
                false,
                false,
                List.of(names),
                Optional.empty(),
                Optional.empty());
    }

    private void assertNobodys(ObjectRef ref) {
        KubeObject live = scene.live(ref);
        assertEquals(
                List.of(),
                live.map("metadata", "labels").keySet().stream()
                        .filter(l -> l.startsWith("portolan.io/"))
                        .toList());
        assertEquals(
                List.of(),
                live.map("metadata", "annotations").keySet().stream()
                        .filter(l -> l.startsWith("portolan.io/"))
                        .toList());
        assertFalse(Shapes.managers(live).contains("portolan"), Shapes.managers(live)::toString);
    }

    /** Nobody makes volumes here. */
    private void bind() {
        scene.settle();
        scene.cluster.status(CLAIM, Map.of("phase", "Bound"));
        scene.settle();
    }

    private List<String> pods() {
        List<String> uids = new ArrayList<>();
        scene.cluster.list(Watches.POD, "", pod -> uids.add(pod.uid()));
        return uids;
    }

    private String events() {
        return scene.central.events.toString();
    }

    private static String tenant() {
        return Labels.TENANT;
    }

    private static KubeObject web(String app) {
        return deployment(app, "web", 2, "shop/web:1");
    }

    private static KubeObject claim(String app) {
        return object("v1", "PersistentVolumeClaim", app, "data")
                .with(
                        Map.of(
                                "accessModes",
                                List.of("ReadWriteOnce"),
                                "resources",
                                Map.of("requests", Map.of("storage", "1Gi"))),
                        "spec");
    }

    private static KubeObject namespace(String app) {
        return ours(app, Shapes.namespace("own"));
    }

    private static KubeObject definition(String app) {
        return ours(app, Shapes.definition("example.org", "Widget", "widgets"));
    }

    private static KubeObject ours(String app, KubeObject object) {
        Map<String, Object> labels = new LinkedHashMap<>();
        labels.put(Labels.MANAGED, "true");
        labels.put(Labels.APPLICATION_UID, app);
        return object.with(labels, "metadata", "labels");
    }
}
