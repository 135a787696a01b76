package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What applications leave behind on real clusters, on purpose and never else. */
@ExtendWith(Fleet.Extension.class)
class EndingTest {
    private static final String DEPLOYMENTS = "apps/v1/deployments";
    private static final String CLAIMS = "v1/persistentvolumeclaims";
    private static final String KINDS = "apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String WIDGETS = "ending.example.com/v1/widgets";

    @Test
    void keptWorkloadsRunOnUntouchedAsNobodysAndASuccessorAdoptsThem(Fleet fleet) {
        Scene scene = new Scene(fleet, "keeping");
        App app =
                scene.app("web")
                        .replicas(2)
                        .port(8080)
                        .component("settings", configMap("keeping", "settings", "mine"))
                        .on("eu-west");
        scene.putHealthy(app);
        JsonObject before = scene.deployment("eu-west", app);
        List<String> pods = podUids(scene);
        String name = name(before);

        String told =
                scene.portolan()
                        .cli("delete", "app", "keeping/web", "--keep-workloads", "--wait")
                        .expect(0)
                        .out();
        assertTrue(told.contains("its objects stay as they are in eu-west"), told);
        scene.api().get(app.path()).expect(404);
        JsonObject after = scene.live("eu-west").get(DEPLOYMENTS, "keeping", name).orElseThrow();
        assertEquals(uid(before), uid(after));
        assertEquals(before.get("spec"), after.get("spec"), "pod template labels included");
        assertEquals(metadata(before).get("generation"), metadata(after).get("generation"));
        assertNobodys(after);
        assertNobodys(get(scene, "v1/services", "keeping", name));
        assertNobodys(get(scene, "v1/configmaps", "keeping", "settings"));
        assertTrue(after.toString().contains("\"manager\":\"kube-controller-manager\""));

        // A change passes through the same agent, which would repair what it still held.
        scene.putHealthy(scene.app("other").on("eu-west"));
        assertTrue(podUids(scene).containsAll(pods), "no pod was restarted");

        scene.put(app);
        scene.api().awaitStatus("keeping", "web", "ExistsAlready", Scene.SOON);
        scene.portolan().cli("adopt", "app", "keeping/web").expect(0);
        scene.awaitHealthy(app);
        JsonObject adopted = scene.deployment("eu-west", app);
        assertEquals(uid(before), uid(adopted));
        assertNotEquals(
                label(before, "portolan.io/application-uid"),
                label(adopted, "portolan.io/application-uid"));
        scene.awaitReady("eu-west", app, 2);
    }

    @Test
    void aClaimStaysWhereItsApplicationMovesAwayAndIsFoundAgain(Fleet fleet) {
        Scene scene = new Scene(fleet, "claim-moves");
        volume(scene, "eu-west", "claim-moves");
        volume(scene, "us-east", "claim-moves");
        App app = scene.app("store").manifests(claim("claim-moves"));
        scene.putHealthy(app.on("eu-west"));
        String uid = uid(get(scene, CLAIMS, "claim-moves", "data"));

        scene.put(app.on("us-east"));
        scene.live("us-east").awaitExists(CLAIMS, "claim-moves", "data", Scene.SOON);
        awaitEvent(scene, app, "PersistentVolumeClaim claim-moves/data was kept");
        awaitPlaces(scene, app, "revision 2 healthy on 1 of 1");
        assertEquals(uid, uid(get(scene, CLAIMS, "claim-moves", "data")));

        scene.put(app.on("eu-west"));
        awaitPlaces(scene, app, "revision 3 healthy on 1 of 1");
        assertEquals(uid, uid(get(scene, CLAIMS, "claim-moves", "data")));
    }

    @Test
    void aDeletedApplicationLeavesItsClaimToASuccessorUnlessVolumesAreDeleted(Fleet fleet) {
        Scene scene = new Scene(fleet, "claim-stays");
        volume(scene, "eu-west", "claim-stays");
        App app =
                scene.app("store")
                        .manifests(claim("claim-stays"))
                        .component("more", configMap("claim-stays", "settings", "mine"))
                        .on("eu-west");
        scene.putHealthy(app);
        String uid = uid(get(scene, CLAIMS, "claim-stays", "data"));
        String told = scene.portolan().cli("delete", "app", "claim-stays/store", "--wait").out();
        assertTrue(told.contains("kept in eu-west: PersistentVolumeClaim data"), told);
        assertTrue(scene.live("eu-west").get("v1/configmaps", "claim-stays", "settings").isEmpty());
        assertEquals(uid, uid(get(scene, CLAIMS, "claim-stays", "data")));
        assertNobodys(get(scene, CLAIMS, "claim-stays", "data"));

        scene.put(app);
        scene.api().awaitStatus("claim-stays", "store", "ExistsAlready", Scene.SOON);
        scene.portolan()
                .cli("adopt", "app", "claim-stays/store", "--object", "PersistentVolumeClaim/data")
                .expect(0);
        scene.awaitHealthy(app);
        assertEquals(uid, uid(get(scene, CLAIMS, "claim-stays", "data")));

        scene.portolan()
                .cli("delete", "app", "claim-stays/store", "--delete-volumes", "--wait")
                .expect(0);
        scene.live("eu-west").awaitGone(CLAIMS, "claim-stays", "data", Scene.SOON);
    }

    @Test
    void aClaimThatIsDroppedFromTheManifestsIsKeptAndSaid(Fleet fleet) {
        Scene scene = new Scene(fleet, "claim-dropped");
        volume(scene, "eu-west", "claim-dropped");
        String settings = configMap("claim-dropped", "settings", "mine");
        App app = scene.app("store").manifests(claim("claim-dropped"), settings).on("eu-west");
        scene.putHealthy(app);
        scene.put(scene.app("store").manifests(settings).on("eu-west"));
        scene.api()
                .awaitStatus(
                        "claim-dropped",
                        "store",
                        "kubectl delete persistentvolumeclaim data -n claim-dropped",
                        Scene.SOON);
        awaitPlaces(scene, app, "revision 2 healthy on 1 of 1");
        scene.awaitHealthy(app);
    }

    @Test
    void aNamespaceOutlivesItsLastApplicationAndOneThatWasThereGetsNoLabel(Fleet fleet) {
        Scene made = new Scene(fleet, "made-by-us");
        App first = made.app("web").on("eu-west");
        made.putHealthy(first);
        made.live("eu-west").create("v1/configmaps", configMap("made-by-us", "theirs", "foreign"));
        made.portolan().cli("delete", "app", "made-by-us/web", "--wait").expect(0);
        made.awaitNothingLeft("eu-west", first);
        JsonObject namespace = get(made, "v1/namespaces", "", "made-by-us");
        assertFalse(metadata(namespace).has("deletionTimestamp"), namespace::toString);
        assertEquals(
                "foreign",
                get(made, "v1/configmaps", "made-by-us", "theirs")
                        .getAsJsonObject("data")
                        .get("mode")
                        .getAsString());

        Scene there = new Scene(fleet, "was-there");
        there.cluster("eu-west").createNamespace("was-there");
        App second = there.app("web").on("eu-west");
        there.putHealthy(second);
        there.portolan().cli("delete", "app", "was-there/web", "--wait").expect(0);
        assertNobodys(get(there, "v1/namespaces", "", "was-there"));
    }

    @Test
    void anObjectIsDeletedThoughItsVersionOfTheApiIsServedNoMore(Fleet fleet) {
        Scene scene = new Scene(fleet, "old-version");
        App app =
                scene.app("tool")
                        .manifests(
                                widgets(true),
                                """
                                {"apiVersion": "ending.example.com/v1beta1", "kind": "Widget",
                                 "metadata": {"name": "w", "namespace": "old-version"}, "spec": {"size": 3}}
                                """)
                        .on("eu-west");
        scene.putHealthy(app);
        // Discovery changes under the agent: who looks after the kind drops its old version.
        scene.live("eu-west").applyByForce(KINDS, "operator", widgets(false));
        Await.until(
                "the old version to be gone",
                Scene.SOON,
                () -> isUnserved(scene, "ending.example.com/v1beta1/widgets"));
        assertTrue(scene.live("eu-west").get(WIDGETS, "old-version", "w").isPresent());

        scene.portolan().cli("delete", "app", "old-version/tool", "--wait").expect(0);
        // It goes only when no object is left of it.
        scene.live("eu-west").awaitGone(KINDS, "", "widgets.ending.example.com", Scene.SOON);
    }

    // ---- the parts of it

    private static boolean isUnserved(Scene scene, String resource) {
        try {
            return scene.live("eu-west").get(resource, "old-version", "w").isEmpty();
        } catch (IllegalStateException _) {
            return true;
        }
    }

    private static void assertNobodys(JsonObject object) {
        JsonObject metadata = metadata(object);
        for (String part : List.of("labels", "annotations")) {
            if (metadata.has(part)) {
                assertTrue(
                        metadata.getAsJsonObject(part).keySet().stream()
                                .noneMatch(k -> k.startsWith("portolan.io/")),
                        object::toString);
            }
        }
        assertTrue(
                metadata.getAsJsonArray("managedFields") == null
                        || metadata.getAsJsonArray("managedFields").asList().stream()
                                .map(JsonElement::getAsJsonObject)
                                .noneMatch(e -> e.get("manager").getAsString().equals("portolan")),
                object::toString);
    }

    private static void awaitEvent(Scene scene, App app, String contained) {
        Await.until(
                contained,
                Scene.SOON,
                () -> scene.api().get(app.path() + "/events").body().contains(contained),
                () -> scene.api().get(app.path() + "/events").body());
    }

    private static void awaitPlaces(Scene scene, App app, String summary) {
        Await.until(
                summary,
                Scene.SOON,
                () ->
                        scene.api()
                                .status(app.tenant(), app.name())
                                .get("summary")
                                .getAsString()
                                .equals(summary),
                () -> scene.api().get(app.path()).body());
    }

    private static List<String> podUids(Scene scene) {
        return scene.live("eu-west").list("v1/pods", scene.tenant(), "").stream()
                .map(EndingTest::uid)
                .sorted()
                .toList();
    }

    private static JsonObject get(Scene scene, String resource, String namespace, String name) {
        return scene.live("eu-west").get(resource, namespace, name).orElseThrow();
    }

    private static JsonObject metadata(JsonObject object) {
        return object.getAsJsonObject("metadata");
    }

    private static String uid(JsonObject object) {
        return metadata(object).get("uid").getAsString();
    }

    private static String name(JsonObject object) {
        return metadata(object).get("name").getAsString();
    }

    private static String label(JsonObject object, String key) {
        return metadata(object).getAsJsonObject("labels").get(key).getAsString();
    }

    /** Something for the claim to be bound to. */
    private static void volume(Scene scene, String cluster, String namespace) {
        scene.live(cluster)
                .create(
                        "v1/persistentvolumes",
                        """
                        {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "%1$s"},
                         "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "",
                          "persistentVolumeReclaimPolicy": "Retain", "hostPath": {"path": "/tmp/%1$s"},
                          "claimRef": {"namespace": "%1$s", "name": "data"}}}
                        """
                                .formatted(namespace));
    }

    private static String claim(String namespace) {
        return """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
         "metadata": {"name": "data", "namespace": "%1$s"},
         "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "", "volumeName": "%1$s",
          "resources": {"requests": {"storage": "1Gi"}}}}
        """
                .formatted(namespace);
    }

    private static String configMap(String namespace, String name, String mode) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "%s", "namespace": "%s"}, "data": {"mode": "%s"}}
        """
                .formatted(name, namespace, mode);
    }

    private static String widgets(boolean beta) {
        String schema =
                """
                {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}""";
        return """
        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
         "metadata": {"name": "widgets.ending.example.com"},
         "spec": {"group": "ending.example.com", "scope": "Namespaced",
          "names": {"kind": "Widget", "plural": "widgets", "singular": "widget", "listKind": "WidgetList"},
          "versions": [{"name": "v1beta1", "served": %1$s, "storage": false, "schema": %2$s},
                       {"name": "v1", "served": true, "storage": true, "schema": %2$s}]}}
        """
                .formatted(beta, schema);
    }
}
