package io.portolan.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.agent.Agent;
import io.portolan.agent.kube.KubeApi;
import io.portolan.central.Central;
import io.portolan.central.Config;
import io.portolan.central.store.MemoryStore;
import io.portolan.model.wire.Codec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet of agents, each with a cluster in memory, and three nodes of central on one store. */
class ManyAgentsTest {
    private static final int FLEET = 40;
    private static final Set<String> WRITES = Set.of("apply", "patch", "delete");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newHttpClient();
    private final MemoryStore store = new MemoryStore(Clock.systemUTC());
    private final List<Central> nodes = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();

    /** A cluster and its agent. */
    private final class Member implements AutoCloseable {
        final KubeApi cluster;
        final AtomicInteger writes = new AtomicInteger();
        final Agent agent;

        Member(int number, Path state) throws Exception {
            this.cluster = DevFleet.memoryCluster(number);
            String path = "/api/v1/clusters/c" + number;
            ask(
                    "PUT",
                    path,
                    """
                    {"apiVersion":"portolan.io/v1","kind":"Cluster","spec":{"location":{"region":"eu"}}}\
                    """);
            String token = ask("POST", path + "/join-tokens", "{}").path("token").asText();
            agent =
                    Agent.start(
                            nodes.stream().map(Central::address).toList(),
                            token,
                            state,
                            counting());
        }

        private KubeApi counting() {
            return (KubeApi)
                    Proxy.newProxyInstance(
                            KubeApi.class.getClassLoader(),
                            new Class<?>[] {KubeApi.class},
                            (_, method, arguments) -> {
                                if (WRITES.contains(method.getName())) {
                                    writes.incrementAndGet();
                                }
                                try {
                                    return method.invoke(cluster, arguments);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
        }

        @Override
        public void close() {
            agent.close();
            cluster.close();
        }
    }

    @AfterEach
    void stop() {
        members.forEach(Member::close);
        nodes.forEach(Central::close);
        store.close();
    }

    @Test
    void spreadsMovesTogetherAndGetsNothingTwice(@TempDir Path dir) throws Exception {
        for (int i = 0; i < 3; i++) {
            nodes.add(
                    Central.start(
                            new Config(
                                    Config.HOST,
                                    0,
                                    new Config.Database.Embedded(dir.resolve("unused")),
                                    dir.resolve("admin-token"),
                                    false),
                            store));
        }
        ask(
                "PUT",
                "/api/v1/tenants/shop",
                """
                {"apiVersion":"portolan.io/v1","kind":"Tenant","metadata":{"name":"shop"},"spec":{}}\
                """);
        for (int i = 0; i < FLEET; i++) {
            members.add(new Member(i, dir.resolve("state" + i)));
        }
        run("example/app:1");
        await("all to poll", () -> parked(nodes) == FLEET);
        for (Central node : nodes) {
            // Of 40 by chance alone fewer at one node are one in a million runs.
            assertTrue(parked(List.of(node)) >= 2, () -> "few poll at " + node.address());
        }
        List<Integer> before = writes();

        nodes.removeLast().close();
        await("all to poll elsewhere", () -> parked(nodes) == FLEET);
        assertEquals(before, writes(), "moving applies nothing");

        run("example/app:2");
        assertEquals(before.stream().map(n -> n + 1).toList(), writes(), "each change once");
    }

    private List<Integer> writes() {
        return members.stream().map(m -> m.writes.get()).toList();
    }

    /** On all clusters, and waits until it is healthy on all. */
    private void run(String image) throws Exception {
        String path = "/api/v1/tenants/shop/applications/web";
        long generation =
                ask(
                                "PUT",
                                path,
                                """
                                {"apiVersion":"portolan.io/v1","kind":"Application",
                                 "spec":{"components":[{"name":"web","container":{"image":"%s"}}],
                                 "placement":{"clusters":%d}}}\
                                """
                                        .formatted(image, FLEET))
                        .at("/metadata/generation")
                        .asLong();
        await(
                image + " to be healthy everywhere",
                () -> {
                    JsonNode status = ask("GET", path, "").path("status");
                    int healthy = 0;
                    for (JsonNode cluster : status.path("clusters")) {
                        if (cluster.path("generation").asLong() == generation
                                && cluster.path("health").asText().equals("Healthy")) {
                            healthy++;
                        }
                    }
                    return healthy == FLEET;
                });
    }

    private static void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(50))
                .atMost(PATIENCE)
                .until(condition);
    }

    private int parked(List<Central> at) throws Exception {
        double sum = 0;
        for (Central node : at) {
            sum +=
                    send("GET", node.address().resolve("/metrics"), "")
                            .lines()
                            .filter(l -> l.startsWith("portolan_agent_polls_parked "))
                            .mapToDouble(l -> Double.parseDouble(l.substring(l.indexOf(' ') + 1)))
                            .sum();
        }
        return (int) sum;
    }

    private JsonNode ask(String method, String path, String body) throws Exception {
        return Codec.lenient()
                .tree(
                        send(method, nodes.getFirst().address().resolve(path), body)
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private String send(String method, URI uri, String body) throws Exception {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(uri)
                                .header("Authorization", "Bearer " + nodes.getFirst().adminToken())
                                .header("Content-Type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertTrue(answer.statusCode() < 300, answer::body);
        return answer.body();
    }
}
