package io.portolan.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.chaos.Broken.Rule;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Nodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Switches fencing off, without a switch in the product, and sees that the checker finds it. */
class UnfencedTest {
    private static final Duration LATER = Duration.ofSeconds(90);

    /**
     * The node's sessions find a leader row of their own, in which its term never ends: what a
     * central without fencing would believe.
     */
    private static final String UNFENCED =
            """
            create schema unfenced;
            create table unfenced.leader (like public.leader including all);
            insert into unfenced.leader select * from public.leader;
            alter role %1$s in database %2$s set search_path = unfenced, public;
            select pg_terminate_backend(pid) from pg_stat_activity where usename = '%1$s';
            """;

    @Test
    void leaderThatIsNotFencedIsCaught() throws Exception {
        long seed = Long.getLong("portolan.chaos.seed", System.nanoTime());
        System.err.println("chaos: seed " + seed + " (-Dportolan.chaos.seed=" + seed + ")");
        try (Chaos chaos = Chaos.start(seed)) {
            Nodes nodes = chaos.nodes();
            chaos.load();
            int leader = nodes.awaitLeader(LATER);
            long epoch = nodes.epoch();
            assertEquals(List.of(), rules(chaos));

            unfence(chaos, leader);
            nodes.node(leader).process().pause();
            Await.until("another leader", LATER, () -> nodes.epoch() > epoch);
            nodes.node(leader).process().resume();

            Await.until(
                    "a write of the leader whose term is over",
                    LATER,
                    () -> rules(chaos).contains(Rule.FENCED));
        }
    }

    private static void unfence(Chaos chaos, int leader) throws SQLException {
        try (Connection connection = chaos.database().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(UNFENCED.formatted(Nodes.role(leader), chaos.database().name()));
        }
    }

    /** That the leaders' writes break until now. */
    private static List<Rule> rules(Chaos chaos) throws SQLException {
        return LeaderRules.check(chaos.sofar()).stream()
                .map(Broken::rule)
                .filter(rule -> rule != Rule.ONCE)
                .toList();
    }
}
