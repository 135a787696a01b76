package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application's life as its owner sees it, by the command line and on two real clusters. */
@ExtendWith(Fleet.Extension.class)
class LifecycleTest {
    @Test
    void applicationIsAppliedUpdatedScaledAndDeletedByTheCommandLine(Fleet fleet)
            throws IOException {
        Scene scene = new Scene(fleet, "lifecycle");
        App app = scene.app("checkout").replicas(2).port(8080).on("eu-west", "us-east");

        apply(scene, app);
        scene.awaitReady("eu-west", app, 2);
        scene.awaitReady("us-east", app, 2);
        scene.awaitHealthy(app);
        assertEquals(
                1,
                scene.live("eu-west")
                        .list("v1/services", "lifecycle", "portolan.io/application=checkout")
                        .size());
        assertEquals(0, scene.pods("eu-north", app));

        apply(scene, app.image("example/app:2"));
        for (String cluster : new String[] {"eu-west", "us-east"}) {
            Await.until(
                    "the new image on " + cluster,
                    Scene.SOON,
                    () ->
                            scene.deployment(cluster, app)
                                    .toString()
                                    .contains("\"image\":\"example/app:2\""));
        }
        scene.awaitHealthy(app);

        apply(scene, app.replicas(5));
        scene.awaitReady("eu-west", app, 5);
        scene.awaitReady("us-east", app, 5);

        var listed =
                scene.portolan()
                        .cli("get", "application", "lifecycle/checkout", "-o", "json")
                        .expect(0);
        assertTrue(
                JsonParser.parseString(listed.out()).toString().contains("checkout"), listed.out());

        scene.portolan().cli("delete", "application", "lifecycle/checkout").expect(0);
        scene.awaitNothingLeft("eu-west", app);
        scene.awaitNothingLeft("us-east", app);
        Await.until(
                "the application to be gone",
                Scene.SOON,
                () -> scene.api().get(app.path()).status() == 404);
    }

    @Test
    void applicationThatLosesAClusterFromItsPlacementLeavesNothingThere(Fleet fleet) {
        Scene scene = new Scene(fleet, "moving");
        App app = scene.app("shrinks").on("eu-west", "eu-north");
        scene.put(app);
        scene.awaitReady("eu-west", app, 1);
        scene.awaitReady("eu-north", app, 1);

        scene.put(app.on("eu-north"));
        scene.awaitNothingLeft("eu-west", app);
        assertEquals(1, scene.ready("eu-north", app));
    }

    @Test
    void statelessApplicationMovesMakeBeforeBreak(Fleet fleet) {
        Scene scene = new Scene(fleet, "moving");
        App app = scene.app("moves").image("example.invalid/starts-slowly:1").on("eu-west");
        scene.putHealthy(app);

        scene.put(app.on("us-east"));
        Await.until("the pod of the target", Scene.SOON, () -> scene.pods("us-east", app) == 1);
        // The target needs four seconds to be ready; the source serves at least as long.
        while (scene.ready("us-east", app) == 0) {
            int onSource = scene.ready("eu-west", app);
            if (scene.ready("us-east", app) == 0) {
                assertEquals(1, onSource, "neither source nor target served");
            }
        }
        scene.awaitNothingLeft("eu-west", app);
        scene.awaitHealthy(app);
    }

    private static void apply(Scene scene, App app) throws IOException {
        Path file = Workspace.scratch("documents").resolve("application.json");
        Files.writeString(file, app.json());
        scene.portolan().cli("apply", "-f", file.toString()).expect(0);
    }
}
