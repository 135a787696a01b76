package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.observe.Labels;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a namespace is, and what is put into it. */
class NamespacesTest {
    private static final ObjectRef SHOP = new ObjectRef("v1", "Namespace", "", "shop");
    private static final ObjectRef CONFIG = ref("v1", "ConfigMap", "cfg");
    private final Scene scene = new Scene();

    private void want() {
        scene.want("a1", Role.ACTIVE, 1, 1, configMap("a1", "cfg", "x"));
        scene.settle();
    }

    private static KubeObject labelled(String tenant) {
        return new KubeObject(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Namespace",
                        "metadata",
                        Map.of("name", "shop", "labels", Map.of(Labels.TENANT, tenant))));
    }

    @Test
    void aMissingOneIsMadeAndSaysWhoseItIs() {
        want();
        assertEquals("true", scene.live(SHOP).label(Labels.MANAGED));
        assertEquals("shop", scene.live(SHOP).label(Labels.TENANT));
    }

    @Test
    void oneThatExistsIsUsedAndStaysWithoutLabelsOfOurs() {
        scene.cluster.namespace("shop");
        want();
        assertTrue(scene.exists(CONFIG));
        assertEquals("", scene.live(SHOP).label(Labels.MANAGED));
        assertEquals("", scene.live(SHOP).label(Labels.TENANT));
    }

    /** Also with adoption, which is of objects that are no tenant's. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneOfAnotherTenantIsNotTakenByWhoBringsItsManifest(boolean adopt) {
        KubeObject theirs = labelled("bank").with("true", "metadata", "labels", Labels.MANAGED);
        scene.cluster.applyAs("portolan", theirs, true);
        scene.put("a1", Role.ACTIVE, 1, 1, true, adopt, own(), configMap("a1", "cfg", "x"));
        scene.settle();
        assertFalse(scene.exists(CONFIG));
        assertEquals("bank", scene.live(SHOP).label(Labels.TENANT));
        assertEquals("", scene.live(SHOP).label(Labels.APPLICATION_UID));
        var troubles = scene.central.status("a1").troubles();
        assertTrue(
                troubles.stream().allMatch(t -> t.reason().equals("NamespaceOfAnother")),
                troubles.toString());

        scene.cluster.applyAs(
                "portolan",
                labelled("shop").with("true", "metadata", "labels", Labels.MANAGED),
                true);
        scene.pass(Duration.ofSeconds(65));
        assertTrue(scene.exists(CONFIG));
        assertEquals("a1", scene.live(SHOP).label(Labels.APPLICATION_UID));
        assertEquals(0, scene.central.status("a1").troubles().size());
    }

    @Test
    void oneThatIsThereBeforeIsUsedAlsoByWhoBringsItsManifest() {
        scene.cluster.namespace("shop");
        scene.want("a1", Role.ACTIVE, 1, 1, own(), configMap("a1", "cfg", "x"));
        scene.settle();
        assertTrue(scene.exists(CONFIG));
        assertEquals("", scene.live(SHOP).label(Labels.APPLICATION_UID));
        assertEquals("ExistsAlready", scene.central.status("a1").troubles().getFirst().reason());
    }

    private static KubeObject own() {
        return new KubeObject(
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
                                Map.of(
                                        Labels.MANAGED,
                                        "true",
                                        Labels.TENANT,
                                        "shop",
                                        Labels.APPLICATION_UID,
                                        "a1"))));
    }

    @Test
    void nothingIsPutIntoOneOfAnotherTenantUntilItIsGivenUp() {
        scene.cluster.applyAs("kubectl", labelled("bank"), true);
        want();
        assertFalse(scene.exists(CONFIG));
        var trouble = scene.central.status("a1").troubles().getFirst();
        assertEquals("NamespaceOfAnother", trouble.reason());
        assertEquals(
                "namespace shop belongs to tenant bank, as its label portolan.io/tenant says:"
                        + " nothing is put into it",
                trouble.message());

        scene.cluster.applyAs("kubectl", labelled("shop"), true);
        scene.pass(Duration.ofSeconds(10));
        assertTrue(scene.exists(CONFIG));
        assertEquals(0, scene.central.status("a1").troubles().size());
    }
}
