package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Live;
import io.portolan.e2e.harness.NodeSetup;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Standby;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL fails over to a standby that lacks the last writes: the nodes go on with it under a
 * new store generation, by themselves, and never write to the former primary again.
 */
class StandbyPromotedTest {
    private static final String CLUSTER = "island";
    private static final String TENANT = "kept";
    private static final String MAPS = "v1/configmaps";

    @Test
    void nodesGoOnUnderANewGenerationAndAgentsLoseNothing() throws SQLException {
        try (Postgres primary = Postgres.start("on");
                Standby standby = Standby.of(primary);
                KubeClusters clusters = KubeClusters.start(ClusterSpec.apiOnly(CLUSTER, "eu"))) {
            Postgres.Database database = primary.freshDatabase("promoted");
            String url =
                    "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/%s?user=postgres&targetServerType=primary"
                            .formatted(primary.port(), standby.port(), database.name());
            Live live = clusters.get(CLUSTER).live();
            try (Portolan portolan =
                            Portolan.start(
                                    new Postgres.Database(database.name(), url),
                                    List.of(clusters.get(CLUSTER)));
                    Central second =
                            Central.begin(
                                    NodeSetup.of("second", url, portolan.central().tokenFile()))) {
                second.awaitReady();
                Api first = portolan.api();
                portolan.createTenant(TENANT);
                clusters.get(CLUSTER).createNamespace(TENANT);
                App web = app("web").manifests(map("web", "one"));
                first.put(web.path(), web.json()).expect(200);
                first.awaitHealth(TENANT, "web", "Healthy", Scene.SOON);
                String uid = uid(live, "web");
                standby.awaitAll(primary);
                standby.cutOff();

                // Acknowledged, carried out, and lost: a change, an application, a takeover.
                App changed = app("web").manifests(map("web", "two"));
                first.put(changed.path(), changed.json()).expect(200);
                App lost = app("lost").manifests(map("lost", "here"));
                first.put(lost.path(), lost.json()).expect(200);
                Await.until("the last writes", Scene.SOON, () -> mode(live, "web").equals("two"));
                live.awaitExists(MAPS, TENANT, "lost", Scene.SOON);
                long epoch = number(database, "select epoch from leader");
                portolan.central().restart();
                Await.until(
                        "a takeover that is lost",
                        Scene.LATER,
                        () -> number(database, "select epoch from leader") > epoch);
                long generation = generation(first);
                long revision = number(database, "select revision from counter");
                assertEquals(generation, generation(second.api()));

                primary.kill();
                live.delete(MAPS, TENANT, "web");
                Await.until(
                        "the agent to repair without any database",
                        Scene.SOON,
                        () -> mode(live, "web").equals("two"));
                String repaired = uid(live, "web");
                assertTrue(!repaired.equals(uid), "it was not deleted");
                standby.promote();

                Await.until(
                        "both nodes to serve the new generation",
                        Scene.LATER,
                        () ->
                                generation(first) > generation
                                        && generation(first) == generation(second.api()));
                assertEquals(
                        410,
                        first.get(
                                        "/api/v1/tenants/%s/applications?watch=true&revision=%d"
                                                .formatted(TENANT, revision))
                                .status());
                assertEquals(404, first.get(lost.path()).status());
                Await.until(
                        "what the authority knows",
                        Scene.LATER,
                        () -> mode(live, "web").equals("one"));
                App again = app("web").manifests(map("web", "three"));
                second.api().put(again.path(), again.json()).expect(200);
                Await.until(
                        "a write under the new generation",
                        Scene.LATER,
                        () -> mode(live, "web").equals("three"));
                assertEquals(repaired, uid(live, "web"), "it was made anew");
                assertEquals("here", mode(live, "lost"), "absence deleted it");

                // It comes back as a primary, before the present one in the URL.
                primary.startAgain();
                long former = number(database, "select revision from counter");
                standby.endSessions();
                App last = app("web").manifests(map("web", "four"));
                Await.until(
                        "a write by new sessions",
                        Scene.LATER,
                        () -> first.put(last.path(), last.json()).status() == 200);
                Await.until("its effect", Scene.LATER, () -> mode(live, "web").equals("four"));
                portolan.central().restart();
                assertTrue(generation(first) > generation, "a node that starts follows it back");
                assertEquals(former, number(database, "select revision from counter"));
            }
        }
    }

    private static App app(String name) {
        return new App(TENANT, name).on(CLUSTER);
    }

    private static String map(String name, String mode) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s", "namespace": "%s"}, "data": {"mode": "%s"}}
        """
                .formatted(name, TENANT, mode);
    }

    private static String mode(Live live, String name) {
        return live.get(MAPS, TENANT, name)
                .map(o -> o.getAsJsonObject("data").get("mode").getAsString())
                .orElse("");
    }

    private static String uid(Live live, String name) {
        JsonObject map = live.get(MAPS, TENANT, name).orElseThrow();
        return map.getAsJsonObject("metadata").get("uid").getAsString();
    }

    /** Zero while the node does not answer. */
    private static long generation(Api api) {
        try {
            Api.Answer answer = api.get("/api/v1/whoami");
            return answer.status() == 200 ? answer.json().get("generation").getAsLong() : 0;
        } catch (java.io.UncheckedIOException _) {
            return 0;
        }
    }

    private static long number(Postgres.Database database, String sql) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rs = statement.executeQuery(sql)) {
            rs.next();
            return rs.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
