package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.portolan.e2e.harness.Audit;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.TcpProxy;
import io.portolan.e2e.harness.kubelet.Machines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A single writer's processes never run in two clusters at once, by their own logs, whatever became
 * of the objects that stand for them (fence F2 of DESIGN.md section 7).
 */
@ExtendWith(Machines.Extension.class)
class ProcessesTest {
    private static final String CRON_JOB =
            """
            {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly"},
             "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never",
               "containers": [{"name": "main", "image": "example/app:1"}]}}}}}}
            """;

    private static final String AUTOSCALER =
            """
            {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
             "metadata": {"name": "users-own", "namespace": "scaled"},
             "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "ledger"},
               "minReplicas": 1, "maxReplicas": 3}}
            """;

    @Test
    void relocatedWriterStartsWhenTheFormerHasEnded(Machines machines) {
        WriterSite site =
                WriterSite.single(
                        machines, "planned", List.of("west", "north"), "--linger", "500ms");
        site.scene()
                .portolan()
                .cli("relocate", "planned/ledger", "--to", "north", "--reason", "maintenance")
                .expect(0);
        site.assertMovedTo("north");
        assertEquals(List.of("start", "term", "end"), site.activity("west").getFirst().events());
    }

    /** Kubernetes leaves what is at zero to itself; what could start pods by itself is refused. */
    @Test
    void autoscalerThatNobodyDeclaredDoesNotStartItAgainAndSchedulesAreRefused(Machines machines) {
        WriterSite site = WriterSite.single(machines, "scaled", List.of("west", "north"));
        Scene scene = site.scene();
        scene.live("west").create("autoscaling/v2/horizontalpodautoscalers", AUTOSCALER);
        String path = scene.failover(site.app(), "north");
        scene.awaitState(path, "Completed");
        Await.until(
                "the autoscaler to have looked at what was stopped",
                Scene.SOON,
                () ->
                        scene.live("west")
                                .get(
                                        "autoscaling/v2/horizontalpodautoscalers",
                                        "scaled",
                                        "users-own")
                                .orElseThrow()
                                .toString()
                                .contains("ScalingDisabled"));
        assertEquals(0, scene.pods("west", site.app()));
        site.assertMovedTo("north");

        assertRefused(scene, CRON_JOB, "CronJob");
        assertRefused(scene, AUTOSCALER, "HorizontalPodAutoscaler");
    }

    private static void assertRefused(Scene scene, String manifest, String kind) {
        App app = scene.app("refused").manifests(manifest).on("west", "north").singleWriter();
        String why = scene.api().put(app.path(), app.json()).expect(400).body();
        assertTrue(why.contains("manifests[0]"), why);
        assertTrue(why.contains(kind + "."), why);
    }

    /** The kubelet hangs, and the pod is deleted by force: it is gone, and its process writes. */
    @Test
    void podThatWasRemovedByForceMayRunUntilItsMachineStartsAnew(Machines machines) {
        WriterSite site = WriterSite.single(machines, "forced", List.of("west", "north"));
        Scene scene = site.scene();
        String pod = scene.live("west").names("v1/pods", "forced").getFirst();
        site.machine("west").freezeKubelet();
        String path;
        try {
            path = scene.failover(site.app(), "north");
            scene.awaitState(path, "Fencing");
            awaitLeaving(scene, "forced", pod);
            deleteByForce(site, path, pod);
            site.assertWrites("west");
        } finally {
            site.machine("west").thaw();
        }
        // The kubelet ends it now, and nobody has seen that.
        assertMovesWhenWestStartsAnew(site, path);
    }

    @Test
    void machineThatFreezesLosesItsPodAndProvesNothingUntilItStartsAnew(Machines machines) {
        WriterSite site = WriterSite.single(machines, "froze", List.of("west", "north"));
        Scene scene = site.scene();
        String pod = scene.live("west").names("v1/pods", "froze").getFirst();
        site.machine("west").freeze();
        String path;
        try {
            site.machine("west").awaitNotReady();
            awaitLeaving(scene, "froze", pod);
            path = scene.failover(site.app(), "north");
            scene.awaitState(path, "Fencing");
            deleteByForce(site, path, pod);
        } finally {
            site.machine("west").thaw();
        }
        site.machine("west").awaitReady();
        assertMovesWhenWestStartsAnew(site, path);
    }

    /**
     * The write that made two of it is on its way for longer than the agent waits for its answer.
     */
    @Test
    void writeThatComesAfterTheProofIsRefusedByTheFence(Machines machines) {
        WriterSite site = WriterSite.single(machines, "late-write", List.of("west", "north"));
        Scene scene = site.scene();
        TcpProxy wire = scene.portolan().agent("west").toKubernetes();
        wire.hold();
        scene.put(site.app().replicas(2));
        awaitWritten(wire);
        wire.seal();
        int answered = writes(scene).size();
        String path = scene.failover(site.app(), "north");
        scene.awaitState(path, "Completed");
        assertEquals("F2", scene.fenceLevel(path));

        List<Integer> before = writes(scene);
        assertTrue(before.size() > answered, "the stop was written by another connection");
        wire.deliver();
        Await.until(
                "the late write to be answered",
                Scene.SOON,
                () -> writes(scene).size() > before.size());
        assertEquals(409, writes(scene).getLast());
        assertEquals(
                0,
                scene.deployment("west", site.app())
                        .getAsJsonObject("spec")
                        .get("replicas")
                        .getAsInt());
        scene.awaitReady("north", site.app(), 2);
        assertEquals(1, site.activity("west").size());
        site.assertNeverTwice();
    }

    /** The agent is heard and has its order, and no word of its reaches the API server. */
    @Test
    void stopThatIsStalledInASlowApiServerLeavesTheRoleWhereItRuns(Machines machines) {
        WriterSite site = WriterSite.single(machines, "stalled", List.of("west", "north"));
        Scene scene = site.scene();
        TcpProxy wire = scene.portolan().agent("west").toKubernetes();
        String path;
        wire.blackHole();
        try {
            path = scene.failover(site.app(), "north");
            scene.awaitState(path, "Fencing");
            scene.awaitWaiting(path, "west");
            site.assertWrites("west");
            assertEquals("Ready", scene.reach("west"));
            assertEquals("Fencing", scene.operation(path).get("state").getAsString());
            assertTrue(site.activity("north").isEmpty());
        } finally {
            wire.restore();
        }
        scene.awaitState(path, "Completed");
        assertEquals("F2", scene.fenceLevel(path));
        site.assertMovedTo("north");
    }

    /** A hook that took its command has switched nothing off yet, and knows no word to say so. */
    @Test
    void machineThatAHookSwitchesOffIsProvedByWhatIsReadBackOfItAlone(Machines machines)
            throws IOException {
        AtomicBoolean off = new AtomicBoolean();
        AtomicInteger ordered = new AtomicInteger();
        AtomicInteger readBack = new AtomicInteger();
        HttpServer power =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answers(power, "/off", () -> "{\"order\": " + ordered.incrementAndGet() + "}");
        answers(
                power,
                "/state",
                () -> {
                    readBack.incrementAndGet();
                    return "{\"fenced\": " + off.get() + ", \"bootId\": \"boot-of-west\"}";
                });
        power.start();
        WriterSite site =
                WriterSite.under(
                        """
                        {"writers": "single", "minimumFence": "F5", "fencing": {
                          "hook": {"http": {"url": "http://127.0.0.1:%1$d/off"}},
                          "readBack": {"url": "http://127.0.0.1:%1$d/state"}, "level": "F5", "when": "silent"}}
                        """
                                .formatted(power.getAddress().getPort()),
                        machines,
                        "switched-off",
                        List.of("west", "north"));
        Scene scene = site.scene();
        site.agentsWire("west").cut();
        try {
            scene.awaitReach("west", "Unreachable");
            String path = scene.failover(site.app(), "north");
            scene.awaitState(path, "Fencing");
            Await.until("it to be read back", Scene.SOON, () -> readBack.get() > 0);
            site.assertWrites("west");
            assertTrue(site.activity("north").isEmpty());
            scene.api().post(path + "/attest", "{\"reason\": \"it is off\"}").expect(409);

            site.machine("west").powerOff();
            off.set(true);
            scene.awaitState(path, "Completed");
            assertEquals("F5", scene.fenceLevel(path));
            assertTrue(
                    scene.operation(path).get("evidence").toString().contains("boot-of-west"),
                    () -> scene.operation(path).toString());
            assertEquals(1, ordered.get());
        } finally {
            power.stop(0);
            site.agentsWire("west").restore();
        }
        site.assertNothingStartsIn("west");
        site.assertMovedTo("north");
    }

    private static void answers(HttpServer server, String path, Supplier<String> said) {
        server.createContext(
                path,
                exchange -> {
                    byte[] body = said.get().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    private static List<Integer> writes(Scene scene) {
        return Audit.answers(scene.cluster("west"), "patch", "deployments");
    }

    /** More than questions need, and nothing follows for a while. */
    private static void awaitWritten(TcpProxy wire) {
        long[] seen = {0, System.nanoTime()};
        Await.until(
                "the write to be on its way",
                Scene.SOON,
                () -> {
                    if (wire.held() != seen[0]) {
                        seen[0] = wire.held();
                        seen[1] = System.nanoTime();
                    }
                    return seen[0] > 1_000 && System.nanoTime() - seen[1] > 1_000_000_000L;
                });
    }

    private static void awaitLeaving(Scene scene, String namespace, String pod) {
        Await.until(
                "the pod to be asked to end",
                Scene.SOON,
                () ->
                        scene.live("west")
                                .get("v1/pods", namespace, pod)
                                .orElseThrow()
                                .getAsJsonObject("metadata")
                                .has("deletionTimestamp"));
    }

    /** The pod is gone, and what the failover waits for names it. */
    private static void deleteByForce(WriterSite site, String path, String pod) {
        Scene scene = site.scene();
        scene.live("west").deleteByForce("v1/pods", scene.tenant(), pod);
        scene.awaitNoPods("west", site.app());
        Await.until(
                "the pod to be named",
                Scene.SOON,
                () -> scene.operation(path).toString().contains(pod),
                () -> "\n--- the operation\n" + scene.operation(path));
    }

    /** Nobody has seen how the process ended; the machine's boot is what proves it. */
    private static void assertMovesWhenWestStartsAnew(WriterSite site, String path) {
        Scene scene = site.scene();
        assertEquals("Fencing", scene.operation(path).get("state").getAsString());
        assertTrue(site.activity("north").isEmpty());
        site.machine("west").powerOn();
        scene.awaitState(path, "Completed");
        site.assertMovedTo("north");
        assertEquals("F2", scene.fenceLevel(path));
        site.machine("west").awaitReady();
    }
}
