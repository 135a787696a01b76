package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/** Brings the schema up to date and finds out whether this is still the database that it was. */
final class Schema {
    private static final String KNOWN =
            "select generation, authority from store_identity for update";

    private static final String FIRST =
            "insert into store_identity (generation, authority) values (?, ?)";

    private static final String RAISE =
            """
            update store_identity set generation = ?, authority = ?,
                restored_revision = (select revision from counter), restored_at = clock_timestamp()
            """;

    private static final String RESTORED =
            """
            select restored_revision, restored_at from store_identity
            where restored_at is not null
            """;

    /**
     * What was told by the former life and lost must not be told again with another meaning:
     * revisions (cursors, tags, the first sequence of a work), terms and agents' sessions go on far
     * beyond anything that it can have reached: by the time, too, for the same copy may be restored
     * twice. All its cursors are compacted history.
     */
    private static final List<String> LEAP =
            List.of(
                    """
                    update counter set
                        revision = greatest(revision + 1000000000, %1$d::bigint * 100000),
                        horizon = greatest(revision + 1000000000, %1$d::bigint * 100000)
                    """,
                    """
                    update leader set epoch = epoch + 1000, term_id = '', holder = '', node = '',
                        lease_until = '-infinity'
                    """,
                    "update cluster_session set session = greatest(session + 1000000, %1$d::bigint), batch = 0",
                    "update cluster_heard set last_heard = least(last_heard, clock_timestamp())");

    /** The last restore that raised the generation. */
    static Optional<Store.Restored> restored(Connection connection) throws SQLException {
        return Rows.query(
                        connection,
                        RESTORED,
                        rs ->
                                new Store.Restored(
                                        rs.getLong(1),
                                        rs.getObject(2, OffsetDateTime.class).toInstant()))
                .stream()
                .findFirst();
    }

    private Schema() {}

    static void migrate(DatabaseSettings settings, Guard guard) {
        FluentConfiguration configuration =
                Flyway.configure()
                        .dataSource(SessionSort.MIGRATION.source(settings, guard))
                        .locations("classpath:db/migration");
        // A lock of the session: a transaction that stands idle would need a limit so long that a
        // frozen node could keep its table locks for half an hour.
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        configuration.load().migrate();
    }

    private record Known(long generation, String authority) {}

    /**
     * The store's generation, raised when the database was copied or promoted since the last time.
     *
     * @param seconds since 1970, so that generations of unrelated lives rarely meet
     */
    static long generation(Connection connection, Origin origin, long seconds) throws SQLException {
        Rows.execute(connection, "lock table store_identity in exclusive mode");
        List<Known> known =
                Rows.query(connection, KNOWN, rs -> new Known(rs.getLong(1), rs.getString(2)));
        if (known.isEmpty()) {
            Rows.execute(connection, FIRST, Math.max(1, seconds), origin.text());
            return Math.max(1, seconds);
        }
        Known before = known.getFirst();
        if (before.authority().equals(origin.text())) {
            return before.generation();
        }
        long raised = Math.max(before.generation() + 1, seconds);
        for (String leap : LEAP) {
            Rows.execute(connection, leap.formatted(raised));
        }
        Rows.execute(connection, RAISE, raised, origin.text());
        return raised;
    }
}
