package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Agent;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processes die at bad moments. */
@ExtendWith(Fleet.Extension.class)
class RestartTest {
    @Test
    void agentKilledDuringApplyFinishesAfterItsRestart(Fleet fleet) {
        Scene scene = new Scene(fleet, "killed");
        String[] objects =
                IntStream.range(0, 300)
                        .mapToObj(
                                i ->
                                        """
                        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "part-%03d", "namespace": "killed"},
                         "data": {"i": "%d"}}
                        """
                                                .formatted(i, i))
                        .toArray(String[]::new);
        App app = scene.app("parts").manifests(objects).on("eu-north");
        Agent agent = scene.portolan().agent("eu-north");

        scene.put(app);
        Await.until("some of the objects", Scene.SOON, () -> parts(scene, app) > 10);
        agent.kill();
        int done = parts(scene, app);
        assertTrue(done < 300, "the agent was done before it was killed");
        agent.start();
        agent.awaitWelcome();

        Await.until("all of the objects", Scene.SOON, () -> parts(scene, app) == 300);
        scene.awaitHealthy(app);
        scene.api().delete(app.path()).expect(200);
        scene.awaitNothingLeft("eu-north", app);
    }

    @Test
    void agentHealsFromItsOwnStateWhileCentralIsDead(Fleet fleet) {
        Scene scene = new Scene(fleet, "alone");
        App app = scene.app("survivor").replicas(2).on("us-east");
        scene.putHealthy(app);
        String name = scene.deploymentName("us-east", app);
        Agent agent = scene.portolan().agent("us-east");

        scene.portolan().central().kill();
        try {
            agent.kill();
            scene.live("us-east").delete("apps/v1/deployments", "alone", name);
            scene.awaitNoPods("us-east", app);
            agent.start();
            Await.until(
                    "the Deployment to be back",
                    Scene.LATER,
                    () -> scene.live("us-east").readyReplicas("alone", name) == 2);
        } finally {
            scene.portolan().central().restart();
        }
        agent.awaitWelcome();
        scene.awaitHealthy(app);
    }

    @Test
    void killedCentralForgetsNothingThatItAccepted(Fleet fleet) {
        Scene scene = new Scene(fleet, "accepted");
        App before = scene.app("before").on("eu-west");
        scene.putHealthy(before);
        String uid = uid(scene, before);

        App app = scene.app("accepted").on("eu-west");
        scene.put(app);
        scene.portolan().central().kill();
        scene.portolan().central().restart();

        assertEquals(uid, uid(scene, before));
        scene.awaitReady("eu-west", app, 1);
        scene.awaitHealthy(app);
        scene.put(before.replicas(2));
        scene.awaitReady("eu-west", before, 2);
    }

    @Test
    void clustersApiServerThatIsAwayForAWhileIsCaughtUp(Fleet fleet) {
        Scene scene = new Scene(fleet, "frozen");
        App app = scene.app("late").on("eu-north");
        scene.cluster("eu-north").apiServer().pause();
        try {
            scene.put(app);
        } finally {
            scene.cluster("eu-north").apiServer().resume();
        }
        scene.awaitReady("eu-north", app, 1);

        scene.cluster("eu-north").apiServer().restart();
        scene.put(app.replicas(2));
        scene.awaitReady("eu-north", app, 2);
        scene.awaitHealthy(app);
    }

    private static String uid(Scene scene, App app) {
        return scene.api()
                .get(app.path())
                .expect(200)
                .json()
                .getAsJsonObject("metadata")
                .get("uid")
                .getAsString();
    }

    private static int parts(Scene scene, App app) {
        return scene.live("eu-north")
                .list("v1/configmaps", "killed", "portolan.io/application=" + app.name())
                .size();
    }
}
