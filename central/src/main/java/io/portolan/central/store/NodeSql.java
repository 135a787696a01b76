package io.portolan.central.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The table of nodes. */
final class NodeSql {
    /** Only who was itself heard lately may judge: when all were cut off, all rows are old. */
    private static final String FORGET =
            """
            delete from node where seen < clock_timestamp() - (? * interval '1 millisecond')
                and exists (select from node me where me.id = ?
                    and me.seen > clock_timestamp() - (? * interval '1 millisecond'))
            """;

    /** Two lives cannot serve at one place. */
    private static final String FORGET_FORMER_LIVES =
            "delete from node where id <> ? and name = ? and api = ?";

    private static final String BEAT =
            """
            insert into node (id, name, api, member, version, started, seen, position, sees, majority)
            values (?, ?, ?, ?, ?, clock_timestamp() - (? * interval '1 millisecond'), clock_timestamp(), ?, ?, ?)
            on conflict (id) do update set name = excluded.name, api = excluded.api, member = excluded.member,
                version = excluded.version, started = excluded.started, seen = excluded.seen,
                position = excluded.position, sees = excluded.sees, majority = excluded.majority
            """;

    private static final String ROSTER =
            """
            select l.epoch, case when l.lease_until > clock_timestamp() then l.node else '' end, c.revision,
                n.id, n.name, n.api, n.member, n.version,
                (extract(epoch from clock_timestamp() - n.started) * 1000)::bigint, n.position, n.sees,
                n.majority, (extract(epoch from clock_timestamp() - n.seen) * 1000)::bigint
            from leader l cross join counter c left join node n on true
            order by n.name, n.id
            """;

    private NodeSql() {}

    static void beat(Connection connection, String id, NodeRoster.Beat beat) throws SQLException {
        if (beat.first()) {
            Rows.execute(connection, FORGET_FORMER_LIVES, id, beat.name(), beat.api());
        }
        Rows.execute(
                connection,
                FORGET,
                NodeRoster.FORGOTTEN.toMillis(),
                id,
                NodeRoster.FORGOTTEN.dividedBy(3).toMillis());
        Rows.execute(
                connection,
                BEAT,
                id,
                beat.name(),
                beat.api(),
                beat.member(),
                beat.version(),
                beat.uptime().toMillis(),
                beat.position(),
                Rows.text(connection, beat.hears(), s -> s),
                beat.majority());
    }

    private record Line(long epoch, String leader, long head, List<NodeRoster.Node> node) {}

    static NodeRoster.Roster roster(Connection connection) throws SQLException {
        List<Line> lines = Rows.query(connection, ROSTER, NodeSql::line);
        List<NodeRoster.Node> nodes = new ArrayList<>();
        lines.forEach(line -> nodes.addAll(line.node()));
        Line any = lines.getFirst();
        return new NodeRoster.Roster(any.epoch(), any.leader(), any.head(), nodes);
    }

    private static Line line(ResultSet rs) throws SQLException {
        return new Line(
                rs.getLong(1),
                rs.getString(2),
                rs.getLong(3),
                rs.getString(4) == null ? List.of() : List.of(node(rs)));
    }

    private static NodeRoster.Node node(ResultSet rs) throws SQLException {
        NodeRoster.Beat beat =
                new NodeRoster.Beat(
                        rs.getString(5),
                        rs.getString(6),
                        rs.getString(7),
                        rs.getString(8),
                        Duration.ofMillis(rs.getLong(9)),
                        rs.getLong(10),
                        Set.of((String[]) rs.getArray(11).getArray()),
                        rs.getBoolean(12));
        return new NodeRoster.Node(rs.getString(4), beat, Duration.ofMillis(rs.getLong(13)));
    }

    static void part(Connection connection, String id) throws SQLException {
        Rows.execute(connection, "delete from node where id = ?", id);
    }

    static String group(Connection connection) throws SQLException {
        return Rows.query(connection, "select nodes from store_identity", rs -> rs.getString(1))
                .getFirst();
    }
}
