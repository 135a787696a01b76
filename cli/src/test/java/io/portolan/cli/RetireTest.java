package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's word on clusters that do not answer, and the end of clusters. */
class RetireTest {
    private static final String FAILOVER = "tenants/shop/failovers/checkout-1";
    private static final String GPU = "{\"key\":\"gpu\",\"value\":\"\",\"effect\":\"NoSchedule\"}";
    private static final String ATTEST = "POST /api/v1/" + FAILOVER + "/attest";

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
                        .holds(FAILOVER, Fixtures.failover("Fencing", "c1 to stop", ""));
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    private static String attested(String... clusters) {
        StringBuilder vouched = new StringBuilder();
        for (String c : clusters) {
            vouched.append(vouched.isEmpty() ? "" : ",")
                    .append("{\"cluster\":\"u-" + c + "\",\"name\":\"" + c + "\"")
                    .append(c.equals("c1") ? ",\"silentSince\":\"2026-03-01T12:00:00.5Z\"}" : "}");
        }
        return Fixtures.failover("Fencing", "c1 to stop", "")
                .replaceFirst(
                        "\"abortRequested\"",
                        "\"attestation\":{\"operator\":\"ann\",\"reason\":\"seen off\","
                                + "\"at\":\"2026-03-01T12:01:00Z\",\"epoch\":4,\"clusters\":["
                                + vouched
                                + "]},\"abortRequested\"");
    }

    @Test
    void whatIsConfirmedIsShownAndSentBack() {
        String before =
                "{\"operator\":\"bob\",\"reason\":\"r\",\"at\":\"2026-03-01T12:00:30Z\","
                        + "\"clusters\":[\"u-c1\"],\"text\":\"I know that c1\"}";
        String mine =
                "{\"operator\":\"ann\",\"reason\":\"r\",\"at\":\"2026-03-01T12:01:00Z\","
                        + "\"clusters\":[\"u-c3\"],\"text\":\"I know that c3\"}";
        central.answers(
                ATTEST,
                200,
                attested("c1", "c3")
                        .replace(
                                "]},\"abortRequested",
                                "],\"words\":[" + before + "," + mine + "]},\"abortRequested"));
        Ran ran = cli.run("failover", "attest", "checkout-1", "--reason", "r");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(
                ran.err()
                        .startsWith(
                                "attests that nothing of checkout runs on c3 (heard)\n"
                                        + "confirms: I know that c3\n"),
                ran.err());
        assertEquals(
                "{\"reason\":\"r\",\"clusters\":[\"c3\"],\"text\":\"I know that c3\"}",
                central.bodies.getLast().toString());
    }

    @Test
    void anAttestationShowsForWhomItSpeaksAndSaysThat() {
        central.answers(ATTEST, 200, attested("c1", "c3"));
        Ran ran = cli.run("failover", "attest", "checkout-1", "--reason", "seen off");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(
                ran.err()
                        .startsWith(
                                "attests that nothing of checkout runs on c1 (silent since"
                                        + " 2026-03-01T12:00:00Z), c3 (heard)\n"),
                ran.err());
        assertTrue(ran.out().contains("c1, c3 by ann: seen off"), ran.out());
        assertEquals(
                List.of(
                        "{\"reason\":\"seen off\",\"clusters\":[]}",
                        "{\"reason\":\"seen off\",\"clusters\":[\"c1\",\"c3\"]}"),
                central.bodies.stream().map(Object::toString).toList());
        assertEquals(
                List.of(ATTEST + "?dryRun=All", ATTEST),
                central.requests.stream().filter(r -> r.startsWith("POST")).toList());
    }

    @Test
    void fewerAreNamedByFlagsAndADryRunSaysNothing() {
        central.answers(ATTEST, 200, attested("c3"));
        Ran ran =
                cli.run(
                        "failover",
                        "attest",
                        "checkout-1",
                        "--reason",
                        "r",
                        "--cluster",
                        "c3",
                        "--dry-run");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(ran.err().startsWith("would attest that nothing"), ran.err());
        assertEquals(
                List.of("{\"reason\":\"r\",\"clusters\":[\"c3\"]}"),
                central.bodies.stream().map(Object::toString).toList());
    }

    @Test
    void whatIsNotAnsweredIsSaidAgainUnderTheSameKey() {
        String abort = "POST /api/v1/" + FAILOVER + "/abort";
        String forget = "POST /api/v1/clusters/c1/forget";
        central.answers(ATTEST, 200, attested("c1"));
        central.answers(abort, 200, attested("c1"));
        central.answers(forget, 200, "{\"cluster\":\"c1\",\"uid\":\"u\",\"applications\":[]}");
        List.of(ATTEST, abort, forget).forEach(central::losesAnswer);
        assertEquals(0, cli.run("failover", "attest", "checkout-1", "--reason", "r").code());
        assertEquals(0, cli.run("failover", "abort", "checkout-1", "--reason", "r").code());
        assertEquals(0, cli.run("cluster", "forget", "c1", "--reason", "r").code());
        assertEquals(
                List.of(ATTEST, ATTEST, abort, abort, forget, forget),
                central.requests.stream()
                        .filter(r -> r.startsWith("POST") && !r.contains("dryRun"))
                        .toList());
        // The first is the rehearsal's.
        List<String> keys = central.keys.subList(1, central.keys.size());
        assertEquals(3, keys.stream().distinct().count(), keys::toString);
        assertEquals(keys.get(0), keys.get(1));
        assertEquals(keys.get(4), keys.get(5));
    }

    @Test
    void aConflictIsTold() {
        central.answers(ATTEST, 409, FakeCentral.problem(409, "asks nobody yet", List.of()));
        Ran ran = cli.run("failover", "attest", "checkout-1", "--reason", "r");
        assertEquals(Exit.CONFLICT.code(), ran.code());
        assertTrue(ran.err().contains("asks nobody yet"), ran.err());
    }

    @Test
    void forgetTellsWhatTheClusterHeld() {
        central.answers(
                "POST /api/v1/clusters/c1/forget",
                200,
                "{\"cluster\":\"c1\",\"uid\":\"u-c1\",\"applications\":[\"shop/checkout\"]}");
        Ran ran = cli.run("cluster", "forget", "c1", "--reason", "burnt down");
        assertEquals("Cluster c1 is forgotten; it held shop/checkout\n", ran.out(), ran.err());
        assertEquals("{\"reason\":\"burnt down\"}", central.bodies.getLast().toString());
        Ran dry = cli.run("cluster", "forget", "c1", "--reason", "burnt down", "--dry-run");
        assertEquals("Cluster c1 would be forgotten; it held shop/checkout\n", dry.out());
        assertTrue(central.requests.contains("POST /api/v1/clusters/c1/forget?dryRun=All"));
        assertEquals(Exit.USAGE.code(), cli.run("cluster", "forget", "c1").code());
        central.answers(
                "POST /api/v1/clusters/c1/forget",
                409,
                FakeCentral.problem(409, "c1 is heard", List.of()));
        assertEquals(
                Exit.CONFLICT.code(), cli.run("cluster", "forget", "c1", "--reason", "r").code());
    }

    @Test
    void drainRepelsWhatMayMoveAndIsUndone() {
        Ran ran = cli.run("cluster", "drain", "c1");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(ran.out().startsWith("Cluster c1 is being drained: "), ran.out());
        assertEquals(
                "{\"spec\":{\"cordoned\":true,\"taints\":["
                        + GPU
                        + ",{\"key\":\"portolan.io/drain\","
                        + "\"value\":\"\",\"effect\":\"NoExecute\"}]}}",
                central.bodies.getLast().toString());
        assertEquals(0, cli.run("cluster", "drain", "c1", "--undo").code());
        assertEquals(
                "{\"spec\":{\"cordoned\":false,\"taints\":[" + GPU + "]}}",
                central.bodies.getLast().toString());
    }
}
