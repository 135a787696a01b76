package io.portolan.central.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No session may hold anything for ever. */
class SessionSortTest {
    private static final List<String> LIMITS =
            List.of("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout");

    @ParameterizedTest
    @EnumSource
    void everySessionEndsWhatTakesTooLong(SessionSort sort) throws SQLException {
        try (Connection connection =
                sort.source(TestDatabase.fresh(), Guard.OPEN).getConnection()) {
            for (String limit : LIMITS) {
                String value =
                        Rows.query(connection, "show " + limit, rs -> rs.getString(1)).getFirst();
                assertTrue(!value.equals("0"), limit + " of " + sort);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"READ", "BULK", "QUICK", "LEADER", "COMMIT"})
    void sessionsOfALaneDoToo(SessionSort sort) {
        try (Lane lane = Lane.open(TestDatabase.fresh(), sort, 1, Guard.OPEN)) {
            for (String limit : LIMITS) {
                String value =
                        lane.run(c -> Rows.query(c, "show " + limit, rs -> rs.getString(1)))
                                .getFirst();
                assertTrue(!value.equals("0"), limit + " of " + sort);
            }
        }
    }

    /** What the migration's own session says while it makes the tables. */
    @Test
    void theMigrationRunsWithLimits() {
        DatabaseSettings settings = TestDatabase.bare();
        TestDatabase.execute(
                settings,
                """
                create schema note;
                create table note.seen (name text, value text, application text);
                create function note.note() returns event_trigger language plpgsql as
                $$ begin insert into note.seen select name, setting,
                current_setting('application_name') from pg_settings
                where name in ('statement_timeout', 'lock_timeout',
                'idle_in_transaction_session_timeout'); end $$;
                create event trigger note on ddl_command_start execute function note.note()
                """);
        Schema.migrate(settings, Guard.OPEN);
        TestDatabase.execute(settings, "drop event trigger note");
        assertEquals(
                3,
                TestDatabase.count(
                        settings,
                        "select count(distinct name) from note.seen where application = '"
                                + SessionSort.MIGRATION.applicationName(settings.node())
                                + "'"));
        assertEquals(
                0,
                TestDatabase.count(settings, "select count(*) from note.seen where value = '0'"));
    }

    @Test
    void aNodeHasNoOtherSessions() {
        DatabaseSettings settings = TestDatabase.fresh();
        Set<String> sorts =
                Arrays.stream(SessionSort.values())
                        .map(s -> s.applicationName(settings.node()))
                        .collect(Collectors.toSet());
        DatabaseSettings watcher =
                DatabaseSettings.of(settings.url(), settings.user(), settings.password());
        try (PostgresStore store = PostgresStore.open(settings);
                Lane watching = Lane.open(watcher, SessionSort.BULK, 1, Guard.OPEN)) {
            assertEquals(0, store.head());
            Set<String> seen = new HashSet<>();
            await().atMost(Duration.ofSeconds(20))
                    .until(
                            () -> {
                                seen.addAll(
                                        watching.run(
                                                c ->
                                                        Rows.query(
                                                                c,
                                                                "select application_name from"
                                                                        + " pg_stat_activity where"
                                                                        + " datname ="
                                                                        + " current_database() and pid"
                                                                        + " <> pg_backend_pid()",
                                                                rs -> rs.getString(1))));
                                return seen.contains(
                                        SessionSort.LISTENER.applicationName(settings.node()));
                            });
            assertTrue(sorts.containsAll(seen), seen::toString);
        }
    }
}
