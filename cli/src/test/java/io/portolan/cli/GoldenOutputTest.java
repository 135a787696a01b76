package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people and programs read on stdout, to the letter. */
class GoldenOutputTest {
    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central =
                new FakeCentral()
                        .holds("tenants/shop", Fixtures.TENANT)
                        .holds(Fixtures.APPLICATION, Fixtures.application())
                        .holds("clusters/c1", Fixtures.cluster("c1", "eu-west", "Ready"))
                        .holds("clusters/c2", Fixtures.cluster("c2", "eu-north", "Unreachable"))
                        .holds("clusters/c3", Fixtures.cluster("c3", "eu-north", "Ready"))
                        .holds(
                                "tenants/shop/failovers/checkout-1",
                                Fixtures.failover("Completed", "", ""))
                        .answers(
                                "GET /api/v1/" + Fixtures.APPLICATION + "/events",
                                200,
                                "{\"items\":[{\"subject\":\"u-1\",\"at\":\"2026-03-01T11:58:00Z\","
                                        + "\"severity\":\"Warning\",\"reason\":\"Drift\","
                                        + "\"message\":\"replicas were 2\",\"actor\":\"cluster:c1\"}]}")
                        .answers(
                                "GET /api/v1/" + Fixtures.APPLICATION + "/why",
                                200,
                                Fixtures.WHY.formatted("true"));
        central.answers("GET /api/v1/rebalance", 200, Fixtures.REBALANCE);
        central.answers(
                "GET /api/v1/" + Fixtures.APPLICATION + "/placement",
                200,
                Fixtures.PLACEMENT_TABLE);
        central.answers("GET /api/v1/users", 200, Fixtures.USERS)
                .answers("GET /api/v1/users/dev", 200, Fixtures.user("dev", "shop"))
                .answers("GET /api/v1/tokens", 200, Fixtures.TOKENS)
                .answers("GET /api/v1/nodes", 200, Fixtures.NODES)
                .answers("GET /api/v1/losses", 200, Fixtures.LOSSES)
                .answers("GET /api/v1/rooms", 200, Fixtures.ROOMS)
                .answers("GET /api/v1/clusters/c1/room", 200, Fixtures.ROOM)
                .answers("GET /api/v1/audit", 200, Fixtures.AUDIT)
                .answers("POST /api/v1/simulations", 200, Fixtures.SIMULATION);
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    @ParameterizedTest
    @CsvSource({
        "get-apps-table, 0, get apps",
        "get-apps-all-tenants, 0, get apps -A",
        "get-apps-wide, 0, get applications -o wide",
        "get-app-json, 0, get app checkout -o json",
        "get-app-yaml, 0, get app/checkout -o yaml",
        "get-apps-name, 0, get app -o name",
        "get-apps-json, 0, get apps -o json",
        "get-clusters-table, 0, get clusters",
        "get-clusters-wide, 0, get clusters -o wide",
        "get-clusters-name, 0, get cluster -o name",
        "get-failovers-table, 0, get fo",
        "get-failovers-wide, 0, get failovers -o wide",
        "get-tenants-wide, 0, get tenants -o wide",
        "describe-app, 0, describe application checkout",
        "describe-cluster, 0, describe cluster c1",
        "describe-cluster-json, 0, describe cluster c1 -o json",
        "describe-app-name, 0, describe application checkout -o name",
        "events-app, 0, events app checkout",
        "events-app-json, 0, events app checkout --limit 5 -o json",
        "events-failover, 0, events failover checkout-1",
        "events-failover-newest, 0, events failover checkout-1 --limit 1",
        "why-app, 0, why application checkout",
        "rebalance, 0, rebalance",
        "rebalance-json, 0, rebalance -o json",
        "rebalance-name, 0, rebalance -o name",
        "why-app-all, 0, why app checkout --all",
        "why-app-all-json, 0, why app checkout --all -o json",
        "why-app-cluster, 0, why app checkout --cluster c2",
        "why-app-json, 0, why application shop/checkout -o json",
        "cluster-health, 9, cluster health",
        "cluster-health-json, 9, cluster health -o json",
        "get-users-table, 0, get users",
        "get-users-name, 0, get users -o name",
        "get-user-json, 0, get user/dev -o json",
        "get-tokens-wide, 0, get tokens -o wide",
        "get-tokens-json, 0, get token -o json",
        "get-nodes-table, 0, get nodes",
        "get-nodes-wide, 0, get node -o wide",
        "get-nodes-json, 0, get nodes -o json",
        "get-nodes-name, 0, get nodes -o name",
        "simulate, 0, simulate --lose region=eu-west",
        "simulate-wide, 3, simulate --lose cluster=c1 --cordon c2 --exit-code -o wide",
        "simulate-json, 0, simulate --lose region=eu-west -o json",
        "simulate-name, 0, simulate --lose region=eu-west -o name",
        "get-losses-table, 0, get losses",
        "get-losses-wide, 0, get loss -o wide",
        "get-losses-json, 0, get losses eu-west -o json",
        "get-losses-name, 0, get losses -o name",
        "audit, 0, audit",
        "audit-json, 0, audit --limit 2 -o json",
        "failover-report, 0, failover report checkout-1",
        "failover-report-json, 0, failover report checkout-1 -o json",
    })
    void writesExactly(String golden, int code, String command) throws IOException {
        answersEvents("clusters/c1");
        Ran ran = cli.run(command.split(" "));
        assertEquals(code, ran.code(), ran.err());
        Golden.matches(golden, ran.out());
    }

    @ParameterizedTest
    @CsvSource({
        "describe-ill-app, describe application checkout",
        "get-ill-app, get application checkout"
    })
    void oneLineAndThenTheTree(String golden, String command) throws IOException {
        central.holds(Fixtures.APPLICATION, Fixtures.illApplication());
        Golden.matches(golden, cli.run(command.split(" ")).out());
    }

    @Test
    void whatHooksDoAndSaidIsShown() throws IOException {
        central.holds("tenants/shop/failovers/checkout-3", Fixtures.hooked());
        Golden.matches("failover-report-hooks", cli.run("operation", "report", "checkout-3").out());
        Failover hooked =
                Codec.lenient()
                        .read(Fixtures.hooked().getBytes(StandardCharsets.UTF_8), Failover.class);
        assertTrue(
                OperationTree.lines(hooked, hooked.requestedAt())
                        .contains("   hook dataGate succeeded: {\"lagSeconds\": 2}"),
                () -> OperationTree.lines(hooked, hooked.requestedAt()).toString());
    }

    @Test
    void aFailoverThatHasEndedIsToldToItsEnd() throws IOException {
        central.holds("tenants/shop/failovers/checkout-2", Fixtures.endedFailover());
        Ran ran = cli.run("events", "failover", "checkout-2", "-w");
        Golden.matches("events-failover-watch", ran.out());
    }

    private void answersEvents(String path) {
        central.answers("GET /api/v1/" + path + "/events", 200, "{\"items\":[]}");
    }

    @Test
    void hintsGoToStderrAndOnlyForPeople() {
        assertEquals("next: portolan why application checkout\n", cli.run("get", "apps").err());
        assertEquals("", cli.run("get", "apps", "-o", "json").err());
        assertEquals("", cli.run("get", "apps", "-o", "name").err());
    }

    @Test
    void whatWouldBeLostIsToldWithWhatToType() {
        assertEquals(
                "! 1 answer is missing or being made anew\n"
                        + "next: portolan simulate --lose region=eu-west\n",
                cli.run("get", "losses").err());
        assertEquals(
                "! 1 answer is missing or being made anew\n"
                        + "next: portolan simulate --lose \"region=eu-west,zone=a\"\n",
                cli.run("get", "losses", "eu-west/a").err());
        assertEquals(Exit.NOT_FOUND.code(), cli.run("get", "losses", "eu-wset").code());
        assertEquals(Exit.USAGE.code(), cli.run("get", "losses", "-w").code());
    }

    @Test
    void whoMayNotKnowOfLossesAndRoomIsToldTheRest() {
        for (String path : new String[] {"losses", "rooms", "clusters/c1/room"}) {
            central.answers("GET /api/v1/" + path, 403, "{\"title\":\"Forbidden\",\"status\":403}");
        }
        Ran ran = cli.run("cluster", "health");
        assertEquals(Exit.DEGRADED.code(), ran.code());
        assertEquals(4, ran.out().lines().count(), ran.out());
        assertFalse(ran.out().contains("FREE"), ran.out());
        answersEvents("clusters/c1");
        for (String format : new String[] {"table", "json"}) {
            Ran described = cli.run("describe", "cluster", "c1", "-o", format);
            assertEquals(0, described.code(), described.err());
            assertFalse(described.out().toLowerCase(Locale.ROOT).contains("room"), described.out());
        }
    }

    @Test
    void thatNothingIsKnownIsNotThatNothingDoesHarm() {
        central.answers("GET /api/v1/losses", 200, "{\"revision\":0,\"pending\":0,\"items\":[]}");
        Ran none = cli.run("cluster", "health");
        assertTrue(none.out().contains("loss: not known yet\n"), none.out());
        central.answers(
                "GET /api/v1/losses",
                200,
                "{\"revision\":4,\"pending\":2,\"items\":[{\"kind\":\"Cluster\",\"answer\":\"Fits\"}]}");
        Ran some = cli.run("cluster", "health");
        assertTrue(some.out().contains("loss: not known yet of 2 parts"), some.out());
    }

    @Test
    void whatAStandbyHasReadyStandsWithIt() {
        central.holds(
                Fixtures.APPLICATION,
                Fixtures.application()
                        .replace(
                                "\"role\":\"Standby\"",
                                "\"role\":\"Standby\",\"standby\":\"warm\""));
        assertTrue(cli.run("get", "apps").out().contains("  c1,c2(warm standby)  "));
        String described = cli.run("describe", "app", "checkout").out();
        assertTrue(described.contains("c2 (eu-north)  Standby (warm)  Stopped"), described);
    }

    @Test
    void namesAsPrintedAreTakenBack() {
        String printed = cli.run("get", "apps", "-o", "name").out().strip();
        assertEquals("application/shop/checkout", printed);
        assertEquals(printed, cli.run("get", printed, "-o", "name").out().strip());
    }

    @Test
    void findsTheOnlyTenantThatHasTheName() {
        Ran ran = cli.env("PORTOLAN_TENANT", "").run("get", "app", "checkout", "-o", "name");
        assertEquals("application/shop/checkout\n", ran.out(), ran.err());
        central.holds(
                "tenants/bank/applications/checkout",
                Fixtures.application().replace("\"shop\"", "\"bank\""));
        Ran ambiguous = cli.run("get", "app", "checkout");
        assertEquals(Exit.USAGE.code(), ambiguous.code());
        assertEquals(
                "error: Application checkout is in several tenants: bank, shop\n"
                        + "next: name one by --tenant\n",
                ambiguous.err());
    }

    @Test
    void tablesHoldEveryPage() {
        long rows = cli.run("get", "clusters").out().lines().skip(1).count();
        assertEquals(3, rows);
        assertEquals(
                2,
                central.requests.stream()
                        .filter(r -> r.startsWith("GET /api/v1/clusters?"))
                        .count());
    }
}
