package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Network;
import io.portolan.e2e.harness.Nodes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that do not hear each other, or hear and are not heard, while all reach the database. */
@ExtendWith(Fleet.Extension.class)
class CutNodesTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void nodesThatHearOneDirectionDoNotDuelAndALeaderWithoutPeersGoesOn(Fleet fleet) {
        assumeTrue(Network.unavailable().isEmpty(), () -> Network.unavailable().orElse(""));
        try (Network network = Network.create(2);
                Nodes nodes =
                        Nodes.start(
                                fleet.postgres(),
                                fleet.postgres().freshDatabase("cut"),
                                2,
                                network,
                                UnaryOperator.identity())) {
            int leader = nodes.awaitLeader(SOON);
            int other = 1 - leader;
            awaitHears(nodes.node(other), "node0", "node1");
            tenant(nodes.node(other).api(), "cut");

            network.cut(leader, other);
            awaitHears(nodes.node(other), "node" + other);
            decides(nodes, "unheard");
            assertEquals(
                    leader, nodes.awaitLeader(SOON), "who hears the leader no more took the lead");

            network.cut(other, leader);
            awaitHears(nodes.node(leader), "node" + leader);
            decides(nodes, "alone");
            assertEquals(leader, nodes.awaitLeader(SOON), "a leader that is cut off lost the lead");

            network.mend(leader, other);
            decides(nodes, "unhearing");
            assertEquals(
                    leader, nodes.awaitLeader(SOON), "a leader that hears nobody lost the lead");
        }
    }

    /** As the node itself says, in what it tells the others by the database. */
    private static void awaitHears(Central node, String... names) {
        Await.until(
                node.address() + " to hear " + String.join(", ", names),
                SOON,
                () -> hears(node, names.length));
    }

    private static boolean hears(Central node, int count) {
        for (JsonElement item : node.api().get("/api/v1/nodes").json().getAsJsonArray("items")) {
            JsonObject shown = item.getAsJsonObject();
            if (shown.get("api").getAsString().equals(node.address())) {
                return shown.getAsJsonArray("sees").size() == count;
            }
        }
        return false;
    }

    /** The leader goes on: what is asked of any node is judged. */
    private static void decides(Nodes nodes, String word) {
        for (int i = 0; i < nodes.size(); i++) {
            Api api = nodes.node(i).api();
            String name = word + i;
            api.put(Api.application("cut", name), new App("cut", name).json()).expect(200);
            Await.until(name + " to be decided on", SOON, () -> !api.status("cut", name).isEmpty());
        }
    }

    private static void tenant(Api api, String name) {
        api.put(
                        "/api/v1/tenants/" + name,
                        """
                        {"apiVersion": "portolan.io/v1", "kind": "Tenant", "metadata": {"name": "%s"}, "spec": {}}
                        """
                                .formatted(name))
                .expect(200);
    }

    /** The change log waits for who holds its counter, and with it all watches of all nodes. */
    @Test
    void nodeThatIsFrozenInsideATransactionHoldsUpWatchesOnlyUntilItsSessionEnds(Fleet fleet)
            throws IOException {
        long seed = System.nanoTime();
        AtomicBoolean enough = new AtomicBoolean();
        try (Nodes nodes =
                        Nodes.start(fleet.postgres(), fleet.postgres().freshDatabase("held"), 2);
                ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            int frozen = 1 - nodes.awaitLeader(SOON);
            Api other = nodes.node(1 - frozen).api();
            tenant(other, "held");
            for (int i = 0; i < 8; i++) {
                String tenant = "load" + i;
                writers.submit(
                        () -> {
                            while (!enough.get()) {
                                tenant(nodes.node(frozen).api(), tenant);
                                remove(nodes.node(frozen).api(), tenant);
                            }
                        });
            }
            assertTrue(
                    nodes.pauseInTransaction(frozen, new Random(seed), SOON),
                    () -> "never hit inside a transaction, seed " + seed);
            enough.set(true);

            try (InputStream watch = other.watch("held", "", SOON);
                    var lines =
                            new BufferedReader(
                                    new InputStreamReader(watch, StandardCharsets.UTF_8))) {
                other.put(Api.application("held", "web"), new App("held", "web").json())
                        .expect(200);
                assertTrue(lines.lines().anyMatch(line -> line.contains("\"web\"")));
            }
            nodes.node(frozen).process().resume();
        } finally {
            enough.set(true);
        }
    }

    private static void remove(Api api, String tenant) {
        api.delete("/api/v1/tenants/" + tenant).expect(200);
    }
}
