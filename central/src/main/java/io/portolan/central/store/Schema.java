package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;

/** Brings the schema up to date and finds out whether this is still the database that it was. */
final class Schema {
    /** The timeline as well: a promoted standby may lack what the former primary had told. */
    private static final String AUTHORITY =
            """
            select (select system_identifier::text from pg_control_system())
                || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
            """;

    private static final String KNOWN =
            "select generation, authority from store_identity for update";

    private static final String FIRST =
            "insert into store_identity (generation, authority) values (?, ?)";

    private static final String RAISE = "update store_identity set generation = ?, authority = ?";

    private Schema() {}

    static void migrate(DatabaseSettings settings) {
        Flyway.configure()
                .dataSource(SessionSort.MIGRATION.source(settings))
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }

    private record Known(long generation, String authority) {}

    /**
     * The store's generation, raised when the database was copied or promoted since the last time.
     *
     * @param seconds since 1970, so that generations of unrelated lives rarely meet
     */
    static long generation(Connection connection, long seconds) throws SQLException {
        String authority = Rows.query(connection, AUTHORITY, rs -> rs.getString(1)).getFirst();
        Rows.execute(connection, "lock table store_identity in exclusive mode");
        List<Known> known =
                Rows.query(connection, KNOWN, rs -> new Known(rs.getLong(1), rs.getString(2)));
        if (known.isEmpty()) {
            Rows.execute(connection, FIRST, Math.max(1, seconds), authority);
            return Math.max(1, seconds);
        }
        Known before = known.getFirst();
        if (before.authority().equals(authority)) {
            return before.generation();
        }
        long raised = Math.max(before.generation() + 1, seconds);
        Rows.execute(connection, RAISE, raised, authority);
        return raised;
    }
}
