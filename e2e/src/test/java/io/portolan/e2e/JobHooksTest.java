package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Workspace;
import io.portolan.e2e.harness.kubelet.Machines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Hooks that are Jobs of real API servers, whose pods are processes that write down that they ran.
 */
@ExtendWith(Machines.Extension.class)
class JobHooksTest {
    private final Path folder = Workspace.scratch("jobs");

    /**
     * A Job whose process notes its start, waits for a file of its point, and ends as that says.
     */
    private String job(String point, String more) {
        String script =
                ("echo $PORTOLAN_POINT $PORTOLAN_CLUSTER $PORTOLAN_ATTEMPT $PORTOLAN_IDEMPOTENCY_KEY >> %1$s/ran;"
                                + " until [ -e %1$s/%2$s-$PORTOLAN_ATTEMPT ]; do sleep 0.1; done;"
                                + " . %1$s/%2$s-$PORTOLAN_ATTEMPT")
                        .formatted(folder, point);
        return "\"%s\": {\"job\": {\"image\": \"example/tools:1\", \"command\": [\"%s\", \"-c\", \"%s\"]}%s}"
                .formatted(point, Machines.SHELL, script, more);
    }

    private void end(String point, int attempt, String how) {
        try {
            Path whole = Files.writeString(folder.resolve("whole"), how);
            Files.move(
                    whole, folder.resolve(point + "-" + attempt), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line for each process: point, cluster, attempt, key. */
    private List<String> ran() {
        try {
            Path ran = folder.resolve("ran");
            return Files.exists(ran) ? Files.readAllLines(ran) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitRan(int processes) {
        Await.until(processes + " processes of hooks", Scene.SOON, () -> ran().size() == processes);
    }

    @Test
    void jobsRunOnceWhereTheirPointActsAndAPersonDecidesAboutTheOneThatFailed(Machines machines) {
        end("quiesce", 1, "echo no more writes > $TERMINATION_LOG");
        end("promote", 1, "echo no replica > $TERMINATION_LOG; exit 3");
        WriterSite site =
                WriterSite.under(
                        "{\"writers\": \"single\", \"hooks\": {"
                                + job("quiesce", "")
                                + ", "
                                + job("promote", ", \"retries\": 0")
                                + "}}",
                        machines,
                        "jobs",
                        List.of("west", "north"));
        Scene scene = site.scene();
        String path = scene.relocation(site.app(), "north");
        scene.awaitWaiting(path, "promote failed", "no replica", "portolan operation retry");
        assertEquals("no more writes", hook(scene, path, "quiesce").get("output").getAsString());

        String name = scene.named(path);
        scene.portolan().cli("operation", "retry", name, "--reason", "there is one now").expect(0);
        awaitRan(3);
        scene.awaitWaiting(path, "job ledger-promote-", "in north", "attempt 2");
        // Between the intent and the result: the next life finds the Job that there is.
        scene.portolan().central().kill();
        scene.portolan().central().restart();
        end("promote", 2, "echo promoted > $TERMINATION_LOG");
        scene.awaitState(path, "Completed");

        assertEquals(
                List.of("quiesce west 1", "promote north 1", "promote north 2"),
                ran().stream().map(line -> line.substring(0, line.lastIndexOf(' '))).toList());
        JsonObject promote = hook(scene, path, "promote");
        assertEquals("promoted", promote.get("output").getAsString());
        assertTrue(ran().getLast().endsWith(" " + promote.get("key").getAsString()));
        String report = scene.portolan().cli("operation", "report", name).expect(0).out();
        assertTrue(
                report.contains("no more writes") && report.contains("north/ledger-promote-"),
                report);
        site.assertMovedTo("north");
        for (String cluster : List.of("west", "north")) {
            Await.until(
                    "nothing of the jobs to be left in " + cluster,
                    Scene.SOON,
                    () -> scene.live(cluster).names("batch/v1/jobs", scene.tenant()).isEmpty());
        }
        assertEquals(1, scene.pods("north", site.app()), "a hook's pod is none of the application");
    }

    private static JsonObject hook(Scene scene, String path, String point) {
        JsonArray hooks = scene.operation(path).getAsJsonArray("hooks");
        return hooks.asList().stream()
                .map(h -> h.getAsJsonObject())
                .filter(h -> h.get("point").getAsString().equals(point))
                .findFirst()
                .orElseThrow();
    }
}
