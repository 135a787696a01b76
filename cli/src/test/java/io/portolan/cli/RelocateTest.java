package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A move while all answer, and the way back. */
class RelocateTest {
    private static final String FAILOVERS = "POST /api/v1/tenants/shop/failovers";

    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central =
                new FakeCentral()
                        .holds("tenants/shop", Fixtures.TENANT)
                        .holds(Fixtures.APPLICATION, Fixtures.application())
                        .holds("clusters/c1", Fixtures.cluster("c1", "eu-west", "Ready"))
                        .answers(FAILOVERS, 201, Fixtures.failover("Requested", "", ""));
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    /** The one request that asked for something. */
    private JsonNode asked() {
        assertTrue(central.requests.contains(FAILOVERS), central.requests.toString());
        return central.bodies.getLast();
    }

    @Test
    void aRelocationSaysThatItIsPlanned() {
        Ran ran = cli.run("relocate", "checkout", "--to", "c2", "--reason", "disks", "--no-wait");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(asked().path("planned").asBoolean(), asked().toString());
        assertEquals("c2", asked().path("to").asText());
    }

    @Test
    void aFailoverDoesNot() {
        Ran ran = cli.run("failover", "checkout", "--no-wait");
        assertEquals(0, ran.code(), ran.err());
        assertFalse(asked().has("planned"), asked().toString());
    }

    @Test
    void aFailbackGoesToTheClusterThatTheLastFailoverLeft() {
        central.holds("tenants/shop/failovers/checkout-1", Fixtures.failover("Completed", "", ""));
        Ran ran = cli.run("failback", "checkout", "--no-wait");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(asked().path("planned").asBoolean(), asked().toString());
        assertEquals("c1", asked().path("to").asText());
    }

    private static String of(String name, String at, String... sources) {
        return Fixtures.failover("Completed", "", "")
                .replace("checkout-1", name)
                .replace(
                        "\"requestedAt\":\"2026-03-01T11:59:00Z\"",
                        "\"requestedAt\":\"" + at + "\"")
                .replace("[\"u-c1\"]", "[\"" + String.join("\",\"", sources) + "\"]");
    }

    @Test
    void theNewestFailoverCountsAndNoRelocation() {
        central.holds("clusters/c3", Fixtures.cluster("c3", "eu-east", "Ready"))
                .holds("tenants/shop/failovers/a", of("a", "2026-03-01T10:00:00Z", "u-c3"))
                .holds("tenants/shop/failovers/b", of("b", "2026-03-01T11:00:00Z", "u-c1"))
                .holds(
                        "tenants/shop/failovers/c",
                        of("c", "2026-03-01T12:00:00Z", "u-c3")
                                .replace("\"requestedBy\"", "\"planned\":true,\"requestedBy\""));
        Ran ran = cli.run("failback", "checkout", "--no-wait");
        assertEquals(0, ran.code(), ran.err());
        assertEquals("c1", asked().path("to").asText());
    }

    /** One that was made a failover, or was aborted behind its commit, left its cluster too. */
    @Test
    void whatGaveTheRoleAwayCountsHoweverItWasAskedForAndEnded() {
        central.holds("clusters/c3", Fixtures.cluster("c3", "eu-east", "Ready"))
                .holds("tenants/shop/failovers/a", of("a", "2026-03-01T10:00:00Z", "u-c1"))
                .holds(
                        "tenants/shop/failovers/b",
                        of("b", "2026-03-01T11:00:00Z", "u-c3")
                                .replace("\"requestedBy\"", "\"planned\":true,\"requestedBy\"")
                                .replace(
                                        "\"abortRequested\"",
                                        "\"controls\":[{\"kind\":\"escalate\",\"by\":\"ann\","
                                                + "\"at\":\"2026-03-01T11:00:01Z\",\"reason\":\"x\","
                                                + "\"step\":1}],\"abortRequested\"")
                                .replace("Completed", "Aborted")
                                .replace("\"Fencing\"", "\"Promoting\""));
        Ran ran = cli.run("failback", "checkout", "--no-wait");
        assertEquals(0, ran.code(), ran.err());
        assertEquals("c3", asked().path("to").asText());
    }

    @Test
    void theNextCommandOfARehearsedFailbackIsAFailback() {
        central.holds("tenants/shop/failovers/checkout-1", Fixtures.failover("Completed", "", ""))
                .answers(
                        FAILOVERS,
                        200,
                        Fixtures.failover("Preflight", "", "")
                                .replace(
                                        "\"requestedBy\"",
                                        "\"planned\":true,\"failback\":true,\"requestedBy\""));
        Ran ran = cli.run("failback", "checkout", "--dry-run");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(ran.err().contains("portolan failback shop/checkout --to c1"), ran.err());
        assertTrue(ran.out().startsWith("Failback shop/checkout-1"), ran.out());
    }

    @Test
    void ofSeveralClustersNoneIsGuessed() {
        central.holds("tenants/shop/failovers/a", of("a", "2026-03-01T10:00:00Z", "u-c1", "u-c3"));
        Ran ran = cli.run("failback", "checkout");
        assertEquals(7, ran.code());
        assertTrue(ran.err().contains("left 2 clusters"), ran.err());
    }

    @Test
    void aClusterThatIsGoneIsSaidSo() {
        central.holds("tenants/shop/failovers/a", of("a", "2026-03-01T10:00:00Z", "u-c9"));
        Ran ran = cli.run("failback", "checkout");
        assertEquals(7, ran.code());
        assertTrue(ran.err().contains("is gone"), ran.err());
    }

    @Test
    void theNextCommandLeavesTheSameClusters() {
        central.answers(FAILOVERS + "?dryRun=All", 200, Fixtures.failover("Preflight", "", ""));
        Ran ran = cli.run("relocate", "checkout", "--from", "c1", "--from", "c3", "--dry-run");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(ran.err().contains(" --from c1 --from c3"), ran.err());
    }

    @Test
    void whatWasNeverFailedOverHasNoWayBack() {
        central.holds("tenants/shop/failovers/checkout-1", Fixtures.failover("Aborted", "", ""));
        Ran ran = cli.run("failback", "checkout");
        assertEquals(7, ran.code());
        assertTrue(ran.err().contains("no failover of"), ran.err());
        assertTrue(ran.err().contains("portolan relocate shop/checkout --to CLUSTER"), ran.err());
    }
}
