package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What this process has database sessions for. There is no other way to one, and every session ends
 * its own statements, lock waits and idle transactions, so that a frozen node can hold nothing for
 * long.
 */
enum SessionSort {
    /** Reads, and what may take its time. */
    BULK(Duration.ofSeconds(30)),

    /** Heartbeats, tokens, leadership: whatever must not wait behind bulk. */
    QUICK(Duration.ofSeconds(5)),

    COMMIT(Duration.ofSeconds(30)),

    /** Hears of other nodes' commits. */
    LISTENER(Duration.ofSeconds(10)),

    /**
     * A change of the schema. Who waits for a table lock keeps all others waiting behind it, so it
     * gives up early; the transaction that keeps other nodes from migrating stands idle meanwhile.
     */
    MIGRATION(Duration.ofMinutes(30), Duration.ofSeconds(30), Duration.ofMinutes(30));

    private final Duration statement;
    private final Duration lock;
    private final Duration idle;

    /** How long a process may pause inside a transaction, which others may wait for: 5 s. */
    SessionSort(Duration statement) {
        this(statement, statement.dividedBy(2), Duration.ofSeconds(5));
    }

    /**
     * @param statement the longest that one statement may run
     * @param lock the longest that one may wait for a lock
     * @param idle the longest that a transaction may be open with nothing being done in it
     */
    SessionSort(Duration statement, Duration lock, Duration idle) {
        this.statement = statement;
        this.lock = lock;
        this.idle = idle;
    }

    String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How a node's sessions are recognised in {@code pg_stat_activity}. */
    String applicationName(String node) {
        return applicationName(node, lowerCase());
    }

    /** Those of all sorts, as a pattern: for a successor. */
    static String applicationNames(String node) {
        return applicationName(node, "%");
    }

    private static String applicationName(String node, String sort) {
        return "portolan:" + node + ":" + sort;
    }

    /** Where sessions of this sort come from, limits and all. */
    PGSimpleDataSource source(DatabaseSettings settings) {
        PGSimpleDataSource source = new Limited(limits());
        source.setUrl(settings.url());
        // Set, they would win over the ones in the URL.
        if (!settings.user().isEmpty()) {
            source.setUser(settings.user());
        }
        if (!settings.password().isEmpty()) {
            source.setPassword(settings.password());
        }
        source.setApplicationName(applicationName(settings.node()));
        source.setReWriteBatchedInserts(true);
        source.setTcpKeepAlive(true);
        source.setConnectTimeout(5);
        source.setLoginTimeout(5);
        source.setSocketTimeout((int) statement.toSeconds() + 5);
        return source;
    }

    private String limits() {
        return """
        set statement_timeout = %d; set lock_timeout = %d;
        set idle_in_transaction_session_timeout = %d; set timezone = 'UTC'"""
                .formatted(statement.toMillis(), lock.toMillis(), idle.toMillis());
    }

    /** Not by startup options: poolers between here and PostgreSQL refuse those. */
    private static final class Limited extends PGSimpleDataSource {
        private static final long serialVersionUID = 1L;
        private final String limits;

        Limited(String limits) {
            this.limits = limits;
        }

        @Override
        public Connection getConnection(@Nullable String user, @Nullable String password)
                throws SQLException {
            Connection connection = super.getConnection(user, password);
            try (Statement statement = connection.createStatement()) {
                statement.execute(limits);
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }
    }
}
