package io.portolan.agent.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.wire.AgentMessages.Beaten;
import io.portolan.model.wire.AgentMessages.Heartbeat;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Http2Test {
    private static final Duration NEVER = Duration.ofMinutes(5);

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<HttpServerRequest> asked = new LinkedBlockingQueue<>();
    private final Set<Object> connections = ConcurrentHashMap.newKeySet();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server =
                vertx.createHttpServer()
                        .requestHandler(this::serve)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void serve(HttpServerRequest request) {
        switch (request.method().name()) {
            case "OPTIONS" -> request.response().setStatusCode(404).end();
            case "POST" -> {
                connections.add(request.connection());
                asked.add(request);
                request.response().end("{}");
            }
            default -> {
                // A poll, which stays parked.
                connections.add(request.connection());
                asked.add(request);
            }
        }
    }

    /** As through something between that took a connection and lost the way. */
    @Test
    void aConnectionThatIsNeverAnsweredIsGivenUp() throws Exception {
        try (ServerSocket between = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                CentralLink link = link(Duration.ofMillis(100), between.getLocalPort())) {
            CompletableFuture<Answer<Beaten>> first =
                    CompletableFuture.supplyAsync(() -> link.beat(new Heartbeat(1)));
            try (Socket silent = between.accept()) {
                assertInstanceOf(Answer.Failed.class, first.get(10, TimeUnit.SECONDS));
                assertTrue(silent.isConnected());
            }
            CompletableFuture<Answer<Beaten>> second =
                    CompletableFuture.supplyAsync(() -> link.beat(new Heartbeat(1)));
            try (Socket here = between.accept();
                    Socket there =
                            new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
                Thread.startVirtualThread(() -> pump(here, there));
                Thread.startVirtualThread(() -> pump(there, here));
                assertEquals(
                        new Answer.Ok<>(new Beaten(List.of())), second.get(10, TimeUnit.SECONDS));
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // The test is over.
        }
    }

    @Test
    void oneConnectionCarriesThePollsAndAnotherTheHeartbeats() throws Exception {
        try (CentralLink link = link(NEVER, server.actualPort())) {
            List<CompletableFuture<?>> polls =
                    IntStream.range(0, 8)
                            .<CompletableFuture<?>>mapToObj(
                                    _ -> async(() -> link.poll(1, 1, 1, 25)))
                            .toList();
            for (int i = 0; i < polls.size(); i++) {
                assertEquals(HttpVersion.HTTP_2, asked.take().version());
            }
            assertInstanceOf(Answer.Ok.class, link.beat(new Heartbeat(1)));
            assertEquals(HttpVersion.HTTP_2, asked.take().version());
            assertEquals(2, connections.size());
        }
    }

    /** The deadline of this poll would be 15 + 300 seconds. */
    @Test
    void aConnectionThatNobodyAnswersOnIsGivenUp() throws Exception {
        try (Wire wire = new Wire(server.actualPort());
                CentralLink link = link(Duration.ofMillis(200), wire.port())) {
            var poll = async(() -> link.poll(1, 1, 1, 300));
            asked.take();
            wire.deaf = true;
            assertInstanceOf(Answer.Failed.class, poll.get(60, TimeUnit.SECONDS));
        }
    }

    private static <T> CompletableFuture<T> async(Supplier<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> result.complete(call.get()));
        return result;
    }

    private static CentralLink link(Duration ping, int... ports) {
        List<URI> central =
                IntStream.of(ports).mapToObj(p -> URI.create("http://127.0.0.1:" + p)).toList();
        return new CentralLink(
                new Addresses(central, System::nanoTime, new SplittableRandom(1)),
                Names.ofThisMachine(),
                ping);
    }

    /** A wire that can fall silent and keep its connections. */
    private static final class Wire implements AutoCloseable {
        private final ServerSocket near = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final int target;
        private final Set<Socket> open = ConcurrentHashMap.newKeySet();
        private volatile boolean deaf;

        Wire(int target) throws IOException {
            this.target = target;
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return near.getLocalPort();
        }

        private void accept() {
            try {
                while (true) {
                    Socket guest = near.accept();
                    Socket host = new Socket(InetAddress.getLoopbackAddress(), target);
                    open.addAll(List.of(guest, host));
                    Thread.ofVirtual().start(() -> pump(guest, host));
                    Thread.ofVirtual().start(() -> pump(host, guest));
                }
            } catch (IOException _) {
                // Closed.
            }
        }

        private void pump(Socket from, Socket to) {
            byte[] buffer = new byte[8192];
            try {
                for (int n = from.getInputStream().read(buffer);
                        n >= 0;
                        n = from.getInputStream().read(buffer)) {
                    if (!deaf) {
                        to.getOutputStream().write(buffer, 0, n);
                    }
                }
            } catch (IOException _) {
                // Closed.
            }
        }

        @Override
        public void close() throws IOException {
            near.close();
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
