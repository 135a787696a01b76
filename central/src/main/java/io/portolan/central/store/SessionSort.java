package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process has database sessions for. There is no other way to one, and every session ends
 * its own statements, lock waits and idle transactions, so that a frozen node can hold nothing for
 * long.
 */
enum SessionSort {
    /** What somebody waits for who asked by HTTP. */
    READ(Duration.ofSeconds(10)),

    /** What may take its time: the whole store at once, sweeping. */
    BULK(Duration.ofSeconds(30)),

    /** Heartbeats, tokens, agents' sessions: whatever must not wait behind bulk. */
    QUICK(Duration.ofSeconds(5), Duration.ofMillis(2_500), Duration.ofSeconds(2)),

    /** The lease: waits for nothing else, not even for a thousand agents that come back. */
    LEADER(Duration.ofSeconds(3), Duration.ofMillis(1_500), Duration.ofSeconds(1)),

    /**
     * Holds rows and the counter, for which the commits of all nodes wait: a process that pauses
     * for longer inside one loses it, and does it again by itself when it wakes.
     */
    COMMIT(Duration.ofSeconds(6), Duration.ofSeconds(3), Duration.ofSeconds(1)),

    /** Hears of other nodes' commits. */
    LISTENER(Duration.ofSeconds(10)),

    /**
     * A change of the schema. Who waits for a table lock keeps all others waiting behind it, so it
     * gives up early.
     */
    MIGRATION(Duration.ofMinutes(30), Duration.ofSeconds(30), Duration.ofSeconds(10));

    private static final Logger LOG = LoggerFactory.getLogger(SessionSort.class);

    /** For each host in the URL: to connect, and then for each of its answers to the login. */
    private static final Duration LOGIN = Duration.ofSeconds(3);

    /** Of all hosts together. */
    private static final Duration ALL_LOGINS = Duration.ofSeconds(20);

    /** So that the server's own limit comes first, with its reason. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    /** How long the server waits for a client that takes nothing of what it is sent. */
    private static final Duration TAKES_NOTHING = Duration.ofSeconds(10);

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
    PGSimpleDataSource source(DatabaseSettings settings, Guard guard) {
        return limited(settings, guard);
    }

    /**
     * Keeps away from a former primary that came back, where the present one is in the URL too: a
     * node that starts knows neither.
     */
    static Guard newest(DatabaseSettings settings) {
        Limited source = QUICK.limited(settings, Guard.OPEN);
        Optional<Origin> newest = Optional.empty();
        int hosts = source.getServerNames().length;
        for (int i = 0; hosts > 1 && i < hosts; i++) {
            Optional<Origin> found = source.origin(i);
            if (newest.isEmpty() || (found.isPresent() && newest.get().formerOf(found.get()))) {
                newest = found;
            }
        }
        return newest.<Guard>map(o -> new Lineage(o, 0, Optional.empty(), () -> {}))
                .orElse(Guard.OPEN);
    }

    private Limited limited(DatabaseSettings settings, Guard guard) {
        Limited source = new Limited(limits(), statement.plus(MARGIN), guard);
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
        source.setConnectTimeout((int) LOGIN.toSeconds());
        source.setSocketTimeout((int) LOGIN.toSeconds());
        return source;
    }

    /** What not every server has must not keep a session from coming about. */
    private String limits() {
        return """
        set statement_timeout = %d; set lock_timeout = %d;
        set idle_in_transaction_session_timeout = %d; set timezone = 'UTC';
        do $$ begin
            perform set_config('tcp_user_timeout', '%d', false);
            perform set_config('client_connection_check_interval', '2000', false);
        exception when others then null; end $$\
        """
                .formatted(
                        statement.toMillis(),
                        lock.toMillis(),
                        idle.toMillis(),
                        TAKES_NOTHING.toMillis());
    }

    /** Not by startup options: poolers between here and PostgreSQL refuse those. */
    private static final class Limited extends PGSimpleDataSource {
        private static final long serialVersionUID = 1L;
        private final String limits;
        private final Duration silence;
        private final transient Guard guard;

        /**
         * @param silence after which an answer does not come any more
         */
        Limited(String limits, Duration silence, Guard guard) {
            this.limits = limits;
            this.silence = silence;
            this.guard = guard;
        }

        /** A pool's idea of it would leave no time for the second host when the first is silent. */
        @Override
        public void setLoginTimeout(int seconds) {
            super.setLoginTimeout((int) ALL_LOGINS.toSeconds());
        }

        @Override
        public Connection getConnection(@Nullable String user, @Nullable String password)
                throws SQLException {
            try {
                return admitted(super.getConnection(user, password));
            } catch (Lineage.Refused e) {
                return elsewhere(user, password, e);
            }
        }

        /** A former primary that came back may stand before the present one in the URL. */
        private Connection elsewhere(
                @Nullable String user, @Nullable String password, Lineage.Refused refused)
                throws SQLException {
            String[] hosts = getServerNames();
            for (int i = 0; hosts.length > 1 && i < hosts.length; i++) {
                try {
                    return alone(i).getConnection(user, password);
                } catch (SQLException e) {
                    refused.addSuppressed(e);
                }
            }
            throw refused;
        }

        private Limited alone(int host) {
            Limited alone = new Limited(limits, silence, guard);
            alone.setUrl(getUrl());
            alone.setServerNames(new String[] {getServerNames()[host]});
            alone.setPortNumbers(new int[] {getPortNumbers()[host]});
            return alone;
        }

        /** Of the host, where it answers and takes writes. */
        Optional<Origin> origin(int host) {
            try (Connection session = alone(host).getConnection(getUser(), getPassword())) {
                return Optional.of(Origin.read(session));
            } catch (SQLException e) {
                LOG.debug("{} is no primary that answers", getServerNames()[host], e);
                return Optional.empty();
            }
        }

        private Connection admitted(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(limits);
                guard.admit(connection);
                connection.setNetworkTimeout(Runnable::run, (int) silence.toMillis());
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }
    }
}
