package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.HarnessException;
import io.portolan.e2e.harness.NodeSetup;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.Workspace;
import io.portolan.sim.SeededFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A central with 1,000 clusters of 100 works each is started: until it leads with an image of all.
 * Its agents hold their sets and poll as soon as it listens; whatever is sent to them again counts
 * against it, also what comes after it has looked at everything.
 */
final class RestartScenario {
    private static final int CLUSTERS = 1_000;
    private static final int WORKS = 100;
    private static final Duration SEEDING = Duration.ofMinutes(15);
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration COLLECTION = Duration.ofMinutes(1);

    /** Beyond the goal, so that it can be missed. */
    private static final String HEAP = "-Xmx2g";

    private static final double HEAP_GOAL_MB = 1_000;

    private RestartScenario() {}

    static void measure(Figures into) {
        try (Postgres postgres = Postgres.start()) {
            Postgres.Database database = postgres.freshDatabase("restart");
            System.err.println("restart: seeding");
            seed(database);
            FleetOfPolls fleet = FleetOfPolls.of(database, CLUSTERS);
            System.err.println("restart: starting");
            long begin = System.nanoTime();
            Path token = Workspace.scratch("restart").resolve("admin-token");
            try (Central central =
                    Central.begin(NodeSetup.of("central", database.jdbcUrl(), token).heap(HEAP))) {
                fleet.poll(central.address());
                Node node = new Node(central.address());
                Await.until("the image", START, () -> node.read("portolan_loop_revision") > 0);
                into.add("ready_s", "s", (System.nanoTime() - begin) / 1e9, 15);
                Await.until(
                        "all agents to be answered or held",
                        START,
                        () ->
                                node.read("portolan_agent_polls_parked") + fleet.answered()
                                        >= CLUSTERS);
                into.add("agents_back_s", "s", (System.nanoTime() - begin) / 1e9);
                Await.until(
                        "all to be looked at once",
                        START,
                        () ->
                                node.read("portolan_loop_depth") == 0
                                        && node.read("portolan_loop_reconciled_total") > 0);
                into.add("all_decided_s", "s", (System.nanoTime() - begin) / 1e9);
                fleet.awaitAnswers(START);
                // What the leader decided meanwhile has to reach them, if it decided anything.
                fleet.poll(central.address());
                fleet.awaitAnswers(START);
                into.add("rows_read", "1", node.read("portolan_store_rows_loaded_total"));
                into.add("resent_works", "1", fleet.worksSent(), 0);
                into.add("resent_contents", "1", fleet.contentsSent(), 0);
                into.add("leader_commits", "1", node.read("portolan_loop_commits_total"));
                into.add("rss_mb", "mb", central.process().residentBytes() / 1048576.0);
                into.add(
                        "heap_mb", "mb", node.heapAfterCollection(central.process()), HEAP_GOAL_MB);
            }
        }
    }

    /** In a process of its own, whose memory and threads are gone when central is measured. */
    private static void seed(Postgres.Database database) {
        Proc.command(
                        "seed",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx2g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SeededFleet.class.getName(),
                        database.jdbcUrl(),
                        Integer.toString(CLUSTERS),
                        Integer.toString(WORKS))
                .run(SEEDING)
                .expect(0);
    }

    /** What a node says of itself. */
    private static final class Node {
        private final HttpClient client = HttpClient.newHttpClient();
        private final HttpRequest metrics;

        Node(String address) {
            this.metrics = HttpRequest.newBuilder(URI.create(address + "/metrics")).build();
        }

        /**
         * A figure, summed over its labels.
         *
         * @throws UncheckedIOException while the node does not answer
         * @throws IllegalStateException where it has no such figure
         */
        double read(String name) {
            return values().entrySet().stream()
                    .filter(e -> e.getKey().equals(name) || e.getKey().startsWith(name + "{"))
                    .map(Map.Entry::getValue)
                    .reduce(Double::sum)
                    .orElseThrow(() -> new IllegalStateException("central has no " + name));
        }

        private Map<String, Double> values() {
            Map<String, Double> out = new ConcurrentHashMap<>();
            try {
                HttpResponse<String> answer =
                        client.send(metrics, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    throw new IOException("/metrics answered " + answer.statusCode());
                }
                answer.body()
                        .lines()
                        .filter(l -> !l.startsWith("#") && l.contains(" "))
                        .forEach(
                                l -> {
                                    int space = l.lastIndexOf(' ');
                                    out.put(
                                            l.substring(0, space),
                                            Double.parseDouble(l.substring(space + 1)));
                                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new HarnessException("interrupted");
            }
            return out;
        }

        double heapAfterCollection(Proc process) {
            Proc.command(
                            "jcmd",
                            Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                            Long.toString(process.pid()),
                            "GC.run")
                    .run(COLLECTION)
                    .expect(0);
            return values().entrySet().stream()
                            .filter(e -> e.getKey().startsWith("jvm_memory_used_bytes{"))
                            .filter(e -> e.getKey().contains("area=\"heap\""))
                            .mapToDouble(Map.Entry::getValue)
                            .reduce(Double::sum)
                            .orElseThrow()
                    / 1048576.0;
        }
    }
}
