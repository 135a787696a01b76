package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.feed.ClusterDirectory;
import io.portolan.central.http.HttpServer;
import io.portolan.central.http.Limits;
import io.portolan.central.http.Route;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.security.Principal.User;
import io.portolan.central.security.Tokens;
import io.portolan.central.telemetry.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is answered while others ask, and when an answer takes too long: the routes that take a core
 * for a question, by HTTP, with permits that the test itself holds.
 */
class BusyTest {
    private static final String SIMULATIONS = "/api/v1/simulations";
    private static final String REBALANCE = "/api/v1/rebalance";
    private static final String TABLE = "/api/v1/tenants/shop/applications/web/placement";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Permits simulations = new Permits("another simulation", 2);
    private final Permits tables = new Permits("another table of a placement", 2);
    private final Permits looks = new Permits("another look at all applications", 2);
    private final Metrics metrics = new Metrics();
    private final List<HttpServer> servers = new ArrayList<>();
    private TestNode node;
    private String busy;

    @BeforeEach
    void oneApplication() {
        node = TestNode.startFollowing();
        for (String tenant : List.of("shop", "bank", "mill")) {
            made(node.put("/api/v1/tenants/" + tenant, Docs.TENANT.replace("shop", tenant)));
        }
        made(node.put("/api/v1/clusters/c1", Docs.cluster("eu-west")));
        made(node.put("/api/v1/tenants/shop/applications/web", Docs.application("x")));
        busy = serving(PATIENCE);
    }

    @AfterEach
    void stop() {
        servers.forEach(HttpServer::close);
        metrics.close();
        node.close();
    }

    private static void made(Reply reply) {
        assertTrue(reply.status() < 300, reply::toString);
    }

    /** Where the routes are served that ask for the test's permits. */
    private String serving(Duration patience) {
        FollowedImage fleet = new FollowedImage(node.store);
        Clock clock = Clock.systemUTC();
        List<Route> routes = new ArrayList<>();
        routes.addAll(new SimulationRoutes(fleet, clock, simulations, patience).routes());
        routes.addAll(
                new ApplicationRoutes(
                                node.store,
                                new ClusterDirectory(node.store),
                                new PlacementTable(fleet, clock, tables))
                        .routes());
        routes.addAll(
                new RebalanceRoutes(
                                fleet,
                                node.store,
                                new Commits(node.store, metrics, clock),
                                1,
                                looks)
                        .routes());
        servers.add(
                HttpServer.start(
                        "127.0.0.1", 0, routes, new Tokens(node.store), Limits.USUAL, metrics));
        return "http://127.0.0.1:" + servers.getLast().port();
    }

    private Reply simulate(String token) {
        String changed = "{\"policies\":[" + Docs.application("y") + "]}";
        return node.sendAs(token, "POST", busy + SIMULATIONS, changed);
    }

    /** Of a tenant that has no application to change. */
    private Reply lose(String token) {
        return node.sendAs(token, "POST", busy + SIMULATIONS, "{\"lose\":[\"cluster=c1\"]}");
    }

    private Reply table(String token) {
        return node.sendAs(token, "GET", busy + TABLE, "");
    }

    private Reply look(String token) {
        return node.sendAs(token, "GET", busy + REBALANCE, "");
    }

    private static Reply holding(Permits permits, String tenant, Supplier<Reply> then) {
        return permits.holding(new User(tenant + "-other", tenant), then);
    }

    private static void refused(Reply reply, String detail) {
        assertEquals(429, reply.status(), reply::toString);
        assertEquals("1", reply.header("Retry-After"));
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertEquals("Too many requests", reply.json().path("title").asText());
        assertEquals(detail, reply.json().path("detail").asText());
    }

    @Test
    void aTenantHasOneSimulationAtATime() {
        String shop = node.userOf("shop");
        refused(
                holding(simulations, "shop", () -> simulate(shop)),
                "another simulation of tenant shop is under way on this node");
        assertEquals(200, simulate(shop).status(), "its turn came");
    }

    @Test
    void allTenantsTogetherHaveSoManyAndAnOperatorIsNotAmongThem() {
        String mill = node.userOf("mill");
        String detail = "another simulation has to wait: this node works for 2 tenants at once";
        holding(
                simulations,
                "shop",
                () ->
                        holding(
                                simulations,
                                "bank",
                                () -> {
                                    refused(lose(mill), detail);
                                    assertEquals(200, simulate(node.adminToken()).status());
                                    return lose(mill);
                                }));
        assertEquals(
                200,
                holding(simulations, "shop", () -> lose(mill)).status(),
                "what was refused holds no place");
    }

    @Test
    void operatorsHaveOneSimulationAtATimeAmongThemselves() {
        refused(
                simulations.holding(new User("root", ""), () -> simulate(node.adminToken())),
                "another simulation of an operator is under way on this node");
    }

    @Test
    void tablesAndLooksAreBoundAlike() {
        String shop = node.userOf("shop");
        refused(
                holding(tables, "shop", () -> table(shop)),
                "another table of a placement of tenant shop is under way on this node");
        refused(
                holding(looks, "shop", () -> look(shop)),
                "another look at all applications of tenant shop is under way on this node");
        refused(
                holding(
                        looks,
                        "shop",
                        () -> node.sendAs(shop, "POST", busy + REBALANCE, "{\"all\":true}")),
                "another look at all applications of tenant shop is under way on this node");
        refused(
                holding(tables, "bank", () -> holding(tables, "mill", () -> table(shop))),
                "another table of a placement has to wait: this node works for 2 tenants at once");
        refused(
                holding(looks, "bank", () -> holding(looks, "mill", () -> look(shop))),
                "another look at all applications has to wait: this node works for 2 tenants at"
                        + " once");
        assertEquals(200, table(shop).status());
        assertEquals(200, look(shop).status());
        assertEquals(200, holding(simulations, "shop", () -> table(shop)).status(), "its own room");
    }

    @Test
    void whatTakesTooLongIsGivenUpAndSaysHowMuchWasLeft() {
        busy = serving(Duration.ZERO);
        Reply late = simulate(node.userOf("shop"));
        assertEquals(422, late.status(), late::toString);
        assertEquals("application/problem+json", late.header("Content-Type"));
        assertEquals("Takes too long", late.json().path("title").asText());
        assertEquals(
                "not answered within 0 s: 1 application was still to be looked at; suppose less at"
                        + " once",
                late.json().path("detail").asText());
        assertEquals("", late.header("Retry-After"), "asking again would not help");
        busy = serving(PATIENCE);
        assertEquals(200, simulate(node.userOf("shop")).status(), "the permit was given back");
    }
}
