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
import io.portolan.model.Digest;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.wire.Codec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Simulations by the API, on a node that does not lead: nothing moves but what is asked about. */
class SimulationRoutesTest {
    private static final String PATH = "/api/v1/simulations";
    private static final String APPS = "/api/v1/tenants/shop/applications/";
    private TestNode node;

    @BeforeEach
    void twoClustersAndOneApplication() {
        node = TestNode.startFollowing();
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        ready("c1", "eu-west");
        ready("c2", "eu-north");
        Uid web = new Uid(put(APPS + "web", Docs.application("x")).at("/metadata/uid").asText());
        assign(web, uid("c1"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private JsonNode put(String path, String document) {
        Reply reply = node.put(path, document);
        assertTrue(reply.status() < 300, reply::toString);
        return reply.json();
    }

    private Uid uid(String cluster) {
        return new Uid(node.get("/api/v1/clusters/" + cluster).json().at("/metadata/uid").asText());
    }

    private void ready(String name, String region) {
        put("/api/v1/clusters/" + name, Docs.cluster(region));
        store(
                new Row.StatusRow(
                        ResourceKey.cluster(name),
                        uid(name),
                        new ClusterStatus(
                                Reach.READY, Optional.empty(), Optional.empty(), List.of())),
                new Row.ObservationRow(
                        uid(name),
                        new Observation(
                                "1",
                                "v1.36.3",
                                Optional.empty(),
                                List.of("Deployment.apps", "Service"),
                                List.of())));
    }

    private void assign(Uid application, Uid cluster) {
        store(
                new Row.AssignmentRow(
                        new Assignment(
                                application,
                                1,
                                List.of(new Assignment.Member(cluster, Role.ACTIVE, 1, false)),
                                new PlacementDecision(
                                        true, List.of(cluster), "", Map.of(), List.of()))));
    }

    private void store(Row... rows) {
        CommitResult result =
                node.store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(),
                        Arrays.stream(rows).<Write>map(Write.Put::new).toList());
        assertTrue(result instanceof CommitResult.Committed, result::toString);
    }

    private JsonNode simulated(String body) {
        Reply reply = node.post(PATH, body);
        assertEquals(200, reply.status(), reply::toString);
        return reply.json();
    }

    /** Needs the works, which say who runs there: the loop looks at those. */
    private void works(Uid application, Uid cluster) {
        store(
                new Row.WorkRow(
                        new Work(
                                application,
                                "shop",
                                "web",
                                cluster,
                                Role.ACTIVE,
                                1,
                                1,
                                1,
                                Optional.of(Digest.of(new byte[] {1})),
                                false,
                                false)));
    }

    private Uid web() {
        return new Uid(node.get(APPS + "web").json().at("/metadata/uid").asText());
    }

    @Test
    void aLostRegionIsToldByApplication() {
        works(web(), uid("c1"));
        long head = node.store.head();

        JsonNode told = simulated("{\"lose\":[\"region=eu-west\"]}");

        assertEquals("1 of 1 application moves", told.path("summary").asText());
        assertEquals(head, told.path("revision").asLong());
        assertEquals(1, told.path("moves").asInt());
        assertTrue(!told.path("cost").has("before") && !told.path("cost").has("after"));
        assertEquals(1, told.at("/counts/Fits").asInt());
        JsonNode web = told.at("/changes/0");
        assertEquals("web", web.path("name").asText());
        assertEquals("Fits", web.path("outcome").asText());
        assertEquals("c1", web.at("/from/0/cluster").asText());
        assertEquals("c2", web.at("/to/0/cluster").asText());
        assertEquals("c1 is lost", web.path("why").asText());
        assertEquals(head, node.store.head(), "a simulation writes nothing");
    }

    @Test
    void whatWasJustWrittenIsSeen() {
        works(web(), uid("c1"));
        simulated("{\"lose\":[\"cluster=c1\"]}");
        put(
                "/api/v1/clusters/c2",
                Docs.cluster("eu-north").replace("\"spec\":{", "\"spec\":{\"cordoned\":true,"));

        JsonNode told = simulated("{\"lose\":[\"cluster=c1\"]}");

        assertEquals(1, told.at("/counts/DoesNotFit").asInt(), told::toString);
    }

    @Test
    void allOfItIsSupposedAtOnce() {
        works(web(), uid("c1"));
        String added =
                Docs.cluster("eu-south")
                        .replace("\"spec\"", "\"metadata\":{\"name\":\"c9\"},\"spec\"");

        JsonNode told =
                simulated(
                        "{\"lose\":[\"cluster in (c1)\"],\"cordon\":[\"c2\"],\"add\":["
                                + added
                                + "],\"policies\":["
                                + Docs.application("y")
                                + "]}");

        assertEquals("c9", told.at("/changes/0/to/0/cluster").asText(), told::toString);
    }

    private static String c9(String region, String labels) {
        return Docs.cluster(region)
                .replace(
                        "\"spec\"",
                        "\"metadata\":{\"name\":\"c9\",\"labels\":{" + labels + "}},\"spec\"");
    }

    @Test
    void whatIsAddedMayBeCordonedAndLostToo() {
        works(web(), uid("c1"));
        String both = "\"lose\":[\"cluster in (c1, c2)\"],\"add\":[" + c9("eu-south", "") + "]";

        assertEquals(1, simulated("{" + both + "}").at("/counts/Fits").asInt());
        assertEquals(
                1,
                simulated("{" + both + ",\"cordon\":[\"c9\"]}").at("/counts/DoesNotFit").asInt());
        assertEquals(
                1,
                simulated("{" + both.replace("c2)\"", "c2)\",\"region=eu-south\"") + "}")
                        .at("/counts/DoesNotFit")
                        .asInt());
    }

    @Test
    void aClusterThatIsCordonedKeepsTheLabelsThatItIsGiven() {
        ready("c9", "eu-south");
        works(web(), uid("c1"));
        String asked =
                "{\"add\":["
                        + c9("eu-south", "\"tier\":\"gold\"")
                        + "],\"cordon\":[\"c9\"],\"lose\":[\"region=eu-west\"],\"policies\":["
                        + Docs.application("y")
                        + "]}";
        assertEquals("c2", simulated(asked).at("/changes/0/to/0/cluster").asText());
        Reply lost = node.post(PATH, asked.replace("region=eu-west", "tier=gold"));
        assertEquals(200, lost.status(), lost::toString);
    }

    @Test
    void anAddedClusterIsWhatItsDocumentTellsAsItIsShown() {
        works(web(), uid("c1"));
        Observation seen =
                new Observation(
                        "1",
                        "v1.36.3",
                        Optional.of(
                                new ClusterStatus.Capacity(
                                        3,
                                        1_000,
                                        1L << 30,
                                        0,
                                        0,
                                        Optional.of(0L),
                                        Optional.of(0L))),
                        List.of("Service"),
                        List.of());
        String added =
                Docs.cluster("eu-south")
                        .replace(
                                "\"spec\"",
                                "\"metadata\":{\"name\":\"c9\"},\"status\":{\"observation\":"
                                        + Codec.lenient().text(seen)
                                        + "},\"spec\"");

        JsonNode told = simulated("{\"lose\":[\"name in (c1, c2)\"],\"add\":[" + added + "]}");

        assertEquals(1, told.at("/counts/DoesNotFit").asInt(), told::toString);
        assertTrue(told.at("/changes/0/why").asText().contains("Deployment.apps"), told::toString);
        refused(
                "{\"add\":[" + added.replace("\"apiKinds\":[", "\"apiKinds\":[{},") + "]}",
                "/add/0/status/observation/apiKinds/0",
                "add[0].status.observation");
    }

    @Test
    void aTenantIsToldOfItsOwnOnly() {
        works(web(), uid("c1"));
        node.put("/api/v1/tenants/bank", Docs.TENANT.replace("shop", "bank"));
        String bank = node.userOf("bank");

        Reply told = node.sendAs(bank, "POST", PATH, "{\"lose\":[\"cluster=c1\"]}");
        assertEquals(200, told.status(), told::toString);
        assertEquals("0 of 0 applications move", told.json().path("summary").asText());
        assertTrue(told.json().path("changes").isEmpty(), told::toString);

        String foreign = "{\"policies\":[" + Docs.application("y") + "]}";
        assertEquals(403, node.sendAs(bank, "POST", PATH, foreign).status());
        assertEquals(401, node.sendAs("", "POST", PATH, "{}").status());
    }

    @Test
    void aNodeThatDoesNotLeadAnswersToLossesToo() {
        works(web(), uid("c1"));
        store(
                new Row.ObservationRow(
                        uid("c2"),
                        new Observation(
                                "1", "v1.36.3", Optional.empty(), List.of("Service"), List.of())));

        JsonNode told = node.get("/api/v1/losses").json();

        assertEquals(0, told.path("pending").asInt(), told::toString);
        assertEquals(node.store.head(), told.path("revision").asLong());
        assertEquals("Region eu-north Fits 0", line(told.at("/items/0")));
        assertEquals("Region eu-west DoesNotFit 1", line(told.at("/items/1")));
        assertEquals("Cluster c1 DoesNotFit 1", line(told.at("/items/2")));
        assertEquals("Cluster c2 Fits 0", line(told.at("/items/3")));
        assertEquals("web", told.at("/items/1/worst/0/name").asText());
        assertEquals(4, told.path("items").size());
        String dev = node.userOf("shop");
        assertEquals(403, node.sendAs(dev, "GET", "/api/v1/losses", "").status());
        assertTrue(
                !node.get("/metrics").text().contains("portolan_losses_domains{"),
                "who does not lead tells no numbers");
    }

    private static String line(JsonNode item) {
        return item.path("kind").asText()
                + " "
                + item.path("name").asText()
                + " "
                + item.path("answer").asText()
                + " "
                + item.path("applications").asInt();
    }

    @Test
    void whatIsWrongIsToldByItsField() {
        refused(
                "{\"lose\":[\"region=eu-wset\"]}",
                "/lose/0",
                "no cluster has region = eu-wset; did you mean eu-west");
        refused(
                "{\"lose\":[\"cluster=c1\",\"regoin=eu-west\"]}",
                "/lose/1",
                "no cluster has regoin = eu-west; did you mean region");
        refused("{\"lose\":[\"cluster=zzzzzz\"]}", "/lose/0", "no cluster has name = zzzzzz");
        refused("{\"lose\":[\"\"]}", "/lose/0", "must be KEY=VALUE");
        refused("{\"lose\":[7]}", "/lose/0", "must be KEY=VALUE");
        refused("{\"lose\":\"region=eu-west\"}", "/lose", "must be a list");
        refused("{\"loose\":[]}", "/loose", "unknown field");
        refused(
                "{\"cordon\":[\"c3\"]}",
                "/cordon/0",
                "there is no cluster named c3; did you mean c1");
        refused("{\"cordon\":[7]}", "/cordon/0", "must be the name of a cluster");
        refused("{\"cordon\":[\" \"]}", "/cordon/0", "must be the name of a cluster");
        refused("{\"add\":[{}]}", "/add/0/apiVersion", "must be portolan.io/v1");
        refused(
                "{\"add\":[" + Docs.application("x") + "]}",
                "/add/0/kind",
                "must be Cluster, was Application");
        refused(
                "{\"policies\":[{\"apiVersion\":\"portolan.io/v1\",\"kind\":\"PlacementPolicy\",\"metadata\":{\"name\":\"p\",\"tenant\":\"shop\"},\"spec\":{\"clusters\":0}}]}",
                "/policies/0/spec/clusters",
                "must be 1..10000, was 0");
        assertEquals(400, node.post(PATH, "[]").status());
        assertEquals(400, node.post(PATH, "{").status());
    }

    private void refused(String body, String pointer, String words) {
        Reply reply = node.post(PATH, body);
        assertEquals(400, reply.status(), reply::toString);
        assertTrue(reply.pointers().contains(pointer), () -> body + ": " + reply);
        assertTrue(reply.text().contains(words), () -> body + ": " + reply);
    }
}
