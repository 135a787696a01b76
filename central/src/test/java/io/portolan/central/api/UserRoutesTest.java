package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserRoutesTest {
    private static final String USERS = "/api/v1/users/";
    private static final String TOKENS = "/api/v1/tokens";
    private static final String SHOP = "{\"role\":\"Tenant\",\"tenant\":\"shop\"}";
    private static final String ADMIN = "{\"role\":\"Admin\"}";
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.startFollowing();
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        assertEquals(201, node.put(USERS + "bob", SHOP).status());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Reply issue(String user, String body) {
        return node.post(USERS + user + "/tokens", body);
    }

    private String token(String user) {
        Reply made = issue(user, "{}");
        assertEquals(201, made.status(), made::toString);
        return made.json().path("token").asText();
    }

    private int whoami(String token) {
        return node.sendAs(token, "GET", "/api/v1/whoami", "").status();
    }

    private List<String> names(String path, String field) {
        List<String> out = new ArrayList<>();
        node.get(path).json().path("items").forEach(i -> out.add(i.path(field).asText()));
        return out;
    }

    @Test
    void aUsersTokenOpensItsTenantUntilItExpires() {
        Instant before = Instant.now();
        Reply made = issue("bob", "{\"expiresIn\":\"30d\"}");
        assertEquals(201, made.status(), made::toString);
        assertEquals("no-store", made.header("Cache-Control"));
        Instant end = Instant.parse(made.json().path("expiresAt").asText());
        Duration life = Duration.between(before, end);
        assertTrue(life.toHours() >= 720 && life.toHours() < 721, life::toString);
        String token = made.json().path("token").asText();
        JsonNode me = node.sendAs(token, "GET", "/api/v1/whoami", "").json();
        assertEquals("bob", me.path("name").asText());
        assertEquals("shop", me.path("tenant").asText());
        assertEquals(
                201,
                node.sendAs(
                                token,
                                "PUT",
                                "/api/v1/tenants/shop/applications/web",
                                Docs.application("x"))
                        .status());
    }

    @Test
    void theSecretIsShownOnceAndStoredNowhere() {
        String token = token("bob");
        Reply listed = node.get(TOKENS);
        assertFalse(listed.text().contains(token), listed::toString);
        assertFalse(node.get("/api/v1/audit").text().contains(token));
        assertEquals(List.of("bob", "admin"), names(TOKENS, "user"));
        assertEquals(List.of("bob"), names(TOKENS + "?user=bob", "user"));
        JsonNode unused = node.get(TOKENS + "?user=bob").json().at("/items/0");
        assertTrue(unused.path("lastUsedAt").isMissingNode(), unused::toString);
        assertEquals(200, whoami(token));
        JsonNode used = node.get(TOKENS + "?user=bob").json().at("/items/0");
        assertTrue(used.path("lastUsedAt").isTextual(), used::toString);
    }

    @Test
    void revocationAndDeletionEndTokensAtOnce() {
        Reply first = issue("bob", "{}");
        String revoked = first.json().path("token").asText();
        String other = token("bob");
        assertEquals(200, whoami(revoked));
        assertEquals(200, whoami(other));
        String path = TOKENS + "/" + first.json().path("id").asText();
        assertEquals(200, node.delete(path).status());
        assertEquals(404, node.delete(path).status());
        assertEquals(401, whoami(revoked));
        assertEquals(200, whoami(other));
        assertEquals(200, node.delete(USERS + "bob").status());
        assertEquals(401, whoami(other));
        assertEquals(404, issue("bob", "{}").status());
        node.put(USERS + "bob", SHOP);
        assertEquals(401, whoami(other), "a namesake inherits nothing");
    }

    @Test
    void whatAUserReachesNeverChangesUnderItsTokens() {
        node.put("/api/v1/tenants/other", Docs.TENANT.replace("shop", "other"));
        assertEquals(200, node.put(USERS + "bob", SHOP).status());
        assertEquals(409, node.put(USERS + "bob", SHOP.replace("shop", "other")).status());
        assertEquals(409, node.put(USERS + "bob", ADMIN).status());
        assertEquals("shop", node.get(USERS + "bob").json().path("tenant").asText());
    }

    @Test
    void preconditionsHoldForUsersToo() {
        String bob = USERS + "bob";
        String etag = node.get(bob).header("ETag");
        assertEquals(412, node.put(bob, SHOP, "If-None-Match", "*").status());
        assertEquals(412, node.put(USERS + "eve", SHOP, "If-Match", "*").status());
        assertEquals(404, node.get(USERS + "eve").status());
        assertEquals(412, node.put(bob, SHOP, "If-Match", "\"1\"").status());
        assertEquals(200, node.put(bob, SHOP, "If-Match", etag).status());
        assertEquals(412, node.delete(bob, "If-Match", "\"1\"").status());
        assertEquals(400, node.delete(bob, "If-Match", "1").status());
        assertEquals(412, node.delete(USERS + "eve", "If-Match", etag).status());
        assertEquals(200, node.delete(bob, "If-Match", etag).status());
        Reply again = node.put(bob, SHOP, "If-None-Match", "*");
        assertEquals(201, again.status());
        assertFalse(again.header("ETag").equals(etag), "a namesake is another");
        assertEquals(412, node.delete(bob, "If-Match", etag).status());
    }

    @Test
    void whoHasTheUserAlreadyIsToldSo() {
        String etag = node.get(USERS + "bob").header("ETag");
        Reply same = node.send("GET", USERS + "bob", "", "If-None-Match", etag);
        assertEquals(304, same.status());
        assertEquals("", same.text());
        assertEquals(etag, same.header("ETag"));
        assertEquals(200, node.send("GET", USERS + "bob", "", "If-None-Match", "\"1\"").status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "dev | {} | /role",
                "dev | {'role':'Root'} | /role",
                "dev | {'role':'admin'} | /role",
                "dev | {'role':'Admin','tenant':'shop'} | /tenant",
                "dev | {'role':'Tenant'} | /tenant",
                "dev | {'role':'Tenant','tenant':'nobody'} | /tenant",
                "dev | {'role':'Admin','god':true} | /god",
                "a%20b | {'role':'Admin'} | /name",
                "-a | {'role':'Admin'} | /name",
            })
    void nobodyIsMadeByMistake(String name, String body, String pointer) {
        Reply reply = node.put(USERS + name, body.replace('\'', '"'));
        assertEquals(400, reply.status(), reply::toString);
        assertEquals(List.of(pointer), reply.pointers(), reply::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"59s", "367d", "0s", "soon"})
    void livesHaveBounds(String life) {
        Reply reply = issue("bob", "{\"expiresIn\":\"" + life + "\"}");
        assertEquals(400, reply.status());
        assertEquals(List.of("/expiresIn"), reply.pointers());
    }

    @Test
    void aTenantsUserManagesItsOwnTokensAlone() {
        node.put(USERS + "carol", SHOP);
        String theirs = issue("carol", "{}").json().path("id").asText();
        String bob = token("bob");
        String json = "application/json";
        for (String foreign :
                List.of(
                        "PUT users/dave",
                        "PUT users/bob",
                        "DELETE users/bob",
                        "DELETE users/carol",
                        "GET users/carol",
                        "GET users/nobody",
                        "POST users/carol/tokens",
                        "POST users/admin/tokens",
                        "GET tokens?user=carol")) {
            String[] parts = foreign.split(" ", 2);
            Reply reply =
                    node.sendAs(bob, parts[0], "/api/v1/" + parts[1], "{}", "Content-Type", json);
            assertEquals(403, reply.status(), foreign);
        }
        for (String method : List.of("GET", "DELETE")) {
            assertEquals(404, node.sendAs(bob, method, TOKENS + "/" + theirs, "").status());
        }
        assertEquals(1, node.sendAs(bob, "GET", "/api/v1/users", "").json().at("/items").size());
        assertEquals(1, node.sendAs(bob, "GET", TOKENS, "").json().at("/items").size());
        Reply own = node.sendAs(bob, "POST", USERS + "bob/tokens", "{}");
        assertEquals(201, own.status(), own::toString);
        assertEquals(
                200,
                node.sendAs(bob, "DELETE", TOKENS + "/" + own.json().path("id").asText(), "")
                        .status());
    }

    @Test
    void theLastAdminStays() {
        assertEquals(409, node.delete(USERS + "admin").status());
        String only = node.get(TOKENS + "?user=admin").json().at("/items/0/id").asText();
        assertEquals(409, node.delete(TOKENS + "/" + only).status());
        node.put(USERS + "alice", ADMIN);
        String alice = token("alice");
        assertEquals(200, node.delete(USERS + "admin").status());
        assertEquals(401, node.get("/api/v1/whoami").status());
        assertEquals(409, node.sendAs(alice, "DELETE", USERS + "alice", "").status());
    }

    @Test
    void aTenantWithUsersStays() {
        Reply refused = node.delete("/api/v1/tenants/shop");
        assertEquals(409, refused.status());
        assertTrue(refused.text().contains("User bob") || refused.text().contains("user bob"));
        node.delete(USERS + "bob");
        assertEquals(200, node.delete("/api/v1/tenants/shop").status());
    }

    @Test
    void usersComeInPages() {
        node.put(USERS + "carol", SHOP);
        Reply first = node.get("/api/v1/users?limit=2");
        assertEquals("bob", first.json().at("/metadata/continue").asText());
        assertEquals(List.of("admin", "bob"), names("/api/v1/users?limit=2", "name"));
        assertEquals(List.of("carol"), names("/api/v1/users?limit=2&continue=bob", "name"));
    }

    @Test
    void everyChangeIsAuditedWithWhatWasSaid() {
        String said = "Portolan-Comment";
        node.put(USERS + "eve", SHOP, said, "new%20hire%20%E2%80%93%20r%C3%A9f 7+1");
        issue("eve", "{}");
        node.delete(USERS + "eve", said, "left");
        JsonNode audit = node.get("/api/v1/audit?limit=3").json().path("items");
        assertEquals("DeleteUser", audit.at("/0/action").asText());
        assertEquals("left", audit.at("/0/comment").asText());
        assertEquals("CreateToken", audit.at("/1/action").asText());
        assertEquals("CreateUser", audit.at("/2/action").asText());
        assertEquals("user:admin", audit.at("/2/actor").asText());
        assertEquals("User eve", audit.at("/2/subject").asText());
        assertEquals("new hire \u2013 r\u00e9f 7+1", audit.at("/2/comment").asText());
    }

    @Test
    void whatIsSaidOfAResourceIsInItsEventsToo() {
        String web = "/api/v1/tenants/shop/applications/web";
        node.put(web, Docs.application("x"), "Portolan-Comment", "first try");
        assertEquals(
                "generation 1 (first try)",
                node.get(web + "/events").json().at("/items/0/message").asText());
        assertEquals("first try", node.get("/api/v1/audit").json().at("/items/0/comment").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%0Ab", "%00", "%E2%80%AEtxt", "%FF", "100%", "a%ED%A0%80"})
    void whatIsSaidIsPrintable(String comment) {
        Reply reply = node.put(USERS + "eve", SHOP, "Portolan-Comment", comment);
        assertEquals(400, reply.status(), reply::toString);
        assertEquals(404, node.get(USERS + "eve").status());
        assertEquals(
                200, node.send("GET", "/api/v1/users", "", "Portolan-Comment", comment).status());
    }

    @Test
    void whatIsSaidIsShort() {
        String most = "x".repeat(500);
        assertEquals(400, node.put(USERS + "eve", SHOP, "Portolan-Comment", most + "y").status());
        assertEquals(201, node.put(USERS + "eve", SHOP, "Portolan-Comment", most).status());
    }
}
