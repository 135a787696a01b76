package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Proc;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A cluster that leaves the fleet in good order, by the command line. */
@ExtendWith(Fleet.Extension.class)
class DrainTest {
    private static final String WEST = "eu-west";
    private static final String NORTH = "eu-north";

    @Test
    void drainedClusterIsLeftWithoutAGapAndEndsWhenItsSingleWriterHasMoved(Fleet fleet)
            throws Exception {
        try (Portolan own = fleet.installation("drained", WEST, NORTH)) {
            Scene scene = new Scene(fleet, own, "drained");
            // Slow to start, so that stopping before the start would show.
            App front = scene.app("front").image("example.invalid/starts-slowly:1").on(WEST);
            App ledger = scene.app("ledger").on(WEST).singleWriter();
            scene.putHealthy(front);
            scene.putHealthy(ledger);
            scene.putHealthy(front.onOneOf(WEST, NORTH));
            scene.putHealthy(ledger.on(WEST, NORTH));
            assertEquals(List.of(WEST), on(scene, front));

            try (Overlap gap =
                    Overlap.watch(
                            () -> scene.ready(WEST, front) + scene.ready(NORTH, front) == 0)) {
                String told = own.cli("cluster", "drain", WEST).expect(0).out();
                assertTrue(told.contains("is being drained: 2 applications are on it"), told);
                assertTrue(
                        told.contains(
                                "a single writer is moved by: portolan failover drained/ledger"
                                        + " --to CLUSTER"),
                        told);
                assertFalse(told.contains("failover drained/front"), told);
                scene.awaitReady(NORTH, front, 1);
                scene.awaitNothingLeft(WEST, front);
                assertFalse(gap.seen(), "front was ready nowhere");
            }
            scene.awaitHealthy(front);
            // The last object goes before the agent has told so.
            awaitOn(scene, front, NORTH);
            App late = scene.app("late").on(WEST);
            scene.put(late);
            scene.api().awaitStatus("drained", "late", "portolan.io/drain", Scene.SOON);
            assertEquals(0, scene.pods(WEST, late));
            assertRefused(own.cli("delete", "cluster", WEST), "drained/ledger");

            undo(scene, own, late);
            own.cli("cluster", "drain", WEST).expect(0);
            assertEquals(WEST, scene.active(ledger));
            assertEquals(1, scene.ready(WEST, ledger));

            try (Overlap twice =
                    Overlap.watch(
                            () -> scene.pods(WEST, ledger) > 0 && scene.pods(NORTH, ledger) > 0)) {
                own.cli("failover", "drained/ledger", "--to", NORTH, "--reason", "west closes")
                        .expect(0);
                assertFalse(twice.seen(), "two clusters had pods of a single writer");
            }
            scene.awaitReady(NORTH, ledger, 1);
            Await.until(
                    "the drained cluster to be left by its standby, too",
                    Scene.SOON,
                    () -> own.cli("delete", "cluster", WEST, "--dry-run").exitCode() == 0);
            scene.awaitNothingLeft(WEST, ledger);
            own.cli("delete", "cluster", WEST, "--wait").expect(0);
            assertEquals(404, scene.api().get("/api/v1/clusters/" + WEST).status());
            own.agent(WEST)
                    .process()
                    .awaitLine("central does not know this agent any more", Scene.LATER);
            scene.awaitHealthy(ledger);
            assertEquals(List.of(NORTH), on(scene, front));
        }
    }

    /** The drain is taken back: new applications come, and those that have left stay away. */
    private static void undo(Scene scene, Portolan own, App late) {
        String told = own.cli("cluster", "drain", WEST, "--undo").expect(0).out();
        assertTrue(told.contains("takes applications again"), told);
        scene.awaitHealthy(late);
        scene.awaitReady(WEST, late, 1);
        assertEquals(List.of(NORTH), on(scene, scene.app("front")));
        assertRefused(own.cli("delete", "cluster", WEST), "drained/late, drained/ledger");
        own.cli("delete", "application", "drained/late", "--wait").expect(0);
        scene.awaitNothingLeft(WEST, late);
    }

    private static void assertRefused(Proc.Finished deletion, String holds) {
        deletion.expect(5);
        assertTrue(
                deletion.err().contains("still holds " + holds + ": type portolan cluster drain"),
                deletion::toString);
    }

    private static void awaitOn(Scene scene, App app, String cluster) {
        Await.until(
                app.name() + " to be on " + cluster + " alone",
                Scene.SOON,
                () -> on(scene, app).equals(List.of(cluster)),
                () -> ": on " + on(scene, app));
    }

    private static List<String> on(Scene scene, App app) {
        return scene.places(app).stream().map(c -> c.get("cluster").getAsString()).toList();
    }
}
