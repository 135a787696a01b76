package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Agent;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.Nodes;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An agent of three central nodes, which are taken away from under it. */
@ExtendWith(Fleet.Extension.class)
class MovingAgentTest {
    private static final String TENANT = "moving";
    private static final Duration SOON = Duration.ofSeconds(90);

    @Test
    void anAgentMovesWhenItsNodeGoesAndNothingIsAppliedAgain(Fleet fleet) {
        KubeCluster cluster = fleet.clusters().get("eu-north");
        try (Nodes nodes =
                Nodes.start(fleet.postgres(), fleet.postgres().freshDatabase("moving"), 3)) {
            Api api = nodes.node(0).api();
            api.put(
                            "/api/v1/tenants/" + TENANT,
                            """
                            {"apiVersion": "portolan.io/v1", "kind": "Tenant", "metadata": {"name": "moving"}, "spec": {}}
                            """)
                    .expect(200);
            api.put(
                            "/api/v1/clusters/eu-north",
                            """
                            {"apiVersion": "portolan.io/v1", "kind": "Cluster", "metadata": {"name": "eu-north"},
                             "spec": {"location": {"region": "eu-north"}}}
                            """)
                    .expect(200);
            try (Agent agent = Agent.join(cluster, nodes.all())) {
                App first = app("first");
                api.put(first.path(), first.json()).expect(200);
                api.awaitHealth(TENANT, "first", "Healthy", SOON);
                String applied = applied(cluster);

                // Killed: its connections break, and it may have led.
                List<Central> left = new ArrayList<>(nodes.all());
                Central met = whereItPolls(left);
                left.remove(met);
                met.kill();
                App second = app("second");
                Api other = left.getFirst().api();
                other.put(second.path(), second.json()).expect(200);
                other.awaitHealth(TENANT, "second", "Healthy", SOON);

                // Stopped: it says so to who polls.
                met = whereItPolls(left);
                left.remove(met);
                met.process().terminate(SOON);
                Api last = left.getFirst().api();
                last.put(second.path(), app("second").replicas(2).json()).expect(200);
                Await.until(
                        "the change to arrive",
                        SOON,
                        () ->
                                cluster.live().readyReplicas(TENANT, deployment(cluster, "second"))
                                        == 2);
                last.awaitHealth(TENANT, "second", "Healthy", SOON);

                assertEquals(applied, applied(cluster));
                assertEquals(left.getFirst(), whereItPolls(left));
                JsonObject status =
                        last.get("/api/v1/clusters/eu-north").json().getAsJsonObject("status");
                assertEquals("Ready", status.get("reach").getAsString());
                String events = last.get("/api/v1/clusters/eu-north/events").expect(200).body();
                assertFalse(events.contains("Unreachable"), events);
                last.delete(first.path()).expect(200);
                last.delete(second.path()).expect(200);
                Await.until(
                        "the applications to be gone",
                        SOON,
                        () ->
                                last.get(first.path()).status() == 404
                                        && last.get(second.path()).status() == 404);
            }
        }
    }

    private static App app(String name) {
        return new App(TENANT, name).on("eu-north");
    }

    private static String deployment(KubeCluster cluster, String application) {
        return cluster.live()
                .list("apps/v1/deployments", TENANT, "portolan.io/application=" + application)
                .getFirst()
                .getAsJsonObject("metadata")
                .get("name")
                .getAsString();
    }

    /** What any write to the object would change. */
    private static String applied(KubeCluster cluster) {
        JsonObject metadata =
                cluster.live()
                        .get("apps/v1/deployments", TENANT, deployment(cluster, "first"))
                        .orElseThrow()
                        .getAsJsonObject("metadata");
        return metadata.get("resourceVersion") + " " + metadata.get("managedFields");
    }

    private static Central whereItPolls(List<Central> nodes) {
        return Await.value(
                "a node to hold the agent's poll",
                SOON,
                () -> nodes.stream().filter(MovingAgentTest::holdsAPoll).findFirst());
    }

    private static boolean holdsAPoll(Central node) {
        try {
            return node.api()
                    .get("/metrics")
                    .body()
                    .lines()
                    .anyMatch(l -> l.equals("portolan_agent_polls_parked 1.0"));
        } catch (UncheckedIOException _) {
            return false;
        }
    }
}
