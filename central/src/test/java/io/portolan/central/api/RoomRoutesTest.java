package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Room by the API, on a node that does not lead: only the test assigns. */
class RoomRoutesTest {
    private static final List<String> PARTS =
            List.of("others", "assigned", "beyond", "reserved", "free");

    private TestNode node;

    @BeforeEach
    void oneClusterInEachOfTwoRegions() {
        node = TestNode.startFollowing();
        put("/api/v1/tenants/shop", Docs.TENANT);
        put("/api/v1/clusters/c1", Docs.cluster("eu-west"));
        put("/api/v1/clusters/c2", Docs.cluster("eu-north"));
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

    private JsonNode room(String cluster) {
        Reply reply = node.get("/api/v1/clusters/" + cluster + "/room");
        assertEquals(200, reply.status(), reply::toString);
        return reply.json();
    }

    private void store(Row row) {
        CommitResult result =
                node.store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(),
                        List.<Write>of(new Write.Put(row)));
        assertTrue(result instanceof CommitResult.Committed, result::toString);
    }

    /** All of one core and one GiB for each. */
    private void tell(String cluster, int nodes, long allocatable, long requested, long own) {
        store(
                new Row.ObservationRow(
                        uid(cluster),
                        new Observation(
                                "1",
                                "v1.36.3",
                                Optional.of(
                                        new Capacity(
                                                nodes,
                                                allocatable * 1_000,
                                                allocatable << 30,
                                                requested * 1_000,
                                                requested << 30,
                                                Optional.of(own * 1_000),
                                                Optional.of(own << 30))),
                                List.of(),
                                List.of())));
    }

    /** Active on c1, standing by on c2. */
    private void singleWriter(String name, int size) {
        Uid application =
                new Uid(
                        put(
                                        "/api/v1/tenants/shop/applications/" + name,
                                        """
                                        {"apiVersion":"portolan.io/v1","kind":"Application",
                                         "spec":{"components":[{"name":"front","container":{"image":"x",
                                          "resources":{"cpu":"%d","memory":"%dGi"}}}],
                                          "disasterRecovery":{"writers":"single"}}}
                                        """
                                                .formatted(size, size))
                                .at("/metadata/uid")
                                .asText());
        Uid active = uid("c1");
        Uid standby = uid("c2");
        store(
                new Row.AssignmentRow(
                        new Assignment(
                                application,
                                1,
                                List.of(
                                        new Assignment.Member(active, Role.ACTIVE, 1, false),
                                        new Assignment.Member(standby, Role.STANDBY, 1, false)),
                                new PlacementDecision(
                                        true, List.of(active, standby), "", Map.of(), List.of()))));
    }

    private static long gib(JsonNode room, String part) {
        assertEquals(
                room.at("/" + part + "/bytes").asLong() >> 30,
                room.at("/" + part + "/millis").asLong() / 1_000,
                room::toString);
        return room.at("/" + part + "/bytes").asLong() >> 30;
    }

    private static void addsUp(JsonNode room) {
        assertEquals(
                gib(room, "allocatable"),
                PARTS.stream().mapToLong(part -> gib(room, part)).sum(),
                room::toString);
    }

    @Test
    void whatIsKeptForAFailoverIsToldWithWhoseItIs() {
        tell("c1", 1, 12, 8, 5);
        tell("c2", 2, 12, 3, 0);
        singleWriter("checkout", 4);

        JsonNode standby = room("c2");
        assertEquals(4, gib(standby, "reserved"), standby::toString);
        assertEquals("[\"shop/checkout\"]", standby.path("reservedFor").toString());
        assertEquals(1, standby.path("reservations").asInt());
        assertEquals(3, gib(standby, "others"), standby::toString);
        assertEquals(0, gib(standby, "assigned"), standby::toString);
        assertEquals(5, gib(standby, "free"), standby::toString);
        addsUp(standby);

        JsonNode active = room("c1");
        assertEquals(3, gib(active, "others"), active::toString);
        assertEquals(4, gib(active, "assigned"), active::toString);
        assertEquals(1, gib(active, "beyond"), active::toString);
        assertEquals(4, gib(active, "free"), active::toString);
        assertEquals(0, active.path("reservations").asInt());
        addsUp(active);
    }

    @Test
    void manyReservationsAreCountedAndTheFirstAreNamed() {
        tell("c2", 1, 4, 0, 0);
        for (int i = 1; i <= 5; i++) {
            singleWriter("app" + i, 1);
        }
        JsonNode room = room("c2");
        assertEquals(5, room.path("reservations").asInt());
        assertEquals(3, room.path("reservedFor").size());
        assertEquals(-1, gib(room, "free"), "more is kept than there is, and it is told");
        addsUp(room);
    }

    @Test
    void unknownRoomIsToldAsUnknown() {
        singleWriter("checkout", 4);
        JsonNode room = room("c2");
        assertFalse(room.path("known").asBoolean(), room::toString);
        assertEquals(4, gib(room, "reserved"), room::toString);
        for (String absent : List.of("allocatable", "others", "beyond", "free")) {
            assertFalse(room.has(absent), room::toString);
        }
        tell("c2", 0, 0, 0, 0);
        assertEquals(-4, gib(room("c2"), "free"), "nodes that have gone leave no room");
    }

    @Test
    void allAreToldByName() {
        tell("c2", 1, 8, 0, 0);
        JsonNode all = node.get("/api/v1/rooms").json();
        assertEquals(node.store.head(), all.path("revision").asLong());
        assertEquals(
                List.of("c1 false", "c2 true"),
                StreamSupport.stream(all.path("items").spliterator(), false)
                        .map(r -> r.path("cluster").asText() + " " + r.path("known").asBoolean())
                        .toList());
        assertEquals(room("c2"), all.at("/items/1"));
    }

    @Test
    void onlyOperatorsAreTold() {
        put("/api/v1/users/dev", "{\"role\":\"Tenant\",\"tenant\":\"shop\"}");
        String dev = node.post("/api/v1/users/dev/tokens", "{}").json().path("token").asText();
        for (String path : List.of("/api/v1/rooms", "/api/v1/clusters/c1/room")) {
            assertEquals(403, node.sendAs(dev, "GET", path, "").status());
        }
        assertEquals(404, node.get("/api/v1/clusters/c7/room").status());
    }
}
