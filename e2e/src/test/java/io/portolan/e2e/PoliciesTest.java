package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpServer;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.kubelet.Machines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What policies have central do by itself, what they hold, and for what they ask several people. In
 * an installation of its own, since a cluster's losses are remembered for an hour. The order only
 * saves time: central does nothing by itself in its first minute.
 */
@ExtendWith(Machines.Extension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PoliciesTest {
    /** For what a leader does that is old enough, or what follows a minute of calm. */
    private static final Duration OLD_ENOUGH = Duration.ofSeconds(150);

    private static final List<String> CLUSTERS = List.of("west", "north", "east");

    private static Portolan portolan;
    private static String anna;
    private static String ben;
    private static Scene late;
    private static App unapproved;
    private static String unanswered;

    @BeforeAll
    static void begin(Machines machines) {
        portolan = machines.installation("policies");
        anna = portolan.operator("anna");
        ben = portolan.operator("ben");
        late = new Scene(portolan, "unapproved");
        unapproved =
                late.app("ledger")
                        .on("west", "east")
                        .survives(
                                "{\"writers\": \"single\","
                                        + " \"approvals\": {\"count\": 1, \"expires\": \"1m\"}}");
        unanswered = late.failover(unapproved, stoodBy(late, unapproved));
        late.awaitState(unanswered, "Approval");
    }

    @AfterAll
    static void end() {
        if (portolan != null) {
            portolan.close();
        }
    }

    @Test
    @Order(1)
    void nothingBeginsBeforeSoManyOthersAgreed() {
        Scene scene = new Scene(portolan, "approved");
        App app =
                scene.app("ledger")
                        .on("west", "east")
                        .survives("{\"writers\": \"single\", \"approvals\": {\"count\": 2}}");
        String target = stoodBy(scene, app);
        String source = scene.active(app);
        long epoch = scene.epoch(app);
        String path = scene.failover(app, target);
        String name = scene.named(path);
        scene.awaitWaiting(path, "2 of 2 approvals", "others than admin", "portolan approve");

        Proc.Finished own = portolan.cli("approve", name).expect(5);
        assertTrue(own.toString().contains("others have to agree"), own::toString);
        approve(anna, name, "saw the graphs");
        approve(anna, name, "and once more");
        scene.awaitWaiting(path, "1 of 2 approvals", "approved by anna");
        assertEquals(epoch, scene.epoch(app));
        assertEquals(1, scene.ready(source, app));
        assertEquals(0, scene.pods(target, app));
        approve(ben, name, "agreed on the bridge");
        scene.awaitState(path, "Completed");
        scene.awaitRole(app, target, "Active");
        String report = portolan.cli("operation", "report", name).expect(0).out();
        for (String said : List.of("anna", "saw the graphs", "ben", "agreed on the bridge")) {
            assertTrue(report.contains(said), report);
        }
    }

    private static void approve(String token, String name, String comment) {
        portolan.cliOf(token, "approve", name, "--comment", comment).expect(0);
    }

    /** It was asked for before any other test began. */
    @Test
    @Order(7)
    void whatNobodyApprovesInTimeIsRefusedAndHasChangedNothing() {
        JsonObject asked =
                late.operation(unanswered).getAsJsonArray("steps").asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .filter(s -> s.get("state").getAsString().equals("Approval"))
                        .findFirst()
                        .orElseThrow();
        assertEquals(
                Duration.ofMinutes(1),
                Duration.between(time(asked, "startedAt"), time(asked, "deadline")));
        late.awaitState(unanswered, "Refused");
        JsonObject refused = late.operation(unanswered);
        assertTrue(
                refused.toString().contains("not approved in time: it lacked 1 of 1 approvals"),
                refused::toString);
        assertFalse(time(refused, "endedAt").isBefore(time(asked, "deadline")));
        assertEquals(refused.get("epochBefore").getAsLong(), late.epoch(unapproved));
        late.awaitHealthy(unapproved);
    }

    @Test
    @Order(2)
    void freezeWindowHoldsWhatIsTypedUntilAReasonIsGivenAndNoDisaster() {
        Scene scene = new Scene(portolan, "frozen");
        App app = scene.app("till").on("west", "east").survives(frozen("FreezeWindow"));
        String second = stoodBy(scene, app);
        String first = scene.active(app);
        String[] relocate = {"relocate", "frozen/till", "--to", second};
        Proc.Finished held = portolan.cli(relocate).expect(8);
        assertTrue(held.toString().contains("the sales"), held::toString);
        assertTrue(held.toString().contains("--override FreezeWindow"), held::toString);
        portolan.cli("gate", "close", "app", "frozen/till", "--reason", "firmware").expect(0);
        Proc.Finished closed = portolan.cli(relocate).expect(8);
        assertTrue(closed.toString().contains("gate is closed (firmware)"), closed::toString);
        portolan.cli("gate", "open", "app", "frozen/till").expect(0);
        assertFalse(portolan.cli(relocate).expect(8).toString().contains("gate"));
        String[] override = with(relocate, "--override", "FreezeWindow");
        portolan.cli(override).expect(2);
        scene.put(app.survives(frozen("")));
        String[] reasoned = with(override, "--reason", "the rack is on fire");
        Proc.Finished strict = portolan.cli(reasoned).expect(8);
        assertTrue(strict.toString().contains("lets nobody override"), strict::toString);
        assertEquals(first, scene.active(app));

        scene.put(app.survives(frozen("FreezeWindow")));
        portolan.cli(reasoned).expect(0);
        scene.awaitRole(app, second, "Active");
        JsonObject moved = scene.operations(app).getFirst().getAsJsonObject("report");
        assertTrue(moved.get("deviations").toString().contains("FreezeWindow overridden"));
        assertTrue(moved.get("deviations").toString().contains("the rack is on fire"));

        portolan.agent(second).toCentral().cut();
        try {
            scene.awaitReach(second, "Unreachable");
            String path = scene.failover(app, first);
            scene.awaitState(path, "Fencing");
            assertTrue(
                    scene.operation(path).toString().contains("does not hold a failover"),
                    () -> scene.operation(path).toString());
            vouchedForByTwo(scene, path, second, () -> scene.pods(first, app));
            scene.awaitRole(app, first, "Active");
        } finally {
            portolan.agent(second).toCentral().restore();
        }
        scene.awaitCondition(app, "ReturnHeld", "Held", Duration.ofMinutes(2), second);
        scene.awaitNoPods(second, app);
        assertEquals("Quarantined", scene.role(app, second));
        Proc.Finished back = portolan.cli("failback", "frozen/till").expect(8);
        assertTrue(back.toString().contains("portolan release frozen/till"), back::toString);
        portolan.cli("release", "frozen/till", "--cluster", second).expect(0);
        scene.awaitRole(app, second, "Standby");
    }

    private static void vouchedForByTwo(Scene scene, String path, String of, IntSupplier started) {
        String[] attest = {
            "failover", "attest", scene.named(path), "--reason", "I stand before its breaker"
        };
        Proc.Finished shown = portolan.cliOf(anna, attest).expect(0);
        assertTrue(shown.toString().contains("attests that nothing of"), shown::toString);
        Proc.Finished again = portolan.cliOf(anna, attest).expect(5);
        assertTrue(again.toString().contains("another one must"), again::toString);
        assertEquals("Fencing", scene.operation(path).get("state").getAsString());
        assertEquals(0, started.getAsInt(), "on one word of two");
        portolan.cliOf(ben, attest).expect(0);
        scene.awaitState(path, "Completed");
        String fence = scene.operation(path).getAsJsonObject("report").get("fence").getAsString();
        assertTrue(Stream.of("F6", "anna", "ben", of).allMatch(fence::contains), fence);
    }

    /** At all times, for whoever comes around midnight too. */
    private static String frozen(String overridable) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return """
        {"writers": "single", "attestations": 2, "onReturn": "hold", "preflight": {"overridable": [%s]},
         "safety": {"freeze": [{"from": "00:00", "to": "00:00", "days": ["%s", "%s"], "why": "the sales"}]}}
        """
                .formatted(
                        overridable.isEmpty() ? "" : "\"" + overridable + "\"",
                        day(today),
                        day(today.plusDays(1)));
    }

    private static String day(LocalDate date) {
        return date.getDayOfWeek()
                .getDisplayName(TextStyle.SHORT, Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    @Test
    @Order(3)
    void clusterThatItsPeersReachIsNotLeftAndOneThatIsStableAgainIsReturnedTo() throws IOException {
        Scene scene = new Scene(portolan, "probed");
        App app =
                automatic(
                        scene,
                        ", \"cooldown\": \"0s\", \"failback\": {\"by\": \"automatic\", \"after\": \"1m\"}");
        String home = scene.active(app);
        HttpServer served = serving();
        probe(home, "http://127.0.0.1:" + served.getAddress().getPort() + "/health");
        portolan.agent(home).toCentral().cut();
        try {
            scene.awaitCondition(
                    app,
                    "FailoverProposed",
                    "PeersReachIt",
                    OLD_ENOUGH,
                    "2 of 2 other clusters reach it",
                    "no automatic failover",
                    "portolan failover front");
            assertEquals(home, scene.active(app));
            assertEquals(List.of(), scene.operations(app));
            served.stop(0);
            awaitLeft(scene, app, home);
            changedByHand(scene, app, home);
            scene.awaitCondition(app, "FailbackPending", "NotHealthy", Scene.SOON, "is not heard");
        } finally {
            served.stop(0);
            portolan.agent(home).toCentral().restore();
        }
        JsonObject left = scene.operations(app).getFirst().getAsJsonObject("request");
        assertEquals("policy", left.get("requestedBy").getAsString());
        assertTrue(left.toString().contains("nor is it reached from any of 2"), left::toString);

        // Heard is not back yet, and back is not stable yet.
        Await.until("the cluster to be returning", Scene.SOON, () -> !returning(home).isEmpty());
        String until =
                scene.awaitCondition(app, "FailbackPending", "Stabilizing", Scene.SOON, home);
        String told = scene.api().get(app.path() + "/events").expect(200).body();
        for (String diverged :
                List.of(
                        "Diverged",
                        home + ": it was cut off from central from",
                        "and ran until then Deployment probed/front (1)",
                        "others changed Deployment probed/front")) {
            assertTrue(told.contains(diverged), told);
        }

        Await.until("the return", OLD_ENOUGH, () -> scene.active(app).equals(home));
        JsonObject back = scene.operations(app).getFirst();
        JsonObject request = back.getAsJsonObject("request");
        assertEquals("policy", request.get("requestedBy").getAsString());
        assertTrue(request.get("planned").getAsBoolean(), back::toString);
        assertTrue(request.toString().contains("has been healthy for 1m"), back::toString);
        assertEquals(2, scene.operations(app).size());
        Instant due = Instant.parse(until.replaceAll(".* at (\\S+Z),.*", "$1"));
        assertFalse(time(back, "requestedAt").isBefore(due), () -> back + " before " + due);
        scene.awaitReady(home, app, 1);
        scene.awaitState(scene.path(back), "Completed");
    }

    /** The agent mends it, alone as it is. */
    private static void changedByHand(Scene scene, App app, String cluster) {
        scene.live(cluster)
                .mergePatch(
                        "apps/v1/deployments",
                        scene.tenant(),
                        scene.deploymentName(cluster, app),
                        "{\"spec\": {\"replicas\": 3}}");
        Await.until(
                "the agent to mend it",
                Scene.SOON,
                () ->
                        scene.deployment(cluster, app)
                                        .getAsJsonObject("spec")
                                        .get("replicas")
                                        .getAsInt()
                                == 1);
        scene.awaitReady(cluster, app, 1);
    }

    private static HttpServer serving() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private static void probe(String cluster, String url) {
        portolan.api()
                .patch(
                        "/api/v1/clusters/" + cluster,
                        "{\"spec\": {\"probe\": {\"url\": \"" + url + "\"}}}")
                .expect(200);
    }

    private static String returning(String cluster) {
        return portolan
                .api()
                .get("/api/v1/clusters/" + cluster)
                .expect(200)
                .json()
                .getAsJsonObject("status")
                .getAsJsonArray("conditions")
                .asList()
                .stream()
                .map(JsonElement::getAsJsonObject)
                .filter(c -> c.get("type").getAsString().equals("Returning"))
                .map(c -> c.get("reason").getAsString())
                .findFirst()
                .orElse("");
    }

    @Test
    @Order(4)
    void brakeHoldsWhileHalfTheFleetIsSilentAndLetsGoWhenItIsHeardAgain() {
        Scene scene = new Scene(portolan, "braked");
        App app = automatic(scene, "");
        String home = scene.active(app);
        String other = CLUSTERS.stream().filter(c -> !c.equals(home)).findFirst().orElseThrow();
        portolan.agent(home).toCentral().cut();
        portolan.agent(other).toCentral().cut();
        try {
            scene.awaitCondition(
                    app,
                    "FailoverProposed",
                    "Braked",
                    OLD_ENOUGH,
                    "more than 1 of 3 clusters fell silent together",
                    "without the brake it would be failed over now",
                    "portolan failover front");
            scene.awaitReach(home, "Unreachable");
            scene.awaitReach(other, "Unreachable");
            assertEquals(home, scene.active(app));
            assertEquals(List.of(), scene.operations(app));
            portolan.agent(other).toCentral().restore();
            awaitLeft(scene, app, home);
        } finally {
            portolan.agent(other).toCentral().restore();
            portolan.agent(home).toCentral().restore();
        }
        scene.awaitReach(home, "Ready");
        scene.awaitHealthy(app);
        assertEquals(1, scene.operations(app).size());
    }

    @Test
    @Order(6)
    void clustersThatFlapCauseOneFailoverInACooldownAndAreBelievedLaterEachTime() {
        Scene scene = new Scene(portolan, "flapping");
        App app = automatic(scene, "");
        String first = scene.active(app);
        portolan.agent(first).toCentral().cut();
        try {
            awaitLeft(scene, app, first);
        } finally {
            portolan.agent(first).toCentral().restore();
        }
        scene.awaitReach(first, "Ready");
        String second = scene.active(app);
        scene.awaitReady(second, app, 1);

        for (int flap = 1; flap <= 3; flap++) {
            portolan.agent(second).toCentral().cut();
            try {
                scene.awaitReach(second, "Unreachable");
                scene.awaitCondition(app, "FailoverProposed", "Cooldown", Scene.SOON);
                assertEquals(second, scene.active(app));
            } finally {
                portolan.agent(second).toCentral().restore();
            }
            scene.awaitReach(second, "Ready");
        }
        Await.until(
                "the cluster to be watched for longer",
                Scene.SOON,
                () -> returning(second).equals("Flapping"));
        assertEquals(1, scene.operations(app).size());
        assertEquals(second, scene.active(app));
    }

    @Test
    @Order(5)
    void writerThatFencesItselfIsFailedOverWithoutAnybodysWord(Machines machines) {
        WriterSite site =
                WriterSite.automatic(machines, portolan, "fenced", List.of("west", "north"));
        Scene scene = site.scene();
        site.agentsWire("west").cut();
        try {
            JsonObject begun =
                    Await.value(
                            "central to fail it over",
                            OLD_ENOUGH,
                            () -> scene.operations(site.app()).stream().findFirst(),
                            () -> scene.api().get(site.app().path()).body());
            assertEquals(
                    "policy",
                    begun.getAsJsonObject("request").get("requestedBy").getAsString(),
                    begun::toString);
            String path = scene.path(begun);
            scene.awaitState(path, "Completed");
            assertEquals("F3", scene.fenceLevel(path));
            site.assertMovedTo("north");
        } finally {
            site.agentsWire("west").restore();
        }
        scene.awaitRole(site.app(), "west", "Standby");
        site.assertNeverTwice();
    }

    private static App automatic(Scene scene, String more) {
        App app =
                scene.app("front")
                        .command(Machines.WRITER)
                        .onOneOf(CLUSTERS.toArray(String[]::new))
                        .survives(
                                "{\"writers\": \"many\", \"trigger\": \"automatic\","
                                        + " \"toleration\": \"0s\""
                                        + more
                                        + "}");
        scene.putHealthy(app);
        return app;
    }

    private static void awaitLeft(Scene scene, App app, String cluster) {
        Await.until(
                "central to fail it over",
                OLD_ENOUGH,
                () -> !scene.active(app).equals(cluster),
                () -> "\n--- the application\n" + scene.api().get(app.path()).body());
    }

    private static Instant time(JsonObject of, String field) {
        return Instant.parse(of.get(field).getAsString());
    }

    /** Puts it where it is on {@code west} and {@code east}; returns which of them stands by. */
    private static String stoodBy(Scene scene, App app) {
        scene.putHealthy(app);
        String other = scene.active(app).equals("east") ? "west" : "east";
        scene.awaitRole(app, other, "Standby");
        return other;
    }

    private static String[] with(String[] command, String... more) {
        return Stream.of(command, more).flatMap(Stream::of).toArray(String[]::new);
    }
}
