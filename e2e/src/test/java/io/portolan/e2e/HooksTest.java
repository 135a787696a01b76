package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A failover that asks somebody outside, who sees what he is asked. */
@ExtendWith(Fleet.Extension.class)
class HooksTest {
    private record Asked(String point, String key, JsonObject body) {}

    private final ConcurrentLinkedQueue<Asked> asked = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private volatile String lag = "{\"lagSeconds\": 3600}";

    /** Whether who is asked to switch traffic goes on without an answer. */
    private volatile boolean mute = true;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    JsonObject body =
                            JsonParser.parseString(
                                            new String(
                                                    exchange.getRequestBody().readAllBytes(),
                                                    StandardCharsets.UTF_8))
                                    .getAsJsonObject();
                    String point = body.get("point").getAsString();
                    asked.add(
                            new Asked(
                                    point,
                                    exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                                    body));
                    if (point.equals("switchTraffic") && mute) {
                        return;
                    }
                    byte[] said =
                            (point.equals("dataGate") ? lag : "{}")
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, said.length);
                    exchange.getResponseBody().write(said);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private List<Asked> asked(String point) {
        return asked.stream().filter(a -> a.point().equals(point)).toList();
    }

    @Test
    void theGateHoldsALagAndTrafficIsSwitchedUnderOneKeyThoughCentralIsKilled(Fleet fleet) {
        Scene scene = new Scene(fleet, "hooked");
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/dr";
        App app =
                scene.app("ledger")
                        .on("eu-west", "us-east")
                        .survives(
                                """
                                {"writers": "single", "rpo": "10s", "hooks": {
                                  "dataGate": {"http": {"url": "%1$s"}},
                                  "switchTraffic": {"http": {"url": "%1$s"}, "timeout": "10m"}}}"""
                                        .formatted(url));
        scene.putHealthy(app);
        String source = scene.active(app);
        String target = source.equals("eu-west") ? "us-east" : "eu-west";

        scene.awaitRole(app, target, "Standby");
        String path = scene.failover(app, target);
        scene.awaitState(path, "DataGate");
        Await.until("the reason", Scene.SOON, () -> waitingFor(scene, path).contains("rpo is 10s"));
        assertEquals(0, scene.pods(target, app), "nothing was promoted");
        lag = "{\"lagSeconds\": 2, \"lagBytes\": 100}";

        scene.awaitState(path, "SwitchingTraffic");
        assertEquals(1, scene.ready(target, app), "after it was verified");
        Await.until("the question", Scene.SOON, () -> !asked("switchTraffic").isEmpty());
        scene.portolan().central().kill();
        mute = false;
        scene.portolan().central().restart();

        scene.awaitState(path, "Completed");
        List<Asked> switches = asked("switchTraffic");
        assertEquals(2, switches.size(), "once by each life of central");
        assertEquals(switches.get(0).key(), switches.get(1).key());
        JsonObject body = switches.getLast().body();
        assertEquals(target, body.get("to").getAsString());
        assertEquals(source, body.getAsJsonArray("from").get(0).getAsString());
        assertEquals("ledger", body.get("application").getAsString());
        List<String> gates = asked("dataGate").stream().map(Asked::key).distinct().toList();
        assertTrue(gates.size() >= 2, () -> "each question has its key: " + gates);
    }

    private static String waitingFor(Scene scene, String path) {
        return scene.operation(path).get("waitingFor").getAsString();
    }
}
