package io.portolan.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that wait are told by the watch. */
class FollowingTest {
    private static final String FAILOVER = "tenants/shop/failovers/checkout-1";

    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central =
                new FakeCentral()
                        .holds("tenants/shop", Fixtures.TENANT)
                        .holds(Fixtures.APPLICATION, Fixtures.application())
                        .holds(FAILOVER, Fixtures.failover("Fencing", "c1 to stop", ""))
                        .answers(
                                "POST /api/v1/tenants/shop/failovers",
                                201,
                                Fixtures.failover("Requested", "", ""));
        cli = new Ran.With(home, central).runningClock();
    }

    @AfterEach
    void stop() {
        central.close();
    }

    private CompletableFuture<Ran> start(String... args) {
        CompletableFuture<Ran> ran = CompletableFuture.supplyAsync(() -> cli.run(args));
        await().until(() -> central.watchers() > 0 || ran.isDone());
        return ran;
    }

    @Test
    void followsAFailoverToItsReport() {
        CompletableFuture<Ran> running =
                start("failover", "checkout", "--to", "eu-north", "--reason", "drill");
        central.becomes(FAILOVER, Fixtures.failover("Completed", "", ""));
        Ran ran = running.join();
        assertEquals(0, ran.code(), ran.err());
        assertTrue(ran.err().contains("waits for c1 to stop (until 12:04:01, late)"), ran.err());
        assertTrue(
                ran.out().contains("Failover shop/checkout-1 of checkout to eu-north: Completed"));
        assertTrue(ran.out().contains("RTO                 4.10s"), ran.out());
        assertEquals(
                "{\"application\":\"checkout\",\"reason\":\"drill\",\"to\":\"eu-north\",\"from\":[]}",
                central.bodies.getFirst().toString());
    }

    @Test
    void withoutATargetCentralChooses() {
        CompletableFuture<Ran> running = start("failover", "checkout");
        central.becomes(
                FAILOVER, Fixtures.failover("Completed", "", "").replace("\"eu-north\"", "\"\""));
        Ran ran = running.join();
        assertEquals(0, ran.code(), ran.err());
        assertEquals(
                "{\"application\":\"checkout\",\"reason\":\"\",\"from\":[]}",
                central.bodies.getFirst().toString());
        assertTrue(ran.out().contains("of checkout to the best cluster: Completed"), ran.out());
        assertTrue(
                cli.run("get", "failovers").out().matches("(?s).*checkout-1 +checkout +best .*"),
                cli.run("get", "failovers").out());
    }

    @Test
    void anAbortedFailoverIsAFailedOperation() {
        CompletableFuture<Ran> running = start("failover", "checkout", "--to", "eu-north");
        central.becomes(FAILOVER, Fixtures.failover("Aborted", "", ""));
        assertEquals(Exit.OPERATION_FAILED.code(), running.join().code());
    }

    @Test
    void aFailoverThatNeedsAnOperatorIsBlockedAtTheTimeout() {
        String attest = "portolan failover attest checkout-1 --reason WHY";
        central.holds(FAILOVER, Fixtures.failover("Fencing", "proof of c1", attest));
        Ran ran = cli.run("failover", "checkout", "--to", "eu-north", "--timeout", "300ms");
        assertEquals(Exit.BLOCKED.code(), ran.code());
        assertTrue(ran.err().endsWith("next: " + attest + "\n"), ran.err());
    }

    @Test
    void aFailoverThatWorksOnIsLateAtTheTimeout() {
        String next = "waits until it answers; portolan failover abort checkout-1 gives up";
        String inTime =
                Fixtures.failover("Fencing", "c1 to stop", next)
                        .replace("2026-03-01T12:04:01Z", "2126-03-01T12:04:01Z");
        central.holds(FAILOVER, inTime);
        String[] command = {"failover", "checkout", "--to", "eu-north", "--timeout", "300ms"};
        assertEquals(Exit.TIMEOUT.code(), cli.run(command).code());
        central.holds(FAILOVER, Fixtures.failover("Fencing", "c1 to stop", next));
        assertEquals(Exit.BLOCKED.code(), cli.run(command).code(), "past its deadline");
    }

    @Test
    void verbsOfOperationsAndApplicationsOfTheirNamesAreToldApart() {
        central.answers(
                "POST /api/v1/" + FAILOVER + "/abort", 200, Fixtures.failover("Fencing", "", ""));
        assertEquals(
                0, cli.run("failover", "abort", "checkout-1", "--reason", "it is back").code());
        assertEquals("{\"reason\":\"it is back\"}", central.bodies.getLast().toString());
        central.holds(
                "tenants/shop/applications/attest",
                Fixtures.application().replace("checkout", "attest"));
        Ran ran = cli.run("failover", "start", "attest", "--to", "c2", "--no-wait");
        assertEquals(0, ran.code(), ran.err());
        assertEquals("attest", central.bodies.getLast().path("application").asText());
    }

    @Test
    void aDryRunThatWouldBeRefusedFails() {
        central.answers(
                "POST /api/v1/tenants/shop/failovers", 200, Fixtures.failover("Refused", "", ""));
        Ran ran = cli.run("failover", "checkout", "--to", "mars", "--dry-run");
        assertEquals(Exit.OPERATION_FAILED.code(), ran.code());
        assertTrue(central.requests.contains("POST /api/v1/tenants/shop/failovers?dryRun=All"));
    }

    @Test
    void waitIsWokenByTheWatch() {
        central.holds(Fixtures.APPLICATION, Fixtures.application("Progressing", 7, 7, "True"));
        CompletableFuture<Ran> running =
                start("wait", "app", "checkout", "--for", "healthy", "--timeout", "60s");
        central.becomes(Fixtures.APPLICATION, Fixtures.application());
        Ran ran = running.join();
        assertEquals(0, ran.code(), ran.err());
        assertEquals("Application shop/checkout is healthy\n", ran.out());
    }

    @Test
    void whatChangesBetweenPagesIsNotMissed() {
        for (String name : List.of("c1", "c2", "c3")) {
            central.holds("clusters/" + name, Fixtures.cluster(name, "eu-west", "Ready"));
        }
        central.afterPage(
                "/api/v1/clusters",
                () ->
                        central.becomes(
                                "clusters/c1", Fixtures.cluster("c1", "eu-west", "Unreachable")));
        Access access = new Access(URI.create(central.url()), FakeCentral.TOKEN, Optional.empty());
        try (Central to = new Central(access, Optional.empty(), Duration.ofSeconds(1))) {
            long before = to.list("/api/v1/tenants", Map.of()).revision();
            Central.Listing listing = to.list("/api/v1/clusters", Map.of());
            assertEquals(3, listing.items().size());
            assertEquals(before, listing.revision(), "the change is behind it");
        }
    }

    @Test
    void deleteWaitsUntilItIsGone() {
        CompletableFuture<Ran> running = start("delete", "app", "checkout", "--wait");
        central.loses(Fixtures.APPLICATION);
        Ran ran = running.join();
        assertEquals(0, ran.code(), ran.err());
        assertEquals("Application shop/checkout deleted\n", ran.out());
    }

    @Test
    void operationsAreSteeredByWords() {
        for (String word : new String[] {"pause", "resume", "retry", "skip", "escalate", "abort"}) {
            central.answers(
                    "POST /api/v1/" + FAILOVER + "/" + word,
                    200,
                    Fixtures.failover("Fencing", "", ""));
            Ran ran = cli.run("operation", word, "checkout-1", "--reason", "looking");
            assertEquals(0, ran.code(), ran.err());
            assertEquals("{\"reason\":\"looking\"}", central.bodies.getLast().toString());
        }
        assertEquals(2, cli.run("operation", "skip", "checkout-1").code(), "a reason is needed");
    }

    @Test
    void anApprovalCarriesItsComment() {
        central.answers(
                "POST /api/v1/" + FAILOVER + "/approve",
                200,
                Fixtures.failover("Approval", "", ""));
        Ran ran = cli.run("approve", "checkout-1", "--comment", "agreed");
        assertEquals(0, ran.code(), ran.err());
        assertEquals("{\"comment\":\"agreed\"}", central.bodies.getLast().toString());
        assertTrue(ran.err().contains("next: portolan operation watch shop/checkout-1"), ran.err());
    }

    @Test
    void anOperationIsWatchedToItsEnd() {
        CompletableFuture<Ran> running = start("operation", "watch", "checkout-1");
        central.becomes(FAILOVER, Fixtures.failover("Completed", "", ""));
        Ran ran = running.join();
        assertEquals(0, ran.code(), ran.err());
        assertTrue(ran.err().contains("waits for c1 to stop"), ran.err());
        assertTrue(ran.out().contains("Completed"), ran.out());
    }

    @Test
    void theHistoryOfAnApplicationIsListed() {
        central.holds(FAILOVER, Fixtures.failover("Completed", "", ""));
        Ran ran = cli.run("operation", "list", "checkout");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(
                ran.out()
                        .matches(
                                "(?s).*shop/checkout-1 +checkout +failover +eu-north +Completed.*"),
                ran.out());
        assertEquals("no operations\n", cli.run("operation", "list", "other").err());
    }

    @Test
    void anOverrideIsSentWithItsReason() {
        Ran ran =
                cli.run(
                        "relocate",
                        "checkout",
                        "--override",
                        "TargetRoom",
                        "--reason",
                        "it shrinks",
                        "--no-wait");
        assertEquals(0, ran.code(), ran.err());
        assertEquals("TargetRoom", central.bodies.getLast().at("/overrides/0").asText());
    }

    @Test
    void aDryRunShowsWhatIsToBeExpected() {
        String outlook =
                "{\"outlook\":{\"steps\":[{\"state\":\"Fencing\",\"waitsFor\":\"c1 to stop\","
                        + "\"usually\":\"4s\"},{\"state\":\"Verifying\",\"waitsFor\":\"health\","
                        + "\"usually\":\"2s500ms\"}],\"risks\":[\"two may write\"],\"blocks\":[\"c1 is"
                        + " silent\"]},";
        central.answers(
                "POST /api/v1/tenants/shop/failovers",
                200,
                outlook + Fixtures.failover("Preflight", "", "").strip().substring(1));
        Ran ran = cli.run("failover", "checkout", "--to", "eu-north", "--dry-run");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(ran.out().matches("(?s).*Fencing +4.00s +c1 to stop.*"), ran.out());
        assertTrue(ran.out().contains("  in all usually 6.50s"), ran.out());
        assertTrue(ran.out().contains("blocks: c1 is silent"), ran.out());
        assertTrue(ran.out().contains("risk: two may write"), ran.out());
        Ran json = cli.run("failover", "checkout", "--to", "eu-north", "--dry-run", "-o", "json");
        assertTrue(json.out().contains("\"outlook\""), json.out());
    }

    @Test
    void theTreeTellsWhatRunsAndForHowLong() {
        Failover f =
                Codec.lenient()
                        .read(
                                Fixtures.failover("Fencing", "c1 to stop", "portolan x"),
                                Failover.class);
        List<String> lines = OperationTree.lines(f, Instant.parse("2026-03-01T12:03:01Z"));
        assertTrue(
                lines.getFirst().startsWith("failover checkout-1 of checkout to eu-north  4m1s"));
        assertEquals(
                "   waits for c1 to stop (until 12:04:01, 60s left)", lines.get(lines.size() - 2));
        assertEquals("   next: portolan x", lines.getLast());
        assertTrue(lines.get(lines.size() - 3).startsWith("└─ "), lines::toString);
    }
}
