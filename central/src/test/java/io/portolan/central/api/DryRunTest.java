package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.RoutesOf;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.http.Route;
import io.portolan.central.store.Row;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code ?dryRun=All} on everything that a user can change. */
class DryRunTest {
    private static final String DRY = "?dryRun=All";
    private static final String SHOP = "/api/v1/tenants/shop/";
    private static final String WHY = "{\"reason\":\"a rehearsal\"}";
    private static final String POLICY = SHOP + "placementpolicies/eu";
    private TestNode node;
    private String failover = "";
    private String failed = "";
    private String planned = "";
    private String token = "";

    /** What would be asked, by the route that takes it. */
    private record Asked(String path, String body) {}

    @BeforeEach
    void start() {
        node = TestNode.startFollowing();
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        node.put("/api/v1/tenants/bare", Docs.TENANT.replace("shop", "bare"));
        node.put(POLICY, Docs.PLACEMENT);
        node.put(SHOP + "drpolicies/one", Docs.SINGLE_WRITER);
        node.put(SHOP + "applications/web", Docs.application("x"));
        node.put("/api/v1/users/bob", "{\"role\":\"Tenant\",\"tenant\":\"shop\"}");
        token = node.post("/api/v1/users/bob/tokens", "{}").json().path("id").asText();
        Reply made = node.post(SHOP + "failovers", "{\"application\":\"web\",\"to\":\"eu\"}");
        failover = made.header("Location");
        Fenced.fencing(node, made.as(Failover.class));
        failed = live("failed", Failover.State.PROMOTING, DryRunTest::paused);
        planned = live("planned", Failover.State.APPROVAL, DryRunTest::askedByEve);
    }

    /** An operation of an application of its own. */
    private String live(String application, Failover.State state, UnaryOperator<Failover> as) {
        String document = Docs.application("x").replace("\"web\"", "\"" + application + "\"");
        node.put(SHOP + "applications/" + application, document);
        String wish = "{\"application\":\"%s\",\"to\":\"eu\"}".formatted(application);
        Reply made = node.post(SHOP + "failovers", wish);
        Failover asked = as.apply(made.as(Failover.class));
        Fenced.commit(node, new Row.OperationRow(Fenced.in(asked, state)));
        return made.header("Location");
    }

    private static Failover paused(Failover f) {
        Control pause = new Control(Control.Kind.PAUSE, Control.CENTRAL, f.requestedAt(), "", 0);
        return f.said(pause, "", "");
    }

    private static Failover askedByEve(Failover f) {
        return Failover.requested(
                f.uid(),
                f.tenant(),
                f.name(),
                f.application(),
                f.applicationName(),
                new Failover.Request("", List.of(), "", "eve", true),
                f.requestedAt());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** Each succeeds, so that a refusal is not what keeps things as they are. */
    private Map<String, Asked> asked() {
        String user = "/api/v1/users/";
        String patch = "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
        Map<String, Asked> out = new TreeMap<>();
        out.put(
                "PUT /api/v1/tenants/{name}",
                new Asked("/api/v1/tenants/new", Docs.TENANT.replace("shop", "new")));
        out.put("PATCH /api/v1/tenants/{name}", new Asked("/api/v1/tenants/shop", patch));
        out.put("DELETE /api/v1/tenants/{name}", new Asked("/api/v1/tenants/bare", ""));
        out.put(
                "PUT /api/v1/clusters/{name}",
                new Asked("/api/v1/clusters/c9", Docs.cluster("eu")));
        out.put("PATCH /api/v1/clusters/{name}", new Asked("/api/v1/clusters/c3", patch));
        out.put("DELETE /api/v1/clusters/{name}", new Asked("/api/v1/clusters/c3", ""));
        out.put(
                "POST /api/v1/clusters/{name}/forget",
                new Asked("/api/v1/clusters/c3/forget", WHY));
        out.put(
                "POST /api/v1/clusters/{name}/join-tokens",
                new Asked("/api/v1/clusters/c3/join-tokens", "{}"));
        String tenant = "/api/v1/tenants/{tenant}/";
        for (Map.Entry<String, String> kind :
                Map.of(
                                "placementpolicies/eu",
                                Docs.PLACEMENT,
                                "drpolicies/one",
                                Docs.SINGLE_WRITER,
                                "applications/web",
                                Docs.application("x:2"))
                        .entrySet()) {
            String route = tenant + kind.getKey().replaceAll("/.*", "/{name}");
            out.put("PUT " + route, new Asked(SHOP + kind.getKey(), kind.getValue()));
            out.put("PATCH " + route, new Asked(SHOP + kind.getKey(), patch));
            out.put("DELETE " + route, new Asked(SHOP + kind.getKey(), ""));
        }
        out.put(
                "POST " + tenant + "failovers",
                new Asked(SHOP + "failovers", "{\"application\":\"web\",\"to\":\"eu\"}"));
        out.put("POST " + tenant + "failovers/{name}/attest", new Asked(failover + "/attest", WHY));
        out.put("POST " + tenant + "failovers/{name}/abort", new Asked(failover + "/abort", WHY));
        String one = "POST " + tenant + "failovers/{name}/";
        out.put(one + "pause", new Asked(failover + "/pause", WHY));
        for (String word : List.of("resume", "retry", "skip")) {
            out.put(one + word, new Asked(failed + "/" + word, WHY));
        }
        out.put(one + "escalate", new Asked(planned + "/escalate", WHY));
        out.put(one + "approve", new Asked(planned + "/approve", "{}"));
        out.put("PUT " + user + "{name}", new Asked(user + "eve", "{\"role\":\"Admin\"}"));
        out.put("DELETE " + user + "{name}", new Asked(user + "bob", ""));
        out.put("POST " + user + "{name}/tokens", new Asked(user + "bob/tokens", "{}"));
        out.put(
                "POST /api/v1/rebalance",
                new Asked("/api/v1/rebalance", "{\"tenant\":\"shop\",\"applications\":[\"web\"]}"));
        out.put("DELETE /api/v1/tokens/{id}", new Asked("/api/v1/tokens/" + token, ""));
        return out;
    }

    /** A simulation is dry by itself, see {@link SimulationRoutesTest}. */
    private static List<Route> changing(TestNode node) {
        return RoutesOf.node(node).stream()
                .filter(r -> r.access() instanceof Route.Access.OfUser)
                .filter(r -> !r.method().equals("GET"))
                .filter(r -> !r.path().equals("/api/v1/simulations"))
                .toList();
    }

    private List<Object> everything() {
        List<Object> out = new ArrayList<>();
        out.add(node.store.head());
        out.add(node.store.accounts("", "", 100));
        out.add(node.store.issued("", 100));
        out.add(node.store.audit(1_000));
        return out;
    }

    @Test
    void changesNothingOnAnyRoute() {
        Map<String, Asked> asked = asked();
        TreeSet<String> routes = new TreeSet<>();
        changing(node).forEach(r -> routes.add(r.method() + " " + r.path()));
        assertEquals(routes, asked.keySet(), "each route that changes something is tried here");
        // The token that this test uses is noted as used, which is no change of the request's.
        node.get("/api/v1/whoami");
        List<Object> before = everything();
        asked.forEach(
                (route, a) -> {
                    String method = route.substring(0, route.indexOf(' '));
                    Reply reply =
                            method.equals("PATCH")
                                    ? node.patch(a.path + DRY, a.body)
                                    : node.send(method, a.path + DRY, a.body);
                    assertTrue(reply.status() < 300, () -> route + ": " + reply);
                    assertFalse(reply.text().contains("portolan-"), () -> route + ": " + reply);
                    assertEquals(before, everything(), route);
                });
    }

    @Test
    void refusesWhatWouldBeRefused() {
        assertEquals(409, node.delete("/api/v1/users/admin" + DRY).status());
        assertEquals(404, node.delete("/api/v1/users/nobody" + DRY).status());
        assertEquals(404, node.post("/api/v1/users/nobody/tokens" + DRY, "{}").status());
        assertEquals(404, node.post("/api/v1/clusters/c9/join-tokens" + DRY, "{}").status());
        assertEquals(409, node.put("/api/v1/users/bob" + DRY, "{\"role\":\"Admin\"}").status());
        JsonNode tokens = node.get("/api/v1/tokens?user=admin").json();
        String only = tokens.at("/items/0/id").asText();
        assertEquals(409, node.delete("/api/v1/tokens/" + only + DRY).status());
    }

    @Test
    void tellsWhatWouldBe() {
        assertEquals(201, node.put("/api/v1/users/eve" + DRY, "{\"role\":\"Admin\"}").status());
        Reply token = node.post("/api/v1/users/bob/tokens" + DRY, "{}");
        assertEquals(200, token.status());
        assertTrue(token.json().path("expiresAt").isTextual(), token::toString);
        Reply join = node.post("/api/v1/clusters/c3/join-tokens" + DRY, "{}");
        assertEquals(200, join.status());
        assertEquals("1h", join.json().path("validFor").asText(), join::toString);
    }
}
