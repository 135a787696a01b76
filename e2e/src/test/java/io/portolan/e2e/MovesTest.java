package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What serves gets another name, or another application. */
@ExtendWith(Fleet.Extension.class)
class MovesTest {
    private static final String DEPLOYMENTS = "apps/v1/deployments";

    @Test
    void renamedContainerLeavesItsFormerDeploymentOnlyForTheNewOne(Fleet fleet) throws Exception {
        Scene scene = new Scene(fleet, "renamed");
        App app = scene.app("shop").called("web").port(8080).on("eu-west");
        scene.putHealthy(app);
        assertEquals(List.of("shop-web"), scene.live("eu-west").names(DEPLOYMENTS, "renamed"));
        assertEquals(List.of("shop-web"), scene.live("eu-west").names("v1/services", "renamed"));

        try (Overlap gap =
                Overlap.watch(
                        () -> scene.live("eu-west").names(DEPLOYMENTS, "renamed").isEmpty())) {
            scene.put(app.called("front"));
            Await.until(
                    "the new name alone",
                    Scene.SOON,
                    () ->
                            scene.live("eu-west")
                                            .names(DEPLOYMENTS, "renamed")
                                            .equals(List.of("shop-front"))
                                    && scene.live("eu-west")
                                            .names("v1/services", "renamed")
                                            .equals(List.of("shop-front")));
            assertFalse(gap.seen(), "the former went before the new one was there");
        }
        scene.awaitHealthy(app);
        assertEquals(1, scene.ready("eu-west", app));
        Await.until("the former pod to be gone", Scene.SOON, () -> scene.pods("eu-west", app) == 1);
    }

    @Test
    void deploymentThatLeavesOneApplicationForAnotherIsDeletedByTheOneAndMadeByTheOther(
            Fleet fleet) {
        Scene scene = new Scene(fleet, "handed-over");
        App first = scene.app("first").manifests(deployment(2), settings("first")).on("us-east");
        scene.putHealthy(first);
        JsonObject former = live(scene);
        App second = scene.app("second").manifests(deployment(1)).on("us-east");
        scene.put(second);
        scene.api().awaitStatus("handed-over", "second", "BelongsToAnother", Scene.SOON);
        assertEquals(Owned.uid(former), Owned.uid(live(scene)));

        scene.put(first.manifests(settings("first")));
        scene.awaitHealthy(second);
        scene.awaitHealthy(first);
        JsonObject taken = live(scene);
        assertNotEquals(Owned.uid(former), Owned.uid(taken));
        assertEquals("second", owner(taken));
        scene.awaitReady("us-east", second, 1);
        scene.awaitNoPods("us-east", first);

        // The other way: the whole application ends instead of giving one object up.
        scene.put(first.manifests(settings("first"), deployment(2)));
        scene.api().awaitStatus("handed-over", "first", "BelongsToAnother", Scene.SOON);
        scene.api().delete(second.path()).expect(202);
        Await.until(
                "the application to be gone",
                Scene.SOON,
                () -> scene.api().get(second.path()).status() == 404);
        scene.awaitReady("us-east", first, 2);
        scene.awaitHealthy(first);
        assertNotEquals(Owned.uid(taken), Owned.uid(live(scene)));
        assertEquals("first", owner(live(scene)));
        scene.awaitNoPods("us-east", second);
    }

    private static JsonObject live(Scene scene) {
        return scene.live("us-east").get(DEPLOYMENTS, "handed-over", "serves").orElseThrow();
    }

    private static String owner(JsonObject object) {
        return object.getAsJsonObject("metadata")
                .getAsJsonObject("labels")
                .get("portolan.io/application")
                .getAsString();
    }

    private static String deployment(int replicas) {
        return """
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "serves"},
         "spec": {"replicas": %d, "selector": {"matchLabels": {"app": "serves"}},
          "template": {"metadata": {"labels": {"app": "serves"}},
           "spec": {"containers": [{"name": "main", "image": "example/app:1"}]}}}}
        """
                .formatted(replicas);
    }

    private static String settings(String value) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"of": "%s"}}
        """
                .formatted(value);
    }
}
