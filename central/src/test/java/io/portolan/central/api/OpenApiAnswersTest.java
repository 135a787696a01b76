package io.portolan.central.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.Events;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.store.Row;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Real answers against the document: every success that it promises is seen and looks as it says.
 */
class OpenApiAnswersTest {
    private static final String TENANT = "/api/v1/tenants/{tenant}";
    private static final String SHOP = "/api/v1/tenants/shop";
    private static final String WHY = "{\"reason\":\"r\"}";
    private static final String PROBLEM = "#/components/schemas/Problem";

    /** One that leads, so that an application comes to a cluster. */
    private final TestNode node = TestNode.start();

    /** One whose failovers only the test moves. */
    private final TestNode still = TestNode.startFollowing();

    private final TreeSet<String> seen = new TreeSet<>();

    @AfterEach
    void stop() {
        node.close();
        still.close();
    }

    @Test
    void everyDocumentedSuccessLooksAsDocumented() {
        kinds();
        agent();
        application();
        failovers();
        clusters();
        users();
        system();
        streams();
        deletions();
        assertEquals(promised(), seen);
    }

    /** {@code METHOD path status type}, of all that the document promises but refusals. */
    private static TreeSet<String> promised() {
        TreeSet<String> out = new TreeSet<>();
        OpenApi.DOCUMENT
                .path("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .properties()
                                        .forEach(
                                                method ->
                                                        promised(
                                                                method.getKey()
                                                                                .toUpperCase(
                                                                                        Locale.ROOT)
                                                                        + " "
                                                                        + path.getKey(),
                                                                method.getValue().path("responses"),
                                                                out)));
        return out;
    }

    private static void promised(String operation, JsonNode responses, TreeSet<String> out) {
        for (Map.Entry<String, JsonNode> response : responses.properties()) {
            if (!response.getKey().equals("default")) {
                String key = operation + " " + response.getKey();
                JsonNode content = response.getValue().path("content");
                if (content.isEmpty()) {
                    out.add(key);
                }
                content.fieldNames().forEachRemaining(type -> out.add(key + " " + type));
            }
        }
    }

    private Reply check(String method, String path, int status, Reply reply) {
        assertEquals(status, reply.status(), () -> method + " " + path + ": " + reply);
        JsonNode response =
                OpenApi.operation(method, path).path("responses").path(Integer.toString(status));
        if (status >= 400 && response.isMissingNode()) {
            assertEquals("application/problem+json", reply.header("Content-Type"));
            assertEquals(List.of(), OpenApi.errors(PROBLEM, reply.text()), reply::toString);
            return reply;
        }
        String key = method + " " + path + " " + status;
        if (response.path("content").isEmpty()) {
            assertEquals("", reply.text());
            seen.add(key);
            return reply;
        }
        String type = reply.header("Content-Type").split(";", 2)[0];
        assertTrue(response.path("content").has(type), () -> key + " is " + type);
        if (type.equals("application/json")) {
            String schema = OpenApi.schema(method, path, Integer.toString(status), type);
            assertEquals(List.of(), OpenApi.errors(schema, reply.text()), () -> key + ": " + reply);
        }
        seen.add(key + " " + type);
        return reply;
    }

    private Reply get(String path, String real) {
        return check("GET", path, 200, node.get(real));
    }

    private void kinds() {
        kind("/api/v1/tenants", "/api/v1/tenants", "shop", Docs.TENANT, true);
        kind("/api/v1/clusters", "/api/v1/clusters", "c1", Docs.cluster("eu"), false);
        kind(
                TENANT + "/placementpolicies",
                SHOP + "/placementpolicies",
                "eu",
                Docs.PLACEMENT,
                true);
        kind(TENANT + "/drpolicies", SHOP + "/drpolicies", "one", Docs.SINGLE_WRITER, true);
        kind(TENANT + "/applications", SHOP + "/applications", "web", Docs.application("x"), false);
        for (String kind :
                List.of("applications", "placementpolicies", "drpolicies", "failovers")) {
            get("/api/v1/" + kind, "/api/v1/" + kind);
        }
    }

    /**
     * @param known whether who has it already is told so
     */
    private void kind(String path, String real, String name, String document, boolean known) {
        String one = path + "/{name}";
        String it = real + "/" + name;
        check("PUT", one, 201, node.put(it, document));
        check("PUT", one, 200, node.put(it, document));
        check("PUT", one, 400, node.put(it, document.replace("spec", "speck")));
        check("PUT", one, 415, node.put(it, "x", "Content-Type", "text/plain"));
        check("PATCH", one, 200, node.patch(it, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"));
        String etag = get(one, it).header("ETag");
        if (known) {
            check("GET", one, 304, node.send("GET", it, "", "If-None-Match", etag));
        }
        check("GET", one, 404, node.get(it + "x"));
        check("GET", one, 401, node.sendAs("", "GET", it, ""));
        get(path, real + "?limit=1");
        get(one + "/events", it + "/events?limit=1");
    }

    private void agent() {
        String token =
                check(
                                "POST",
                                "/api/v1/clusters/{name}/join-tokens",
                                201,
                                node.post("/api/v1/clusters/c1/join-tokens", "{}"))
                        .json()
                        .path("token")
                        .asText();
        String join = "{\"token\":\"" + token + "\",\"agentVersion\":\"1\"}";
        String json = "application/json";
        Reply joined = node.sendAs("", "POST", "/agent/v1/join", join, "Content-Type", json);
        String credential =
                check("POST", "/agent/v1/join", 200, joined).json().path("credential").asText();
        String hello =
                "{\"protocolMin\":1,\"protocolMax\":1,\"agentVersion\":\"1\",\"holdings\":[]}";
        long session =
                check("POST", "/agent/v1/hello", 200, posted(credential, "hello", hello))
                        .json()
                        .path("session")
                        .asLong();
        String of = "{\"session\":" + session;
        check("POST", "/agent/v1/heartbeat", 200, posted(credential, "heartbeat", of + "}"));
        String grants = "/agent/v1/grants?session=" + session;
        check("GET", "/agent/v1/grants", 200, node.sendAs(credential, "GET", grants, ""));
        String batch = of + ",\"statuses\":[],\"events\":[],\"batch\":";
        check("POST", "/agent/v1/reports", 200, posted(credential, "reports", batch + "1}"));
        check("POST", "/agent/v1/reports", 409, posted(credential, "reports", batch + "5}"));
        String work = "/agent/v1/work?wait=1&cursor=0&session=" + session;
        List<String> contents = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            Reply sync = node.sendAs(credential, "GET", work, "");
                            check("GET", "/agent/v1/work", 200, sync);
                            sync.json()
                                    .path("works")
                                    .forEach(w -> contents.add(w.path("content").asText()));
                            return !contents.isEmpty();
                        });
        String content = "/agent/v1/content/" + contents.getFirst() + "?session=" + session;
        check(
                "GET",
                "/agent/v1/content/{digest}",
                200,
                node.sendAs(credential, "GET", content, ""));
    }

    private Reply posted(String credential, String what, String body) {
        return node.sendAs(
                credential, "POST", "/agent/v1/" + what, body, "Content-Type", "application/json");
    }

    private void application() {
        String one = TENANT + "/applications/{name}";
        get(one + "/revisions", SHOP + "/applications/web/revisions");
        get(one + "/why", SHOP + "/applications/web/why");
        get(one + "/placement", SHOP + "/applications/web/placement?most=5");
    }

    private void failovers() {
        String all = TENANT + "/failovers";
        String real = SHOP + "/failovers";
        String wish = "{\"application\":\"web\",\"to\":\"eu\",\"reason\":\"r\"}";
        still.put(SHOP, Docs.TENANT);
        still.put(SHOP + "/applications/web", Docs.application("x"));
        check("POST", all, 200, still.post(real + "?dryRun=All", wish));
        Reply made = check("POST", all, 201, still.post(real, wish));
        check("POST", all, 409, still.post(real, wish));
        String one = made.header("Location");
        Fenced.fencing(still, made.as(Failover.class));
        check("GET", all + "/{name}", 200, still.get(one));
        check("GET", all, 200, still.get(real));
        check("POST", all + "/{name}/attest", 200, still.post(one + "/attest", WHY));
        check("POST", all + "/{name}/pause", 200, still.post(one + "/pause", WHY));
        check("POST", all + "/{name}/resume", 200, still.post(one + "/resume", WHY));
        words(still, made.as(Failover.class));
        check("POST", all + "/{name}/abort", 200, still.post(one + "/abort", WHY));
    }

    /** What a word answers where it means something. */
    private void words(TestNode still, Failover asked) {
        String all = "/api/v1/tenants/{tenant}/failovers/{name}/";
        String one = SHOP + "/failovers/" + asked.name() + "/";
        Failover paused =
                Fenced.in(asked, Failover.State.PROMOTING)
                        .said(
                                new Control(
                                        Control.Kind.PAUSE,
                                        Control.CENTRAL,
                                        asked.requestedAt(),
                                        "",
                                        0),
                                "",
                                "");
        for (String word : List.of("retry", "skip")) {
            Fenced.commit(still, new Row.OperationRow(paused));
            check("POST", all + word, 200, still.post(one + word, WHY));
        }
        Failover planned =
                Failover.requested(
                        asked.uid(),
                        asked.tenant(),
                        asked.name(),
                        asked.application(),
                        asked.applicationName(),
                        new Failover.Request("", List.of(), "", "admin", true),
                        asked.requestedAt());
        Fenced.commit(still, new Row.OperationRow(planned));
        check("POST", all + "escalate", 200, still.post(one + "escalate", WHY));
        still.put("/api/v1/users/carl", "{\"role\":\"Admin\"}");
        String carl = still.post("/api/v1/users/carl/tokens", "{}").json().path("token").asText();
        Fenced.commit(still, new Row.OperationRow(Fenced.in(asked, Failover.State.APPROVAL)));
        check("POST", all + "approve", 200, still.sendAs(carl, "POST", one + "approve", "{}"));
    }

    private void clusters() {
        get("/api/v1/clusters/{name}/room", "/api/v1/clusters/c1/room");
        get("/api/v1/rooms", "/api/v1/rooms");
        String join = "/api/v1/clusters/{name}/join-tokens";
        check("POST", join, 200, still.post("/api/v1/clusters/c3/join-tokens?dryRun=All", "{}"));
        still.put("/api/v1/clusters/c9", Docs.cluster("eu"));
        String forget = "/api/v1/clusters/c9/forget";
        check("POST", "/api/v1/clusters/{name}/forget", 200, still.post(forget, WHY));
    }

    private void users() {
        String users = "/api/v1/users";
        String one = users + "/{name}";
        String bob = users + "/bob";
        String wish = "{\"role\":\"Tenant\",\"tenant\":\"shop\"}";
        check("PUT", one, 201, node.put(bob, wish));
        check("PUT", one, 200, node.put(bob, wish));
        check("PUT", one, 400, node.put(bob, "{\"role\":\"King\"}"));
        String etag = get(one, bob).header("ETag");
        check("GET", one, 304, node.send("GET", bob, "", "If-None-Match", etag));
        get(users, users + "?limit=1");
        check("POST", one + "/tokens", 200, node.post(bob + "/tokens?dryRun=All", "{}"));
        Reply made = node.post(bob + "/tokens", "{\"expiresIn\":\"30d\"}");
        check("POST", one + "/tokens", 201, made);
        node.sendAs(made.json().path("token").asText(), "GET", "/api/v1/whoami", "");
        String token = "/api/v1/tokens/" + made.json().path("id").asText();
        get("/api/v1/tokens", "/api/v1/tokens?limit=1");
        get("/api/v1/tokens/{id}", token);
        check("DELETE", "/api/v1/tokens/{id}", 200, node.delete(token));
        check("DELETE", "/api/v1/tokens/{id}", 404, node.delete(token));
        check("DELETE", one, 409, node.delete(users + "/admin"));
        check("DELETE", one, 200, node.delete(bob));
    }

    private void system() {
        get("/api/v1/rebalance", "/api/v1/rebalance?tenant=shop");
        String wish = "{\"applications\":[\"shop/web\"]}";
        check("POST", "/api/v1/rebalance", 200, node.post("/api/v1/rebalance", wish));
        String lose = "{\"lose\":[\"cluster=c1\"]}";
        check("POST", "/api/v1/simulations", 200, node.post("/api/v1/simulations", lose));
        get("/api/v1/audit", "/api/v1/audit?limit=1");
        for (String path :
                List.of(
                        "/api/v1/nodes",
                        "/api/v1/losses",
                        "/api/v1/whoami",
                        "/openapi",
                        "/livez",
                        "/readyz",
                        "/metrics")) {
            get(path, path);
        }
    }

    private void streams() {
        List<String> names = new ArrayList<>();
        for (String kind : List.of("tenants", "clusters")) {
            stream("/api/v1/" + kind, node, "/api/v1/" + kind, names);
        }
        for (String kind : List.of("applications", "placementpolicies", "drpolicies")) {
            stream("/api/v1/" + kind, node, "/api/v1/" + kind, names);
            stream(TENANT + "/" + kind, node, SHOP + "/" + kind, names);
        }
        stream("/api/v1/failovers", still, "/api/v1/failovers", names);
        stream(TENANT + "/failovers", still, SHOP + "/failovers", names);
        String policies = SHOP + "/drpolicies";
        try (Events events =
                node.watch(policies + "?watch=true&fieldSelector=metadata.name=gone")) {
            told(TENANT + "/drpolicies", events.next(), names);
            node.put(policies + "/gone", Docs.SINGLE_WRITER);
            told(TENANT + "/drpolicies", events.nextChange(), names);
            node.delete(policies + "/gone");
            told(TENANT + "/drpolicies", events.nextChange(), names);
        }
        error(policies, names);
        assertEquals(
                new TreeSet<>(List.of("put", "delete", "bookmark", "error")), new TreeSet<>(names));
    }

    /** What is there, and where to go on. */
    private void stream(String path, TestNode on, String real, List<String> names) {
        try (Events events = on.watch(real + "?watch=true")) {
            assertEquals(200, events.status);
            Events.Event event = events.next();
            assertEquals("put", event.name(), () -> "nothing is at " + real);
            while (!event.name().equals("bookmark")) {
                told(path, event, names);
                event = events.next();
            }
            told(path, event, names);
        }
        seen.add("GET " + path + " 200 text/event-stream");
    }

    private static void told(String path, Events.Event event, List<String> names) {
        String stream = OpenApi.schema("GET", path, "200", "text/event-stream");
        String schema = stream.substring(0, stream.length() - "schema".length());
        assertEquals(
                List.of(),
                OpenApi.errors(schema + "x-events/" + event.name(), event.data().toString()),
                () -> path + ": " + event);
        names.add(event.name());
    }

    /** A stream whose token ends. */
    private void error(String policies, List<String> names) {
        node.put("/api/v1/users/eve", "{\"role\":\"Admin\"}");
        JsonNode token = node.post("/api/v1/users/eve/tokens", "{}").json();
        try (Events events = node.watchAs(token.path("token").asText(), policies + "?watch=true")) {
            Events.Event event = events.next();
            while (!event.name().equals("bookmark")) {
                event = events.next();
            }
            node.delete("/api/v1/tokens/" + token.path("id").asText());
            for (int i = 0; !event.name().equals("error"); i++) {
                node.patch(policies + "/one", "{\"metadata\":{\"labels\":{\"n\":\"" + i + "\"}}}");
                event = events.nextChange();
            }
            told(TENANT + "/drpolicies", event, names);
        }
    }

    private void deletions() {
        String one = "/{name}";
        check(
                "DELETE",
                TENANT + "/applications" + one,
                202,
                node.delete(SHOP + "/applications/web"));
        check("DELETE", TENANT + "/drpolicies" + one, 200, node.delete(SHOP + "/drpolicies/one"));
        check(
                "DELETE",
                TENANT + "/placementpolicies" + one,
                200,
                node.delete(SHOP + "/placementpolicies/eu"));
        node.put("/api/v1/clusters/c2", Docs.cluster("eu"));
        check("DELETE", "/api/v1/clusters" + one, 202, node.delete("/api/v1/clusters/c2"));
        node.put("/api/v1/tenants/bare", Docs.TENANT.replace("shop", "bare"));
        check("DELETE", "/api/v1/tenants" + one, 200, node.delete("/api/v1/tenants/bare"));
    }
}
