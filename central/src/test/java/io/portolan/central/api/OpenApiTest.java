package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.portolan.central.RoutesOf;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.http.Route;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The document against the routes, and real answers against the document. */
class OpenApiTest {
    private static final String BASE = "https://portolan.io/openapi.json";
    private static final JsonNode DOCUMENT = SystemRoutes.document();
    private static final SchemaRegistry SCHEMAS =
            SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12,
                    builder -> builder.schemas(Map.of(BASE, DOCUMENT.toString())));
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void servesExactlyWhatItDocuments() {
        TreeSet<String> documented = new TreeSet<>();
        DOCUMENT.path("paths")
                .properties()
                .forEach(
                        p ->
                                p.getValue()
                                        .fieldNames()
                                        .forEachRemaining(
                                                m ->
                                                        documented.add(
                                                                m.toUpperCase(Locale.ROOT)
                                                                        + " "
                                                                        + p.getKey())));
        TreeSet<String> served = new TreeSet<>();
        for (Route route : RoutesOf.node(node)) {
            assertTrue(served.add(route.method() + " " + route.path()), route::toString);
        }
        assertEquals(documented, served);
    }

    @Test
    void whoIsServedIsDocumented() {
        for (Route route : RoutesOf.node(node)) {
            JsonNode security = operation(route.method(), route.path()).path("security");
            String wanted =
                    switch (route.access()) {
                        case Route.Access.Open _ -> "[]";
                        case Route.Access.OfUser _ -> "";
                        case Route.Access.OfAgent _ -> "[{\"agent\":[]}]";
                    };
            assertEquals(wanted, security.toString(), route::toString);
        }
    }

    @Test
    void whatMayBeAskedForBehindAPathIsDocumented() {
        for (Route route : RoutesOf.node(node)) {
            TreeSet<String> documented = new TreeSet<>();
            for (JsonNode given : operation(route.method(), route.path()).path("parameters")) {
                JsonNode parameter =
                        given.has("$ref")
                                ? DOCUMENT.at(given.path("$ref").asText().substring(1))
                                : given;
                if (parameter.path("in").asText().equals("query")) {
                    documented.add(parameter.path("name").asText());
                }
            }
            assertEquals(documented, route.query().known(), route::toString);
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        for (JsonNode ref : DOCUMENT.findValues("$ref")) {
            assertTrue(!DOCUMENT.at(ref.asText().substring(1)).isMissingNode(), ref::asText);
        }
    }

    @Test
    void realAnswersFollowTheDocument() {
        check("PUT", "/api/v1/tenants/{name}", 201, node.put("/api/v1/tenants/shop", Docs.TENANT));
        check(
                "PUT",
                "/api/v1/clusters/{name}",
                201,
                node.put("/api/v1/clusters/c1", Docs.cluster("eu")));
        String tenant = "/api/v1/tenants/{tenant}";
        check(
                "PUT",
                tenant + "/placementpolicies/{name}",
                201,
                node.put("/api/v1/tenants/shop/placementpolicies/eu", Docs.PLACEMENT));
        check(
                "PUT",
                tenant + "/drpolicies/{name}",
                201,
                node.put("/api/v1/tenants/shop/drpolicies/one", Docs.SINGLE_WRITER));
        String web = "/api/v1/tenants/shop/applications/web";
        String one = tenant + "/applications/{name}";
        check("PUT", one, 201, node.put(web, Docs.application("x")));
        check("PUT", one, 200, node.put(web, Docs.application("x:2")));
        check("PUT", one, 400, node.put(web, Docs.application("")));
        check("PATCH", one, 200, node.patch(web, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"));
        check("GET", one, 404, node.get(web + "x"));
        check("GET", one, 401, node.sendAs("", "GET", web, ""));
        check("PUT", one, 415, node.put(web, "x", "Content-Type", "text/plain"));
        for (String list :
                List.of(
                        "tenants",
                        "clusters",
                        "applications",
                        "placementpolicies",
                        "drpolicies",
                        "failovers")) {
            check("GET", "/api/v1/" + list, 200, node.get("/api/v1/" + list));
        }
        check(
                "GET",
                tenant + "/applications",
                200,
                node.get("/api/v1/tenants/shop/applications?limit=1"));
        check("GET", one + "/events", 200, node.get(web + "/events"));
        check("GET", one + "/revisions", 200, node.get(web + "/revisions"));
        check("GET", one + "/why", 200, node.get(web + "/why"));
        String wish = "{\"application\":\"web\",\"to\":\"c1\",\"reason\":\"r\"}";
        String failovers = "/api/v1/tenants/shop/failovers";
        check("POST", tenant + "/failovers", 200, node.post(failovers + "?dryRun=All", wish));
        Reply made = node.post(failovers, wish);
        check("POST", tenant + "/failovers", 201, made);
        check("GET", tenant + "/failovers/{name}", 200, node.get(made.header("Location")));
        check("GET", tenant + "/failovers", 200, node.get(failovers));
        check(
                "POST",
                "/api/v1/clusters/{name}/join-tokens",
                201,
                node.post("/api/v1/clusters/c1/join-tokens", "{}"));
        users();
        check("GET", "/api/v1/audit", 200, node.get("/api/v1/audit"));
        check("GET", "/api/v1/whoami", 200, node.get("/api/v1/whoami"));
        check("GET", "/openapi", 200, node.get("/openapi"));
        check("DELETE", one, 202, node.delete(web));
        check(
                "DELETE",
                tenant + "/drpolicies/{name}",
                200,
                node.delete("/api/v1/tenants/shop/drpolicies/one"));
        for (String text : List.of("/livez", "/readyz", "/metrics")) {
            assertEquals(200, node.sendAs("", "GET", text, "").status(), text);
        }
    }

    @Test
    void theSchemasCatchWhatIsWrong() {
        assertTrue(
                !errors(pointer("GET", "/api/v1/whoami", "200"), "{\"name\":1}").isEmpty(),
                "a schema that takes everything proves nothing");
    }

    private static JsonNode operation(String method, String path) {
        return DOCUMENT.path("paths").path(path).path(method.toLowerCase(Locale.ROOT));
    }

    private static void users() {
        String users = "/api/v1/users";
        String bob = users + "/bob";
        String wish = "{\"role\":\"Tenant\",\"tenant\":\"shop\"}";
        check("PUT", users + "/{name}", 201, node.put(bob, wish));
        check("PUT", users + "/{name}", 200, node.put(bob, wish));
        check("PUT", users + "/{name}", 400, node.put(bob, "{\"role\":\"King\"}"));
        check("GET", users + "/{name}", 200, node.get(bob));
        check("GET", users, 200, node.get(users + "?limit=1"));
        Reply made = node.post(bob + "/tokens", "{\"expiresIn\":\"30d\"}");
        check("POST", users + "/{name}/tokens", 201, made);
        node.sendAs(made.json().path("token").asText(), "GET", "/api/v1/whoami", "");
        String token = "/api/v1/tokens/" + made.json().path("id").asText();
        check("GET", "/api/v1/tokens", 200, node.get("/api/v1/tokens"));
        check("GET", "/api/v1/tokens/{id}", 200, node.get(token));
        check("DELETE", "/api/v1/tokens/{id}", 200, node.delete(token));
        check("DELETE", "/api/v1/tokens/{id}", 404, node.delete(token));
        check("DELETE", users + "/{name}", 200, node.delete(bob));
        check("DELETE", users + "/{name}", 409, node.delete(users + "/admin"));
    }

    private static String pointer(String method, String path, String status) {
        boolean named = operation(method, path).path("responses").has(status);
        String responses =
                named
                        ? "#/paths/"
                                + path.replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
                                + "/"
                                + method.toLowerCase(Locale.ROOT)
                                + "/responses/"
                                + status
                                + "/content/application~1json/schema"
                        : "#/components/responses/Problem/content/application~1problem+json/schema";
        return BASE + responses;
    }

    private static void check(String method, String path, int status, Reply reply) {
        assertEquals(status, reply.status(), () -> method + " " + path + ": " + reply);
        assertTrue(!operation(method, path).isMissingNode(), path);
        String type = status < 400 ? "application/json" : "application/problem+json";
        assertEquals(type, reply.header("Content-Type"));
        assertEquals(
                List.of(),
                errors(pointer(method, path, Integer.toString(status)), reply.text()),
                () -> method + " " + path + ": " + reply.text());
    }

    private static List<String> errors(String location, String json) {
        return SCHEMAS
                .getSchema(SchemaLocation.of(location))
                .validate(json, InputFormat.JSON)
                .stream()
                .map(Object::toString)
                .toList();
    }
}
