package io.portolan.central.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** The leader row. */
final class LeaderSql {
    /**
     * @param free released, or never held
     * @param left of the lease, in milliseconds; negative when it is over
     * @param until the lease as it is written, to see later whether it was prolonged
     */
    private record Seen(
            long epoch, String holder, String node, boolean free, long left, String until) {}

    private static final String SEE =
            """
            select epoch, holder, node, not isfinite(lease_until),
                case when isfinite(lease_until)
                    then (extract(epoch from lease_until - clock_timestamp()) * 1000)::bigint else 0 end,
                lease_until::text
            from leader
            """;

    /** Nobody left; believed only where the own sessions can be seen by their names. */
    private static final String DESERTED =
            """
            select not exists (select from pg_stat_activity where application_name like ?)
                and exists (select from pg_stat_activity where application_name like ?)
            """;

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
            where epoch = ? and (holder = ? or lease_until::text = ?
                or lease_until <= clock_timestamp() - (? * interval '1 millisecond'))
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

    static Election lead(
            Connection connection,
            String node,
            String holder,
            String termId,
            Duration lease,
            Bid bid)
            throws SQLException {
        Seen seen = Rows.query(connection, SEE, LeaderSql::seen).getFirst();
        long wait = bid.patience().toMillis() + seen.left();
        boolean due = seen.free() || seen.holder().equals(holder) || wait <= 0;
        boolean prolonged = lease.toMillis() - seen.left() < bid.patience().toMillis();
        boolean deserted =
                !due && bid.desertion() && !prolonged && deserted(connection, seen.node(), node);
        if (!due && !deserted) {
            return new Election.Lost(Duration.ofMillis(wait));
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
                        holder,
                        deserted ? seen.until() : "",
                        bid.patience().toMillis());
        return epoch.isEmpty()
                ? new Election.Lost(bid.patience().plus(lease))
                : new Election.Won(new Term(epoch.getFirst(), termId));
    }

    private static Seen seen(ResultSet rs) throws SQLException {
        return new Seen(
                rs.getLong(1),
                rs.getString(2),
                rs.getString(3),
                rs.getBoolean(4),
                rs.getLong(5),
                rs.getString(6));
    }

    private static boolean deserted(Connection connection, String node, String own)
            throws SQLException {
        return !node.isEmpty()
                && Rows.query(
                                connection,
                                DESERTED,
                                rs -> rs.getBoolean(1),
                                SessionSort.applicationNames(node),
                                SessionSort.applicationNames(own))
                        .getFirst();
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
