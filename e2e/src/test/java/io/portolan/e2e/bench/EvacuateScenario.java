package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.NodeSetup;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.Workspace;
import io.portolan.sim.SeededFleet;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * One of 100 clusters is lost, with 10,000 applications of many writers on it: its agent is silent,
 * and an operator taints it. Each application goes to the best of the 99 others. Counted from
 * sending the taint.
 */
final class EvacuateScenario {
    private static final int CLUSTERS = 100;
    private static final int APPLICATIONS = 10_000;
    private static final Duration SEEDING = Duration.ofMinutes(15);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofMillis(25);

    /** As much as a node with so many decisions is given. */
    private static final String HEAP = "-Xmx2g";

    private static final String LOST = SeededFleet.cluster(0);
    private static final String TAINT =
            """
            {"spec": {"cordoned": true,
                      "taints": [{"key": "lost", "value": "", "effect": "NoExecute"}]}}
            """;

    /** Assignments that were written since, and successors that are stored. */
    private static final String LOOK =
            """
            select (select count(*) from assignment where revision > ?),
                   (select count(*) from work where cluster <> ?)
            """;

    private EvacuateScenario() {}

    static void measure(Figures into) throws SQLException, InterruptedException {
        try (Postgres postgres = Postgres.start()) {
            Postgres.Database database = postgres.freshDatabase("evacuate");
            System.err.println("evacuate: seeding");
            seed(database);
            FleetOfPolls others = FleetOfPolls.of(database, 1, CLUSTERS);
            Path token = Workspace.scratch("evacuate").resolve("admin-token");
            try (Central central =
                    Central.begin(NodeSetup.of("central", database.jdbcUrl(), token).heap(HEAP))) {
                central.awaitReady();
                NodeMetrics node = new NodeMetrics(central.address());
                others.follow(central.address());
                Await.until(
                        "a fleet at rest",
                        PATIENCE,
                        () ->
                                node.read("portolan_agent_polls_parked") == CLUSTERS - 1
                                        && node.read("portolan_loop_depth") == 0
                                        && node.read("portolan_loop_reconciled_total")
                                                >= APPLICATIONS);
                double commits = node.read("portolan_loop_commits_total");
                evacuate(into, database, central.api(), others);
                into.add("commits", "1", node.read("portolan_loop_commits_total") - commits);
                into.add("rss_mb", "mb", central.process().residentBytes() / 1048576.0);
                others.rest();
            }
        }
    }

    private static void evacuate(
            Figures into, Postgres.Database database, Api api, FleetOfPolls others)
            throws SQLException, InterruptedException {
        try (Connection connection = database.connect();
                PreparedStatement look = connection.prepareStatement(LOOK)) {
            look.setLong(1, revision(connection));
            look.setString(2, LOST);
            long begin = System.nanoTime();
            api.patch("/api/v1/clusters/cluster-0", TAINT).expect(200);
            into.add("accepted_s", "s", since(begin));
            boolean begun = false;
            boolean decided = false;
            boolean committed = false;
            while (others.given() < APPLICATIONS) {
                if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                    throw new IllegalStateException(
                            "only " + others.given() + " works were given to agents");
                }
                long[] now = look(look);
                if (!begun && now[0] > 0) {
                    begun = true;
                    into.add("first_decided_s", "s", since(begin));
                }
                if (!decided && now[0] >= APPLICATIONS) {
                    decided = true;
                    into.add("decided_s", "s", since(begin));
                }
                if (!committed && now[1] >= APPLICATIONS) {
                    committed = true;
                    into.add("committed_s", "s", since(begin));
                }
                Thread.sleep(PAUSE);
            }
            double published = since(begin);
            long[] then = look(look);
            if (then[0] < APPLICATIONS || then[1] < APPLICATIONS) {
                throw new IllegalStateException("agents were given what is not stored");
            }
            if (!decided) {
                into.add("decided_s", "s", published);
            }
            if (!committed) {
                into.add("committed_s", "s", published);
            }
            into.add("published_s", "s", published, 10);
        }
    }

    private static double since(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static long[] look(PreparedStatement look) throws SQLException {
        try (ResultSet rs = look.executeQuery()) {
            rs.next();
            return new long[] {rs.getLong(1), rs.getLong(2)};
        }
    }

    private static long revision(Connection connection) throws SQLException {
        try (PreparedStatement counter =
                        connection.prepareStatement("select revision from counter");
                ResultSet rs = counter.executeQuery()) {
            rs.next();
            return rs.getLong(1);
        }
    }

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
                        Integer.toString(APPLICATIONS),
                        "crowded")
                .run(SEEDING)
                .expect(0);
    }
}
