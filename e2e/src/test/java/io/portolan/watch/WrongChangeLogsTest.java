package io.portolan.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Postgres;
import io.portolan.watch.PlantedLog.Mechanism;
import io.portolan.watch.Violation.Guarantee;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The two classic wrong ways to watch PostgreSQL, planted on a real one: the checker finds each in
 * the very interleaving that breaks it and in random ones, and nothing in the right way under the
 * same load. One thread schedules all sessions, so a seed replays its interleaving.
 */
class WrongChangeLogsTest {
    private static final List<String> KEYS = List.of("a", "b", "c", "d");
    private static final int SCHEDULES = 12;
    private static final int STEPS = 120;
    private static final int SESSIONS = 5;

    private static Postgres postgres;

    @BeforeAll
    static void start() {
        postgres = Postgres.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    private static PlantedLog log(Mechanism mechanism) throws SQLException {
        return new PlantedLog(postgres.freshDatabase("planted"), mechanism, KEYS);
    }

    private static Set<Guarantee> broken(List<Violation> violations) {
        return violations.stream().map(Violation::guarantee).collect(Collectors.toSet());
    }

    /** The older transaction has the higher number: it is passed over when it commits first. */
    @Test
    void aSequenceUnderTheHorizonLosesTheSlowOne() throws Exception {
        try (PlantedLog log = log(Mechanism.SEQUENCE_UNDER_HORIZON);
                var older = log.writer();
                var slow = log.writer()) {
            var watcher = log.watcher();
            assertTrue(slow.write("a", "of the slow one"));
            assertTrue(older.write("b", "of the older one"));
            assertTrue(older.commit());
            watcher.look();
            assertTrue(slow.commit());
            assertEquals(
                    Set.of(Guarantee.RELIABLE, Guarantee.COMPLETE), broken(log.judge(watcher)));
        }
    }

    /** Who began first writes the row last: told by transaction, the older value wins. */
    @Test
    void transactionIdsTellTheValuesOfARowInTheWrongOrder() throws Exception {
        try (PlantedLog log = log(Mechanism.TRANSACTION_ID);
                var first = log.writer();
                var second = log.writer()) {
            var watcher = log.watcher();
            assertTrue(second.write("a", "written first"));
            assertFalse(first.write("a", "not yet"), "the row is locked");
            assertTrue(second.commit());
            watcher.look();
            assertTrue(first.write("a", "written last"));
            assertTrue(first.commit());
            assertEquals(Set.of(Guarantee.COMPLETE), broken(log.judge(watcher)));
        }
    }

    /** The same steps with the counter: neither is lost, neither comes in the wrong order. */
    @Test
    void theCounterStandsBoth() throws Exception {
        try (PlantedLog log = log(Mechanism.COUNTER);
                var first = log.writer();
                var second = log.writer()) {
            var watcher = log.watcher();
            assertTrue(second.write("a", "written first"));
            assertTrue(first.write("b", "of the older one"));
            assertTrue(second.commit());
            watcher.look();
            assertTrue(first.write("a", "written last"));
            assertTrue(first.commit());
            assertEquals(List.of(), log.judge(watcher));
        }
    }

    @Test
    void randomInterleavingsFindBothAndNothingInTheRightOne() throws Exception {
        long seed = Long.getLong("portolan.watch.seed", 20_260_101);
        System.out.println("interleavings from seed " + seed);
        for (Mechanism mechanism : Mechanism.values()) {
            String found = "";
            for (int i = 0; i < SCHEDULES && found.isEmpty(); i++) {
                List<Violation> violations = drive(mechanism, new Random(seed + i));
                if (!violations.isEmpty()) {
                    found = "seed " + (seed + i) + ": " + violations;
                }
            }
            if (mechanism == Mechanism.COUNTER) {
                assertEquals("", found);
            } else {
                assertFalse(found.isEmpty(), mechanism + " passed all seeds from " + seed);
            }
        }
    }

    private static List<Violation> drive(Mechanism mechanism, Random random) throws Exception {
        List<PlantedLog.Writer> open = new ArrayList<>();
        try (PlantedLog log = log(mechanism)) {
            var watcher = log.watcher();
            for (int step = 0; step < STEPS; step++) {
                if (open.size() < SESSIONS && random.nextInt(4) == 0) {
                    open.add(log.writer());
                } else if (random.nextInt(6) == 0) {
                    watcher.look();
                } else if (random.nextInt(20) == 0) {
                    watcher.reconnect(random.nextInt(1_000));
                } else if (!open.isEmpty()) {
                    act(open, random, "v" + step);
                }
            }
            for (PlantedLog.Writer writer : List.copyOf(open)) {
                assertTrue(writer.commit());
                watcher.look();
            }
            return log.judge(watcher);
        } finally {
            for (PlantedLog.Writer writer : open) {
                writer.close();
            }
        }
    }

    private static void act(List<PlantedLog.Writer> open, Random random, String value)
            throws SQLException {
        PlantedLog.Writer writer = open.get(random.nextInt(open.size()));
        int what = random.nextInt(10);
        if (what < 7) {
            // Locked by another: it goes on with something else.
            var _ = writer.write(KEYS.get(random.nextInt(KEYS.size())), value);
            return;
        }
        if (what == 7) {
            writer.rollback();
        } else if (!writer.commit()) {
            return;
        }
        writer.close();
        open.remove(writer);
    }
}
