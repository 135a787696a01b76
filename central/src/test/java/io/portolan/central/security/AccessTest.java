package io.portolan.central.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.TestNode;
import io.portolan.central.api.Docs;
import io.portolan.central.api.SystemRoutes;
import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        Tokens tokens = new Tokens(node.store);
        String token = AdminToken.establish(file, node.store, tokens);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(token, AdminToken.establish(file, node.store, tokens));
        assertEquals(
                "admin",
                node.sendAs(token, "GET", "/api/v1/whoami", "").json().path("name").asText());
    }
}
