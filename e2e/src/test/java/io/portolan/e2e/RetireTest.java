package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Proc;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Clusters that may run what they must not: after a policy's edit, after an operator's word that
 * was wrong, and after they were given up.
 */
@ExtendWith(Fleet.Extension.class)
class RetireTest {
    @Test
    void aSingleWriterStartsNowhereWhileAnUnreachableClusterMayRunIt(Fleet fleet) {
        Scene scene = new Scene(fleet, "edited");
        App app = scene.app("counter").on("eu-west", "us-east");
        scene.putHealthy(app);
        scene.awaitReady("eu-west", app, 1);
        scene.awaitReady("us-east", app, 1);

        scene.portolan().agent("us-east").toCentral().cut();
        try {
            scene.awaitReach("us-east", "Unreachable");
            scene.put(app.singleWriter());
            scene.awaitNoPods("eu-west", app);
            Await.until(
                    "the application to say for whom it waits",
                    Scene.SOON,
                    () -> fenced(scene, app).contains("waits for us-east, unreachable"),
                    () -> "\n--- the application\n" + scene.api().get(app.path()).body());
            assertEquals(List.of(), scene.actives(app));
            assertEquals(1, scene.pods("us-east", app), "nobody could tell it to stop");
        } finally {
            scene.portolan().agent("us-east").toCentral().restore();
        }
        Await.until(
                "one cluster to be active",
                Scene.LATER,
                () -> scene.actives(app).size() == 1,
                () -> "\n--- the application\n" + scene.api().get(app.path()).body());
        String writer = scene.actives(app).getFirst();
        scene.awaitReady(writer, app, 1);
        scene.awaitNoPods(writer.equals("eu-west") ? "us-east" : "eu-west", app);
        scene.awaitHealthy(app);
        scene.awaitReach("us-east", "Ready");
    }

    @Test
    void anAttestationEndsWhenTheClusterIsHeardAgain(Fleet fleet) {
        Scene scene = new Scene(fleet, "sworn");
        App app =
                scene.app("till")
                        .image("example.invalid/never-stops:1")
                        .on("eu-west")
                        .singleWriter();
        scene.putHealthy(app);
        scene.putHealthy(app.on("eu-west", "us-east"));
        assertEquals(List.of("eu-west"), scene.actives(app));

        scene.portolan().agent("eu-west").toCentral().cut();
        try {
            scene.awaitReach("eu-west", "Unreachable");
            String path = scene.failover(app, "us-east");
            scene.awaitState(path, "Fencing");
            // Without its target the failover cannot commit, whatever is sworn.
            scene.portolan().agent("us-east").toCentral().cut();
            try {
                Await.until(
                        "us-east to be missed",
                        Scene.LATER,
                        () -> !scene.reach("us-east").equals("Ready"));
                JsonObject sworn =
                        scene.api()
                                .post(path + "/attest", "{\"reason\": \"I believe it is off\"}")
                                .expect(200)
                                .json()
                                .getAsJsonObject("attestation");
                assertTrue(sworn.toString().contains("\"eu-west\""), sworn::toString);

                scene.portolan().agent("eu-west").toCentral().restore();
                Await.until(
                        "the word to count no more",
                        Scene.LATER,
                        () -> events(scene, app).contains("AttestationVoid"),
                        () -> "\n--- the operation\n" + scene.api().get(path).body());
            } finally {
                scene.portolan().agent("us-east").toCentral().restore();
            }
            scene.awaitReach("us-east", "Ready");
            JsonObject waiting = scene.api().get(path).expect(200).json();
            assertEquals("Fencing", waiting.get("state").getAsString(), waiting::toString);
            assertTrue(!waiting.has("attestation"), waiting::toString);
            assertEquals(0, scene.pods("us-east", app));
            assertEquals(1, scene.pods("eu-west", app), "it does not stop");
            scene.api().post(path + "/abort", "{\"reason\": \"it is back\"}").expect(200);
            scene.awaitState(path, "Aborted");
        } finally {
            scene.portolan().agent("eu-west").toCentral().restore();
        }
        scene.awaitReach("eu-west", "Ready");
        Await.until(
                "eu-west to be active again",
                Scene.SOON,
                () -> scene.actives(app).equals(List.of("eu-west")),
                () -> "\n--- the application\n" + scene.api().get(app.path()).body());
    }

    @Test
    void aClusterThatIsGoneForGoodIsForgottenAndWhatItHeldCanEnd(Fleet fleet) {
        try (Portolan own = fleet.installation("retired", "eu-west", "eu-north")) {
            Scene scene = new Scene(fleet, own, "retired");
            App front = scene.app("front").on("eu-west", "eu-north");
            App ledger = scene.app("ledger").on("eu-north").singleWriter();
            scene.putHealthy(front);
            scene.putHealthy(ledger);
            scene.putHealthy(ledger.on("eu-west", "eu-north"));
            scene.api().delete("/api/v1/clusters/eu-north").expect(409);

            own.agent("eu-north").toCentral().cut();
            scene.awaitReach("eu-north", "Unreachable");
            scene.api().delete(front.path()).expect(202);
            scene.awaitNothingLeft("eu-west", front);
            assertEquals(200, scene.api().get(front.path()).status(), "eu-north holds it open");

            String[] forget = {"cluster", "forget", "eu-north", "--reason", "the hall burnt down"};
            Proc.Finished early = own.cli(forget).expect(5);
            assertTrue(
                    early.toString().contains("portolan failover ledger --tenant retired"),
                    early::toString);
            String path = scene.failover(ledger, "eu-west");
            scene.awaitState(path, "Fencing");
            own.cli(
                            "failover",
                            "attest",
                            "retired/" + path.substring(path.lastIndexOf('/') + 1),
                            "--reason",
                            "the hall burnt down")
                    .expect(0);
            scene.awaitState(path, "Completed");

            own.cli(forget).expect(0);
            Await.until(
                    "the deleted application to end",
                    Scene.SOON,
                    () -> scene.api().get(front.path()).status() == 404);
            assertEquals(404, scene.api().get("/api/v1/clusters/eu-north").status());
            assertEquals(List.of("eu-west"), scene.actives(ledger));
            assertEquals("", fenced(scene, ledger));

            own.agent("eu-north").toCentral().restore();
            own.agent("eu-north")
                    .process()
                    .awaitLine("central does not know this agent any more", Scene.LATER);
            assertEquals(1, scene.ready("eu-north", front), "what runs there stays as it is");
        }
    }

    private static String fenced(Scene scene, App app) {
        return scene.condition(app, "Fenced").map(c -> c.get("message").getAsString()).orElse("");
    }

    private static String events(Scene scene, App app) {
        return scene.api().get(app.path() + "/events").expect(200).body();
    }
}
