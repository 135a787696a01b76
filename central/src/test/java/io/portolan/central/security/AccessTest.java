package io.portolan.central.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.TestNode;
import io.portolan.central.api.Docs;
import io.portolan.central.api.SystemRoutes;
import io.portolan.central.store.Accounts;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import io.portolan.model.operation.AuditEntry;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start();
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        node.put("/api/v1/tenants/other", Docs.TENANT.replace("shop", "other"));
        node.put("/api/v1/clusters/c1", Docs.cluster("eu"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /**
     * @param user whether users are served; else agents; else anybody
     */
    private record Documented(String method, String path, boolean user, boolean open) {
        String example() {
            return path.replace("{tenant}", "shop")
                    .replace("{name}", "web")
                    .replace("{id}", "00".repeat(8))
                    .replace("{digest}", "00".repeat(32));
        }
    }

    private static List<Documented> documented() {
        List<Documented> out = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path :
                SystemRoutes.document().path("paths").properties()) {
            for (Map.Entry<String, JsonNode> op : path.getValue().properties()) {
                JsonNode security = op.getValue().path("security");
                out.add(
                        new Documented(
                                op.getKey().toUpperCase(java.util.Locale.ROOT),
                                path.getKey(),
                                security.isMissingNode(),
                                security.isArray() && security.isEmpty()));
            }
        }
        assertTrue(out.size() > 40, "only " + out.size());
        return out;
    }

    @Test
    void nobodyIsServedWithoutATokenThatIsKnown() {
        for (Documented route : documented()) {
            for (String token : List.of("", "guessed")) {
                int status = node.sendAs(token, route.method, route.example(), "").status();
                if (route.open) {
                    assertTrue(status != 403, route::toString);
                } else {
                    assertEquals(401, status, route::toString);
                }
            }
        }
    }

    @Test
    void agentsAreServedNoUsersRouteAndUsersNoAgents() {
        node.store.putToken(
                Tokens.digest("agent-token"), new Store.TokenRecord.Agent(new Uid("u-c1")));
        for (Documented route : documented()) {
            if (!route.open) {
                String wrong = route.user ? "agent-token" : node.adminToken();
                assertEquals(
                        403,
                        node.sendAs(wrong, route.method, route.example(), "").status(),
                        route::toString);
            }
        }
    }

    @Test
    void aJoinTokenIsNoCredential() {
        node.store.putToken(
                Tokens.digest("join-token"),
                new Store.TokenRecord.Join(new Uid("u"), Duration.ofHours(1)));
        assertEquals(401, node.sendAs("join-token", "GET", "/api/v1/whoami", "").status());
    }

    @Test
    void aTenantsUserReachesItAlone() {
        String token = node.userOf("shop");
        String json = "application/json";
        assertEquals(
                201,
                node.sendAs(
                                token,
                                "PUT",
                                "/api/v1/tenants/shop/applications/mine",
                                Docs.application("x").replace("\"web\"", "\"mine\""))
                        .status());
        for (Documented route : documented()) {
            if (!route.user || !route.path.contains("{tenant}")) {
                continue;
            }
            String foreign = route.example().replace("/shop", "/other");
            var reply = node.sendAs(token, route.method, foreign, "{}", "Content-Type", json);
            assertEquals(403, reply.status(), route::toString);
        }
        assertEquals(403, node.sendAs(token, "GET", "/api/v1/tenants/other", "").status());
        assertEquals(200, node.sendAs(token, "GET", "/api/v1/tenants/shop", "").status());
        assertEquals(200, node.sendAs(token, "GET", "/api/v1/clusters/c1", "").status());
        assertEquals(403, node.sendAs(token, "GET", "/api/v1/audit", "").status());
        for (String operators :
                List.of(
                        "PUT /api/v1/tenants/shop",
                        "DELETE /api/v1/tenants/shop",
                        "PUT /api/v1/clusters/c1",
                        "DELETE /api/v1/clusters/c1",
                        "POST /api/v1/clusters/c1/join-tokens")) {
            String[] parts = operators.split(" ", 2);
            assertEquals(403, node.sendAs(token, parts[0], parts[1], "{}").status(), operators);
        }
    }

    @Test
    void listsShowATenantsUserItsOwn() {
        node.put(
                "/api/v1/tenants/other/applications/theirs",
                Docs.application("x").replace("shop", "other").replace("\"web\"", "\"theirs\""));
        String token = node.userOf("shop");
        for (String list : List.of("/api/v1/applications", "/api/v1/tenants")) {
            var reply = node.sendAs(token, "GET", list, "");
            assertEquals(200, reply.status());
            assertTrue(!reply.text().contains("other"), reply::toString);
        }
        assertTrue(node.get("/api/v1/applications").text().contains("theirs"));
    }

    @Test
    void theAdminTokenIsKeptForItsOwnerOnly(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("deep/admin-token");
        AdminToken admin = adminToken(file, node.store);
        String token = admin.establishAlone();
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(token, admin.establishAlone());
        assertEquals(
                "admin",
                node.sendAs(token, "GET", "/api/v1/whoami", "").json().path("name").asText());
    }

    private static AdminToken adminToken(Path file, Store store) {
        return new AdminToken(file, store, new Tokens(store), Clock.systemUTC());
    }

    @Test
    void aFurtherNodeWithoutATokenMakesNoAdmin(@TempDir Path dir) throws Exception {
        MemoryStore store = new MemoryStore(Clock.systemUTC());
        Path first = dir.resolve("first/admin-token");
        String token = adminToken(first, store).establish().orElseThrow();
        Path second = dir.resolve("second/admin-token");
        assertEquals(Optional.empty(), adminToken(second, store).establish());
        assertFalse(Files.exists(second), "nothing is left that a later start would take");
        assertEquals(Optional.of(token), adminToken(first, store).establish());
        assertEquals(1, store.issued("", 10).size());
    }

    @Test
    void ofNodesThatFirstStartAtOnceOnOneFileNoneTakesTheOthersTokenAway(@TempDir Path dir)
            throws Exception {
        MemoryStore store = new MemoryStore(Clock.systemUTC());
        Path shared = dir.resolve("admin-token");
        // The other finds the file that this one made, before this one has told the store.
        AtomicReference<Optional<String>> other = new AtomicReference<>(Optional.empty());
        Store interrupted =
                before("firstAdmin", store, () -> other.set(adminToken(shared, store).establish()));
        Optional<String> token = adminToken(shared, interrupted).establish();
        assertTrue(token.isPresent());
        assertEquals(token, other.get());
        assertEquals(token.get(), Files.readString(shared).strip());
        assertTrue(new Tokens(store).principal(token.get()).isPresent());
        assertEquals(1, store.issued("", 10).size());
    }

    @Test
    void whoWasSecondToAnotherFileLeavesNone(@TempDir Path dir) throws Exception {
        MemoryStore store = new MemoryStore(Clock.systemUTC());
        Path second = dir.resolve("second");
        Store interrupted =
                before(
                        "firstAdmin",
                        store,
                        () -> adminToken(dir.resolve("first"), store).establish());
        assertEquals(Optional.empty(), adminToken(second, interrupted).establish());
        assertFalse(Files.exists(second));
        assertEquals(1, store.issued("", 10).size());
    }

    /** A store in which something happens just before a method does. */
    private static Store before(String method, Store store, Runnable happens) {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, called, arguments) -> {
                            if (called.getName().equals(method)) {
                                happens.run();
                            }
                            return called.invoke(store, arguments);
                        });
    }

    @Test
    void aTokenThatIsMountedOnEveryNodeIsOneAdmin(@TempDir Path dir) throws Exception {
        MemoryStore store = new MemoryStore(Clock.systemUTC());
        for (String node : List.of("a", "b")) {
            Path mounted = dir.resolve(node);
            Files.writeString(mounted, "a-token-from-a-secret-0123456789\n");
            assertEquals(
                    Optional.of("a-token-from-a-secret-0123456789"),
                    adminToken(mounted, store).establish());
        }
        assertEquals(1, store.issued("", 10).size());
        assertEquals(List.of(), store.audit(10));
    }

    @Test
    void aFurtherTokenThatTheOperatorGivesIsTakenAndRecorded(@TempDir Path dir) throws Exception {
        MemoryStore store = new MemoryStore(Clock.systemUTC());
        String first = adminToken(dir.resolve("a"), store).establish().orElseThrow();
        Path other = dir.resolve("b");
        Files.writeString(other, "another-token-0123456789");
        assertEquals(Optional.of("another-token-0123456789"), adminToken(other, store).establish());
        assertTrue(new Tokens(store).principal(first).isPresent(), "the first one lives");
        assertEquals(
                List.of("AcceptTokenFile"),
                store.audit(10).stream().map(AuditEntry::action).toList());
        Files.writeString(other, "short");
        assertThrows(UncheckedIOException.class, () -> adminToken(other, store).establish());
    }

    @Test
    void aTokenRevokedThroughAnotherNodeEndsWithinTheMemory() {
        AtomicLong nanos = new AtomicLong();
        Tokens here = new Tokens(node.store, nanos::get);
        String secret = node.userOf("shop");
        assertTrue(here.principal(secret).isPresent());
        String id = Accounts.tokenId(Tokens.digest(secret));
        assertEquals(200, node.delete("/api/v1/tokens/" + id).status());
        nanos.set(Tokens.MEMORY.toNanos());
        assertEquals(Optional.empty(), here.principal(secret));
    }
}
