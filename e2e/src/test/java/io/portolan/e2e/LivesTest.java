package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of applications between their beginning and their end, by the command line. */
@ExtendWith(Fleet.Extension.class)
class LivesTest {
    private static final String DEPLOYMENTS = "apps/v1/deployments";

    @Test
    void pausedApplicationIsLeftAloneAndItsDriftShownUntilItIsResumed(Fleet fleet) {
        Scene scene = new Scene(fleet, "pausing");
        App app = scene.app("still").on("eu-west");
        scene.putHealthy(app);
        String name = scene.deploymentName("eu-west", app);

        scene.portolan().cli("pause", "application", "pausing/still").expect(0);
        // The agent holds still, too.
        scene.api()
                .awaitStatus(
                        "pausing", "still", "paused, revision 1 healthy on 1 of 1", Scene.SOON);
        scene.live("eu-west")
                .mergePatch(DEPLOYMENTS, "pausing", name, "{\"spec\": {\"replicas\": 3}}");
        scene.api()
                .awaitStatus(
                        "pausing",
                        "still",
                        "another hand changed spec.replicas: would be repaired on resume",
                        Scene.SOON);
        assertEquals(3, replicas(scene, app));
        scene.api()
                .patch(
                        app.path(),
                        "{\"spec\": {\"placement\": {\"where\": \"name in (us-east)\"}}}")
                .expect(200);
        // A change of another application passes through the same agents and controllers.
        App other = scene.app("moves").on("eu-west", "us-east");
        scene.putHealthy(other);
        assertEquals(3, replicas(scene, app));
        assertEquals(0, scene.pods("us-east", app));

        scene.portolan().cli("resume", "application", "pausing/still").expect(0);
        scene.awaitReady("us-east", app, 1);
        scene.awaitNothingLeft("eu-west", app);
    }

    @Test
    void rollbackBringsBackAnEarlierGeneration(Fleet fleet) {
        Scene scene = new Scene(fleet, "history");
        App app = scene.app("checkout").on("eu-west");
        scene.putHealthy(app);
        scene.put(app.image("example/app:2"));
        awaitImage(scene, app, "example/app:2");

        String history =
                scene.portolan().cli("history", "application", "history/checkout").expect(0).out();
        assertTrue(history.contains("~ spec.components[0].container.image"), history);
        scene.portolan()
                .cli("rollback", "app", "history/checkout", "--comment", "2 leaks")
                .expect(0);
        awaitImage(scene, app, "example/app:1");
        String told =
                scene.portolan().cli("history", "application", "history/checkout").expect(0).out();
        assertTrue(told.contains("rollback to generation 1: 2 leaks"), told);
        scene.awaitHealthy(app);
    }

    @Test
    void adoptionByCommandTakesOverWhatStoodInTheWay(Fleet fleet) {
        Scene scene = new Scene(fleet, "adopting");
        scene.cluster("eu-west").createNamespace("adopting");
        scene.live("eu-west").apply("v1/configmaps", "another-tool", configMap("theirs"));
        App app = scene.app("settings").manifests(configMap("ours")).on("eu-west");
        scene.put(app);
        scene.api().awaitStatus("adopting", "settings", "ExistsAlready", Scene.SOON);

        String listed =
                scene.portolan()
                        .cli("adopt", "app", "adopting/settings", "--dry-run")
                        .expect(0)
                        .out();
        assertTrue(listed.contains("eu-west ConfigMap adopting/settings"), listed);
        scene.portolan().cli("adopt", "app", "adopting/settings").expect(0);
        Await.until(
                "our value",
                Scene.SOON,
                () ->
                        scene.live("eu-west")
                                .get("v1/configmaps", "adopting", "settings")
                                .orElseThrow()
                                .toString()
                                .contains("ours"));
        scene.awaitHealthy(app);
        assertEquals(
                Set.of(FieldOwner.PORTOLAN),
                FieldOwner.of(
                        scene.live("eu-west")
                                .get("v1/configmaps", "adopting", "settings")
                                .orElseThrow(),
                        "data",
                        "value"));
    }

    @Test
    void nothingIsPutIntoANamespaceOfAnotherTenant(Fleet fleet) {
        Scene scene = new Scene(fleet, "squatted");
        scene.cluster("eu-west").createNamespace("squatted");
        label(scene, "bank");
        App app = scene.app("web").on("eu-west");
        scene.put(app);
        scene.api()
                .awaitStatus(
                        "squatted", "web", "namespace squatted belongs to tenant bank", Scene.SOON);
        assertEquals(0, scene.pods("eu-west", app));

        label(scene, "squatted");
        scene.awaitReady("eu-west", app, 1);
    }

    private static void label(Scene scene, String tenant) {
        scene.live("eu-west")
                .mergePatch(
                        "v1/namespaces",
                        "",
                        "squatted",
                        "{\"metadata\": {\"labels\": {\"portolan.io/tenant\": \"%s\"}}}"
                                .formatted(tenant));
    }

    private static void awaitImage(Scene scene, App app, String image) {
        Await.until(
                image,
                Scene.SOON,
                () -> scene.deployment("eu-west", app).toString().contains(image));
    }

    private static int replicas(Scene scene, App app) {
        JsonObject spec = scene.deployment("eu-west", app).getAsJsonObject("spec");
        return spec.get("replicas").getAsInt();
    }

    private static String configMap(String value) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "settings", "namespace": "adopting"}, "data": {"value": "%s"}}
        """
                .formatted(value);
    }
}
