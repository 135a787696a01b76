package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.HarnessException;
import io.portolan.e2e.harness.Nodes;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Writers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Three nodes under load by API writes; the one that leads is killed, stopped or frozen. From the
 * fault until a decision of the next leader is committed: what it says of an application that was
 * written is in the change log, behind the revision at which its epoch was first seen.
 */
final class TakeoverScenario {
    private static final int ROUNDS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** Six clients, each rests so long after each answer. */
    private static final int CLIENTS = 6;

    private static final Duration PACE = Duration.ofMillis(30);

    /** How long a client waits for an answer before it goes to another node. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private static final String LOOK =
            """
            select l.epoch, c.revision, exists (
                select from change_log g where g.type = 'STATUS' and g.revision > ?)
            from leader l, counter c
            """;

    private final Nodes nodes;
    private final Random random = new Random(1);

    private TakeoverScenario(Nodes nodes) {
        this.nodes = nodes;
    }

    static void measure(Figures into) throws Exception {
        try (Postgres postgres = Postgres.start();
                Nodes nodes = Nodes.start(postgres, postgres.freshDatabase("takeover"), 3);
                Writers writers = Writers.start(nodes, "shop", CLIENTS, PACE, ANSWER)) {
            TakeoverScenario scenario = new TakeoverScenario(nodes);
            scenario.rounds("kill", 1_500, into, scenario::kill, Central::restart);
            scenario.rounds("graceful", 1_500, into, scenario::stop, Central::restart);
            scenario.rounds("frozen_idle", 5_000, into, scenario::freeze, TakeoverScenario::wake);
            scenario.rounds(
                    "frozen_in_transaction",
                    5_000,
                    into,
                    scenario::freezeInside,
                    TakeoverScenario::wake);
            writers.close();
            into.add("writes", "1", writers.acknowledged());
            into.add("lost_writes", "1", writers.lost(nodes.node(0).api()).size(), 0);
        }
    }

    /** What befalls the leader. */
    private interface Fault {
        /**
         * @return when it happened, by {@link System#nanoTime}
         */
        long strike(int leader);
    }

    private void rounds(String name, double goal, Figures into, Fault fault, Consumer<Central> heal)
            throws SQLException {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            nodes.awaitTogether(PATIENCE);
            int leader = nodes.awaitLeader(PATIENCE);
            long epoch = nodes.epoch();
            long struck = fault.strike(leader);
            took.add(decided(epoch) - struck);
            heal.accept(nodes.node(leader));
        }
        into.add(name + "_p99_ms", "ms", Percentile.ms(took, 99), goal);
        into.add(name + "_p50_ms", "ms", Percentile.ms(took, 50));
        into.add(name + "_max_ms", "ms", Collections.max(took) / 1e6);
        into.add(name + "_n", "1", took.size());
    }

    private static void wake(Central node) {
        node.process().resume();
    }

    private long kill(int leader) {
        long at = System.nanoTime();
        nodes.node(leader).kill();
        return at;
    }

    private long stop(int leader) {
        long at = System.nanoTime();
        nodes.node(leader).process().stop();
        return at;
    }

    private long freeze(int leader) {
        // Not always at the same distance from the last prolonging of the lease.
        pause(random.nextInt(1_000));
        long at = System.nanoTime();
        nodes.node(leader).process().pause();
        return at;
    }

    private long freezeInside(int leader) {
        if (!nodes.pauseInTransaction(leader, Nodes.Held.LEADER, random, PATIENCE)) {
            throw new HarnessException("never hit inside a transaction");
        }
        return System.nanoTime();
    }

    /** When the first decision after the former epoch was seen. */
    private long decided(long formerEpoch) throws SQLException {
        long until = System.nanoTime() + LONGEST.toNanos();
        long behind = Long.MAX_VALUE;
        try (Connection connection = nodes.database().connect();
                PreparedStatement look = connection.prepareStatement(LOOK)) {
            while (System.nanoTime() < until) {
                look.setLong(1, behind);
                try (ResultSet rs = look.executeQuery()) {
                    rs.next();
                    if (rs.getBoolean(3)) {
                        return System.nanoTime();
                    }
                    if (behind == Long.MAX_VALUE && rs.getLong(1) > formerEpoch) {
                        behind = rs.getLong(2);
                    }
                }
                pause(2);
            }
        }
        throw new HarnessException("no decision after " + LONGEST);
    }

    private static void pause(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted", e);
        }
    }
}
