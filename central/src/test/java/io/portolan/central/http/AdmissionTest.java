package io.portolan.central.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.Events;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.api.Docs;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.Codec;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is let in when there is too much, over real connections. */
class AdmissionTest {
    private static final String TENANT = "/api/v1/tenants/shop";
    private static final String WHOAMI = "/api/v1/whoami";
    private static final String FAILOVERS = "/api/v1/failovers";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MUCH = 1_000_000;

    private final MemoryStore store = new MemoryStore(Clock.systemUTC());
    private TestNode node = TestNode.start(store, new Limits(MUCH, MUCH, MUCH, MUCH));

    private void limited(int reads, int writes, int inFlight, int failedTokens) {
        node.close();
        node = TestNode.start(store, new Limits(reads, writes, inFlight, failedTokens));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private double refused(String lane, String reason) {
        return node.sendAs("", "GET", "/metrics", "")
                .text()
                .lines()
                .filter(l -> l.startsWith("portolan_http_refused_total{"))
                .filter(l -> l.contains("lane=\"" + lane + "\",reason=\"" + reason + "\""))
                .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** A cluster and the credential of its agent, whose session is number one. */
    private String agent() {
        node.put("/api/v1/clusters/c1", Docs.cluster("eu"));
        Uid uid = new Uid(node.get("/api/v1/clusters/c1").json().at("/metadata/uid").asText());
        store.putToken(Tokens.digest("agent-credential"), new Store.TokenRecord.Agent(uid));
        store.openSession(uid);
        return "agent-credential";
    }

    private int beat(String agent) {
        return node.sendAs(
                        agent,
                        "POST",
                        AgentMessages.HEARTBEAT,
                        Codec.lenient().text(new AgentMessages.Heartbeat(1)))
                .status();
    }

    @Test
    void whoWritesTooFastIsToldWhenToComeAgainAndNobodyElseIs() {
        node.put(TENANT, Docs.TENANT);
        String agent = agent();
        String other = node.userOf("shop");
        limited(MUCH, 1, MUCH, MUCH);
        Reply[] refused = new Reply[1];
        // Two at once and one a second: sooner or later three come within one.
        Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> {
                            refused[0] = node.put(TENANT, Docs.TENANT);
                            return refused[0].status() != 200;
                        });
        assertEquals(429, refused[0].status(), refused[0]::toString);
        assertEquals("1", refused[0].header("Retry-After"));
        assertEquals("application/problem+json", refused[0].header("Content-Type"));
        assertTrue(refused("write", "rate") >= 1);
        assertEquals(200, node.get(WHOAMI).status(), "reads have a room of their own");
        assertEquals(200, node.get(FAILOVERS).status());
        assertEquals(404, node.post(TENANT + "/failovers/f/abort", "{\"reason\":\"r\"}").status());
        assertEquals(
                201,
                node.sendAs(other, "PUT", TENANT + "/placementpolicies/eu", Docs.PLACEMENT)
                        .status());
        assertEquals(200, beat(agent));
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> node.put(TENANT, Docs.TENANT).status() == 200);
    }

    @Test
    void theRefusalComesBeforeTheBody() {
        node.put(TENANT, Docs.TENANT);
        limited(MUCH, 1, MUCH, MUCH);
        String nonsense = "x".repeat(Request.LARGEST_BODY);
        Awaitility.await().atMost(PATIENCE).until(() -> node.put(TENANT, nonsense).status() == 429);
        assertEquals(200, node.get(WHOAMI).status(), "the connection is not out of step");
    }

    @Test
    void readsAreCountedToo() {
        limited(1, MUCH, MUCH, MUCH);
        Awaitility.await().atMost(PATIENCE).until(() -> node.get(WHOAMI).status() == 429);
        assertTrue(refused("read", "rate") >= 1);
    }

    @Test
    void aFullHouseTurnsBulkAwayButNoFailoverAndNoAgent() throws Exception {
        String agent = agent();
        limited(MUCH, MUCH, 1, MUCH);
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), node.address().getPort())) {
            OutputStream out = slow.getOutputStream();
            out.write(
                    ("PUT "
                                    + TENANT
                                    + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                    + node.adminToken()
                                    + "\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 100\r\n\r\n{")
                            .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            Awaitility.await().atMost(PATIENCE).until(() -> node.get(WHOAMI).status() == 503);
            Reply refused = node.get(WHOAMI);
            assertEquals(503, refused.status());
            assertEquals("1", refused.header("Retry-After"));
            assertTrue(refused("read", "in-flight") >= 1);
            assertEquals(200, node.get(FAILOVERS).status());
            assertEquals(200, beat(agent));
            assertEquals(200, node.sendAs("", "GET", "/livez", "").status());
        }
        Awaitility.await().atMost(PATIENCE).until(() -> node.get(WHOAMI).status() == 200);
    }

    @Test
    void watchesTakeNoPlaceInTheHouse() {
        limited(MUCH, MUCH, 1, MUCH);
        try (Events watch = node.watch("/api/v1/tenants?watch=true")) {
            assertEquals(200, watch.status);
            watch.next();
            assertEquals(200, node.get(WHOAMI).status());
        }
    }

    @Test
    void guessesFromOneAddressEndAndWhoIsKnownStaysIn() {
        limited(MUCH, MUCH, MUCH, 3);
        assertEquals(200, node.get(WHOAMI).status());
        Reply[] last = new Reply[1];
        for (int i = 0; i < 3; i++) {
            last[0] = node.sendAs("guess-" + i, "GET", WHOAMI, "");
            assertEquals(401, last[0].status());
        }
        // Three a minute come back, one by one.
        Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> {
                            last[0] = node.sendAs("guess", "GET", WHOAMI, "");
                            return last[0].status() != 401;
                        });
        assertEquals(429, last[0].status());
        assertNotEquals("", last[0].header("Retry-After"));
        Awaitility.await().atMost(PATIENCE).until(() -> join() == 429);
        assertTrue(refused("open", "failed-tokens") >= 2);
        assertEquals(200, node.get(WHOAMI).status(), "seen before");
        assertEquals(401, node.sendAs("", "GET", WHOAMI, "").status(), "no token is no guess");
    }

    private int join() {
        return node.sendAs(
                        "",
                        "POST",
                        AgentMessages.JOIN,
                        Codec.lenient().text(new AgentMessages.Join("guess", "test")))
                .status();
    }

    @Test
    void joinTokensAreGuessedNoFaster() {
        limited(MUCH, MUCH, MUCH, 1);
        Awaitility.await().atMost(PATIENCE).until(() -> join() == 429);
    }

    @Test
    void aWatchEndsSoonAfterItsToken() {
        node.put(TENANT, Docs.TENANT);
        node.put("/api/v1/users/bob", "{\"role\":\"Tenant\",\"tenant\":\"shop\"}");
        Reply made = node.post("/api/v1/users/bob/tokens", "{}");
        String token = made.json().path("token").asText();
        try (Events watch = node.watchAs(token, TENANT + "/placementpolicies?watch=true")) {
            assertEquals("bookmark", watch.next().name());
            node.delete("/api/v1/tokens/" + made.json().path("id").asText());
            int[] change = new int[1];
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(
                            () -> {
                                node.put(
                                        TENANT + "/placementpolicies/p" + change[0]++,
                                        Docs.PLACEMENT);
                                Events.Event next = watch.nextChange();
                                return next.name().equals("error")
                                        && next.data().path("status").asInt() == 401;
                            });
            assertEquals("end", watch.next().name());
        }
    }

    @Test
    void ofIpv6TheNetworkCounts() throws Exception {
        assertEquals(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assertNotEquals(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assertNotEquals(network("10.0.0.1"), network("10.0.0.2"));
    }

    private static String network(String ip) throws Exception {
        return Admission.network(new InetSocketAddress(InetAddress.getByName(ip), 1));
    }
}
