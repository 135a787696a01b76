package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.kubelet.Machines;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Operators who change their minds in the middle of an operation move a single writer about, hold
 * it and give it back, and its processes never overlap.
 */
@ExtendWith(Machines.Extension.class)
class ChangedMindsTest {
    @Test
    void whoAbortsBeforeTheCommitGivesTheRoleBackUnderANewEpochAndMayGoElsewhere(
            Machines machines) {
        WriterSite site = WriterSite.single(machines, "minds", List.of("west", "north", "east"));
        Scene scene = site.scene();
        site.machine("west").freezeKubelet();
        try {
            String first = scene.failover(site.app(), "north");
            scene.awaitState(first, "Fencing");
            long taken = scene.epoch(site.app());
            scene.api().post(first + "/abort", "{\"reason\": \"not north\"}").expect(200);
            scene.awaitState(first, "Aborted");
            scene.awaitRole(site.app(), "west", "Active");
            assertTrue(scene.epoch(site.app()) > taken, "the order to stop is still good");

            String second = scene.failover(site.app(), "east");
            scene.awaitState(second, "Fencing");
            scene.api().post(second + "/abort", "{\"reason\": \"nor east\"}").expect(200);
            scene.awaitState(second, "Aborted");
            scene.awaitRole(site.app(), "west", "Active");
        } finally {
            site.machine("west").thaw();
        }
        // What was told to stop ends, and what has the role again starts.
        Await.until(
                "west to serve by another process",
                Scene.SOON,
                () -> site.activity("west").size() > 1);
        site.assertMovedTo("west");

        String third = scene.failover(site.app(), "east");
        scene.awaitState(third, "Completed");
        site.assertMovedTo("east");
        scene.portolan()
                .cli("failback", "minds/ledger", "--reason", "west it is after all")
                .expect(0);
        site.assertMovedTo("west");
        assertTrue(site.activity("north").isEmpty());
    }

    @Test
    void relocationWhoseSourceFallsSilentTakesAWordOnlyAsTheFailoverThatItIsMade(
            Machines machines) {
        WriterSite site = WriterSite.single(machines, "escalated", List.of("west", "north"));
        Scene scene = site.scene();
        site.machine("west").freezeKubelet();
        String path = scene.relocation(site.app(), "north");
        scene.awaitState(path, "Fencing");
        site.agentsWire("west").cut();
        try {
            scene.awaitReach("west", "Unreachable");
            scene.awaitWaiting(path, "portolan operation escalate");
            scene.api().post(path + "/attest", "{\"reason\": \"it is off\"}").expect(409);
            site.assertWrites("west");
            assertTrue(site.activity("north").isEmpty());

            site.machine("west").powerOff();
            scene.portolan()
                    .cli(
                            "operation",
                            "escalate",
                            scene.named(path),
                            "--reason",
                            "west fell silent, and I pulled its plug")
                    .expect(0);
            scene.awaitWaiting(path, "portolan failover attest");
            assertTrue(site.activity("north").isEmpty(), "to escalate proves nothing");
            site.attest(path, "I pulled its plug");
            scene.awaitState(path, "Completed");
        } finally {
            site.agentsWire("west").restore();
        }
        assertEquals("F6", scene.fenceLevel(path));
        assertTrue(
                scene.operation(path).getAsJsonObject("report").toString().contains("escalate"),
                () -> scene.operation(path).toString());
        site.assertNothingStartsIn("west");
        site.assertMovedTo("north");
    }

    @Test
    void moveBackWaitsForTheEndOfTheFirstAndForProofThatItsTargetRunsNothing(Machines machines) {
        WriterSite site = WriterSite.single(machines, "there-and-back", List.of("west", "north"));
        Scene scene = site.scene();
        site.machine("north").freezeKubelet();
        String back;
        try {
            String path = scene.failover(site.app(), "north");
            scene.awaitState(path, "Verifying");
            Proc.Finished early =
                    scene.portolan()
                            .cli("relocate", "there-and-back/ledger", "--to", "west")
                            .expect(5);
            assertTrue(early.toString().contains("is live on ledger"), early::toString);
            // Behind the commit an abort leads nowhere but forward.
            scene.api().post(path + "/abort", "{\"reason\": \"back to west\"}").expect(200);
            Await.until(
                    "the failover to end",
                    Scene.SOON,
                    () -> scene.operation(path).has("endedAt"),
                    () -> "\n--- the operation\n" + scene.operation(path));
            scene.awaitRole(site.app(), "north", "Active");

            back = scene.relocation(site.app(), "west");
            scene.awaitState(back, "Fencing");
            scene.awaitWaiting(back, "north");
            assertEquals(1, site.activity("west").size(), () -> site.activity("west").toString());
        } finally {
            site.machine("north").thaw();
        }
        scene.awaitState(back, "Completed");
        assertEquals("F2", scene.fenceLevel(back));
        site.assertMovedTo("west");
        scene.awaitNoPods("north", site.app());
    }

    @Test
    void whatIsPausedTakesNoStepAndNothingSkipsAFence(Machines machines) {
        WriterSite site = WriterSite.single(machines, "held", List.of("west", "north"));
        Scene scene = site.scene();
        site.machine("west").freezeKubelet();
        String path;
        try {
            path = scene.failover(site.app(), "north");
            scene.awaitState(path, "Fencing");
            String refused = say(scene, path, "skip").expect(409).body();
            assertTrue(refused.contains("never skipped"), refused);
            assertTrue(refused.contains("possible now: pause, abort"), refused);
            say(scene, path, "resume").expect(409);
            say(scene, path, "pause").expect(200);
        } finally {
            site.machine("west").thaw();
        }
        // The proof is there, and a new leader finds it.
        scene.awaitNoPods("west", site.app());
        scene.portolan().central().kill();
        scene.portolan().central().restart();
        scene.putHealthy(scene.app("bystander").on("north"));
        scene.awaitWaiting(path, "paused by admin", "portolan operation resume");
        assertEquals("Fencing", scene.operation(path).get("state").getAsString());
        assertTrue(site.activity("north").isEmpty());

        site.machine("north").freezeKubelet();
        try {
            scene.portolan()
                    .cli("operation", "resume", scene.named(path), "--reason", "looked at it")
                    .expect(0);
            scene.awaitState(path, "Verifying");
            scene.portolan()
                    .cli("operation", "skip", scene.named(path), "--reason", "I see it serve")
                    .expect(0);
            scene.awaitState(path, "Completed");
        } finally {
            site.machine("north").thaw();
        }
        JsonObject report = scene.operation(path).getAsJsonObject("report");
        assertEquals("F2", scene.fenceLevel(path));
        for (String told : List.of("admin: pause in Fencing", "admin: skip in Verifying")) {
            assertTrue(report.toString().contains(told), report::toString);
        }
        site.assertMovedTo("north");
    }

    private static Api.Answer say(Scene scene, String path, String word) {
        return scene.api().post(path + "/" + word, "{\"reason\": \"on second thoughts\"}");
    }
}
