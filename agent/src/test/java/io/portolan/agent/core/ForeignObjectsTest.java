package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.observe.Labels;
import io.portolan.model.Condition;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others make while we hold back or write is theirs, however short before our write. */
class ForeignObjectsTest {
    private static final ObjectRef CFG = ref("v1", "ConfigMap", "cfg");
    private final Scene scene = new Scene();

    /** With a field of ours in it, and without: the second would merge without a conflict. */
    @ParameterizedTest
    @ValueSource(strings = {"key", "other"})
    void objectThatWasMadeWhileTheNamespaceWasAnothersIsLeftToWhoMadeIt(String field) {
        namespace("bank");
        want();
        foreign(field);
        scene.settle();
        namespace("shop");
        scene.settle();
        leftAlone(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "other"})
    void objectThatWasMadeWhileTheNamespaceWasRefusedIsLeftToWhoMadeIt(String field) {
        scene.cluster.refuse(o -> o.kind().equals("Namespace"), "no right");
        want();
        scene.cluster.allowAll();
        scene.cluster.namespace("shop");
        foreign(field);
        scene.settle();
        leftAlone(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "other"})
    void objectThatWasMadeBetweenOurLookAndOurWriteIsLeftToWhoMadeIt(String field) {
        scene.cluster.namespace("shop");
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "ours"));
        untilApply();
        foreign(field);
        scene.settle();
        leftAlone(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "other"})
    void objectThatReplacedOursBetweenOurLookAndOurWriteIsLeftToWhoMadeIt(String field) {
        want();
        scene.want("a1", Role.ACTIVE, 1, 2, configMap("a1", "cfg", "newer"));
        untilApply();
        scene.cluster.vanish(CFG);
        foreign(field);
        scene.settle();
        leftAlone(field);
    }

    /** The namespace that we were about to make is another tenant's by then. */
    @Test
    void namespaceThatWasMadeBetweenOurLookAndOurWriteIsAskedWhoseItIs() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "ours"));
        untilApply();
        namespace("bank");
        scene.settle();
        assertEquals(
                "NamespaceOfAnother", scene.central.status("a1").troubles().getFirst().reason());
        assertEquals("bank", scene.live(shop()).label(Labels.TENANT));
        assertEquals("", scene.live(shop()).label(Labels.MANAGED));
    }

    @Test
    void objectThatWasToBeAdoptedAndRefusesItOutlivesTheApplication() {
        scene.cluster.namespace("shop");
        foreign("other");
        scene.cluster.refuse(o -> o.name().equals("cfg"), "hands off");
        scene.put("a1", Role.ACTIVE, 1, 1, false, true, configMap("a1", "cfg", "ours"));
        scene.settle();
        scene.pass(Duration.ofSeconds(30));
        WorkStatus status = scene.central.status("a1");
        assertEquals("Forbidden", status.troubles().getFirst().reason());
        assertTrue(Condition.find(status.conditions(), "ObjectContested").isEmpty(), "not ours");
        scene.tombstone("a1", 1, 2);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
        assertTrue(scene.exists(CFG));
    }

    private void want() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "ours"));
        scene.settle();
    }

    private void leftAlone(String field) {
        assertEquals(Map.of(field, "theirs"), scene.live(CFG).map("data"));
        assertEquals("", scene.live(CFG).label(Labels.APPLICATION_UID));
        assertEquals("ExistsAlready", scene.central.status("a1").troubles().getFirst().reason());
        scene.tombstone("a1", 1, 9);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
        assertTrue(scene.exists(CFG));
    }

    private void foreign(String field) {
        var _ =
                scene.cluster.applyAs(
                        "helm",
                        new KubeObject(
                                Map.of(
                                        "apiVersion",
                                        "v1",
                                        "kind",
                                        "ConfigMap",
                                        "metadata",
                                        Map.of("name", "cfg", "namespace", "shop"),
                                        "data",
                                        Map.of(field, "theirs"))),
                        true);
    }

    private void namespace(String tenant) {
        var _ =
                scene.cluster.applyAs(
                        "kubectl",
                        new KubeObject(
                                Map.of(
                                        "apiVersion",
                                        "v1",
                                        "kind",
                                        "Namespace",
                                        "metadata",
                                        Map.of(
                                                "name",
                                                "shop",
                                                "labels",
                                                Map.of(Labels.TENANT, tenant)))),
                        true);
    }

    /** Everything is done until an apply is on its way. */
    private void untilApply() {
        for (int i = 0; i < 1_000; i++) {
            scene.agent.take(scene.now);
            for (Effect effect : scene.agent.choices()) {
                if (effect instanceof Effect.Apply) {
                    return;
                }
                scene.agent.perform(effect);
            }
            scene.cluster.deliver();
            scene.now = scene.now.plus(Duration.ofMillis(10));
        }
        throw new AssertionError("nothing was applied");
    }

    private static ObjectRef shop() {
        return new ObjectRef("v1", "Namespace", "", "shop");
    }
}
