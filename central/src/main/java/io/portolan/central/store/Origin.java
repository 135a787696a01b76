package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Which PostgreSQL a session reached: the system identifier tells clusters apart, the timeline is
 * raised by every promotion and every restore to a point in time.
 *
 * @param timeline eight hexadecimal digits, as in the names of WAL files
 */
record Origin(String system, String timeline) {
    /**
     * Right at once after a promotion, unlike what pg_control_checkpoint() tells. Fails on a
     * standby.
     */
    static final String TIMELINE = "left(pg_walfile_name(pg_current_wal_lsn()), 8)";

    private static final String READ =
            "select (select system_identifier::text from pg_control_system()), " + TIMELINE;

    static Origin read(Connection connection) throws SQLException {
        return Rows.query(connection, READ, rs -> new Origin(rs.getString(1), rs.getString(2)))
                .getFirst();
    }

    /** As the table store_identity keeps it. */
    String text() {
        return system + '/' + timeline;
    }

    /** The same cluster before a promotion that the other one has seen. */
    boolean formerOf(Origin other) {
        return system.equals(other.system) && timeline.compareTo(other.timeline) < 0;
    }
}
