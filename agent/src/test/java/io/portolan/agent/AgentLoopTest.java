package io.portolan.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.agent.core.AgentCore;
import io.portolan.agent.core.AgentSettings;
import io.portolan.agent.core.Event;
import io.portolan.agent.grant.GrantDesk;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.memory.MemoryCluster;
import io.portolan.agent.link.Backoff;
import io.portolan.agent.link.CentralLink;
import io.portolan.agent.state.Credential;
import io.portolan.agent.state.DesiredState;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Join;
import io.portolan.model.wire.AgentMessages.Joined;
import io.portolan.model.wire.AgentMessages.Report;
import io.portolan.model.wire.AgentMessages.ReportAck;
import io.portolan.model.wire.AgentMessages.Sync;
import io.portolan.model.wire.AgentMessages.Welcome;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import io.portolan.model.wire.WorkSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent with its threads, disk and HTTP, around a cluster in memory. */
class AgentLoopTest {
    private static final Uid CLUSTER = new Uid("c1");
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir Path dir;
    private HttpServer server;
    private final Map<Uid, Work> works = new ConcurrentHashMap<>();
    private final Map<String, Content> contents = new ConcurrentHashMap<>();
    private final Map<Uid, WorkStatus> statuses = new ConcurrentHashMap<>();
    private final AtomicInteger joins = new AtomicInteger();
    private final AtomicInteger sessions = new AtomicInteger();

    /** Guarded by itself. */
    private final long[] revision = {0};

    private final AtomicInteger reads = new AtomicInteger();
    private InstantSource wall = InstantSource.system();
    private Supplier<AgentLoop.Mind> minds = () -> new AgentCore(AgentSettings.of("test"))::step;
    private volatile long durable;
    private volatile Hello lastHello;
    private MemoryCluster cluster;
    private Agent agent;

    /** One process, as Main puts it together. */
    private record Agent(DesiredState state, CentralLink link, AgentLoop loop) {
        void stop() {
            loop.close();
            link.close();
            state.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
        Clock clock = Clock.systemUTC();
        cluster =
                new MemoryCluster(
                        MemoryCluster.Settings.defaults()
                                .withPods(Duration.ofMillis(50), Duration.ofMillis(50)),
                        clock.instant());
        cluster.node("n1", "64", "256Gi");
        cluster.play(clock, Duration.ofMillis(20));
        agent = agent();
    }

    @AfterEach
    void stop() {
        agent.stop();
        cluster.close();
        server.stop(0);
    }

    @Test
    void joinsOnceAppliesReportsAndGoesOnAfterARestart() {
        put("a1", 1);
        await().atMost(SOON).until(() -> healthy("a1"));
        agent.stop();
        cluster.vanish(ref("a1"));
        agent = agent();
        await().atMost(SOON).until(() -> cluster.get(ref("a1")) instanceof Found.Ok);
        assertEquals(1, joins.get());
        assertTrue(sessions.get() > 1);
        // What it knew came from its disk: it said so before central told it anything.
        assertEquals(
                List.of("a1"),
                lastHello.holdings().stream().map(h -> h.application().value()).toList());
        put("a1", 2);
        await().atMost(SOON)
                .until(() -> statuses.get(new Uid("a1")).appliedSequence() == 2 && healthy("a1"));
    }

    @Test
    void bringsABurstOfApplicationsUpAndTakesItDown() {
        for (int i = 0; i < 200; i++) {
            put("burst-" + i, 1);
        }
        await().atMost(SOON)
                .until(
                        () ->
                                statuses.values().stream()
                                                .filter(s -> s.health() == Health.HEALTHY)
                                                .count()
                                        == 200);
        for (int i = 0; i < 200; i++) {
            publish(work("burst-" + i, 2, Optional.empty()));
        }
        await().atMost(SOON)
                .until(() -> statuses.values().stream().filter(WorkStatus::removed).count() == 200);
        assertTrue(cluster.get(ref("burst-7")) instanceof Found.Absent);
    }

    @Test
    void aCoreThatFailsOnOneObjectGoesOnForTheOthers() {
        agent.stop();
        AtomicInteger lives = new AtomicInteger();
        minds =
                () -> {
                    lives.incrementAndGet();
                    AgentCore core = new AgentCore(AgentSettings.of("test"));
                    return (event, now) -> {
                        if (event instanceof Event.Live(_, var live)
                                && live.name().equals("poison")) {
                            throw new IllegalStateException("cannot bear " + live.ref());
                        }
                        return core.step(event, now);
                    };
                };
        agent = agent();
        put("poison", 1);
        await().atMost(SOON).until(() -> lives.get() == 2);
        put("a1", 1);
        await().atMost(SOON).until(() -> healthy("a1"));
        cluster.vanish(ref("a1"));
        await().atMost(SOON).until(() -> cluster.get(ref("a1")) instanceof Found.Ok);
        assertEquals(2, lives.get(), "it is not told of the object again");
    }

    /** Else a step of the clock would end the wait for a creation that may still come through. */
    @Test
    void aWallClockThatIsSetMovesNoTimeForward() {
        agent.stop();
        Instant began = Instant.now();
        wall = () -> Instant.now().plus(Duration.ofHours(reads.incrementAndGet()));
        BlockingQueue<Instant> steps = new LinkedBlockingQueue<>();
        minds =
                () -> {
                    AgentCore core = new AgentCore(AgentSettings.of("test"));
                    return (event, now) -> {
                        steps.add(now);
                        return core.step(event, now);
                    };
                };
        agent = agent();
        put("a1", 1);
        await().atMost(SOON).until(() -> healthy("a1") && reads.get() > 2);
        Instant first = steps.remove();
        Duration passed = Duration.between(began, Instant.now());
        steps.forEach(
                now ->
                        assertTrue(
                                Duration.between(first, now).compareTo(passed.multipliedBy(2)) < 0,
                                () -> now + " after " + first));
    }

    private boolean healthy(String app) {
        WorkStatus status = statuses.get(new Uid(app));
        return status != null && status.health() == Health.HEALTHY;
    }

    private Agent agent() {
        DesiredState state = DesiredState.open(dir);
        var uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        CentralLink link = new CentralLink(List.of(uri));
        Backoff backoff =
                new Backoff(new SplittableRandom(1), Duration.ofMillis(20), Duration.ofSeconds(1));
        Config config = new Config(List.of(uri), "token", dir, Optional.empty());
        GrantDesk desk = new GrantDesk(link::grants);
        LinkEffects effects =
                new LinkEffects(link, desk, state, config, backoff, (Credential _) -> {});
        AgentLoop loop = new AgentLoop(minds, state, cluster, effects, backoff, wall);
        loop.start();
        return new Agent(state, link, loop);
    }

    // ---- central

    private void put(String app, long sequence) {
        Content content = new Content(List.of(deployment(app, (int) sequence)));
        Digest digest = Digest.of(Codec.lenient().write(content));
        contents.put(digest.hex(), content);
        publish(work(app, sequence, Optional.of(digest)));
    }

    private void publish(Work work) {
        synchronized (revision) {
            works.put(work.application(), work);
            revision[0]++;
            revision.notifyAll();
        }
    }

    private static Work work(String app, long sequence, Optional<Digest> content) {
        return new Work(
                new Uid(app),
                "shop",
                app,
                CLUSTER,
                Role.ACTIVE,
                1,
                1,
                sequence,
                content,
                false,
                false);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        Object answer =
                switch (path) {
                    case AgentMessages.JOIN -> {
                        joins.incrementAndGet();
                        assertEquals("token", Codec.lenient().read(body, Join.class).token());
                        yield new Joined(CLUSTER, "eu-1", "secret");
                    }
                    case AgentMessages.HELLO -> {
                        durable = 0;
                        lastHello = Codec.lenient().read(body, Hello.class);
                        yield new Welcome(sessions.incrementAndGet(), 1, 1, 5, List.of());
                    }
                    case AgentMessages.WORK -> sync(exchange.getRequestURI().getQuery());
                    case AgentMessages.REPORTS -> {
                        Report report = Codec.lenient().read(body, Report.class);
                        report.statuses().forEach(s -> statuses.put(s.application(), s));
                        durable = report.batch();
                        yield new ReportAck(durable);
                    }
                    default -> Map.of();
                };
        byte[] bytes = Codec.lenient().write(answer);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Every poll gets everything: sequences make that harmless. */
    private Sync sync(String query) throws IOException {
        long cursor = Long.parseLong(query.replaceAll(".*cursor=([0-9]+).*", "$1"));
        long wait = Long.parseLong(query.replaceAll(".*wait=([0-9]+).*", "$1"));
        synchronized (revision) {
            try {
                if (revision[0] == cursor && wait > 0) {
                    revision.wait(wait * 1_000);
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            List<Work> all = List.copyOf(works.values());
            Map<String, Content> inline = new HashMap<>();
            all.forEach(
                    w -> w.content().ifPresent(d -> inline.put(d.hex(), contents.get(d.hex()))));
            return new Sync(1, revision[0], cursor == 0, all, WorkSet.of(all).digest(), inline);
        }
    }

    private static ObjectRef ref(String app) {
        return new ObjectRef("apps/v1", "Deployment", "shop", app);
    }

    private static KubeObject deployment(String app, int replicas) {
        Map<String, Object> labels =
                Map.of("portolan.io/managed", "true", "portolan.io/application-uid", app);
        return new KubeObject(
                Map.of(
                        "apiVersion",
                        "apps/v1",
                        "kind",
                        "Deployment",
                        "metadata",
                        Map.of("name", app, "namespace", "shop", "labels", labels),
                        "spec",
                        Map.of(
                                "replicas",
                                replicas,
                                "selector",
                                Map.of("matchLabels", Map.of("app", app)),
                                "template",
                                Map.of(
                                        "metadata",
                                        Map.of(
                                                "labels",
                                                Map.of(
                                                        "app",
                                                        app,
                                                        "portolan.io/application-uid",
                                                        app)),
                                        "spec",
                                        Map.of(
                                                "containers",
                                                List.of(Map.of("name", "m", "image", "i")))))));
    }
}
