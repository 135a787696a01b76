package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table of a placement by the API, on a node that does not lead. */
class PlacementTableTest {
    private static final String APPS = "/api/v1/tenants/shop/applications/";
    private TestNode node;

    @BeforeEach
    void threeClusters() {
        node = TestNode.startFollowing();
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        ready("c1", "eu-west");
        ready("c2", "us-east");
        ready("c3", "eu-west");
        done(
                node.put(
                        "/api/v1/clusters/c3",
                        Docs.cluster("eu-west")
                                .replace("\"spec\":{", "\"spec\":{\"cordoned\":true,")));
        done(node.put(APPS + "web", application("region = eu-west", false)));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static String application(String where, boolean paused) {
        return """
        {"apiVersion":"portolan.io/v1","kind":"Application","spec":{"paused":%s,"placement":{"where":"%s"},
         "components":[{"name":"web","container":{"image":"x"}}]}}
        """
                .formatted(paused, where);
    }

    private static JsonNode done(Reply reply) {
        assertTrue(reply.status() < 300, reply::toString);
        return reply.json();
    }

    private void ready(String name, String region) {
        Uid uid =
                new Uid(
                        done(node.put("/api/v1/clusters/" + name, Docs.cluster(region)))
                                .at("/metadata/uid")
                                .asText());
        CommitResult result =
                node.store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(),
                        List.of(
                                new Write.Put(
                                        new Row.StatusRow(
                                                ResourceKey.cluster(name),
                                                uid,
                                                new ClusterStatus(
                                                        Reach.READY,
                                                        Optional.empty(),
                                                        Optional.empty(),
                                                        List.of())))));
        assertTrue(result instanceof CommitResult.Committed, result::toString);
    }

    private static List<String> names(JsonNode table) {
        List<String> out = new ArrayList<>();
        table.path("items").forEach(i -> out.add(i.path("name").asText()));
        return out;
    }

    private static List<String> failed(JsonNode row) {
        List<String> out = new ArrayList<>();
        row.path("rules")
                .forEach(
                        r -> {
                            if (!r.path("holds").asBoolean()) {
                                out.add(r.path("rule").asText());
                            }
                        });
        return out;
    }

    @Test
    void everyClusterIsToldNearestFirst() {
        JsonNode table = done(node.get(APPS + "web/placement"));
        assertEquals(List.of("c1", "c2", "c3"), names(table));
        assertEquals("1 of 3 clusters: 1 cordoned, 1 region", table.path("summary").asText());
        assertEquals(3, table.path("clusters").asInt());
        assertEquals(1, table.path("fitting").asInt());
        assertEquals(0, table.path("more").asInt());
        assertTrue(table.path("items").get(0).path("chosen").asBoolean());
        assertEquals(1, table.path("items").get(0).path("rank").asInt());
        assertEquals(List.of("where: region = eu-west"), failed(table.path("items").get(1)));
        assertEquals(List.of("not cordoned"), failed(table.path("items").get(2)));
    }

    @Test
    void itIsComputedAnewAndSaysWhatWouldHelp() {
        done(node.put(APPS + "web", application("region = us-west", false)));
        JsonNode table = done(node.get(APPS + "web/placement"));
        assertEquals(false, table.path("satisfied").asBoolean());
        assertTrue(table.path("nearest").asText().contains("region = us-west"), table::toString);
        done(node.put(APPS + "web", application("region = us-east", false)));
        assertEquals("c2", names(done(node.get(APPS + "web/placement"))).getFirst());
    }

    @Test
    void oneClusterOrAFewCanBeAskedFor() {
        JsonNode one = done(node.get(APPS + "web/placement?cluster=c3"));
        assertEquals(List.of("c3"), names(one));
        assertEquals(0, one.path("more").asInt());
        JsonNode first = done(node.get(APPS + "web/placement?most=1"));
        assertEquals(List.of("c1"), names(first));
        assertEquals(2, first.path("more").asInt());
        assertEquals(404, node.get(APPS + "web/placement?cluster=c9").status());
        assertEquals(404, node.get(APPS + "none/placement").status());
        assertEquals(400, node.get(APPS + "web/placement?most=0").status());
        assertEquals(400, node.get(APPS + "web/placement?most=10001").status());
    }

    @Test
    void whatIsPausedSaysThatItStandsAndIsExplainedAllTheSame() {
        done(node.put(APPS + "web", application("region = us-east", true)));
        JsonNode table = done(node.get(APPS + "web/placement"));
        assertEquals("it is paused", table.path("stands").asText());
        assertEquals("c2", names(table).getFirst());
    }

    @Test
    void aPolicyThatDoesNotExistLeavesNothingToAsk() {
        done(
                node.put(
                        APPS + "web",
                        application("", false).replace("{\"where\":\"\"}", "\"missing\"")));
        JsonNode table = done(node.get(APPS + "web/placement"));
        assertEquals("PlacementPolicy shop/missing does not exist", table.path("stands").asText());
        assertEquals(List.of(), names(table));
    }
}
