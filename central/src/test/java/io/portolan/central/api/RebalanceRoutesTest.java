package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.reconcile.RebalanceOrder;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proposals and orders by the API, on a node that does not lead: nothing carries them out. */
class RebalanceRoutesTest {
    private static final String PATH = "/api/v1/rebalance";
    private final MemoryStore store = new MemoryStore(Clock.systemUTC());

    /** What somebody does between the moment an application is read and its order's commit. */
    private Runnable meanwhile = () -> {};

    private TestNode node;

    @BeforeEach
    void aDearAndACheapCluster() {
        assertTrue(store.lead("other", "term", Duration.ofHours(1)).isPresent());
        node = TestNode.start(disturbed());
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        node.put("/api/v1/tenants/bank", Docs.TENANT.replace("shop", "bank"));
        ready("c1", 30);
        ready("c2", 10);
        assign("shop", "web", "many", Optional.empty());
        assign("bank", "web", "many", Optional.empty());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Store disturbed() {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
                            Object found;
                            try {
                                found = method.invoke(store, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                            if (method.getName().equals("find")
                                    && ((ResourceKey) arguments[0]).kind() == Kind.APPLICATION) {
                                meanwhile.run();
                            }
                            return found;
                        });
    }

    private static JsonNode done(Reply reply) {
        assertTrue(reply.status() < 300, reply::toString);
        return reply.json();
    }

    private void ready(String name, int cost) {
        done(
                node.put(
                        "/api/v1/clusters/" + name,
                        """
                        {"apiVersion":"portolan.io/v1","kind":"Cluster",
                         "metadata":{"name":"%s","labels":{"cost":"%d"}},
                         "spec":{"location":{"region":"eu-west"}}}
                        """
                                .formatted(name, cost)));
        reached(name, Reach.READY);
    }

    private void reached(String name, Reach reach) {
        Uid uid = new Uid(node.get("/api/v1/clusters/" + name).json().at("/metadata/uid").asText());
        store(
                new Row.StatusRow(
                        ResourceKey.cluster(name),
                        uid,
                        new ClusterStatus(reach, Optional.empty(), Optional.empty(), List.of())));
    }

    private static String app(String tenant, String name) {
        return "/api/v1/tenants/" + tenant + "/applications/" + name;
    }

    private void assign(String tenant, String name, String writers, Optional<Instant> decidedAt) {
        Uid uid =
                new Uid(
                        done(node.put(
                                        app(tenant, name),
                                        """
                                                {"apiVersion":"portolan.io/v1","kind":"Application",
                                                 "spec":{"placement":
                                                   {"prefer":[{"lowest":"cost","weight":100}]},
                                                  "disasterRecovery":{"writers":"%s"},
                                                  "components":[
                                                   {"name":"web","container":{"image":"x"}}]}}
                                                """
                                                .formatted(writers)))
                                .at("/metadata/uid")
                                .asText());
        Uid c1 = new Uid(node.get("/api/v1/clusters/c1").json().at("/metadata/uid").asText());
        store(
                new Row.AssignmentRow(
                        new Assignment(
                                uid,
                                1,
                                List.of(new Assignment.Member(c1, Role.ACTIVE, 1, false)),
                                new PlacementDecision(true, List.of(c1), "", Map.of(), List.of())
                                        .because(Optional.empty(), decidedAt))));
    }

    private void store(Row... rows) {
        CommitResult result =
                node.store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(),
                        Arrays.stream(rows).<Write>map(Write.Put::new).toList());
        assertTrue(result instanceof CommitResult.Committed, result::toString);
    }

    private static List<String> told(JsonNode answer, String field) {
        List<String> out = new ArrayList<>();
        answer.path("items")
                .forEach(
                        i ->
                                out.add(
                                        i.path("tenant").asText()
                                                + "/"
                                                + i.path("name").asText()
                                                + " "
                                                + i.path(field).asText()));
        return out;
    }

    private String annotation(String tenant) {
        return node.get(app(tenant, "web"))
                .json()
                .at("/metadata/annotations")
                .path(RebalanceOrder.ANNOTATION)
                .asText();
    }

    @Test
    void aProposalSaysFromWhereToWhereByWhatAndWhatToType() {
        JsonNode answer = done(node.get(PATH));
        assertEquals(List.of("bank/web proposed", "shop/web proposed"), told(answer, "state"));
        JsonNode first = answer.path("items").get(1);
        assertEquals("c1", first.path("from").get(0).asText());
        assertEquals("c2", first.path("to").get(0).asText());
        assertEquals(100, first.path("gain").asInt());
        assertEquals(100, first.path("gains").path("lowest cost").asInt());
        assertEquals("100 points more: lowest cost 100", first.path("why").asText());
        assertEquals("portolan rebalance apply shop/web", first.path("next").asText());
        assertEquals(10, answer.path("atOnce").asInt());
        assertEquals(0, answer.path("underWay").asInt());
        assertEquals(
                List.of("shop/web proposed"), told(done(node.get(PATH + "?tenant=shop")), "state"));
    }

    @Test
    void anOrderIsWrittenOnceAuditedAndTold() {
        String wish = "{\"applications\":[\"web\"],\"tenant\":\"shop\"}";
        assertEquals(
                List.of("shop/web ordered"),
                told(done(node.post(PATH + "?dryRun=All", wish)), "outcome"));
        assertEquals("", annotation("shop"), "a rehearsal");

        assertEquals(List.of("shop/web ordered"), told(done(node.post(PATH, wish)), "outcome"));
        String written = annotation("shop");
        assertTrue(written.contains("\"by\":\""), written);
        assertEquals(
                List.of("shop/web orderedAlready"), told(done(node.post(PATH, wish)), "outcome"));
        assertEquals(written, annotation("shop"));
        assertEquals("", annotation("bank"));
        assertEquals(
                List.of("shop/web ordered"), told(done(node.get(PATH + "?tenant=shop")), "state"));
        JsonNode audit = done(node.get("/api/v1/audit?limit=1")).path("items").get(0);
        assertEquals("Rebalance", audit.path("action").asText());
        assertEquals("Application shop/web", audit.path("subject").asText());
        assertEquals(
                1,
                node.get(app("shop", "web")).json().at("/metadata/generation").asInt(),
                "it is no change of the application");
        assertTrue(
                done(node.get(app("shop", "web") + "/events"))
                        .toString()
                        .contains("from c1 to c2: 100 points more"));
    }

    private static String document(String annotations) {
        return """
        {"apiVersion":"portolan.io/v1","kind":"Application","metadata":{"annotations":{%s}},
         "spec":{"placement":{"prefer":[{"lowest":"cost","weight":100}]},
          "disasterRecovery":{"writers":"many"},
          "components":[{"name":"web","container":{"image":"x"}}]}}
        """
                .formatted(annotations);
    }

    @Test
    void anOrderIsNeitherTakenBackNorForgedByOtherWrites() {
        String forged = "\"portolan.io/rebalance\":\"to=c2 by=admin until=2099-01-01T00:00:00Z\"";
        done(node.put(app("shop", "web"), document(forged)));
        assertEquals("", annotation("shop"), "nobody ordered it");
        done(node.put(app("shop", "copy"), document(forged)));
        assertFalse(node.get(app("shop", "copy")).text().contains("2099"), "nor when it is made");

        done(node.post(PATH, "{\"applications\":[\"shop/web\"]}"));
        String ordered = annotation("shop");
        String tag = node.get(app("shop", "web")).header("ETag");
        for (String body : List.of(document(""), document(forged))) {
            assertEquals(
                    ordered,
                    done(node.put(app("shop", "web") + "?dryRun=All", body))
                            .at("/metadata/annotations")
                            .path(RebalanceOrder.ANNOTATION)
                            .asText(),
                    "no difference to show");
            done(node.put(app("shop", "web"), body));
            assertEquals(ordered, annotation("shop"));
        }
        done(
                node.patch(
                        app("shop", "web"),
                        "{\"metadata\":{\"annotations\":{\"portolan.io/rebalance\":null}}}"));
        assertEquals(ordered, annotation("shop"));
        assertEquals(tag, node.get(app("shop", "web")).header("ETag"), "nothing was written");
        done(node.put(app("shop", "web"), document("\"team\":\"blue\"")));
        assertEquals(ordered, annotation("shop"), "other annotations change beside it");
    }

    @Test
    void allIsEverythingThatIsNotHeldBack() {
        assign("shop", "fresh", "many", Optional.of(Instant.now()));
        assign("shop", "single", "single", Optional.empty());
        JsonNode answer = done(node.post(PATH, "{\"all\":true,\"tenant\":\"shop\"}"));
        assertEquals(List.of("shop/web ordered"), told(answer, "outcome"), answer::toString);
        assertEquals(2, answer.path("heldBack").asInt());
        assertEquals(0, answer.path("more").asInt());
        JsonNode named =
                done(
                        node.post(
                                PATH,
                                "{\"applications\":[\"fresh\",\"single\"],\"tenant\":\"shop\"}"));
        assertEquals(
                List.of("shop/fresh heldBack", "shop/single heldBack"), told(named, "outcome"));
        assertTrue(
                named.path("items").get(0).path("detail").asText().contains("rests until"),
                named::toString);
        JsonNode proposals = done(node.get(PATH + "?tenant=shop"));
        assertEquals(
                List.of(
                        "shop/fresh ",
                        "shop/single portolan relocate single --tenant shop --to c2",
                        "shop/web "),
                told(proposals, "next"));
    }

    @Test
    void nothingIsOrderedUnlessAllThatIsNamedExistsAndIsReached() {
        Reply typo =
                node.post(
                        PATH,
                        "{\"applications\":[\"shop/web\",\"shop/typo\",\"bank/web\",\"x/y\"]}");
        assertEquals(404, typo.status());
        assertEquals(List.of("/applications/1", "/applications/3"), typo.pointers());
        assertEquals("", annotation("shop"));

        Reply malformed = node.post(PATH, "{\"applications\":[\"shop/web\",\"web\",\"No!\"]}");
        assertEquals(400, malformed.status());
        assertEquals(List.of("/applications/1", "/applications/2"), malformed.pointers());
        done(node.put("/api/v1/users/ann", "{\"role\":\"Tenant\",\"tenant\":\"shop\"}"));
        String token = done(node.post("/api/v1/users/ann/tokens", "{}")).path("token").asText();
        Reply alien = posted(token, "{\"applications\":[\"web\",\"bank/web\",\"bank/none\"]}");
        assertEquals(403, alien.status());
        assertEquals(List.of("/applications/1", "/applications/2"), alien.pointers());
        assertEquals("", annotation("shop"));

        String many = "\"shop/web\",".repeat(1_000);
        Reply tooMany = node.post(PATH, "{\"applications\":[" + many + "\"shop/web\"]}");
        assertEquals(400, tooMany.status());
        assertTrue(tooMany.text().contains("at most 1000 names"), tooMany::text);
        assertEquals("", annotation("shop"));
        assertEquals(
                List.of("shop/web ordered"),
                told(
                        done(node.post(PATH, "{\"applications\":[\"shop/web\",\"shop/web\"]}")),
                        "outcome"),
                "once");
    }

    @Test
    void oneRequestOrdersAThousandAndTellsHowManyAreLeft() {
        for (int i = 0; i < 1_001; i++) {
            many(i, "single");
        }
        JsonNode past = done(node.post(PATH, "{\"all\":true}"));
        assertEquals(List.of("bank/web ordered", "shop/web ordered"), told(past, "outcome"));
        assertEquals(1_001, past.path("heldBack").asInt());
        for (int i = 0; i < 1_001; i++) {
            many(i, "many");
        }
        JsonNode first = done(node.post(PATH, "{\"all\":true}"));
        assertEquals(1, first.path("more").asInt());
        assertEquals(1_002, first.path("items").size());
        JsonNode second = done(node.post(PATH, "{\"all\":true}"));
        assertEquals(0, second.path("more").asInt());
        assertEquals(
                1, told(second, "outcome").stream().filter(t -> t.endsWith(" ordered")).count());
    }

    private void many(int i, String writers) {
        assign("shop", "m" + (1_000 + i), writers, Optional.empty());
    }

    /** As another user's write or deletion would, past this node. */
    private void written(boolean deleting) {
        var web = store.find(ResourceKey.application("shop", "web")).orElseThrow();
        Resource<?> now = web.resource().row().resource();
        store(
                new Row.ResourceRow(
                        deleting
                                ? now.with(now.metadata().deletionRequested(Instant.EPOCH))
                                : now.with(
                                        now.metadata()
                                                .withLabels(Map.of("edit", "n" + store.head())))));
    }

    @Test
    void whoIsChangedAllTheTimeIsAConflictAndGetsNoOrder() {
        meanwhile = () -> written(false);
        JsonNode answer = done(node.post(PATH, "{\"all\":true}"));
        meanwhile = () -> {};
        assertEquals(
                List.of("bank/web ordered", "shop/web conflict"),
                told(answer, "outcome"),
                "nobody else waits for it");
        JsonNode conflict = answer.path("items").get(1);
        assertEquals(
                "somebody changes or deletes it at this moment", conflict.path("detail").asText());
        assertTrue(conflict.path("to").isEmpty(), answer::toString);
        assertEquals(0, answer.path("more").asInt());
        assertEquals("", annotation("shop"));
        assertEquals(
                List.of("shop/web ordered"),
                told(done(node.post(PATH, "{\"applications\":[\"shop/web\"]}")), "outcome"),
                "asked again when it is quiet");
    }

    @Test
    void whoIsChangedOnceGetsItsOrder() {
        meanwhile =
                () -> {
                    meanwhile = () -> {};
                    written(false);
                };
        assertEquals(
                List.of("shop/web ordered"),
                told(done(node.post(PATH, "{\"applications\":[\"shop/web\"]}")), "outcome"));
        JsonNode labels = node.get(app("shop", "web")).json().at("/metadata/labels");
        assertTrue(labels.has("edit"), "both writes stand");
    }

    @Test
    void whoIsDeletedMeanwhileIsAConflict() {
        meanwhile =
                () -> {
                    meanwhile = () -> {};
                    written(true);
                };
        JsonNode answer = done(node.post(PATH, "{\"applications\":[\"shop/web\"]}"));
        assertEquals(List.of("shop/web conflict"), told(answer, "outcome"));
        assertEquals("", annotation("shop"));
    }

    @Test
    void aRepeatedKeyIsAnsweredAsItWas() {
        String wish = "{\"applications\":[\"shop/web\"]}";
        String[] key = {"Idempotency-Key", "k-1"};
        String first = node.post(PATH, wish, key).text();
        assertTrue(first.contains("\"ordered\""), first);
        assertEquals(first, node.post(PATH, wish, key).text());
        assertEquals(
                List.of("shop/web orderedAlready"), told(done(node.post(PATH, wish)), "outcome"));
        assertEquals(409, node.post(PATH, "{\"all\":true}", key).status());
        assertEquals("", annotation("bank"), "nothing was done under a key of another request");
        node.post(PATH + "?dryRun=All", "{\"all\":true}", "Idempotency-Key", "k-2");
        assertTrue(
                told(done(node.post(PATH, "{\"all\":true}", "Idempotency-Key", "k-2")), "outcome")
                        .contains("bank/web ordered"),
                "a rehearsal is not remembered");
    }

    @Test
    void whatIsWrongIsRefusedOrTold() {
        assertEquals(400, node.post(PATH, "{}").status());
        assertEquals(400, node.post(PATH, "{\"all\":true,\"applications\":[\"a\"]}").status());
        assertEquals(404, node.post(PATH, "{\"applications\":[\"shop/none\"]}").status());
        done(node.put("/api/v1/clusters/c2", Docs.cluster("eu-west")));
        assertEquals(
                List.of("shop/web nothing"),
                told(done(node.post(PATH, "{\"applications\":[\"shop/web\"]}")), "outcome"));
    }

    @Test
    void aUserOfOneTenantSeesAndMovesItsOwnOnly() {
        done(node.put("/api/v1/users/ann", "{\"role\":\"Tenant\",\"tenant\":\"shop\"}"));
        String token = done(node.post("/api/v1/users/ann/tokens", "{}")).path("token").asText();
        Reply seen = node.sendAs(token, "GET", PATH, "");
        assertEquals(List.of("shop/web proposed"), told(done(seen), "state"));
        assertEquals(403, node.sendAs(token, "GET", PATH + "?tenant=bank", "").status());
        assertEquals(403, posted(token, "{\"applications\":[\"bank/web\"]}").status());
        assertEquals(
                List.of("shop/web ordered"),
                told(done(posted(token, "{\"all\":true}")), "outcome"));
        assertEquals("", annotation("bank"));
        assertFalse(annotation("shop").isEmpty());
    }

    private Reply posted(String token, String body) {
        return node.sendAs(token, "POST", PATH, body, "Content-Type", "application/json");
    }
}
