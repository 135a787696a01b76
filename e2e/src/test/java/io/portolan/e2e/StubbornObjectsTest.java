package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What does not come, go or stay as told: it is said, and holds up nothing else. */
@ExtendWith(Fleet.Extension.class)
class StubbornObjectsTest {
    private static final String KINDS = "apiextensions.k8s.io/v1/customresourcedefinitions";

    @Test
    void objectWhoseFinalizerNeverEndsIsNamedAndHoldsUpNothingElse(Fleet fleet) {
        Owned owned = new Owned(fleet, "finalizers");
        App app =
                owned.app(
                        "shop", owned.configMap("sticks", "x"), owned.configMap("other", "first"));
        owned.scene().putHealthy(app);
        finalizers(owned, "sticks", "[\"example.com/never\"]");

        owned.scene()
                .put(
                        owned.app(
                                "shop",
                                owned.configMap("other", "second"),
                                owned.configMap("new", "x")));
        owned.awaitMode("other", "second");
        owned.awaitMode("new", "x");
        owned.awaitSays(app, "finalizers keep it: [example.com/never]");
        App second = owned.app("second", owned.configMap("unaffected", "x"));
        owned.scene().putHealthy(second);

        finalizers(owned, "sticks", "[]");
        owned.awaitGone("sticks");
        owned.scene().awaitHealthy(app);
    }

    @Test
    void namespaceStuckInTerminationIsSaidAndMadeAgainWhenItIsGone(Fleet fleet)
            throws ApiException {
        Owned owned = new Owned(fleet, "stuck");
        App app = owned.app("shop", owned.configMap("first", "x"), owned.configMap("second", "x"));
        owned.scene().putHealthy(app);
        // No controller empties it, so it stays as it is.
        owned.live().delete("v1/namespaces", "", "stuck");
        owned.live().delete("v1/configmaps", "stuck", "first");
        owned.awaitSays(app, "namespace stuck is being deleted");
        assertEquals("x", owned.mode("second"));
        Owned other = new Owned(fleet, "not-stuck");
        other.scene().putHealthy(other.app("shop", other.configMap("unaffected", "x")));

        CoreV1Api core = new CoreV1Api(owned.scene().cluster(Fleet.BARE).client());
        var namespace = core.readNamespace("stuck").execute();
        namespace.getSpec().setFinalizers(List.of());
        core.replaceNamespaceFinalize("stuck", namespace).execute();
        owned.awaitMode("first", "x");
        owned.scene().awaitHealthy(app);
        assertTrue(
                owned.live()
                        .get("v1/namespaces", "", "stuck")
                        .filter(n -> !n.getAsJsonObject("metadata").has("deletionTimestamp"))
                        .isPresent());
    }

    @Test
    void kindThatHoldsObjectsOfOthersIsKeptAndThatIsSaid(Fleet fleet) {
        Owned owned = new Owned(fleet, "shared-kind");
        App app =
                owned.app("shop", owned.configMap("stays", "x"))
                        .component("kind", kind("sprockets", "Sprocket"))
                        .component("own", sprocket("Sprocket", "shared-kind", "ours"));
        owned.scene().putHealthy(app);
        owned.live()
                .create("e2e.example.com/v1/sprockets", sprocket("Sprocket", "default", "theirs"));

        owned.scene().put(app.withoutComponent("kind").withoutComponent("own"));
        owned.live().awaitGone("e2e.example.com/v1/sprockets", "shared-kind", "ours", Scene.SOON);
        Await.until(
                "the kept kind to be told",
                Scene.SOON,
                () ->
                        owned.scene()
                                .api()
                                .get(app.path() + "/events")
                                .expect(200)
                                .body()
                                .contains("it holds objects of others: Sprocket default/theirs"),
                () -> owned.scene().api().get(app.path() + "/events").body());
        owned.scene().awaitHealthy(app);
        assertTrue(
                owned.live()
                        .get(KINDS, "", "sprockets.e2e.example.com")
                        .filter(o -> !o.getAsJsonObject("metadata").has("deletionTimestamp"))
                        .isPresent());
        assertTrue(
                owned.live().get("e2e.example.com/v1/sprockets", "default", "theirs").isPresent());
    }

    @Test
    void kindThatComesLaterAndVanishesUnderUsIsFollowed(Fleet fleet) {
        Owned owned = new Owned(fleet, "vanishing");
        App app = owned.app("shop", owned.configMap("beside", "x"));
        owned.scene().putHealthy(app);
        app.component("gizmos", sprocket("Gizmo", "vanishing", "one"));

        owned.scene().put(app);
        owned.awaitSays(app, "the cluster does not know Gizmo of e2e.example.com/v1");
        owned.live().create(KINDS, kind("gizmos", "Gizmo"));
        owned.live().awaitExists("e2e.example.com/v1/gizmos", "vanishing", "one", Scene.SOON);
        owned.scene().awaitHealthy(app);

        ours(owned, "gizmos", "vanishing");

        owned.live().delete(KINDS, "", "gizmos.e2e.example.com");
        owned.awaitSays(app, "the cluster does not know Gizmo of e2e.example.com/v1");
        assertEquals("x", owned.mode("beside"));

        owned.live().awaitGone(KINDS, "", "gizmos.e2e.example.com", Scene.SOON);
        owned.live().create(KINDS, kind("gizmos", "Gizmo"));
        owned.live().awaitExists("e2e.example.com/v1/gizmos", "vanishing", "one", Scene.SOON);
        owned.scene().awaitHealthy(app);
        ours(owned, "gizmos", "vanishing");
    }

    /** The object {@code one}, by Kubernetes' record. */
    private static void ours(Owned owned, String plural, String namespace) {
        JsonObject one =
                owned.live().get("e2e.example.com/v1/" + plural, namespace, "one").orElseThrow();
        assertEquals(Set.of(FieldOwner.PORTOLAN), FieldOwner.of(one, "spec", "size"));
    }

    @Test
    void kindOfOurOwnThatAUserDeletesComesBackWithItsObjects(Fleet fleet) {
        Owned owned = new Owned(fleet, "own-kind");
        App app = owned.app("shop", kind("cogs", "Cog"), sprocket("Cog", "own-kind", "one"));
        owned.scene().putHealthy(app);
        String before =
                Owned.uid(owned.live().get(KINDS, "", "cogs.e2e.example.com").orElseThrow());

        owned.live().delete(KINDS, "", "cogs.e2e.example.com");
        Await.until(
                "another definition",
                Scene.SOON,
                () ->
                        owned.live()
                                .get(KINDS, "", "cogs.e2e.example.com")
                                .filter(o -> !Owned.uid(o).equals(before))
                                .isPresent());
        owned.live().awaitExists("e2e.example.com/v1/cogs", "own-kind", "one", Scene.SOON);
        owned.scene().awaitHealthy(app);
        ours(owned, "cogs", "own-kind");
        assertEquals(
                Set.of(FieldOwner.PORTOLAN),
                FieldOwner.of(
                        owned.live().get(KINDS, "", "cogs.e2e.example.com").orElseThrow(),
                        "spec",
                        "group"));
    }

    @Test
    void apiServerThatIsAwayLosesNothingAndIsRepairedWhenItIsBack(Fleet fleet) {
        Owned owned = new Owned(fleet, "away");
        App app = owned.app("shop", owned.configMap("kept", "x"), owned.configMap("edited", "x"));
        owned.scene().putHealthy(app);
        var agent = fleet.bare().agent(Fleet.BARE);
        String kept = version(owned, "kept");

        // The edit happens while the agent cannot see it, and no history of it is left.
        agent.toKubernetes().cut();
        owned.edit("edited", "behind our back");
        owned.scene().cluster(Fleet.BARE).apiServer().restart();
        owned.scene()
                .put(
                        owned.app(
                                "shop",
                                owned.configMap("kept", "x"),
                                owned.configMap("edited", "x"),
                                owned.configMap("late", "x")));
        agent.toKubernetes().restore();
        owned.awaitMode("edited", "x");
        owned.awaitMode("late", "x");
        owned.scene().awaitHealthy(app);
        assertEquals(kept, version(owned, "kept"));
        assertEquals(Set.of(FieldOwner.PORTOLAN), owned.ownersOfMode("edited"));
    }

    private static String version(Owned owned, String name) {
        return owned.live()
                .get("v1/configmaps", owned.scene().tenant(), name)
                .orElseThrow()
                .getAsJsonObject("metadata")
                .get("resourceVersion")
                .getAsString();
    }

    private static void finalizers(Owned owned, String name, String json) {
        owned.live()
                .mergePatch(
                        "v1/configmaps",
                        owned.scene().tenant(),
                        name,
                        "{\"metadata\": {\"finalizers\": " + json + "}}");
    }

    private static String kind(String plural, String kind) {
        return """
                {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                 "metadata": {"name": "%1$s.e2e.example.com"},
                 "spec": {"group": "e2e.example.com", "scope": "Namespaced", "names": {"kind": "%2$s", "plural": "%1$s"},
                  "versions": [{"name": "v1", "served": true, "storage": true,
                   "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
                """
                .formatted(plural, kind);
    }

    private static String sprocket(String kind, String namespace, String name) {
        return """
                {"apiVersion": "e2e.example.com/v1", "kind": "%s", "metadata": {"name": "%s", "namespace": "%s"}, "spec": {"size": 3}}
                """
                .formatted(kind, name, namespace);
    }
}
