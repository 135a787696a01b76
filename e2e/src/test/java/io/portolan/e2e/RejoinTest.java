package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Agent;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Portolan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A cluster was given up while a single writer ran in it, and joins again under its old name as
 * another identity. Nothing that is stored speaks of it, and still the writer must stop.
 */
@ExtendWith(Fleet.Extension.class)
class RejoinTest {
    private static final String CLUSTER = "/api/v1/clusters/eu-north";
    private static final String MINE =
            """
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s", "namespace": "%s"},
             "data": {"of": "a user"}}
            """;

    @Test
    void withItsOldStateTheWriterIsStoppedAtTheWelcome(Fleet fleet) {
        rejoined(fleet, "again", Agent::rejoin);
    }

    @Test
    void withoutMemoryTheWriterIsFoundByItsLabels(Fleet fleet) {
        rejoined(fleet, "anew", Agent::rejoinWithoutMemory);
    }

    /** As each pod of an installed agent that moves: its disk is an emptyDir. */
    @Test
    void anAgentThatLostItsDiskDoesNotVouchForAPodThatWentByForce(Fleet fleet) {
        try (Portolan own = fleet.installation("diskless", "eu-west", "eu-north")) {
            Scene scene = new Scene(fleet, own, "diskless");
            App app = scene.app("ledger").on("eu-west").singleWriter();
            scene.putHealthy(app);
            scene.putHealthy(app.on("eu-west", "eu-north"));
            String pod = scene.live("eu-west").names("v1/pods", "diskless").getFirst();
            own.agent("eu-west").kill();
            scene.live("eu-west").deleteByForce("v1/pods", "diskless", pod);
            own.agent("eu-west").startWithoutDisk();
            own.agent("eu-west").awaitWelcome();
            scene.awaitReady("eu-west", app, 1);

            String path = scene.failover(app, "eu-north");
            Await.until(
                    "the pod to be named",
                    Scene.SOON,
                    () -> scene.api().get(path).body().contains(pod),
                    () -> "\n--- the operation\n" + scene.api().get(path).body());
            scene.awaitNoPods("eu-west", app);
            scene.awaitState(path, "Fencing");
            assertEquals(0, scene.pods("eu-north", app));
            scene.api().post(path + "/attest", "{\"reason\": \"saw the process end\"}").expect(200);
            scene.awaitState(path, "Completed");
            assertEquals(1, scene.ready("eu-north", app));
        }
    }

    private interface Rejoin {
        Agent join(Agent former);
    }

    private void rejoined(Fleet fleet, String tenant, Rejoin rejoin) {
        try (Portolan own = fleet.installation(tenant, "eu-west", "eu-north")) {
            Scene scene = new Scene(fleet, own, tenant);
            App ledger = scene.app("ledger").on("eu-north").singleWriter();
            App front = scene.app("front").on("eu-north");
            scene.putHealthy(ledger);
            scene.putHealthy(front);
            String kept = "users-own-" + tenant;
            scene.live("eu-north").create("v1/configmaps", MINE.formatted(kept, tenant));
            scene.putHealthy(ledger.on("eu-west", "eu-north"));
            scene.putHealthy(front.on("eu-west", "eu-north"));
            failOverByOath(scene, own, ledger);
            // From here on nothing asks for eu-north any more.
            scene.put(ledger.on("eu-west"));
            scene.api().delete(front.path()).expect(202);
            own.cli("cluster", "forget", "eu-north", "--reason", "the hall burnt down").expect(0);
            scene.awaitReady("eu-west", ledger, 1);
            assertEquals(1, scene.pods("eu-north", ledger), "the fire was a rumour");

            Agent former = own.agent("eu-north");
            former.kill();
            own.declareAgain("eu-north");
            try (Agent _ = rejoin.join(former)) {
                scene.awaitNoPods("eu-north", ledger);
                Await.until(
                        "central to know that eu-north stopped it",
                        Scene.SOON,
                        () -> roles(scene, ledger).equals("[eu-north Standby, eu-west Active]"),
                        () -> "\n--- the application\n" + scene.api().get(ledger.path()).body());
                assertTrue(
                        scene.api()
                                .get(ledger.path() + "/events")
                                .body()
                                .contains("FoundWhereNotWanted"));
                assertEquals(1, scene.ready("eu-west", ledger));

                Await.until(
                        "what nobody asked for to be named",
                        Scene.SOON,
                        () -> orphans(scene).contains(tenant + "/front"),
                        () -> "\n--- the cluster\n" + scene.api().get(CLUSTER).body());
                String told = own.cli("describe", "cluster", "eu-north").expect(0).toString();
                assertTrue(told.contains("kubectl get all -A -l"), told);
                assertTrue(told.contains("OrphansFound"), told);
                assertTrue(!orphans(scene).contains(tenant + "/ledger"), orphans(scene));

                assertEquals(1, scene.ready("eu-north", front), "kept as it is");
                assertTrue(scene.live("eu-north").get("v1/configmaps", tenant, kept).isPresent());
            }
        }
    }

    private static void failOverByOath(Scene scene, Portolan own, App app) {
        own.agent("eu-north").toCentral().cut();
        scene.awaitReach("eu-north", "Unreachable");
        String path = scene.failover(app, "eu-west");
        scene.awaitState(path, "Fencing");
        String name = app.tenant() + path.substring(path.lastIndexOf('/'));
        own.cli("failover", "attest", name, "--reason", "the hall burnt down").expect(0);
        scene.awaitState(path, "Completed");
    }

    private static String roles(Scene scene, App app) {
        return scene.places(app).stream()
                .map(c -> c.get("cluster").getAsString() + " " + c.get("role").getAsString())
                .sorted()
                .toList()
                .toString();
    }

    private static String orphans(Scene scene) {
        JsonObject status = scene.api().get(CLUSTER).expect(200).json().getAsJsonObject("status");
        return status.getAsJsonArray("conditions").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(c -> c.get("type").getAsString().equals("HoldsOrphans"))
                .map(c -> c.get("message").getAsString())
                .findFirst()
                .orElse("");
    }
}
