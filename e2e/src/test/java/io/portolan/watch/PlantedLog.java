package io.portolan.watch;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Postgres;
import io.portolan.watch.History.Commit;
import io.portolan.watch.History.Reader;
import io.portolan.watch.History.Seen;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A change log in a real PostgreSQL, small enough to see through, by a mechanism that is right or
 * by one of the two that are famous for being wrong. Sessions are separate, and one thread decides
 * which of them goes next, so that an interleaving is what the caller says and nothing else.
 */
final class PlantedLog implements AutoCloseable {
    enum Mechanism {
        /** One row, locked as the last one before the commit: how the store does it. */
        COUNTER,
        /** Numbers from a sequence, read below the oldest transaction in progress. */
        SEQUENCE_UNDER_HORIZON,
        /** Transactions' own numbers, read below the oldest one in progress. */
        TRANSACTION_ID
    }

    private final Postgres.Database database;
    private final Mechanism mechanism;
    private final Connection watching;
    private final List<Commit> commits = new ArrayList<>();

    PlantedLog(Postgres.Database database, Mechanism mechanism, List<String> keys)
            throws SQLException {
        this.database = database;
        this.mechanism = mechanism;
        this.watching = database.connect();
        run(
                watching,
                """
                create table item (key text primary key, value text);
                create table log (position bigint, xid xid8, key text, value text);
                create sequence drawn;
                create table counter (n bigint);
                insert into counter values (0);
                """);
        for (String key : keys) {
            run(watching, "insert into item values ('" + key + "', null)");
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row; empty when there is none. */
    private static Optional<String> one(Connection connection, String sql, String... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            try (ResultSet rs = statement.executeQuery()) {
                return rs.next() ? Optional.of(rs.getString(1)) : Optional.empty();
            }
        }
    }

    /** A transaction that is open from the start and has its own number. */
    final class Writer implements AutoCloseable {
        private final Connection connection = database.connect();
        private final Map<String, Optional<String>> changes = new LinkedHashMap<>();
        private final long xid;
        private Optional<Long> position = Optional.empty();

        Writer() throws SQLException {
            connection.setAutoCommit(false);
            xid = Long.parseLong(one(connection, "select pg_current_xact_id()").orElseThrow());
        }

        /** Whether it could: not while another holds the row. */
        boolean write(String key, String value) throws SQLException {
            if (one(connection, "select key from item where key = ? for update skip locked", key)
                    .isEmpty()) {
                return false;
            }
            if (mechanism == Mechanism.SEQUENCE_UNDER_HORIZON && position.isEmpty()) {
                position = one(connection, "select nextval('drawn')").map(Long::parseLong);
            }
            if (one(connection, "update item set value = ? where key = ? returning key", value, key)
                    .isEmpty()) {
                throw new IllegalStateException("no item " + key);
            }
            changes.put(key, Optional.of(value));
            return true;
        }

        /** Whether it could: not while another holds the counter. */
        boolean commit() throws SQLException {
            if (changes.isEmpty()) {
                rollback();
                return true;
            }
            switch (mechanism) {
                case COUNTER -> {
                    if (one(connection, "select n from counter for update skip locked").isEmpty()) {
                        return false;
                    }
                    position =
                            one(connection, "update counter set n = n + 1 returning n")
                                    .map(Long::parseLong);
                }
                case SEQUENCE_UNDER_HORIZON -> {}
                case TRANSACTION_ID -> position = Optional.of(xid);
            }
            try (PreparedStatement insert =
                    connection.prepareStatement(
                            "insert into log values (?, pg_current_xact_id(), ?, ?)")) {
                for (var change : changes.entrySet()) {
                    insert.setLong(1, position.orElseThrow());
                    insert.setString(2, change.getKey());
                    insert.setString(3, change.getValue().orElseThrow());
                    insert.executeUpdate();
                }
            }
            connection.commit();
            commits.add(new Commit(position.orElseThrow(), changes));
            return true;
        }

        void rollback() throws SQLException {
            connection.rollback();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /** A watcher that looks when it is told to. */
    final class Watcher {
        private final List<Seen> seen = new ArrayList<>();
        private final List<Long> held = new ArrayList<>();
        private long cursor;

        Watcher() {
            seen.add(Seen.Opened.anew());
            seen.add(new Seen.Listed(0, Map.of()));
            held.add(0L);
        }

        /** Goes back to a position that it had, if it was the nth one. */
        void reconnect(int nth) {
            cursor = held.get(nth % held.size());
            seen.add(Seen.Opened.after(cursor));
        }

        void look() throws SQLException {
            String below = "xid < pg_snapshot_xmin(pg_current_snapshot())";
            NavigableMap<Long, Map<String, Optional<String>>> found = new TreeMap<>();
            try (PreparedStatement select =
                    watching.prepareStatement(
                            "select position, key, value from log where position > ? and "
                                    + (mechanism == Mechanism.COUNTER ? "true" : below))) {
                select.setLong(1, cursor);
                try (ResultSet rs = select.executeQuery()) {
                    while (rs.next()) {
                        found.computeIfAbsent(rs.getLong(1), _ -> new HashMap<>())
                                .put(rs.getString(2), Optional.of(rs.getString(3)));
                    }
                }
            }
            found.forEach(
                    (position, changes) -> {
                        seen.add(new Seen.Changed(position, changes));
                        cursor = position;
                        held.add(position);
                    });
        }
    }

    Writer writer() throws SQLException {
        return new Writer();
    }

    Watcher watcher() {
        return new Watcher();
    }

    /** Lets the watcher see everything that it ever will, and judges. */
    List<Violation> judge(Watcher watcher) throws SQLException {
        Await.until(
                "every transaction to be below the horizon",
                Duration.ofSeconds(60),
                () ->
                        one(
                                        watching,
                                        "select 1 where coalesce((select max(xid) from log) <"
                                                + " pg_snapshot_xmin(pg_current_snapshot()), true)")
                                .isPresent());
        watcher.look();
        Map<String, String> end = new HashMap<>();
        try (var statement = watching.createStatement();
                ResultSet rs =
                        statement.executeQuery(
                                "select key, value from item where value is not null")) {
            while (rs.next()) {
                end.put(rs.getString(1), rs.getString(2));
            }
        }
        return WatchChecker.check(
                new History(
                        commits,
                        List.of(new Reader(mechanism.name(), _ -> true, watcher.seen)),
                        end,
                        0));
    }

    @Override
    public void close() throws SQLException {
        watching.close();
    }
}
