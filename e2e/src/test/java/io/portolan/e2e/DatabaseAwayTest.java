package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Live;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.TcpProxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** PostgreSQL accepts and never answers, is slow, is restarted: nobody hangs and agents go on. */
class DatabaseAwayTest {
    private static final String CLUSTER = "lagoon";
    private static final String TENANT = "away";
    private static final String MAPS = "v1/configmaps";

    @Test
    void nobodyHangsAgentsGoOnAndNothingIsRestarted() throws Exception {
        try (Postgres postgres = Postgres.start("on");
                TcpProxy wire = TcpProxy.to(postgres.port());
                KubeClusters clusters = KubeClusters.start(ClusterSpec.apiOnly(CLUSTER, "eu"));
                HttpClient client = HttpClient.newHttpClient()) {
            Postgres.Database database = postgres.freshDatabase("away");
            String url = database.url("127.0.0.1", wire.port(), "postgres");
            Live live = clusters.get(CLUSTER).live();
            try (Portolan portolan =
                    Portolan.start(
                            new Postgres.Database(database.name(), url),
                            List.of(clusters.get(CLUSTER)))) {
                Central central = portolan.central();
                portolan.createTenant(TENANT);
                clusters.get(CLUSTER).createNamespace(TENANT);
                put(portolan, "one").expect(200);
                awaitMode(live, "one");

                wire.blackHole();
                refused(client, central, "PUT", path(), app("two").json());
                refused(client, central, "GET", path(), "");
                refused(client, central, "GET", "/readyz", "");
                live.delete(MAPS, TENANT, "web");
                awaitMode(live, "one");
                wire.restore();
                awaitServed(portolan, live, "three");

                wire.delay(Duration.ofMillis(100));
                put(portolan, "four").expect(200);
                awaitMode(live, "four");
                wire.delay(Duration.ZERO);

                postgres.restart();
                awaitServed(portolan, live, "five");
                assertTrue(central.process().isAlive(), "central ended");
            }
        }
    }

    private static void refused(
            HttpClient client, Central central, String method, String path, String body)
            throws Exception {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(URI.create(central.address() + path))
                                .header("Authorization", "Bearer " + central.token())
                                .header("Content-Type", "application/json")
                                .timeout(Duration.ofSeconds(60))
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(503, answer.statusCode(), answer::body);
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", ""));
        assertEquals("1", answer.headers().firstValue("Retry-After").orElse(""));
        assertTrue(answer.body().contains("the database does not answer"), answer::body);
    }

    private static void awaitServed(Portolan portolan, Live live, String mode) {
        Await.until(
                "central to serve again", Scene.LATER, () -> put(portolan, mode).status() == 200);
        awaitMode(live, mode);
    }

    private static io.portolan.e2e.harness.Api.Answer put(Portolan portolan, String mode) {
        return portolan.api().put(path(), app(mode).json());
    }

    private static String path() {
        return app("").path();
    }

    private static App app(String mode) {
        return new App(TENANT, "web")
                .manifests(
                        """
                        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web", "namespace": "%s"}, "data": {"mode": "%s"}}
                        """
                                .formatted(TENANT, mode))
                .on(CLUSTER);
    }

    private static void awaitMode(Live live, String mode) {
        Await.until(
                "the agent to make it " + mode,
                Scene.LATER,
                () ->
                        live.get(MAPS, TENANT, "web")
                                .map(o -> o.getAsJsonObject("data").get("mode").getAsString())
                                .orElse("")
                                .equals(mode));
    }
}
