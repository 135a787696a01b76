package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a group of proposals in one transaction. The order of its locks is what makes it correct:
 * the authors' authority, then the rows that they saw or write (by table and key), then the
 * counter, after which nothing is locked that anyone holds who waits for the counter. So commits
 * cannot wait for each other in a circle, and revisions become visible in their order.
 *
 * <p>Two round trips, whatever the group's size: one locks and looks, one writes and commits.
 */
final class GroupCommit {
    /** And what no session's beginning can tell: a pooler may have put another server behind it. */
    private static final String COUNTER =
            "select c.revision, i.generation, "
                    + Origin.TIMELINE
                    + " from counter c, store_identity i for no key update of c";

    private static final String COUNT = "update counter set revision = ?";
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

    private static final String NOT_REPLICATED = "08007";

    /** How far a transaction came that failed. */
    enum Stage {
        /** No session: nothing was sent. */
        NONE,
        /** Nothing of it stays. */
        BEGUN,
        /** Whether it happened is unknown if the session failed. */
        SENT
    }

    /** The transaction failed. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;
        private final SQLException sql;
        private final Stage stage;

        Broken(SQLException sql, Stage stage) {
            super(sql.getMessage(), sql, false, false);
            this.sql = sql;
            this.stage = stage;
        }

        Stage stage() {
            return stage;
        }

        SQLException sql() {
            return sql;
        }
    }

    private final List<Proposal> group;
    private final AuthoritySql authors = new AuthoritySql();
    private final Map<Row.Key, Long> found = new HashMap<>();
    private final Map<Row.Key, String> former = new HashMap<>();
    private final Set<Row.Key> appeared = new HashSet<>();
    private final Map<Proposal, CommitResult> answers = new LinkedHashMap<>();
    private List<Change> changes = List.of();
    private long counter;
    private long generation;
    private String timeline = "";

    GroupCommit(List<Proposal> group) {
        this.group = List.copyOf(group);
    }

    /** Who has no answer must begin again. */
    Map<Proposal, CommitResult> answers() {
        return answers;
    }

    List<Proposal> accepted() {
        return answers.entrySet().stream()
                .filter(e -> e.getValue() instanceof CommitResult.Committed)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What it changed, a revision an entry. */
    List<Change> changes() {
        return changes;
    }

    void run(Lane lane) throws Broken {
        Stage stage = Stage.NONE;
        try (Connection connection = lane.connection()) {
            stage = Stage.BEGUN;
            connection.setAutoCommit(false);
            try {
                read(connection);
                lane.guard().found(generation, timeline);
                Script script = write(connection);
                script.add("commit");
                stage = Stage.SENT;
                requireReplicated(script.run(connection));
            } catch (SQLException e) {
                Failure.rollback(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw new Broken(e, stage);
        }
    }

    /**
     * A commit that runs out of time while it waits for a synchronous standby is told as done, with
     * a warning: it is, but here alone, and a failover would lose it.
     */
    private static void requireReplicated(Optional<SQLWarning> warning) throws SQLException {
        for (SQLWarning w = warning.orElse(null); w != null; w = w.getNextWarning()) {
            if (String.valueOf(w.getMessage()).contains("synchronous replication")) {
                throw new SQLException(w.getMessage(), NOT_REPLICATED, w);
            }
        }
    }

    private void read(Connection connection) throws SQLException {
        Script script = new Script();
        authors.lock(connection, script, group);
        Set<Row.Key> keys = new HashSet<>();
        Set<Row.Key> unseen = new HashSet<>();
        for (Proposal proposal : group) {
            Set<Row.Key> seen = proposal.seen();
            proposal.keys().forEach(keys::add);
            proposal.keys().filter(key -> !seen.contains(key)).forEach(unseen::add);
        }
        for (var entry : byTable(keys).entrySet()) {
            Table table = entry.getKey();
            find(connection, script, table, table.lock(), entry.getValue(), found, former);
        }
        script.query(
                rs -> {
                    counter = rs.getLong(1);
                    generation = rs.getLong(2);
                    timeline = rs.getString(3);
                },
                COUNTER);
        // What is absent cannot be locked. Now that the counter is ours nobody else commits rows:
        // what is still absent stays so, and an insert meets no such key. To an author who saw the
        // row its absence is a conflict already, but not to a neighbour who did not.
        Map<Row.Key, Long> late = new HashMap<>();
        for (var entry : byTable(unseen).entrySet()) {
            Table table = entry.getKey();
            find(connection, script, table, table.find(), entry.getValue(), late, new HashMap<>());
        }
        authors.look(connection, script);
        script.run(connection);
        late.keySet().removeAll(found.keySet());
        appeared.addAll(late.keySet());
    }

    private static Map<Table, List<Row.Key>> byTable(Set<Row.Key> keys) {
        Map<Table, List<Row.Key>> out = new EnumMap<>(Table.class);
        keys.forEach(k -> out.computeIfAbsent(Table.of(k), _ -> new ArrayList<>()).add(k));
        return out;
    }

    private static void find(
            Connection connection,
            Script script,
            Table table,
            String sql,
            List<Row.Key> keys,
            Map<Row.Key, Long> into,
            Map<Row.Key, String> former)
            throws SQLException {
        Map<List<@Nullable String>, Row.Key> wanted = new HashMap<>();
        keys.forEach(k -> wanted.put(new ArrayList<>(table.key(k)), k));
        int width = table.keyColumns();
        script.query(
                rs -> {
                    List<@Nullable String> key = new ArrayList<>();
                    for (int i = 1; i <= width; i++) {
                        key.add(rs.getString(i));
                    }
                    Row.Key asked = wanted.get(key);
                    if (asked != null) {
                        into.put(asked, rs.getLong(width + 1));
                        String before = rs.getString(width + 2);
                        if (before != null) {
                            former.put(asked, before);
                        }
                    }
                },
                sql,
                Rows.columns(connection, List.copyOf(wanted.keySet()), width));
    }

    private Judgement judge() {
        Judgement judgement = new Judgement(found, former, appeared, counter);
        for (Proposal proposal : group) {
            Optional<CommitResult> answer =
                    authors.refusal(proposal.authority()).or(() -> judgement.judge(proposal));
            if (answer.isPresent()) {
                answers.put(proposal, answer.get());
                if (answer.get() instanceof CommitResult.Committed) {
                    authors.accepted(proposal.authority());
                }
            }
        }
        return judgement;
    }

    private Script write(Connection connection) throws SQLException {
        Judgement judgement = judge();
        changes = judgement.changes();
        Script script = new Script();
        authors.write(connection, script);
        RecordSql.write(connection, script, judgement.accepted());
        List<Judgement.Logged> log = judgement.log();
        if (!log.isEmpty()) {
            List<String> ending =
                    log.stream().flatMap(l -> AuthoritySql.endingCluster(l.row())).toList();
            if (!ending.isEmpty()) {
                script.add(CLOSE_CLUSTERS, Rows.text(connection, ending, n -> n));
            }
            writeRows(connection, script, judgement);
            ResourceSql.keepSpecs(connection, script, log);
            ChangeSql.append(connection, script, log);
            script.add(COUNT, judgement.head());
        }
        return script;
    }

    /** Deletes and updates first: an operation may end in the commit that begins the next. */
    private static void writeRows(Connection connection, Script script, Judgement judgement)
            throws SQLException {
        Map<Table, List<Judgement.Last>> deletes = new EnumMap<>(Table.class);
        Map<Table, List<Judgement.Last>> updates = new EnumMap<>(Table.class);
        Map<Table, List<Judgement.Last>> inserts = new EnumMap<>(Table.class);
        for (Judgement.Last last : judgement.last()) {
            boolean exists = judgement.wasThere(last.row().key());
            if (last.row().deletes() && !exists) {
                continue;
            }
            (last.row().deletes() ? deletes : exists ? updates : inserts)
                    .computeIfAbsent(last.row().table(), _ -> new ArrayList<>())
                    .add(last);
        }
        for (var entry : deletes.entrySet()) {
            Table table = entry.getKey();
            List<List<@Nullable String>> keys = new ArrayList<>();
            entry.getValue().forEach(r -> keys.add(new ArrayList<>(table.key(r.row().key()))));
            script.add(table.delete(), Rows.columns(connection, keys, table.keyColumns()));
        }
        for (var entry : updates.entrySet()) {
            script.add(entry.getKey().update(), columns(connection, entry.getValue(), false));
        }
        for (var entry : inserts.entrySet()) {
            boolean made = entry.getKey() == Table.OPERATION;
            script.add(entry.getKey().insert(), columns(connection, entry.getValue(), made));
        }
        List<Judgement.Last> operations = new ArrayList<>();
        operations.addAll(updates.getOrDefault(Table.OPERATION, List.of()));
        operations.addAll(inserts.getOrDefault(Table.OPERATION, List.of()));
        OperationSql.writeSteps(
                connection, script, operations.stream().map(Judgement.Last::row).toList());
    }

    private static Object[] columns(
            Connection connection, Collection<Judgement.Last> rows, boolean made)
            throws SQLException {
        List<List<@Nullable String>> values = new ArrayList<>();
        for (Judgement.Last last : rows) {
            List<@Nullable String> value = new ArrayList<>(last.row().columns());
            value.add(Long.toString(last.revision()));
            if (made) {
                value.add(Long.toString(last.made()));
            }
            values.add(value);
        }
        return Rows.columns(connection, values, values.getFirst().size());
    }
}
