package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.NodeSetup;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.Workspace;
import io.portolan.sim.SeededFleet;
import java.nio.file.Path;
import java.time.Duration;

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
                NodeMetrics node = new NodeMetrics(central.address());
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
}
