package io.portolan.central.store;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator is told of a database that answers. */
class StoreHealthTest {
    @ParameterizedTest
    @CsvSource({
        "false, on, true, 0, authority can lose commits: PostgreSQL has no synchronous standby",
        "false, on, false, 0, authority can lose commits: PostgreSQL has no synchronous standby",
        "true, local, true, 1, authority can lose commits: PostgreSQL has no synchronous standby",
        "true, off, true, 1, authority can lose commits: synchronous_commit is off",
        "true, on, false, 0, whether a synchronous standby follows is unknown: grant pg_monitor",
        "true, on, true, 0, no synchronous standby follows",
    })
    void tellsWhenCommitsCanBeLost(
            boolean named, String commit, boolean sees, int following, String told) {
        String words = HealthSql.durability(named, commit, sees, following).orElse("");
        assertTrue(words.startsWith(told), words);
    }

    @ParameterizedTest
    @CsvSource({"on", "remote_apply", "remote_write"})
    void saysNothingWhereAStandbyIsWaitedFor(String commit) {
        assertEquals(Optional.empty(), HealthSql.durability(true, commit, true, 1));
    }

    @Test
    void tellsTheAgeOfTheOldestTransactionAndWhose() throws SQLException {
        DatabaseSettings settings = TestDatabase.fresh();
        DatabaseSettings other = DatabaseSettings.of(settings.url(), settings.user(), "");
        try (PostgresStore store = PostgresStore.open(settings);
                Connection open = SessionSort.MIGRATION.source(other, Guard.OPEN).getConnection()) {
            open.setAutoCommit(false);
            Rows.query(open, "select revision from counter", rs -> rs.getLong(1));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> store.health().oldest().toMillis() > 100);
            StoreHealth seen = store.health();
            assertEquals(SessionSort.MIGRATION.applicationName(other.node()), seen.holder());
            assertTrue(seen.durability().orElse("").startsWith("authority can lose commits"));
            assertEquals(
                    List.of(
                            "a transaction of x has been open for 61 s: nothing that it holds can be cleaned up"),
                    new StoreHealth(Optional.empty(), Duration.ofSeconds(61), "x").warnings());
            assertEquals(
                    List.of(),
                    new StoreHealth(Optional.empty(), Duration.ofSeconds(59), "x").warnings());
        }
    }
}
