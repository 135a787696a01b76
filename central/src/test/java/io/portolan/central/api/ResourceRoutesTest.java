package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResourceRoutesTest {
    private static final String WEB = "/api/v1/tenants/shop/applications/web";
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.startFollowing();
        assertEquals(201, node.put("/api/v1/tenants/shop", Docs.TENANT).status());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void makesReadsReplacesAndTellsTheDifference() {
        Reply made = node.put(WEB, Docs.application("nginx:1"));
        assertEquals(201, made.status(), made::toString);
        String uid = made.json().at("/metadata/uid").asText();
        assertFalse(uid.isEmpty());
        assertEquals(1, made.json().at("/metadata/generation").asLong());
        assertEquals("portolan.io/works", made.json().at("/metadata/finalizers/0").asText());

        Reply read = node.get(WEB);
        assertEquals(200, read.status());
        assertEquals(made.json(), read.json());
        assertEquals(
                "\"" + read.json().at("/metadata/revision").asLong() + "\"", read.header("ETag"));

        Reply same = node.put(WEB, Docs.application("nginx:1"));
        assertEquals(200, same.status());
        assertEquals(made.header("ETag"), same.header("ETag"), "an unchanged put writes nothing");

        Reply replaced = node.put(WEB, Docs.application("nginx:2"));
        assertEquals(200, replaced.status());
        assertEquals(2, replaced.json().at("/metadata/generation").asLong());
        assertEquals(uid, replaced.json().at("/metadata/uid").asText());
        assertNotEquals(made.header("ETag"), replaced.header("ETag"));
    }

    @Test
    void labelsAloneRaiseNoGeneration() {
        node.put(WEB, Docs.application("nginx:1"));
        Reply labelled = node.patch(WEB, "{\"metadata\":{\"labels\":{\"tier\":\"prod\"}}}");
        assertEquals(200, labelled.status(), labelled::toString);
        assertEquals("prod", labelled.json().at("/metadata/labels/tier").asText());
        assertEquals(1, labelled.json().at("/metadata/generation").asLong());
    }

    @Test
    void ignoresMetadataThatIsTheServersOwn() {
        String forged =
                Docs.application("nginx:1")
                        .replace(
                                "\"metadata\":{",
                                "\"metadata\":{\"uid\":\"forged\",\"generation\":77,"
                                        + "\"finalizers\":[],\"revision\":5,");
        Reply made = node.put(WEB, forged);
        assertEquals(201, made.status(), made::toString);
        assertNotEquals("forged", made.json().at("/metadata/uid").asText());
        assertEquals(1, made.json().at("/metadata/generation").asLong());
        assertEquals(1, made.json().at("/metadata/finalizers").size());
    }

    @Test
    void patchMergesRemovesAndRefusesWhatIsInvalid() {
        node.put(WEB, Docs.application("nginx:1"));
        node.patch(WEB, "{\"spec\":{\"placement\":{\"clusters\":2}}}");
        assertEquals(2, node.get(WEB).json().at("/spec/placement/clusters").asInt());
        Reply removed = node.patch(WEB, "{\"spec\":{\"placement\":null}}");
        assertTrue(removed.json().at("/spec/placement").isMissingNode(), removed::toString);
        assertEquals(3, removed.json().at("/metadata/generation").asLong());

        Reply wrong = node.patch(WEB, "{\"spec\":{\"placement\":{\"clusters\":0}}}");
        assertEquals(400, wrong.status());
        assertEquals(List.of("/spec/placement/clusters"), wrong.pointers());
        Reply moved = node.patch(WEB, "{\"metadata\":{\"name\":\"other\"}}");
        assertEquals(400, moved.status());
        assertEquals(404, node.patch(WEB + "2", "{}").status());
        assertEquals(
                415, node.send("PATCH", WEB, "{}", "Content-Type", "application/json").status());
    }

    @Test
    void comparesEtags() {
        assertEquals(412, node.put(WEB, Docs.application("nginx:1"), "If-Match", "*").status());
        Reply made = node.put(WEB, Docs.application("nginx:1"), "If-None-Match", "*");
        assertEquals(201, made.status());
        assertEquals(
                412, node.put(WEB, Docs.application("nginx:2"), "If-None-Match", "*").status());
        Reply changed = node.put(WEB, Docs.application("nginx:2"), "If-Match", made.header("ETag"));
        assertEquals(200, changed.status());
        Reply stale = node.put(WEB, Docs.application("nginx:3"), "If-Match", made.header("ETag"));
        assertEquals(412, stale.status());
        assertTrue(stale.text().contains(changed.header("ETag").replace("\"", "")));
        assertEquals(
                412, node.patch(WEB, "{\"spec\":{}}", "If-Match", made.header("ETag")).status());
        assertEquals(412, node.delete(WEB, "If-Match", made.header("ETag")).status());
        assertEquals(400, node.delete(WEB, "If-Match", "nonsense").status());
        assertEquals("nginx:2", image(node.get(WEB)));
    }

    @Test
    void concurrentPatchesAllCount() throws Exception {
        node.put(WEB, Docs.application("nginx:1"));
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads =
                java.util.stream.IntStream.range(0, 6)
                        .mapToObj(
                                i ->
                                        Thread.ofVirtual()
                                                .start(
                                                        () -> {
                                                            await(go);
                                                            node.patch(
                                                                    WEB,
                                                                    "{\"metadata\":{\"labels\":{\"l"
                                                                            + i
                                                                            + "\":\"x\"}}}");
                                                        }))
                        .toList();
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(6, node.get(WEB).json().at("/metadata/labels").size());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void dryRunDoesEverythingButTheCommit() {
        long before = node.store.head();
        Reply made = node.put(WEB + "?dryRun=All", Docs.application("nginx:1"));
        assertEquals(201, made.status());
        assertEquals(404, node.get(WEB).status());
        assertEquals(400, node.put(WEB + "?dryRun=All", Docs.application("")).status());
        assertEquals(400, node.put(WEB + "?dryRun=yes", Docs.application("nginx:1")).status());
        assertEquals(before, node.store.head());

        node.put(WEB, Docs.application("nginx:1"));
        long there = node.store.head();
        Reply patched =
                node.patch(WEB + "?dryRun=All", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertEquals("b", patched.json().at("/metadata/labels/a").asText());
        Reply deleted = node.delete(WEB + "?dryRun=All");
        assertEquals(202, deleted.status());
        assertFalse(deleted.json().at("/metadata/deletionRequestedAt").isMissingNode());
        assertEquals(there, node.store.head());
    }

    @Test
    void deletesAtOnceWhatNothingHolds() {
        String policy = "/api/v1/tenants/shop/placementpolicies/eu";
        node.put(policy, Docs.PLACEMENT);
        assertEquals(200, node.delete(policy).status());
        assertEquals(404, node.get(policy).status());
        assertEquals(404, node.delete(policy).status());
    }

    @Test
    void marksForDeletionWhatRunsSomewhere() {
        Reply made = node.put(WEB, Docs.application("nginx:1"));
        Reply deleted = node.delete(WEB);
        assertEquals(202, deleted.status());
        assertFalse(deleted.json().at("/metadata/deletionRequestedAt").isMissingNode());
        assertNotEquals(made.header("ETag"), deleted.header("ETag"));
        Reply again = node.delete(WEB);
        assertEquals(202, again.status());
        assertEquals(409, node.put(WEB, Docs.application("nginx:2")).status());
    }

    @Test
    void aTenantThatHoldsSomethingStays() {
        node.put(WEB, Docs.application("nginx:1"));
        Reply refused = node.delete("/api/v1/tenants/shop");
        assertEquals(409, refused.status());
        assertTrue(refused.text().contains("Application shop/web"), refused::toString);
        node.put("/api/v1/tenants/empty", Docs.TENANT.replace("shop", "empty"));
        assertEquals(200, node.delete("/api/v1/tenants/empty").status());
    }

    @Test
    void listsInPagesAndBySelectors() {
        for (String name : List.of("a", "b", "c")) {
            node.put(
                    "/api/v1/tenants/shop/applications/" + name,
                    Docs.application("nginx:1")
                            .replace("\"web\",", "\"" + name + "\",")
                            .replace(
                                    "\"tenant\":\"shop\"",
                                    "\"tenant\":\"shop\",\"labels\":{\"is\":\"" + name + "\"}"));
        }
        Reply first = node.get("/api/v1/tenants/shop/applications?limit=2");
        assertEquals(200, first.status(), first::toString);
        assertEquals("ApplicationList", first.json().path("kind").asText());
        assertEquals(List.of("a", "b"), names(first));
        String next = first.json().at("/metadata/continue").asText();
        Reply second = node.get("/api/v1/tenants/shop/applications?limit=2&continue=" + next);
        assertEquals(List.of("c"), names(second));
        assertTrue(second.json().at("/metadata/continue").isMissingNode());
        assertEquals(
                List.of("b"),
                names(node.get("/api/v1/applications?labelSelector=is%20in%20(b,z)")));
        assertEquals(
                List.of("c"),
                names(
                        node.get(
                                "/api/v1/tenants/shop/applications?fieldSelector=metadata.name%3Dc")));
        for (String bad :
                List.of(
                        "limit=0",
                        "limit=1001",
                        "limit=x",
                        "continue=%25",
                        "labelSelector=a%20in%20b",
                        "labelSelector=a%3E1",
                        "fieldSelector=spec.x%3D1")) {
            assertEquals(400, node.get("/api/v1/applications?" + bad).status(), bad);
        }
    }

    @Test
    void everyMutationIsAuditedAndTold() {
        node.put(WEB, Docs.application("nginx:1"));
        node.put(WEB, Docs.application("nginx:2"));
        node.delete(WEB);
        List<String> actions = texts(node.get("/api/v1/audit"), "action");
        assertEquals(List.of("Delete", "Update", "Create", "Create"), actions);
        assertEquals("user:admin", node.get("/api/v1/audit").json().at("/items/0/actor").asText());
        assertEquals(
                List.of("DeletionRequested", "SpecChanged", "Created"),
                texts(node.get(WEB + "/events"), "reason"));
        assertEquals(List.of("2", "1"), texts(node.get(WEB + "/revisions"), "generation"));
    }

    @Test
    void whyTellsWhatIsKnownBeforeAnythingIsPlaced() {
        node.put(WEB, Docs.application("nginx:1"));
        Reply why = node.get(WEB + "/why");
        assertEquals(200, why.status());
        assertEquals("web", why.json().path("application").asText());
        assertTrue(why.json().path("members").isEmpty());
        assertEquals(404, node.get(WEB + "x/why").status());
    }

    private static String image(Reply reply) {
        return reply.json().at("/spec/components/0/container/image").asText();
    }

    private static List<String> names(Reply list) {
        return list.json()
                .path("items")
                .valueStream()
                .map(i -> i.at("/metadata/name").asText())
                .toList();
    }

    private static List<String> texts(Reply list, String field) {
        return list.json().path("items").valueStream().map(i -> i.path(field).asText()).toList();
    }

    @Test
    void whoHasItAlreadyIsToldSoWhereTheEtagTellsAll() {
        String policy = "/api/v1/tenants/shop/placementpolicies/eu";
        String etag = node.put(policy, Docs.PLACEMENT).header("ETag");
        for (String has : List.of(etag, "W/" + etag, "\"1\", " + etag, "*")) {
            Reply same = node.send("GET", policy, "", "If-None-Match", has);
            assertEquals(304, same.status(), has);
            assertEquals("", same.text());
            assertEquals(etag, same.header("ETag"));
        }
        node.put(policy, Docs.PLACEMENT.replace("eu", "us"));
        Reply changed = node.send("GET", policy, "", "If-None-Match", etag);
        assertEquals(200, changed.status());
        // Its status may be new although its ETag, which is for writing, is not.
        String web = "/api/v1/tenants/shop/applications/web";
        String written = node.put(web, Docs.application("x")).header("ETag");
        assertEquals(200, node.send("GET", web, "", "If-None-Match", written).status());
    }
}
