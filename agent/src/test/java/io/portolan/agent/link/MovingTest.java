package io.portolan.agent.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.portolan.model.Uid;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.Heartbeat;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which node is asked after one has gone. */
class MovingTest {
    private static final String EMPTY_SYNC =
            """
            {"generation":1,"cursor":1,"full":false,"works":[],"digest":"%s","contents":{}}"""
                    .formatted("00".repeat(32));

    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong clock = new AtomicLong();

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    /** A node that notes who asks, and may be shutting down. */
    private final class Node {
        final BlockingQueue<HttpServerRequest> asked = new LinkedBlockingQueue<>();
        final HttpServer server;
        volatile int status = 200;

        Node(String host, int port) throws Exception {
            server =
                    vertx.createHttpServer()
                            .requestHandler(this::serve)
                            .listen(port, host)
                            .await(30, TimeUnit.SECONDS);
        }

        Node() throws Exception {
            this("127.0.0.1", 0);
        }

        private void serve(HttpServerRequest request) {
            if (request.method().name().equals("OPTIONS")) {
                request.response().setStatusCode(404).end();
                return;
            }
            asked.add(request);
            if (status == 503) {
                request.response().putHeader(AgentMessages.CLOSING, "true");
            }
            request.response().setStatusCode(status).end(EMPTY_SYNC);
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + server.actualPort());
        }

        void close() throws Exception {
            server.close().await(30, TimeUnit.SECONDS);
        }
    }

    /** Of a cluster whose first address is the first of these. */
    private CentralLink link(URI... addresses) {
        List<URI> all = List.of(addresses);
        for (int i = 0; ; i++) {
            Addresses order = new Addresses(all, clock::get, new SplittableRandom(7));
            Uid cluster = new Uid("cluster-" + i);
            order.of(cluster);
            if (order.now().address().equals(addresses[0])) {
                CentralLink link =
                        new CentralLink(order, Names.ofThisMachine(), Duration.ofMinutes(5));
                link.credential(cluster, "secret");
                return link;
            }
        }
    }

    private static void poll(CentralLink link) {
        assertInstanceOf(Answer.Ok.class, link.poll(1, 1, 1, 0));
    }

    private static void pollFails(CentralLink link) {
        assertInstanceOf(Answer.Failed.class, link.poll(1, 1, 1, 0));
    }

    @Test
    void leavesANodeThatShutsDownWithPollsAndHeartbeats() throws Exception {
        Node first = new Node();
        Node second = new Node();
        try (CentralLink link = link(first.uri(), second.uri())) {
            poll(link);
            link.beat(new Heartbeat(1));
            assertEquals(2, first.asked.size());
            first.status = 503;
            pollFails(link);
            poll(link);
            assertInstanceOf(Answer.Ok.class, link.beat(new Heartbeat(1)));
            assertEquals(3, first.asked.size());
            assertEquals(2, second.asked.size());
        }
    }

    @Test
    void leavesANodeThatIsGone() throws Exception {
        Node first = new Node();
        Node second = new Node();
        try (CentralLink link = link(first.uri(), second.uri())) {
            poll(link);
            first.close();
            pollFails(link);
            poll(link);
            link.beat(new Heartbeat(1));
            assertEquals(2, second.asked.size());
        }
    }

    @Test
    void leavesAProxyWhoseNodeIsGone() throws Exception {
        Node first = new Node();
        Node second = new Node();
        first.status = 502;
        try (CentralLink link = link(first.uri(), second.uri())) {
            pollFails(link);
            poll(link);
            assertEquals(1, second.asked.size());
        }
    }

    @Test
    void staysWithANodeThatRefusesThisAgentOnly() throws Exception {
        Node first = new Node();
        Node second = new Node();
        first.status = 429;
        try (CentralLink link = link(first.uri(), second.uri())) {
            for (int i = 0; i < 5; i++) {
                pollFails(link);
            }
            first.status = 200;
            poll(link);
            assertEquals(0, second.asked.size());
        }
    }

    @Test
    void goesHomeWhenThatTakesItsSignOfLifeAgain() throws Exception {
        Node first = new Node();
        Node second = new Node();
        try (CentralLink link = link(first.uri(), second.uri())) {
            first.status = 503;
            pollFails(link);
            link.beat(new Heartbeat(1));
            assertEquals(1, first.asked.size(), "too early to look");
            clock.addAndGet(Addresses.HOMEWARD_MOST.toNanos());
            link.beat(new Heartbeat(1));
            assertEquals(2, first.asked.size(), "it looked, and was refused");
            poll(link);
            assertEquals(3, second.asked.size());
            first.status = 200;
            clock.addAndGet(Addresses.HOMEWARD_MOST.toNanos());
            link.beat(new Heartbeat(1));
            assertEquals(4, second.asked.size(), "no sign of life is missed for a look");
            poll(link);
            assertEquals(4, second.asked.size());
            assertEquals(4, first.asked.size());
        }
    }

    /** As behind a load balancer: another connection may lead to another node. */
    @Test
    void oneAddressIsConnectedToAnew() throws Exception {
        Node node = new Node();
        try (CentralLink link = link(node.uri())) {
            poll(link);
            node.status = 503;
            pollFails(link);
            node.status = 200;
            poll(link);
            var before = node.asked.take().connection();
            assertEquals(before, node.asked.take().connection());
            assertNotEquals(before, node.asked.take().connection());
        }
    }

    @Test
    void aNameIsLookedUpForEachStayAndOneOfItsRecordsDrawn() throws Exception {
        Node one = new Node();
        int port = one.server.actualPort();
        Node other = new Node("127.0.0.2", port);
        AtomicInteger lookups = new AtomicInteger();
        Names names =
                new Names(
                        host -> {
                            assertEquals("central.test", host);
                            lookups.incrementAndGet();
                            return List.of(
                                    InetAddress.getByName("127.0.0.1"),
                                    InetAddress.getByName("127.0.0.2"));
                        },
                        new SplittableRandom(1));
        List<URI> central = List.of(URI.create("http://central.test:" + port));
        try (CentralLink link =
                new CentralLink(
                        new Addresses(central, clock::get, new SplittableRandom(1)),
                        names,
                        Duration.ofMinutes(5))) {
            poll(link);
            link.beat(new Heartbeat(1));
            Node met = one.asked.isEmpty() ? other : one;
            Node unmet = met == one ? other : one;
            assertEquals(2, met.asked.size(), "a stay is with one node");
            assertEquals("central.test", met.asked.element().authority().host());
            assertEquals(1, lookups.get());
            met.close();
            for (int i = 0; unmet.asked.isEmpty(); i++) {
                assertNotEquals(50, i, "the record that lives is never tried");
                link.poll(1, 1, 1, 0);
            }
            assertNotEquals(1, lookups.get());
        }
    }

    @Test
    void aNameThatNobodyKnowsIsAFailureWithWords() {
        Names none =
                new Names(
                        host -> {
                            throw new UnknownHostException(host);
                        },
                        new SplittableRandom(1));
        List<URI> central = List.of(URI.create("http://central.test:1"));
        try (CentralLink link =
                new CentralLink(
                        new Addresses(central, clock::get, new SplittableRandom(1)),
                        none,
                        Duration.ofMinutes(5))) {
            assertEquals(
                    new Answer.Failed<>("nothing is known of central.test", Duration.ZERO),
                    link.poll(1, 1, 1, 0));
        }
    }
}
