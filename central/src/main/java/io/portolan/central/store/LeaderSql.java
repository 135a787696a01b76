package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The leader row. */
final class LeaderSql {
    private record Seen(long epoch, String holder, String node, boolean over) {}

    private static final String SEE =
            "select epoch, holder, node, lease_until <= clock_timestamp() from leader";

    /** By name, because the sessions of a frozen process hold no locks that would show them. */
    private static final String END_SESSIONS =
            """
            select pg_terminate_backend(pid, 1000) from pg_stat_activity
            where application_name like ? and pid <> pg_backend_pid()
            """;

    /** Waits for the commits of the former term that are on their way. */
    private static final String TAKE =
            """
            update leader set epoch = epoch + 1, term_id = ?, holder = ?, node = ?,
                lease_until = clock_timestamp() + (? * interval '1 millisecond')
            where epoch = ? and (holder = ? or lease_until <= clock_timestamp())
            returning epoch
            """;

    private static final String RENEW =
            """
            update leader set lease_until = clock_timestamp() + (? * interval '1 millisecond')
            where epoch = ? and term_id = ? and holder <> ''
            """;

    private static final String RELEASE =
            """
            update leader set term_id = '', holder = '', node = '', lease_until = '-infinity'
            where epoch = ? and term_id = ? and holder <> ''
            """;

    private LeaderSql() {}

    static Optional<Term> lead(
            Connection connection, String node, String holder, String termId, Duration lease)
            throws SQLException {
        Seen seen =
                Rows.query(
                                connection,
                                SEE,
                                rs ->
                                        new Seen(
                                                rs.getLong(1),
                                                rs.getString(2),
                                                rs.getString(3),
                                                rs.getBoolean(4)))
                        .getFirst();
        if (!seen.over() && !seen.holder().equals(holder)) {
            return Optional.empty();
        }
        if (!seen.node().isEmpty() && !seen.node().equals(node)) {
            endSessions(connection, seen.node());
        }
        List<Long> epoch =
                Rows.query(
                        connection,
                        TAKE,
                        rs -> rs.getLong(1),
                        termId,
                        holder,
                        node,
                        lease.toMillis(),
                        seen.epoch(),
                        holder);
        return epoch.stream().findFirst().map(e -> new Term(e, termId));
    }

    /**
     * Ends what the former holder has under way. Where the role may not, the term alone protects:
     * its commits are refused, and a frozen one ends at its session's own limit.
     */
    private static void endSessions(Connection connection, String node) throws SQLException {
        try {
            Rows.query(
                    connection,
                    END_SESSIONS,
                    rs -> rs.getBoolean(1),
                    SessionSort.applicationNames(node));
        } catch (SQLException e) {
            if (!"42501".equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    static boolean renew(Connection connection, Term term, Duration lease) throws SQLException {
        return Rows.execute(connection, RENEW, lease.toMillis(), term.epoch(), term.id()) == 1;
    }

    static void release(Connection connection, Term term) throws SQLException {
        Rows.execute(connection, RELEASE, term.epoch(), term.id());
    }
}
