package io.portolan.central.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A pool of database sessions for one sort of traffic. Every session ends its own statements, lock
 * waits and idle transactions, so that a frozen node can hold nothing for long.
 */
final class Lane implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    /** How long a process may pause inside a transaction, which others may wait for. */
    private static final Duration IDLE = Duration.ofSeconds(5);

    private final HikariDataSource pool;

    /** Something to do with a connection. */
    interface Call<T> {
        T run(Connection connection) throws SQLException;
    }

    private Lane(HikariDataSource pool) {
        this.pool = pool;
    }

    /**
     * @param statement the longest that one statement may run; lock waits end at half of it
     */
    static Lane open(DatabaseSettings settings, String name, int sessions, Duration statement) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("portolan-" + name);
        config.setDataSource(source(settings, name, statement));
        config.setConnectionInitSql(limits(statement));
        config.setMaximumPoolSize(sessions);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(3_000);
        config.setValidationTimeout(2_000);
        config.setKeepaliveTime(30_000);
        config.setInitializationFailTimeout(10_000);
        return new Lane(new HikariDataSource(config));
    }

    static PGSimpleDataSource source(DatabaseSettings settings, String name, Duration statement) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.url());
        // Set, they would win over the ones in the URL.
        if (!settings.user().isEmpty()) {
            source.setUser(settings.user());
        }
        if (!settings.password().isEmpty()) {
            source.setPassword(settings.password());
        }
        source.setApplicationName(applicationName(settings.node(), name));
        source.setReWriteBatchedInserts(true);
        source.setTcpKeepAlive(true);
        source.setConnectTimeout(5);
        source.setLoginTimeout(5);
        source.setSocketTimeout((int) statement.toSeconds() + 5);
        return source;
    }

    /**
     * How the sessions of a node are recognised, in {@code pg_stat_activity} and by a successor.
     */
    static String applicationName(String node, String lane) {
        return "portolan:" + node + ":" + lane;
    }

    static String limits(Duration statement) {
        return """
        set statement_timeout = %d; set lock_timeout = %d;
        set idle_in_transaction_session_timeout = %d; set timezone = 'UTC'"""
                .formatted(statement.toMillis(), statement.toMillis() / 2, IDLE.toMillis());
    }

    Connection connection() throws SQLException {
        return pool.getConnection();
    }

    /** One or more statements, each of its own transaction. */
    <T> T run(Call<T> call) {
        try (Connection connection = pool.getConnection()) {
            return call.run(connection);
        } catch (SQLException e) {
            throw new Store.StoreException("the database did not answer: " + e.getMessage(), e);
        }
    }

    /** One transaction, done again when the database asks for that. */
    <T> T transact(Call<T> call) {
        return inTransaction(Connection.TRANSACTION_READ_COMMITTED, call);
    }

    /** Everything is read as of one instant. As nobody waits for it, it may pause for longer. */
    <T> T instant(Call<T> call) {
        return inTransaction(
                Connection.TRANSACTION_REPEATABLE_READ,
                connection -> {
                    Rows.execute(
                            connection, "set local idle_in_transaction_session_timeout = '1min'");
                    return call.run(connection);
                });
    }

    private <T> T inTransaction(int isolation, Call<T> call) {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = pool.getConnection()) {
                connection.setTransactionIsolation(isolation);
                connection.setAutoCommit(false);
                try {
                    T result = call.run(connection);
                    connection.commit();
                    return result;
                } catch (SQLException e) {
                    Failure.rollback(connection, e);
                    throw e;
                }
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || Failure.of(e) != Failure.CONTENTION) {
                    throw new Store.StoreException(
                            "the database did not answer: " + e.getMessage(), e);
                }
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
