package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Nodes;
import io.portolan.e2e.harness.Writers;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Three nodes as processes, and what befalls the one that leads. */
@ExtendWith(Fleet.Extension.class)
class ElectionTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** As one of the nodes is frozen. */
    private static final Duration IMPATIENT = Duration.ofSeconds(2);

    private static final Duration PACE = Duration.ofMillis(20);

    private static Nodes start(Fleet fleet, String... flags) {
        Nodes nodes =
                Nodes.start(fleet.postgres(), fleet.postgres().freshDatabase("election"), 3, flags);
        nodes.awaitTogether(SOON);
        return nodes;
    }

    @Test
    void leaderThatIsKilledOrFrozenIsFollowedAndFollowsWhenItIsBack(Fleet fleet) {
        long seed = System.nanoTime();
        try (Nodes nodes = start(fleet);
                Writers writers = Writers.start(nodes, "shop", 6, PACE, IMPATIENT)) {
            int killed = nodes.awaitLeader(SOON);
            long epoch = nodes.epoch();
            nodes.node(killed).kill();
            awaitDecision(nodes, epoch);
            assertNotEquals(killed, nodes.awaitLeader(SOON));
            nodes.node(killed).restart();
            nodes.awaitTogether(SOON);

            int idle = nodes.awaitLeader(SOON);
            epoch = nodes.epoch();
            nodes.node(idle).process().pause();
            awaitDecision(nodes, epoch);
            nodes.node(idle).process().resume();
            awaitFollower(nodes, idle);

            int inside = nodes.awaitLeader(SOON);
            epoch = nodes.epoch();
            assertTrue(
                    nodes.pauseInTransaction(inside, Nodes.Held.LEADER, new Random(seed), SOON),
                    () -> "never hit inside a transaction of the leader, seed " + seed);
            List<String> open = nodes.caught();
            awaitDecision(nodes, epoch);
            nodes.node(inside).process().resume();
            awaitFollower(nodes, inside);
            open.forEach(t -> assertEquals("aborted", nodes.fate(t), "seed " + seed));

            writers.close();
            assertEquals(List.of(), writers.lost(nodes.node(inside).api()));
        }
    }

    /** Until a leader of a later epoch has decided: what it says of an application is there. */
    private static void awaitDecision(Nodes nodes, long formerEpoch) {
        Await.until("a later epoch", SOON, () -> nodes.epoch() > formerEpoch);
        long head = number(nodes, "select revision from counter");
        Await.until(
                "a decision of the new leader",
                SOON,
                () ->
                        number(
                                        nodes,
                                        "select count(*) from change_log where type = 'STATUS' and"
                                                + " revision > "
                                                + head)
                                > 0);
    }

    private static long number(Nodes nodes, String sql) {
        try (Connection connection = nodes.database().connect();
                Statement statement = connection.createStatement();
                ResultSet rs = statement.executeQuery(sql)) {
            rs.next();
            return rs.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Who woke up knows that another leads, serves, and takes no lead back. */
    private static void awaitFollower(Nodes nodes, int woken) {
        Central node = nodes.node(woken);
        Await.until(
                "node" + woken + " to follow", SOON, () -> role(node, woken).equals("Follower"));
        Await.until(
                "node" + woken + " to know it",
                SOON,
                () -> node.api().get("/metrics").body().contains("\nportolan_leader 0"));
        nodes.awaitTogether(SOON);
        assertNotEquals(woken, nodes.awaitLeader(SOON));
    }

    private static String role(Central asked, int index) {
        for (JsonElement item :
                asked.api().get("/api/v1/nodes").expect(200).json().getAsJsonArray("items")) {
            if (item.getAsJsonObject().get("name").getAsString().equals("node" + index)) {
                return item.getAsJsonObject().get("role").getAsString();
            }
        }
        return "unknown";
    }

    @Test
    void rollOutNodeByNodeLosesAndRefusesNoWrite(Fleet fleet) throws Exception {
        try (Nodes nodes = start(fleet, "--drain", "1s");
                Writers writers = Writers.start(nodes, "shop", 6, PACE, SOON)) {
            List<Integer> leaders = new ArrayList<>();
            for (int i = 0; i < nodes.size(); i++) {
                Central node = nodes.node(i);
                boolean led = nodes.awaitLeader(SOON) == i;
                long epoch = nodes.epoch();
                CompletableFuture<String> watch = watch(node);
                assertEquals(143, node.process().terminate(SOON), "as SIGTERM ends a JVM");
                // Ended by the node, and not broken off.
                assertTrue(
                        watch.get().contains("event: bookmark")
                                || watch.get().contains("event:bookmark"),
                        watch.get());
                if (led) {
                    Await.until("a successor", SOON, () -> nodes.epoch() > epoch);
                }
                leaders.add(nodes.awaitLeader(SOON));
                assertNotEquals(i, leaders.getLast());
                node.restart();
                nodes.awaitTogether(SOON);
            }
            writers.close();
            assertEquals(List.of(), writers.failures());
            assertEquals(0, writers.silences());
            assertEquals(List.of(), writers.lost(nodes.node(0).api()));
            assertTrue(writers.acknowledged() > 0);
        }
    }

    private static CompletableFuture<String> watch(Central node)
            throws IOException, InterruptedException {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(node.address() + "/api/v1/clusters?watch"))
                        .header("Authorization", "Bearer " + node.token())
                        .build();
        HttpResponse<InputStream> response =
                http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        return CompletableFuture.supplyAsync(
                        () -> {
                            try (InputStream body = response.body()) {
                                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
                            } catch (IOException e) {
                                return "broken off: " + e;
                            }
                        })
                .whenComplete((_, _) -> http.close());
    }
}
