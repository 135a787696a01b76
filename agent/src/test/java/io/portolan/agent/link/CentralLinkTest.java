package io.portolan.agent.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.Heartbeat;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Report;
import io.portolan.model.wire.AgentMessages.ReportAck;
import io.portolan.model.wire.AgentMessages.Sync;
import io.portolan.model.wire.AgentMessages.Welcome;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CentralLinkTest {
    private record Asked(String method, String uri, String authorization, String body) {}

    private HttpServer server;
    private CentralLink link;
    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    private volatile int status = 200;
    private volatile byte[] answer = new byte[0];
    private volatile String retryAfter = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
        link =
                new CentralLink(
                        List.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())));
        link.credential(new Uid("c1"), "secret");
    }

    @AfterEach
    void stop() {
        link.close();
        server.stop(0);
    }

    @Test
    void saysHelloWithItsCredential() throws InterruptedException {
        answer = Codec.lenient().write(new Welcome(9, 1, 7, 5, List.of()));
        var welcome = assertInstanceOf(Answer.Ok.class, link.hello(hello()));
        assertEquals(new Welcome(9, 1, 7, 5, List.of()), welcome.value());
        Asked one = asked.take();
        assertEquals("POST", one.method);
        assertEquals(AgentMessages.HELLO, one.uri);
        assertEquals("Bearer secret", one.authorization);
        assertEquals(hello(), Codec.lenient().read(one.body, Hello.class));
    }

    @Test
    void pollsWithSessionGenerationCursorAndWait() throws InterruptedException {
        Sync sync = new Sync(7, 3, false, List.of(), Digest.of(new byte[0]), Map.of());
        answer = Codec.lenient().write(sync);
        assertEquals(new Answer.Ok<>(sync), link.poll(9, 7, 2, 25));
        assertEquals("/agent/v1/work?session=9&generation=7&cursor=2&wait=25", asked.take().uri);
    }

    @Test
    void aBatchOutOfOrderTellsWhereToGoOn() {
        status = 409;
        answer = Codec.lenient().write(new ReportAck(4));
        assertEquals(
                new Answer.Behind<>(4),
                link.report(new Report(9, 6, List.of(), Optional.empty(), List.of())));
    }

    @Test
    void aSessionThatIsOverIsNoFailureToRetry() {
        for (int over : List.of(401, 410)) {
            status = over;
            answer =
                    "{\"title\":\"Session over\",\"detail\":\"say hello again\"}"
                            .getBytes(StandardCharsets.UTF_8);
            assertEquals(new Answer.Over<>(over + " say hello again"), link.beat(new Heartbeat(9)));
        }
    }

    @Test
    void keepsToTheRetryAfterOfABusyCentral() {
        status = 503;
        retryAfter = "7";
        assertEquals(
                Duration.ofSeconds(7),
                assertInstanceOf(Answer.Failed.class, link.hello(hello())).retryAfter());
    }

    @Test
    void asksForContentInTheSessionThatItWasWelcomedTo() throws InterruptedException {
        answer = Codec.lenient().write(new Welcome(9, 1, 7, 5, List.of()));
        link.hello(hello());
        asked.take();
        answer = Codec.lenient().write(new Content(List.of()));
        Digest digest = Digest.of(answer);
        assertInstanceOf(Answer.Ok.class, link.content(digest));
        assertEquals(AgentMessages.CONTENT + digest.hex() + "?session=9", asked.take().uri);
    }

    @Test
    void refusesContentThatIsNotWhatItsDigestSays() {
        answer = Codec.lenient().write(new Content(List.of()));
        assertInstanceOf(Answer.Ok.class, link.content(Digest.of(answer)));
        assertInstanceOf(Answer.Failed.class, link.content(Digest.of(new byte[1])));
    }

    @Test
    void anUnreachableCentralIsAFailureWithWords() {
        server.stop(0);
        var failed = assertInstanceOf(Answer.Failed.class, link.hello(hello()));
        assertTrue(!failed.message().isEmpty());
    }

    /** A caller that is held up after it asked, as on a busy machine, still gets the body. */
    @Test
    void readsTheBodyHoweverLateTheCallerIs() throws Exception {
        answer = "some words".getBytes(StandardCharsets.UTF_8);
        Vertx vertx = Vertx.vertx();
        HttpClient slow =
                slowToGoOn(
                        vertx.createHttpClient(
                                new HttpClientOptions()
                                        .setDefaultHost("127.0.0.1")
                                        .setDefaultPort(server.getAddress().getPort())));
        try {
            Exchange.Raw raw =
                    Exchange.sent(
                                    slow,
                                    new RequestOptions().setMethod(HttpMethod.POST).setURI("/"),
                                    Buffer.buffer("hello"))
                            .await(60, TimeUnit.SECONDS);
            assertEquals("some words", new String(raw.body(), StandardCharsets.UTF_8));
        } finally {
            vertx.close().await(60, TimeUnit.SECONDS);
        }
    }

    /** What the caller composes first has ended before the caller can do anything more. */
    private static HttpClient slowToGoOn(HttpClient client) {
        return proxy(
                HttpClient.class,
                (method, args) -> {
                    Future<?> request = (Future<?>) method.invoke(client, args);
                    return proxy(
                            Future.class,
                            (step, steps) -> {
                                Future<?> next = (Future<?>) step.invoke(request, steps);
                                next.await(60, TimeUnit.SECONDS);
                                return next;
                            });
                });
    }

    private interface Call {
        Object invoke(Method method, Object[] args) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, args) -> call.invoke(method, args)));
    }

    @Test
    void backsOffWithFullJitterUpToABound() {
        Backoff backoff =
                new Backoff(
                        new SplittableRandom(1), Duration.ofMillis(500), Duration.ofSeconds(15));
        assertEquals(Duration.ZERO, backoff.before(0));
        long most = 0;
        for (int i = 0; i < 1_000; i++) {
            assertTrue(backoff.before(1).toMillis() <= 500);
            most = Math.max(most, backoff.before(50).toMillis());
        }
        assertTrue(most > 10_000 && most <= 15_000, "most was " + most);
    }

    private static Hello hello() {
        return new Hello(1, 1, "test", 7, 2, List.of());
    }

    private void serve(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("OPTIONS")) {
            // Whether HTTP/2 is spoken here: it is not.
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        asked.add(
                new Asked(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        new String(
                                exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        if (!retryAfter.isEmpty()) {
            exchange.getResponseHeaders().add("Retry-After", retryAfter);
        }
        exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
