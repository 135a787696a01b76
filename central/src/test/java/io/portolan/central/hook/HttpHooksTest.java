package io.portolan.central.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.dr.HookAnswer;
import io.portolan.dr.HookCall;
import io.portolan.model.Uid;
import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.HookRun.Fenced;
import io.portolan.model.operation.HookRun.Lag;
import io.portolan.model.wire.Codec;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server that is asked, with all the ways in which one may fail to answer. */
class HttpHooksTest {
    /** Longer than any test, for what answers at once. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private record Asked(Map<String, List<String>> headers, JsonNode body) {}

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final ConcurrentLinkedQueue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final HttpHooks hooks = new HttpHooks();
    private HttpServer server;
    private volatile Answer answer = exchange -> say(exchange, 200, "");

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    asked.add(
                            new Asked(
                                    exchange.getRequestHeaders(),
                                    Codec.strict().tree(exchange.getRequestBody().readAllBytes())));
                    answer.to(exchange);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        hooks.close();
        server.stop(0);
    }

    private static void say(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/dr";
    }

    private HookAnswer ask(HookPoint point) {
        return ask(point, url(), LONG);
    }

    private HookAnswer ask(HookPoint point, String url, Duration timeout) {
        return hooks.call(
                new HookCall(
                        new Uid("op-1"),
                        point,
                        "op-1/" + point + "/1",
                        2,
                        new Hook.Http(url, Map.of("Authorization", "Bearer t")),
                        timeout,
                        new HookCall.Envelope(
                                "shop",
                                "checkout",
                                "checkout-1",
                                new Uid("op-1"),
                                point,
                                false,
                                7,
                                List.of("paris"),
                                "berlin",
                                Optional.empty(),
                                2)));
    }

    @Test
    void saysWhatItIsAboutUnderTheKeyOfTheRun() {
        HookAnswer said = ask(HookPoint.SWITCH_TRAFFIC);
        assertTrue(said.succeeded(), said::toString);
        assertEquals("op-1/switchTraffic/1", said.key());
        assertEquals(2, said.attempt());
        Asked it = asked.remove();
        assertEquals(List.of("op-1/switchTraffic/1"), it.headers().get("Idempotency-key"));
        assertEquals(List.of("Bearer t"), it.headers().get("Authorization"));
        assertEquals(List.of("application/json"), it.headers().get("Content-type"));
        assertEquals(
                Codec.strict()
                        .tree(
                                """
                                {"tenant": "shop", "application": "checkout",
                                 "operation": "checkout-1", "operationUid": "op-1",
                                 "point": "switchTraffic", "planned": false, "epoch": 7,
                                 "from": ["paris"], "to": "berlin", "attempt": 2}"""
                                        .getBytes(StandardCharsets.UTF_8)),
                it.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"lagSeconds\": 3, \"lagBytes\": 100} | 3000 | 100",
                "{\"lagSeconds\": 0.0001, \"more\": []} | 1 | ",
                "{\"lagSeconds\": 0} | 0 | ",
                "{\"lagSeconds\": -1, \"lagBytes\": -1} | | ",
                "{\"lagSeconds\": \"3\", \"lagBytes\": 1.5} | | ",
                "{\"lagSeconds\": null} | | ",
                "{\"lagSeconds\": 1e999} | | ",
                "{\"lagBytes\": 100000000000000000000} | | ",
                "{} | | ",
            })
    void aLagThatIsNotClearlySaidIsNotKnown(String body, Long millis, Long bytes) {
        answer = exchange -> say(exchange, 200, body);
        HookAnswer said = ask(HookPoint.DATA_GATE);
        assertTrue(said.succeeded(), said::toString);
        assertEquals(
                Optional.of(
                        new Lag(
                                Optional.ofNullable(millis).map(Duration::ofMillis),
                                Optional.ofNullable(bytes))),
                said.lag());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"fenced\": true, \"bootId\": \"b-1\", \"sessions\": 0} | true | bootId b-1, sessions 0",
                "{\"fenced\": \"true\"} | false | ''",
                "{\"fenced\": 1, \"detail\": \"off\"} | false | detail off",
                "{\"fenced\": false} | false | ''",
                "{} | false | ''",
            })
    void onlyTheWordTrueSaysThatItIsFenced(String body, boolean fenced, String detail) {
        answer = exchange -> say(exchange, 200, body);
        assertEquals(
                Optional.of(new Fenced(fenced, detail)), ask(HookPoint.FENCE_READ_BACK).fenced());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "done", "[1]", "{\"lagSeconds\": 1", "{} {}", "\"x\""})
    void whoIsAskedForANumberAndSaysNoObjectHasFailed(String body) {
        answer = exchange -> say(exchange, 200, body);
        HookAnswer said = ask(HookPoint.DATA_GATE);
        assertFalse(said.succeeded(), said::toString);
        assertEquals(Optional.empty(), said.lag());
        assertTrue(ask(HookPoint.PROMOTE).succeeded(), "who only acts may say what he likes");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 409, 429, 500, 503})
    void whatIsNot2xxHasFailedAndItsBeginningIsKept(int status) {
        answer = exchange -> say(exchange, status, "no\u001b[31m\n" + "x".repeat(5_000));
        HookAnswer said = ask(HookPoint.PROMOTE);
        assertFalse(said.succeeded());
        assertTrue(
                said.output().startsWith("answered " + status + ": no [31m xxx"), said::toString);
        assertTrue(said.output().length() < 1_100, () -> "" + said.output().length());
    }

    @Test
    void aRedirectIsNotFollowed() {
        answer =
                exchange -> {
                    exchange.getResponseHeaders().add("Location", url() + "/elsewhere");
                    say(exchange, 307, "");
                };
        HookAnswer said = ask(HookPoint.PROMOTE);
        assertFalse(said.succeeded());
        assertEquals("answered 307", said.output());
        assertEquals(1, asked.size());
    }

    @Test
    void moreThanTheLimitIsNoAnswer() {
        answer = exchange -> say(exchange, 200, "x".repeat(HttpHooks.LIMIT));
        assertTrue(ask(HookPoint.PROMOTE).succeeded());
        answer = exchange -> say(exchange, 200, "x".repeat(HttpHooks.LIMIT + 1));
        assertFalse(ask(HookPoint.PROMOTE).succeeded());
    }

    @Test
    void whoIsSilentHasFailedWhenTheTimeIsOver() {
        answer = _ -> awaitOver();
        HookAnswer said = ask(HookPoint.PROMOTE, url(), Duration.ofMillis(50));
        assertFalse(said.succeeded());
        assertTrue(said.output().startsWith("no answer within"), said::toString);
    }

    @Test
    void whoNeverComesToAnEndHasFailedWhenTheTimeIsOver() {
        answer =
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream body = exchange.getResponseBody();
                    body.write('x');
                    body.flush();
                    awaitOver();
                };
        HookAnswer said = ask(HookPoint.PROMOTE, url(), Duration.ofMillis(500));
        assertFalse(said.succeeded());
        assertTrue(said.output().startsWith("no answer within"), said::toString);
    }

    private void awaitOver() {
        try {
            over.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whoIsNotThereHasFailed() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        HookAnswer said = ask(HookPoint.PROMOTE, "http://127.0.0.1:" + free + "/", LONG);
        assertFalse(said.succeeded());
        assertEquals(
                "cannot be asked: nobody takes a connection at 127.0.0.1:" + free, said.output());
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "0.0.0.0", "224.0.0.1", "[fe80::1]", "[::]"})
    void noOneIsAskedWhereMachinesKeepTheirCredentials(String host) {
        HookAnswer said = ask(HookPoint.PROMOTE, "http://" + host + "/latest", LONG);
        assertFalse(said.succeeded());
        assertTrue(said.output().contains("which no hook may be asked at"), said::toString);
    }
}
