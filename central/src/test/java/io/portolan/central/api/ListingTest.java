package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.Events;
import io.portolan.central.RoutesOf;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.http.Route;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.operation.Failover;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is listed newest first, page by page; and that no wish is passed over. */
class ListingTest {
    private static final String FAILOVERS = "/api/v1/tenants/shop/failovers";
    private static final String WEB = "/api/v1/tenants/shop/applications/web";
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.startFollowing();
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        node.put(WEB, Docs.application("x"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** Failovers that have ended, in one transaction. */
    private void failovers(String tenant, int from, int to) {
        Failover like =
                node.post(FAILOVERS + "?dryRun=All", "{\"application\":\"web\",\"to\":\"eu\"}")
                        .as(Failover.class);
        List<Write> writes = new ArrayList<>();
        for (int i = from; i < to; i++) {
            writes.add(
                    new Write.Put(
                            new Row.OperationRow(
                                    new Failover(
                                            new Uid("%s-%04d".formatted(tenant, i)),
                                            tenant,
                                            "f" + i,
                                            like.application(),
                                            like.applicationName(),
                                            like.request(),
                                            like.singleWriter(),
                                            Failover.State.COMPLETED,
                                            like.plan(),
                                            like.steps(),
                                            like.attestation(),
                                            like.abortRequested(),
                                            like.evidence(),
                                            like.epochBefore(),
                                            like.epochAfter(),
                                            like.waitingFor(),
                                            like.next(),
                                            like.requestedAt(),
                                            like.endedAt(),
                                            like.report(),
                                            like.checks(),
                                            like.approvals(),
                                            like.controls(),
                                            like.hooks()))));
        }
        CommitResult result =
                node.store.commit(new Authority.Api(Optional.empty()), List.of(), writes);
        assertTrue(result instanceof CommitResult.Committed, result::toString);
    }

    private List<String> pages(String path, String query, String field) {
        List<String> out = new ArrayList<>();
        String more = "";
        do {
            JsonNode page = node.get(path + query + more).json();
            page.path("items").forEach(i -> out.add(i.path(field).asText()));
            String token = page.at("/metadata/continue").asText();
            more = token.isEmpty() ? "" : "&continue=" + token;
        } while (!more.isEmpty());
        return out;
    }

    @Test
    void failoversComeInPages() {
        failovers("shop", 0, 3);
        failovers("shop", 3, 5);
        assertEquals(List.of("f3", "f4", "f0", "f1", "f2"), pages(FAILOVERS, "?limit=2", "name"));
        assertEquals(5, pages("/api/v1/failovers", "?limit=1", "name").size());
    }

    @Test
    void aFailoverIsFoundByNameInAnyTenant() {
        failovers("shop", 0, 3);
        failovers("bank", 2, 5);
        String named = "/api/v1/failovers?fieldSelector=metadata.name=";
        assertEquals(2, node.get(named + "f2").json().path("items").size());
        assertEquals("bank", node.get(named + "f4").json().at("/items/0/tenant").asText());
        assertEquals(0, node.get(named + "f9").json().path("items").size());
        String dev = node.userOf("shop");
        Reply theirs = node.sendAs(dev, "GET", named + "f4", "");
        assertEquals(0, theirs.json().path("items").size(), theirs::toString);
    }

    @Test
    void aWatchBeginsWithEveryFailover() {
        failovers("shop", 0, 501);
        try (Events events = node.watch(FAILOVERS + "?watch=true")) {
            List<String> seen = new ArrayList<>();
            for (Events.Event e = events.next(); !e.name().equals("bookmark"); e = events.next()) {
                seen.add(e.data().path("name").asText());
            }
            assertEquals(501, seen.stream().distinct().count());
        }
        try (Events events =
                node.watch(FAILOVERS + "?watch=true&fieldSelector=metadata.name=f77")) {
            assertEquals("f77", events.next().data().path("name").asText());
            assertEquals("bookmark", events.next().name());
            failovers("shop", 600, 601);
            failovers("shop", 77, 78);
            assertEquals("f77", events.nextChange().data().path("name").asText());
        }
    }

    @Test
    void eventsAuditAndTokensComeInPages() {
        for (int i = 2; i < 5; i++) {
            node.put(WEB, Docs.application("x:" + i));
        }
        assertEquals(
                List.of("generation 4", "generation 3", "generation 2", "generation 1"),
                pages(WEB + "/events", "?limit=1", "message"));
        assertEquals(
                List.of("Update", "Update", "Update", "Create", "Create"),
                pages("/api/v1/audit", "?limit=2", "action"));
        node.put("/api/v1/users/bob", "{\"role\":\"Tenant\",\"tenant\":\"shop\"}");
        for (int i = 0; i < 3; i++) {
            node.post("/api/v1/users/bob/tokens", "{}");
        }
        List<String> tokens = pages("/api/v1/tokens", "?user=bob&limit=1", "id");
        assertEquals(3, tokens.stream().distinct().count());
        assertEquals(3, tokens.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "MQ", "", "LTEv", "OTk5OTk5OTk5OTk5OTk5OTk5OTkv", "Mi8AAA"})
    void placesThatNobodyGaveAreRefused(String token) {
        for (String path : List.of(FAILOVERS, WEB + "/events", "/api/v1/audit", "/api/v1/tokens")) {
            Reply reply = node.get(path + "?continue=" + token);
            assertEquals(400, reply.status(), reply::toString);
        }
    }

    @Test
    void noRoutePassesOverAParameter() {
        for (Route route : RoutesOf.node(node)) {
            if (route.access() instanceof Route.Access.OfUser) {
                String path = route.path().replaceAll("\\{[^}]+}", "x");
                Reply reply = node.send(route.method(), path + "?colour=red", "");
                assertEquals(400, reply.status(), () -> route + ": " + reply);
                assertTrue(
                        reply.text().contains("parameter colour is unknown here"),
                        () -> route + ": " + reply);
                route.query().known().forEach(k -> assertTrue(reply.text().contains(k), k));
            }
        }
    }

    @Test
    void failoversSayThatTheyHaveNoLabels() {
        for (String path : List.of(FAILOVERS, "/api/v1/failovers")) {
            Reply reply = node.get(path + "?labelSelector=a%3Db");
            assertEquals(400, reply.status());
            assertTrue(reply.text().contains("failovers have no labels"), reply::toString);
        }
    }
}
