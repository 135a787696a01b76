package io.portolan.agent.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterStatus.Probed;
import io.portolan.model.wire.AgentMessages.PeerProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers as it is asked to. */
class ProberTest {
    private static final Instant SINCE = Instant.parse("2026-11-22T12:00:00.123456Z");

    private final AtomicInteger followed = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        for (int status : new int[] {200, 401, 503}) {
            server.createContext(
                    "/" + status,
                    exchange -> {
                        exchange.sendResponseHeaders(status, -1);
                        exchange.close();
                    });
        }
        server.createContext(
                "/elsewhere",
                exchange -> {
                    exchange.getResponseHeaders().add("Location", "/secret");
                    exchange.sendResponseHeaders(302, -1);
                    exchange.close();
                });
        server.createContext(
                "/secret",
                exchange -> {
                    followed.incrementAndGet();
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private static Probed ask(String url) throws InterruptedException {
        Uid cluster = new Uid("c1");
        Probed found = Prober.ask(List.of(new PeerProbe(cluster, SINCE, url))).getFirst();
        assertEquals(cluster, found.cluster());
        assertEquals(SINCE, found.silentSince());
        return found;
    }

    @Test
    void anyAnswerBelow500IsASignOfLife() throws Exception {
        assertTrue(ask(url("/200")).reached());
        assertTrue(ask(url("/401")).reached());
        assertFalse(ask(url("/503")).reached());
        assertEquals("HTTP 503", ask(url("/503")).detail());
    }

    @Test
    void noRedirectIsFollowed() throws Exception {
        assertTrue(ask(url("/elsewhere")).reached());
        assertEquals(0, followed.get());
    }

    @Test
    void whereNobodyListensNothingIsReached() throws Exception {
        String url = url("/200");
        server.stop(0);
        assertFalse(ask(url).reached());
    }

    @Test
    void whatIsNoAddressOfAClusterIsNotAsked() throws Exception {
        for (String url :
                List.of(
                        "http://169.254.169.254/latest/meta-data",
                        "http://[fe80::1]/",
                        "http://0.0.0.0:" + server.getAddress().getPort() + "/200",
                        "file:///etc/passwd")) {
            Probed found = ask(url);
            assertFalse(found.reached(), url);
            assertTrue(found.detail().startsWith("not asked"), found.detail());
        }
    }

    @Test
    void oneThatDoesNotAnswerHoldsUpNoOther() throws Exception {
        CountDownLatch all = new CountDownLatch(4);
        server.createContext(
                "/together",
                exchange -> {
                    all.countDown();
                    try {
                        all.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        PeerProbe probe = new PeerProbe(new Uid("c1"), SINCE, url("/together"));
        List<Probed> found = Prober.ask(Collections.nCopies(4, probe));
        assertTrue(found.stream().allMatch(Probed::reached), found::toString);
    }

    @Test
    void nothingAskedIsNothingFound() throws Exception {
        assertEquals(List.of(), Prober.ask(List.of()));
    }
}
