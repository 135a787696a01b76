package io.portolan.central.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/** A pool of database sessions for one sort of traffic. */
final class Lane implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    private final HikariDataSource pool;
    private final Guard guard;

    /** Something to do with a connection. */
    interface Call<T> {
        T run(Connection connection) throws SQLException;
    }

    private Lane(HikariDataSource pool, Guard guard) {
        this.pool = pool;
        this.guard = guard;
    }

    static Lane open(DatabaseSettings settings, SessionSort sort, int sessions, Guard guard) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("portolan-" + sort.lowerCase());
        config.setDataSource(sort.source(settings, guard));
        config.setMaximumPoolSize(sessions);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(3_000);
        config.setValidationTimeout(1_000);
        config.setKeepaliveTime(30_000);
        config.setInitializationFailTimeout(10_000);
        return new Lane(new HikariDataSource(config), guard);
    }

    /** A session that the guard lets through, within three seconds or so. */
    Connection connection() throws SQLException {
        guard.standing();
        return pool.getConnection();
    }

    Guard guard() {
        return guard;
    }

    /** One or more statements, each of its own transaction. */
    <T> T run(Call<T> call) {
        try (Connection connection = connection()) {
            return call.run(connection);
        } catch (SQLException e) {
            throw Failure.store(e);
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
            boolean committing = false;
            try (Connection connection = connection()) {
                connection.setTransactionIsolation(isolation);
                connection.setAutoCommit(false);
                try {
                    T result = call.run(connection);
                    committing = true;
                    connection.commit();
                    return result;
                } catch (SQLException e) {
                    Failure.rollback(connection, e);
                    throw e;
                }
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !Failure.again(e)) {
                    throw committing && Failure.doubtful(e) ? Failure.inDoubt(e) : Failure.store(e);
                }
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
