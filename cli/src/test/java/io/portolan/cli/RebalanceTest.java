package io.portolan.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rebalance apply}: what it asks for, and what it tells of the way. */
class RebalanceTest {
    private static final String ORDERED =
            """
            {"revision":41,"atOnce":10,"items":[{"tenant":"shop","name":"checkout",
             "outcome":"%s","detail":"%s","to":["c2"]}]}
            """;

    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central =
                new FakeCentral()
                        .holds("tenants/shop", Fixtures.TENANT)
                        .holds(
                                Fixtures.APPLICATION,
                                on("\"portolan.io/rebalance\":\"to=u-c2\"", "c1"));
        cli = new Ran.With(home, central).runningClock();
    }

    @AfterEach
    void stop() {
        central.close();
    }

    private static String on(String annotations, String... clusters) {
        StringBuilder at = new StringBuilder();
        for (String c : clusters) {
            at.append(at.isEmpty() ? "" : ",")
                    .append("{\"cluster\":\"%s\",\"role\":\"Active\"}".formatted(c));
        }
        return """
        {"apiVersion":"portolan.io/v1","kind":"Application",
         "metadata":{"tenant":"shop","name":"checkout","uid":"u-1","annotations":{%s}},
         "spec":{"components":[{"name":"web","container":{"image":"x"}}]},
         "status":{"clusters":[%s]}}
        """
                .formatted(annotations, at);
    }

    private void answers(String outcome, String detail) {
        central.answers("POST /api/v1/rebalance", 200, ORDERED.formatted(outcome, detail));
    }

    private CompletableFuture<Ran> running(String... args) {
        CompletableFuture<Ran> ran = CompletableFuture.supplyAsync(() -> cli.run(args));
        await().until(() -> central.watchers() > 0 || ran.isDone());
        return ran;
    }

    @Test
    void itIsFollowedUntilItIsThere() {
        answers("ordered", "29 points more: lowest cost 29");
        CompletableFuture<Ran> running = running("rebalance", "apply", "checkout");
        central.becomes(Fixtures.APPLICATION, on("", "c1", "c2"));
        central.becomes(Fixtures.APPLICATION, on("", "c2"));
        Ran ran = running.join();
        assertEquals(0, ran.code(), ran.err());
        assertEquals(
                """
                shop/checkout shall go to c2: 29 points more: lowest cost 29
                shop/checkout starts on c2 and then leaves c1
                shop/checkout is on c2
                """,
                ran.out());
        assertEquals("{\"applications\":[\"shop/checkout\"]}", central.bodies.getLast().toString());
    }

    @Test
    void anOrderThatWasDroppedEndsWithEight() {
        answers("ordered", "29 points more");
        CompletableFuture<Ran> running = running("rebalance", "apply", "--all");
        central.becomes(Fixtures.APPLICATION, on("", "c1"));
        Ran ran = running.join();
        assertEquals(8, ran.code(), ran.err());
        assertTrue(ran.out().contains("stays: the order was dropped"), ran.out());
        assertEquals("{\"tenant\":\"shop\",\"all\":true}", central.bodies.getLast().toString());
    }

    @Test
    void whatIsHeldBackIsToldAndEndsWithThreeWhereItWasNamed() {
        answers("heldBack", "it rests");
        Ran ran = cli.run("rebalance", "apply", "shop/checkout");
        assertEquals(3, ran.code(), ran.err());
        assertEquals("shop/checkout is held back: it rests\n", ran.out());
    }

    @Test
    void whatOfAllIsNotOrderedIsToldInNumbers() {
        central.answers(
                "POST /api/v1/rebalance",
                200,
                "{\"revision\":41,\"atOnce\":10,\"heldBack\":2,\"more\":7,\"items\":[]}");
        Ran ran = cli.run("rebalance", "apply", "--all");
        assertEquals(0, ran.code(), ran.err());
        assertEquals(
                """
                2 held back, portolan rebalance tells why
                and 7 more, to be ordered after these
                """,
                ran.out());
        assertEquals("next: portolan rebalance apply --all --tenant shop\n", ran.err());
    }

    @Test
    void whoeverIsChangedByOthersEndsWithFive() {
        answers("conflict", "somebody changes or deletes it at this moment");
        Ran ran = cli.run("rebalance", "apply", "checkout");
        assertEquals(5, ran.code(), ran.err());
        assertEquals(
                "shop/checkout is not ordered: somebody changes or deletes it at this moment\n",
                ran.out());
    }

    @Test
    void theNextCommandReachesNoFurtherThanTheList() {
        String item =
                """
                {"tenant":"shop","name":"%s","state":"proposed","from":["c1"],"to":["c2"],
                 "why":"29 points more","gain":29,"gains":{},"next":"x"}
                """;
        central.answers(
                "GET /api/v1/rebalance",
                200,
                "{\"revision\":41,\"atOnce\":10,\"underWay\":0,\"more\":0,\"items\":["
                        + item.formatted("cart")
                        + ","
                        + item.formatted("checkout")
                        + "]}");
        Ran ran = cli.run("rebalance");
        assertEquals("next: portolan rebalance apply --all --tenant shop\n", ran.err());
    }

    @Test
    void nothingToDoIsFine() {
        answers("nothing", "nothing better is found");
        Ran ran = cli.run("rebalance", "apply", "checkout", "--no-wait");
        assertEquals(0, ran.code(), ran.err());
        assertEquals("shop/checkout nothing better is found\n", ran.out());
    }

    @Test
    void itMustBeSaidWhich() {
        assertEquals(2, cli.run("rebalance", "apply").code());
        assertEquals(2, cli.run("rebalance", "apply", "checkout", "--all").code());
    }

    @Test
    void theTimeMayBeOverWhileItGoesOn() {
        answers("orderedAlready", "29 points more");
        Ran ran = cli.run("rebalance", "apply", "checkout", "--timeout", "1s");
        assertEquals(4, ran.code(), ran.err());
        assertTrue(ran.out().contains("is not there yet; it goes on"), ran.out());
    }
}
