package io.portolan.central.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** How the database itself does. Asks for no more rights than a role of its own has. */
final class HealthSql {
    /** Who may not see other roles' sessions sees them without their times. */
    private static final String LOOK =
            """
            select current_setting('synchronous_standby_names') <> '',
                current_setting('synchronous_commit'),
                pg_has_role('pg_monitor', 'usage'),
                (select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')),
                coalesce((extract(epoch from clock_timestamp() - o.xact_start) * 1000)::bigint, 0),
                coalesce(o.application_name, '')
            from (select 1) as one left join (
                select xact_start, application_name from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()
                    and backend_type = 'client backend' and xact_start is not null
                order by xact_start limit 1) as o on true
            """;

    private static final String LOSES = "authority can lose commits: ";

    private HealthSql() {}

    static StoreHealth look(Connection connection) throws SQLException {
        return Rows.query(connection, LOOK, HealthSql::health).getFirst();
    }

    private static StoreHealth health(ResultSet rs) throws SQLException {
        return new StoreHealth(
                durability(rs.getBoolean(1), rs.getString(2), rs.getBoolean(3), rs.getInt(4)),
                Duration.ofMillis(Math.max(0, rs.getLong(5))),
                rs.getString(6));
    }

    /**
     * @param named whether commits wait for a standby
     * @param commit the setting synchronous_commit
     * @param sees whether the role may see who follows
     * @param following standbys that commits wait for now
     */
    static Optional<String> durability(boolean named, String commit, boolean sees, int following) {
        if ("off".equals(commit)) {
            return Optional.of(LOSES + "synchronous_commit is off, so that a crash loses the last");
        }
        if (!named || "local".equals(commit)) {
            return Optional.of(
                    LOSES
                            + "PostgreSQL has no synchronous standby, so that a failover loses what"
                            + " the standby had not received");
        }
        if (!sees) {
            return Optional.of(
                    "whether a synchronous standby follows is unknown: grant pg_monitor to the"
                            + " role of central");
        }
        return following > 0
                ? Optional.empty()
                : Optional.of(
                        "no synchronous standby follows: commits wait for one in vain and are told"
                                + " as in doubt");
    }
}
