package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Nodes;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
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
    void nodeThatIsFrozenInsideATransactionHoldsUpTheOthersOnlyUntilItsSessionEnds(Fleet fleet) {
        long seed = System.nanoTime();
        AtomicBoolean enough = new AtomicBoolean();
        try (Nodes nodes = start(fleet, 2);
                ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            int frozen = 1 - nodes.awaitLeader(SOON);
            Api busy = nodes.node(frozen).api();
            for (int i = 0; i < 8; i++) {
                String tenant = "load" + i;
                writers.submit(() -> writeUntil(enough, busy, tenant));
            }
            assertTrue(
                    nodes.pauseInTransaction(frozen, new Random(seed), SOON),
                    () -> "never hit inside a transaction, seed " + seed);
            enough.set(true);

            put(nodes.node(1 - frozen).api(), "other").expect(200);
            nodes.node(frozen).process().resume();
            put(busy, "again").expect(200);
        } finally {
            enough.set(true);
        }
    }

    private static void writeUntil(AtomicBoolean enough, Api api, String tenant) {
        while (!enough.get()) {
            try {
                put(api, tenant);
            } catch (UncheckedIOException _) {
                return; // the node was frozen for longer than we wait
            }
        }
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
