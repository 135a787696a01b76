package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
