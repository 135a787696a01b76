package io.portolan.central.store;

import io.portolan.model.wire.Codec;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One commit against PostgreSQL. The order of its locks is what makes it correct: the author's
 * authority, then the rows that it saw or writes (by table and key), then the counter, after which
 * only writes follow. Because no lock is taken after the counter, commits cannot wait for each
 * other in a circle, and revisions become visible in their order.
 */
final class Commits {
    private static final int ATTEMPTS = 5;

    private static final String DRAW =
            "update counter set revision = revision + 1 returning revision";
    private static final String HEAD = "select revision from counter";
    private static final String CLOSE_CLUSTERS =
            """
            with gone as (
                select uid from resource where kind = 'Cluster' and name = any(?)
            ), tokens as (
                delete from token using gone where cluster = gone.uid
            ), heard as (
                delete from cluster_heard h using gone where h.cluster = gone.uid
            )
            delete from cluster_session s using gone where s.cluster = gone.uid
            """;

    private final Lane lane;

    Commits(Lane lane) {
        this.lane = lane;
    }

    /** Ends the transaction with this answer and without effect. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient CommitResult answer;

        Refusal(CommitResult answer) {
            super(answer.toString(), null, false, false);
            this.answer = answer;
        }
    }

    CommitResult commit(Authority authority, List<Precondition> preconditions, List<Write> writes) {
        WriteSet set = WriteSet.of(writes);
        List<Encoded> rows =
                set.rows().entrySet().stream()
                        .map(e -> Encoded.of(e.getKey(), e.getValue()))
                        .toList();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<CommitResult> outcome = attempt(authority, preconditions, set, rows);
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
        return new CommitResult.Conflict("too many others write the same");
    }

    /** Empty when the same may succeed at once. */
    private Optional<CommitResult> attempt(
            Authority authority,
            List<Precondition> preconditions,
            WriteSet set,
            List<Encoded> rows) {
        Connection fresh;
        try {
            fresh = lane.connection();
        } catch (SQLException e) {
            // Whatever the reason, a password included: nothing was sent.
            return Optional.of(new CommitResult.Unavailable(String.valueOf(e.getMessage())));
        }
        boolean sent = false;
        try (Connection connection = fresh) {
            connection.setAutoCommit(false);
            try {
                long revision = write(connection, authority, preconditions, set, rows);
                sent = true;
                connection.commit();
                return Optional.of(new CommitResult.Committed(revision));
            } catch (SQLException e) {
                Failure.rollback(connection, e);
                return outcome(e, sent);
            } catch (Refusal e) {
                connection.rollback();
                return Optional.of(e.answer);
            }
        } catch (SQLException e) {
            return outcome(e, sent);
        }
    }

    private static Optional<CommitResult> outcome(SQLException e, boolean sent) {
        String message = String.valueOf(e.getMessage());
        return switch (Failure.of(e)) {
            case CONTENTION, EXISTS -> Optional.empty();
            case REFUSED ->
                    Optional.of(
                            new CommitResult.Conflict(
                                    Failure.constraint(e).equals("operation_live")
                                            ? "another operation on this application is live"
                                            : "another operation has this name"));
            case UNREACHABLE ->
                    Optional.of(
                            sent
                                    ? new CommitResult.Unknown(message)
                                    : new CommitResult.Unavailable(message));
            case BUG -> throw new IllegalStateException("commit failed: " + message, e);
        };
    }

    private static long write(
            Connection connection,
            Authority authority,
            List<Precondition> preconditions,
            WriteSet set,
            List<Encoded> rows)
            throws SQLException, Refusal {
        Optional<CommitResult> refusal = AuthoritySql.refusal(connection, authority);
        if (refusal.isPresent()) {
            throw new Refusal(refusal.get());
        }
        Map<Row.Key, Long> found = lock(connection, preconditions, set.rows().keySet());
        check(preconditions, found);
        RecordSql.write(connection, set);
        closeClusters(connection, rows);
        List<Encoded> effective =
                rows.stream()
                        .filter(r -> r.row().isPresent() || found.containsKey(r.key()))
                        .toList();
        if (effective.isEmpty()) {
            return Rows.query(connection, HEAD, rs -> rs.getLong(1)).getFirst();
        }
        long revision = Rows.query(connection, DRAW, rs -> rs.getLong(1)).getFirst();
        recheckAbsent(connection, preconditions, set.rows().keySet());
        writeRows(connection, effective, found.keySet(), revision);
        ChangeSql.append(connection, revision, effective, found.keySet());
        return revision;
    }

    private static void check(List<Precondition> preconditions, Map<Row.Key, Long> found)
            throws Refusal {
        for (Precondition precondition : preconditions) {
            long there = found.getOrDefault(precondition.key(), Precondition.ABSENT);
            if (there != precondition.revision()) {
                throw new Refusal(
                        new CommitResult.Conflict(
                                precondition.key()
                                        + " is at revision "
                                        + there
                                        + ", not "
                                        + precondition.revision()));
            }
        }
    }

    /** What is there of these keys; it stays as it is until the transaction ends. */
    private static Map<Row.Key, Long> lock(
            Connection connection, List<Precondition> preconditions, Set<Row.Key> written)
            throws SQLException {
        Set<Row.Key> keys = new HashSet<>(written);
        preconditions.forEach(p -> keys.add(p.key()));
        Map<Row.Key, Long> found = new HashMap<>();
        for (var entry : byTable(keys).entrySet()) {
            Table table = entry.getKey();
            find(connection, table, table.lock(), entry.getValue(), found);
        }
        return found;
    }

    private static Map<Table, List<Row.Key>> byTable(Set<Row.Key> keys) {
        Map<Table, List<Row.Key>> out = new EnumMap<>(Table.class);
        keys.forEach(k -> out.computeIfAbsent(Table.of(k), _ -> new ArrayList<>()).add(k));
        return out;
    }

    private static void find(
            Connection connection,
            Table table,
            String sql,
            List<Row.Key> keys,
            Map<Row.Key, Long> found)
            throws SQLException {
        Map<List<@Nullable String>, Row.Key> wanted = new HashMap<>();
        keys.forEach(k -> wanted.put(new ArrayList<>(table.key(k)), k));
        int width = table.keyColumns();
        Rows.query(
                connection,
                sql,
                rs -> {
                    List<@Nullable String> key = new ArrayList<>();
                    for (int i = 1; i <= width; i++) {
                        key.add(rs.getString(i));
                    }
                    Row.Key asked = wanted.get(key);
                    if (asked != null) {
                        found.put(asked, rs.getLong(width + 1));
                    }
                    return width;
                },
                Rows.columns(connection, List.copyOf(wanted.keySet()), width));
    }

    /**
     * What is absent cannot be locked. Now that the counter is ours nobody else commits rows; what
     * is written here is protected by its primary key, so only what is not written is looked at
     * again.
     */
    private static void recheckAbsent(
            Connection connection, List<Precondition> preconditions, Set<Row.Key> written)
            throws SQLException, Refusal {
        Set<Row.Key> absent = new HashSet<>();
        for (Precondition precondition : preconditions) {
            if (precondition.revision() == Precondition.ABSENT
                    && !written.contains(precondition.key())) {
                absent.add(precondition.key());
            }
        }
        Map<Row.Key, Long> found = new HashMap<>();
        for (var entry : byTable(absent).entrySet()) {
            find(connection, entry.getKey(), entry.getKey().find(), entry.getValue(), found);
        }
        if (!found.isEmpty()) {
            throw new Refusal(new CommitResult.Conflict(found.keySet() + " came into being"));
        }
    }

    /** Before the counter: an agent's report may hold the session and wait for the counter. */
    private static void closeClusters(Connection connection, List<Encoded> rows)
            throws SQLException {
        List<Encoded> clusters =
                rows.stream()
                        .filter(r -> r.row().isEmpty() && WriteSet.ofCluster(r.key()))
                        .toList();
        if (!clusters.isEmpty()) {
            Rows.execute(
                    connection,
                    CLOSE_CLUSTERS,
                    Rows.text(connection, clusters, c -> RowCodec.parts(c.key()).getLast()));
        }
    }

    /** Deletes and updates first: an operation may end in the commit that begins the next. */
    private static void writeRows(
            Connection connection, List<Encoded> rows, Set<Row.Key> existing, long revision)
            throws SQLException {
        Map<Table, List<Encoded>> deletes = new EnumMap<>(Table.class);
        Map<Table, List<Encoded>> updates = new EnumMap<>(Table.class);
        Map<Table, List<Encoded>> inserts = new EnumMap<>(Table.class);
        for (Encoded row : rows) {
            boolean exists = existing.contains(row.key());
            (row.row().isEmpty() ? deletes : exists ? updates : inserts)
                    .computeIfAbsent(Table.of(row.key()), _ -> new ArrayList<>())
                    .add(row);
        }
        for (var entry : deletes.entrySet()) {
            Table table = entry.getKey();
            List<List<@Nullable String>> keys = new ArrayList<>();
            entry.getValue().forEach(r -> keys.add(new ArrayList<>(table.key(r.key()))));
            Rows.execute(
                    connection, table.delete(), Rows.columns(connection, keys, table.keyColumns()));
        }
        for (var entry : updates.entrySet()) {
            Object[] columns = columns(connection, entry.getValue());
            Rows.execute(connection, entry.getKey().update(), Rows.prepended(revision, columns));
        }
        for (var entry : inserts.entrySet()) {
            Object[] columns = columns(connection, entry.getValue());
            Object[] parameters = Rows.prepended(revision, columns);
            Rows.execute(
                    connection,
                    entry.getKey().insert(),
                    entry.getKey() == Table.OPERATION
                            ? Rows.prepended(revision, parameters)
                            : parameters);
        }
        List<Encoded> operations = new ArrayList<>();
        operations.addAll(updates.getOrDefault(Table.OPERATION, List.of()));
        operations.addAll(inserts.getOrDefault(Table.OPERATION, List.of()));
        OperationSql.writeSteps(connection, operations);
        List<Encoded> resources = new ArrayList<>();
        resources.addAll(updates.getOrDefault(Table.RESOURCE, List.of()));
        resources.addAll(inserts.getOrDefault(Table.RESOURCE, List.of()));
        ResourceSql.keepSpecs(connection, resources);
    }

    private static Object[] columns(Connection connection, List<Encoded> rows) throws SQLException {
        List<List<@Nullable String>> values = new ArrayList<>();
        for (Encoded row : rows) {
            String body = row.body().orElseThrow();
            values.add(
                    Table.values(
                            row.row().orElseThrow(),
                            row.key() instanceof Row.Key.OfOperation
                                    ? OperationSql.withoutSteps(body)
                                    : body));
        }
        return Rows.columns(connection, values, values.getFirst().size());
    }

    static String keyJson(Row.Key key) {
        return Codec.lenient().text(RowCodec.parts(key));
    }
}
