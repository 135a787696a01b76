package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.TcpProxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Failovers between real clusters: with all alive, with the source unreachable, and with the
 * source's return.
 */
@ExtendWith(Fleet.Extension.class)
class FailoverTest {
    @Test
    void singleWriterMovesByTheCommandLineAndNeverRunsTwice(Fleet fleet) throws Exception {
        Scene scene = new Scene(fleet, "writers");
        App app =
                scene.app("ledger")
                        .image("example.invalid/stops-slowly:1")
                        .on("eu-west", "us-east")
                        .singleWriter();
        scene.putHealthy(app);
        String source = scene.active(app);
        String target = source.equals("eu-west") ? "us-east" : "eu-west";
        scene.awaitRole(app, target, "Standby");
        assertEquals(1, scene.pods(source, app));
        assertEquals(0, scene.pods(target, app));
        long epoch = scene.epoch(app);

        try (Overlap overlap =
                Overlap.watch(() -> scene.pods(target, app) > 0 && scene.pods(source, app) > 0)) {
            scene.portolan()
                    .cli("failover", "writers/ledger", "--to", target, "--reason", "maintenance")
                    .expect(0);
            assertFalse(overlap.seen(), "source and target had pods at the same time");
        }
        assertEquals(target, scene.active(app));
        assertEquals(1, scene.ready(target, app));
        assertEquals(0, scene.pods(source, app));
        assertTrue(scene.epoch(app) > epoch);
        JsonObject operation = onlyFailover(scene, app);
        assertEquals("Completed", operation.get("state").getAsString());
        assertTrue(operation.has("report"), operation::toString);
    }

    @Test
    void singleWriterWithAnUnreachableSourceWaitsForTheOperatorAndQuarantinesWhatReturns(
            Fleet fleet) {
        Scene scene = new Scene(fleet, "lost");
        App app = scene.app("orders").on("eu-west", "us-east").singleWriter();
        scene.putHealthy(app);
        String source = scene.active(app);
        String target = source.equals("eu-west") ? "us-east" : "eu-west";
        TcpProxy wire = scene.portolan().agent(source).toCentral();

        wire.cut();
        try {
            scene.awaitReach(source, "Unreachable");
            String path = scene.failover(app, target);
            scene.awaitState(path, "Fencing");
            JsonObject waiting = scene.operation(path);
            assertFalse(waiting.get("waitingFor").getAsString().isEmpty());
            assertTrue(waiting.get("next").getAsString().contains("attest"), waiting::toString);
            assertEquals(0, scene.pods(target, app));
            // The cluster that nobody hears goes on with what it was told.
            assertEquals(1, scene.ready(source, app));

            scene.api()
                    .post(path + "/attest", "{\"reason\": \"power was cut at 10:42\"}")
                    .expect(200);
            scene.awaitState(path, "Completed");
            assertEquals(1, scene.ready(target, app));
            JsonObject done = scene.operation(path);
            assertTrue(done.getAsJsonObject("report").has("rto"), done::toString);
            assertTrue(done.toString().contains("power was cut at 10:42"));
            assertTrue(
                    scene.api()
                            .get("/api/v1/audit?limit=100")
                            .body()
                            .contains("power was cut at 10:42"));
        } finally {
            wire.restore();
        }
        scene.awaitNoPods(source, app);
        scene.awaitRole(app, source, "Standby");
        scene.awaitReach(source, "Ready");
        assertEquals(target, scene.active(app));
        assertEquals(1, scene.ready(target, app));
        assertEquals(0, scene.pods(source, app));
    }

    @Test
    void statelessApplicationLeavesAnUnreachableClusterAtOnce(Fleet fleet) {
        Scene scene = new Scene(fleet, "fast");
        App app = scene.app("front").onOneOf("eu-north", "us-east");
        scene.putHealthy(app);
        String source = scene.active(app);
        String target = source.equals("eu-north") ? "us-east" : "eu-north";
        TcpProxy wire = scene.portolan().agent(source).toCentral();

        wire.cut();
        try {
            scene.awaitReach(source, "Unreachable");
            String path = scene.failover(app, target);
            scene.awaitState(path, "Completed");
            assertEquals(1, scene.ready(target, app));
        } finally {
            wire.restore();
        }
        scene.awaitNoPods(source, app);
        assertEquals(1, scene.ready(target, app));
        scene.awaitReach(source, "Ready");
    }

    @Test
    void aWarmStandbyRunsOneReplicaAndScalesUpWithTheRole(Fleet fleet) {
        Scene scene = new Scene(fleet, "warm");
        App app =
                scene.app("front")
                        .replicas(3)
                        .on("eu-west", "us-east")
                        .survives("{\"preset\": \"warm\", \"trigger\": \"propose\"}");
        scene.putHealthy(app);
        String source = scene.active(app);
        String target = source.equals("eu-west") ? "us-east" : "eu-west";
        scene.awaitReady(source, app, 3);
        scene.awaitReady(target, app, 1);
        scene.awaitCondition(
                app, "StandbyReady", "Standing", Scene.SOON, target + " stands by warm");

        scene.awaitState(scene.failover(app, target), "Completed");
        assertEquals(target, scene.active(app));
        scene.awaitReady(target, app, 3);
        scene.awaitReady(source, app, 1);

        // What is there stays when less is asked for, and runs nothing.
        scene.put(app.survives("{\"writers\": \"many\", \"standby\": \"cold\"}"));
        scene.awaitNoPods(source, app);
        assertEquals(
                0,
                scene.deployment(source, app).getAsJsonObject("spec").get("replicas").getAsInt());
        assertEquals(3, scene.ready(target, app));
    }

    @Test
    void aColdStandbyHasNothingUntilItHasTheRole(Fleet fleet) {
        Scene scene = new Scene(fleet, "cold");
        App app =
                scene.app("ledger")
                        .port(8080)
                        .on("eu-west", "us-east")
                        .survives("{\"preset\": \"cold\"}");
        scene.putHealthy(app);
        String source = scene.active(app);
        String target = source.equals("eu-west") ? "us-east" : "eu-west";
        scene.awaitCondition(
                app, "StandbyReady", "Standing", Scene.SOON, target + " stands by cold");
        scene.awaitNothingLeft(target, app);

        String path = scene.failover(app, target);
        scene.awaitState(path, "Completed");
        assertEquals("F2", scene.fenceLevel(path));
        scene.awaitReady(target, app, 1);
        assertEquals(0, scene.pods(source, app));
        assertEquals(
                0,
                scene.deployment(source, app).getAsJsonObject("spec").get("replicas").getAsInt(),
                "what was there is kept");

        String third = "eu-north";
        scene.put(app.on(target, third));
        scene.awaitRole(app, third, "Standby");
        scene.awaitNothingLeft(third, app);
        String away = scene.relocation(app, third);
        scene.awaitState(away, "Completed");
        assertTrue(
                scene.operation(away)
                        .getAsJsonArray("steps")
                        .toString()
                        .contains("PreparingTarget"),
                () -> scene.operation(away).toString());
        scene.awaitReady(third, app, 1);
    }

    private static JsonObject onlyFailover(Scene scene, App app) {
        List<JsonObject> all = scene.operations(app);
        assertEquals(1, all.size(), all::toString);
        return all.getFirst();
    }
}
