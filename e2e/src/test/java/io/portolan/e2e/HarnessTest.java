package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.VersionApi;
import io.kubernetes.client.util.Config;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.TcpProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The surroundings of the end-to-end tests are what they claim: real, separable, and gone
 * afterwards.
 */
@ExtendWith(Fleet.Extension.class)
class HarnessTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void deploymentBecomesReadyInEachOfThreeRealClusters(Fleet fleet) throws Exception {
        assertEquals(3, fleet.clusters().all().size());
        for (KubeCluster cluster : fleet.clusters().all()) {
            assertEquals(
                    "v1.36.3",
                    new VersionApi(cluster.client()).getCode().execute().getGitVersion());
            cluster.createNamespace("harness");
            cluster.live().create("apps/v1/deployments", deployment("web", 2));
        }
        for (KubeCluster cluster : fleet.clusters().all()) {
            cluster.live().awaitReady("harness", "web", 2, SOON);
            assertEquals(2, cluster.live().list("v1/pods", "harness", "app=web").size());
            cluster.live().delete("apps/v1/deployments", "harness", "web");
        }
        for (KubeCluster cluster : fleet.clusters().all()) {
            Await.until(
                    "the pods to be gone",
                    SOON,
                    () -> cluster.live().names("v1/pods", "harness").isEmpty());
        }
    }

    @Test
    void podsFailAsTheirImageSays(Fleet fleet) {
        KubeCluster cluster = fleet.clusters().get("eu-north");
        cluster.createNamespace("fates");
        for (String fate :
                List.of("missing", "crashes", "starts-slowly", "stops-slowly", "never-stops")) {
            cluster.live().create("v1/pods", pod(fate));
        }
        assertEquals("ImagePullBackOff", awaitWaitingReason(cluster, "missing"));
        assertEquals("CrashLoopBackOff", awaitWaitingReason(cluster, "crashes"));
        Await.until(
                "a warning",
                SOON,
                () ->
                        cluster.live()
                                .list("v1/events", "fates", "")
                                .toString()
                                .contains("Failed to pull image"));
        for (String fate : List.of("starts-slowly", "stops-slowly", "never-stops")) {
            Await.until(
                    fate + " to run", SOON, () -> phase(cluster, "fates", fate).equals("Running"));
        }
        cluster.live().delete("v1/pods", "fates", "never-stops");
        cluster.live().delete("v1/pods", "fates", "stops-slowly");
        assertTrue(cluster.live().names("v1/pods", "fates").contains("stops-slowly"));
        cluster.live().awaitGone("v1/pods", "fates", "stops-slowly", SOON);
        assertTrue(cluster.live().names("v1/pods", "fates").contains("never-stops"));
        assertEquals("ImagePullBackOff", awaitWaitingReason(cluster, "missing"));
    }

    /** What tells a stopped pod from one that was removed by force: DESIGN.md section 7, F2. */
    @Test
    void deletedPodEndsItsContainersBeforeItGoes(Fleet fleet) {
        KubeCluster cluster = fleet.clusters().get("eu-north");
        cluster.createNamespace("ends");
        cluster.live()
                .create(
                        "v1/pods",
                        pod("ends")
                                .replace("fates", "ends")
                                .replace(
                                        "\"namespace\"",
                                        "\"finalizers\": [\"example.invalid/hold\"], \"namespace\""));
        Await.until("ends to run", SOON, () -> phase(cluster, "ends", "ends").equals("Running"));
        cluster.live().delete("v1/pods", "ends", "ends");
        Await.until("ends to end", SOON, () -> phase(cluster, "ends", "ends").equals("Succeeded"));
    }

    private static String phase(KubeCluster cluster, String namespace, String pod) {
        return cluster.live()
                .get("v1/pods", namespace, pod)
                .orElseThrow()
                .getAsJsonObject("status")
                .get("phase")
                .getAsString();
    }

    private static String awaitWaitingReason(KubeCluster cluster, String pod) {
        return Await.value(
                pod + " to wait",
                SOON,
                () ->
                        cluster.live()
                                .get("v1/pods", "fates", pod)
                                .map(
                                        o ->
                                                o.getAsJsonObject("status")
                                                        .getAsJsonArray("containerStatuses"))
                                .map(
                                        statuses ->
                                                statuses.get(0)
                                                        .getAsJsonObject()
                                                        .getAsJsonObject("state"))
                                .map(
                                        state ->
                                                state.getAsJsonObject("waiting")
                                                        .get("reason")
                                                        .getAsString()));
    }

    private static String pod(String fate) {
        return """
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%1$s", "namespace": "fates"},
                 "spec": {"containers": [{"name": "main", "image": "example.invalid/%1$s:1"}]}}
                """
                .formatted(fate);
    }

    @Test
    void apiServerKeepsItsPortAndItsObjectsAcrossARestart(Fleet fleet) {
        KubeCluster cluster = fleet.clusters().all().getFirst();
        cluster.createNamespace("restarted");
        cluster.apiServer().kill();
        assertThrows(
                RuntimeException.class, () -> cluster.live().get("v1/namespaces", "", "restarted"));
        cluster.apiServer().restart();
        assertTrue(cluster.live().get("v1/namespaces", "", "restarted").isPresent());
    }

    @Test
    void pausedApiServerAcceptsAndDoesNotAnswer(Fleet fleet) throws Exception {
        KubeCluster cluster = fleet.clusters().all().getLast();
        cluster.apiServer().pause();
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), cluster.apiServer().port())) {
            assertTrue(socket.isConnected());
            var impatient = Config.fromConfig(cluster.kubeconfig().toString()).setReadTimeout(500);
            assertThrows(ApiException.class, () -> new VersionApi(impatient).getCode().execute());
        } finally {
            cluster.apiServer().resume();
        }
        assertEquals("1", new VersionApi(cluster.client()).getCode().execute().getMajor());
    }

    @Test
    void wireBreaksAsTheTestSays(Fleet fleet) throws Exception {
        KubeCluster cluster = fleet.clusters().all().getFirst();
        try (TcpProxy wire = TcpProxy.to(cluster.apiServer().port())) {
            Path kubeconfig = cluster.kubeconfigThrough(wire);
            var version =
                    new VersionApi(Config.fromConfig(kubeconfig.toString()).setReadTimeout(1_000));
            assertEquals("36", version.getCode().execute().getMinor());

            wire.cut();
            assertThrows(ApiException.class, () -> version.getCode().execute());
            assertThrows(
                    IOException.class,
                    () -> new Socket(InetAddress.getLoopbackAddress(), wire.port()).close());

            wire.blackHole();
            new Socket(InetAddress.getLoopbackAddress(), wire.port()).close();
            assertThrows(ApiException.class, () -> version.getCode().execute());

            wire.restore();
            assertEquals("36", version.getCode().execute().getMinor());
        }
    }

    @Test
    void databasesAreSeparate(Fleet fleet) throws Exception {
        Postgres.Database one = fleet.postgres().freshDatabase("harness");
        Postgres.Database other = fleet.postgres().freshDatabase("harness");
        try (var connection = one.connect();
                var statement = connection.createStatement()) {
            statement.execute("create table t (x int)");
        }
        try (var connection = other.connect();
                var tables = connection.getMetaData().getTables(null, "public", "t", null)) {
            assertFalse(tables.next());
        }
    }

    @Test
    void processIsMeasuredPausedAndEnded() {
        Proc proc = Proc.command("busy", "sh", "-c", "echo up; while :; do :; done").start();
        assertEquals("up", proc.awaitLine("^up$", SOON));
        proc.await("some work", SOON, () -> proc.cpuTime().toMillis() >= 50);
        assertTrue(proc.residentBytes() > 100_000, () -> proc.residentBytes() + " bytes");

        proc.pause();
        Duration frozen = proc.cpuTime();
        assertEquals(frozen, proc.cpuTime());
        proc.resume();
        proc.await(
                "work to go on", SOON, () -> proc.cpuTime().compareTo(frozen.plusMillis(50)) > 0);

        proc.kill();
        assertFalse(proc.isAlive());
        assertEquals(128 + 9, proc.exitCode(SOON));
    }

    private static String deployment(String name, int replicas) {
        return """
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "%1$s", "namespace": "harness"},
                 "spec": {"replicas": %2$d, "selector": {"matchLabels": {"app": "%1$s"}},
                  "template": {"metadata": {"labels": {"app": "%1$s"}},
                   "spec": {"containers": [{"name": "main", "image": "example/none:1"}]}}}}
                """
                .formatted(name, replicas);
    }
}
