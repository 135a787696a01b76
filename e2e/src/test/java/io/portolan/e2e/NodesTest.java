package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.FakeClock;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Nodes;
import io.portolan.e2e.harness.Postgres;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several nodes on one database, and the ways in which a test takes one away. */
@ExtendWith(Fleet.Extension.class)
class NodesTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void anotherNodeLeadsWhenTheLeaderIsKilled(Fleet fleet) {
        try (Nodes nodes = start(fleet, 3)) {
            int first = nodes.awaitLeader(SOON);
            long epoch = nodes.epoch();

            nodes.node(first).kill();
            Await.until("another leader", SOON, () -> nodes.epoch() > epoch);
            int second = nodes.awaitLeader(SOON);
            assertNotEquals(first, second);

            put(nodes.node(second).api(), "shop").expect(200);
            nodes.node(first).restart();
            assertEquals(200, nodes.node(first).api().get("/api/v1/tenants/shop").status());
        }
    }

    @Test
    void clockIsSteppedWhileTheNodeRuns(Fleet fleet) {
        assumeTrue(FakeClock.unavailable().isEmpty(), () -> FakeClock.unavailable().orElse(""));
        FakeClock clock = FakeClock.create();
        try (Nodes nodes =
                Nodes.start(
                        fleet.postgres(), fleet.postgres().freshDatabase("nodes"), 1, clock::of)) {
            nodes.awaitLeader(SOON);
            clock.step(Duration.ofHours(2));
            Await.until(
                    "the node's clock to be two hours ahead",
                    SOON,
                    () -> created(nodes).isAfter(Instant.now().plus(Duration.ofMinutes(119))));
            clock.step(Duration.ofHours(-2));
            Await.until(
                    "the node's clock to be two hours behind",
                    SOON,
                    () -> created(nodes).isBefore(Instant.now().minus(Duration.ofMinutes(119))));
            assertEquals(1, nodes.epoch(), "a stepped clock ended a term");
        }
    }

    private static Instant created(Nodes nodes) {
        String name = "t" + System.nanoTime();
        return Instant.parse(
                put(nodes.node(0).api(), name)
                        .expect(201)
                        .json()
                        .getAsJsonObject("metadata")
                        .get("createdAt")
                        .getAsString());
    }

    @Test
    void databaseIsRestartedAndCrashesUnderTheNodes() {
        try (Postgres postgres = Postgres.start("on");
                Nodes nodes = Nodes.start(postgres, postgres.freshDatabase("nodes"), 2)) {
            nodes.awaitLeader(SOON);
            put(nodes.node(0).api(), "before").expect(201);
            postgres.crash();
            awaitServed(nodes, "before");
            awaitWritten(nodes, "between");
            postgres.restart();
            awaitServed(nodes, "between");
            awaitWritten(nodes, "after");
        }
    }

    private static void awaitServed(Nodes nodes, String tenant) {
        for (Central node : nodes.all()) {
            Await.until(
                    tenant + " to be served",
                    SOON,
                    () -> node.api().get("/api/v1/tenants/" + tenant).status() == 200);
        }
    }

    private static void awaitWritten(Nodes nodes, String tenant) {
        Await.until(
                tenant + " to be written",
                SOON,
                () -> put(nodes.node(1).api(), tenant).status() < 300);
    }

    private static Api.Answer put(Api api, String tenant) {
        return api.put(
                "/api/v1/tenants/" + tenant,
                """
                {"apiVersion": "portolan.io/v1", "kind": "Tenant", "metadata": {"name": "%s",
                 "labels": {"written": "%d"}}, "spec": {}}
                """
                        .formatted(tenant, System.nanoTime()));
    }

    private static Nodes start(Fleet fleet, int count) {
        return Nodes.start(fleet.postgres(), fleet.postgres().freshDatabase("nodes"), count);
    }
}
