package io.portolan.central.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The change log. Revisions have no gaps, because the counter is drawn inside transactions. */
final class ChangeSql {
    private static final String APPEND =
            """
            insert into change_log (revision, ordinal, type, key, body, existed, former)
            select n.revision::bigint, n.ordinal::int, n.type, n.key::json, n.body::json,
                n.existed::boolean, n.former::json
            from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                ?::text[]) as n(revision, ordinal, type, key, body, existed, former)
            """;

    private static final String AFTER =
            """
            select c.horizon, l.revision, l.type, l.key, l.body, l.existed, l.former
            from counter c left join change_log l on l.revision > ? and l.revision <= ?
            order by l.revision, l.ordinal
            """;

    private static final String HEAD = "select revision from counter";

    /** Read before anything is locked: it looks through the log. */
    private static final String COMPACTABLE =
            """
            select greatest(c.horizon, coalesce(
                (select max(l.revision) from change_log l
                 where l.revision > c.horizon and l.revision <= c.horizon + ?
                   and l.revision <= c.revision - ?
                   and (l.written_at <= now() - (? * interval '1 millisecond')
                        or l.revision <= c.revision - ?)),
                0))
            from counter c
            """;

    /** Holds up commits, so nothing else is done in its transaction. */
    private static final String MOVE_HORIZON = "update counter set horizon = greatest(horizon, ?)";

    /** After the horizon was moved: nobody reads there any more. */
    private static final String FORGET =
            "delete from change_log where revision <= (select horizon from counter)";

    private ChangeSql() {}

    static void append(Connection connection, Script script, List<Judgement.Logged> log)
            throws SQLException {
        List<List<@Nullable String>> values = new ArrayList<>();
        for (Judgement.Logged logged : log) {
            List<@Nullable String> value = new ArrayList<>();
            value.add(Long.toString(logged.revision()));
            value.add(Integer.toString(logged.ordinal()));
            value.add(logged.row().table().name());
            value.add(logged.row().keyJson());
            value.add(logged.row().body().orElse(null));
            value.add(Boolean.toString(logged.existed()));
            value.add(logged.former().map(Former::json).orElse(null));
            values.add(value);
        }
        script.add(APPEND, Rows.columns(connection, values, 7));
    }

    static long head(Connection connection) throws SQLException {
        return Rows.query(connection, HEAD, rs -> rs.getLong(1)).getFirst();
    }

    private record Line(long horizon, long revision, Optional<Change.Entry> entry) {}

    static List<Change> after(Connection connection, long after, int atMost) throws SQLException {
        List<Line> lines = Rows.query(connection, AFTER, ChangeSql::line, after, after + atMost);
        long horizon = lines.getFirst().horizon();
        if (after < horizon) {
            throw new Store.CompactedException(horizon);
        }
        List<Change> out = new ArrayList<>();
        List<Change.Entry> entries = new ArrayList<>();
        long revision = 0;
        for (Line line : lines) {
            if (line.revision() != revision && !entries.isEmpty()) {
                out.add(new Change(revision, entries));
                entries.clear();
            }
            revision = line.revision();
            line.entry().ifPresent(entries::add);
        }
        if (!entries.isEmpty()) {
            out.add(new Change(revision, entries));
        }
        return out;
    }

    private static Line line(java.sql.ResultSet rs) throws SQLException {
        long revision = rs.getLong(2);
        String type = rs.getString(3);
        if (type == null) {
            return new Line(rs.getLong(1), 0, Optional.empty());
        }
        Row.Key key = key(Table.valueOf(type), rs.getString(4));
        String body = rs.getString(5);
        Optional<Row> row =
                body == null ? Optional.empty() : Optional.of(RowCodec.read(key, body, revision));
        String former = rs.getString(7);
        return new Line(
                rs.getLong(1),
                revision,
                Optional.of(
                        new Change.Entry(
                                key,
                                row,
                                rs.getBoolean(6),
                                former == null
                                        ? Optional.empty()
                                        : Optional.of(Former.read(former)))));
    }

    private static Row.Key key(Table table, String json) {
        List<String> parts = new ArrayList<>();
        for (JsonNode part : Codec.lenient().tree(json.getBytes(StandardCharsets.UTF_8))) {
            parts.add(part.asText());
        }
        return RowCodec.key(table, parts);
    }

    /**
     * Where history may begin.
     *
     * @param atMost so many revisions further than now
     */
    static long compactable(Connection connection, Old.History old, int atMost)
            throws SQLException {
        return Rows.query(
                        connection,
                        COMPACTABLE,
                        rs -> rs.getLong(1),
                        atMost,
                        old.keepAtLeast(),
                        old.age().toMillis(),
                        old.keepAtMost())
                .getFirst();
    }

    static void moveHorizon(Connection connection, long horizon) throws SQLException {
        Rows.execute(connection, MOVE_HORIZON, horizon);
    }

    static int forget(Connection connection) throws SQLException {
        return Rows.execute(connection, FORGET);
    }
}
