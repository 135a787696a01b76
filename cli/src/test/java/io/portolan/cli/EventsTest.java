package io.portolan.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events over pages, and as they come. */
class EventsTest {
    private static final String EVENTS = "GET /api/v1/" + Fixtures.APPLICATION + "/events";

    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central =
                new FakeCentral()
                        .holds("tenants/shop", Fixtures.TENANT)
                        .holds(Fixtures.APPLICATION, Fixtures.application());
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    /** Numbers of events, newest first. */
    private void happened(String more, int... numbers) {
        central.answers(
                EVENTS,
                200,
                IntStream.of(numbers)
                        .mapToObj(
                                n ->
                                        """
                                        {"subject":"u-1","at":"2026-03-01T11:58:0%dZ",
                                         "severity":"Normal","reason":"Seen","message":"no %d",
                                         "actor":"central"}"""
                                                .formatted(n, n))
                        .collect(
                                Collectors.joining(
                                        ",", "{\"metadata\":{" + more + "},\"items\":[", "]}")));
    }

    private List<String> asked() {
        return central.requests.stream().filter(r -> r.startsWith(EVENTS)).toList();
    }

    @Test
    void asksForNoMoreThanWasWanted() {
        happened("\"continue\":\"xyz\"", 2, 1);
        Ran ran = cli.run("events", "app", "checkout", "--limit", "4");
        assertEquals(5, ran.out().lines().count(), ran.out());
        assertEquals(List.of(EVENTS + "?limit=4", EVENTS + "?continue=xyz&limit=2"), asked());
        assertEquals(
                Exit.USAGE.code(), cli.run("events", "app", "checkout", "--limit", "0").code());
    }

    @Test
    void followsWhatHappensWithoutRepeatingIt() {
        happened("", 2, 1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CompletableFuture<Integer> code =
                CompletableFuture.supplyAsync(
                        () ->
                                Main.run(
                                        cli.shell(out, new ByteArrayOutputStream()),
                                        "events",
                                        "app",
                                        "checkout",
                                        "-w"));
        await().until(() -> out.toString(StandardCharsets.UTF_8).contains("no 2"));
        happened("", 4, 3, 2, 1);
        await().until(() -> out.toString(StandardCharsets.UTF_8).contains("no 4"));
        int before = asked().size();
        await().until(() -> asked().size() > before + 1);
        central.close();
        assertEquals(Exit.UNREACHABLE.code(), code.join());
        assertEquals(
                """
                11:58:01  Normal  Seen  no 1  central
                11:58:02  Normal  Seen  no 2  central
                11:58:03  Normal  Seen  no 3  central
                11:58:04  Normal  Seen  no 4  central
                """,
                out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aFailoverIsFollowedToItsEnd() {
        String path = "tenants/shop/failovers/checkout-2";
        central.holds(
                path, Fixtures.failover("Fencing", "", "").replace("checkout-1", "checkout-2"));
        CompletableFuture<Ran> ran =
                CompletableFuture.supplyAsync(
                        () -> cli.run("events", "failover", "checkout-2", "-w"));
        String read = "GET /api/v1/" + path;
        await().until(() -> central.requests.stream().filter(read::equals).count() > 1);
        central.holds(path, Fixtures.endedFailover());
        assertEquals(0, ran.join().code());
        assertTrue(
                ran.join().out().endsWith("11:59:09  Warning  Aborted  it is back  central\n"),
                ran.join().out());
    }
}
