package io.portolan.central.store;

import io.portolan.model.Uid;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** Removes what is old, some of it in each transaction. */
final class OldSql {
    private static final String AGO = "now() - (? * interval '1 millisecond')";

    private static final String EVENTS = olderThan("event", "made_at");
    private static final String AUDIT = olderThan("audit", "made_at");
    private static final String ANSWERS = olderThan("idempotency", "made_at");
    private static final String TOKENS = olderThan("token", "expires_at");

    private static final String CROWDED_EVENTS =
            """
            delete from event where id = any(array(
                select old.id from (select distinct subject from event where made_at >= %s) lately
                cross join lateral (
                    select id from event e where e.subject = lately.subject
                    order by id desc offset ? limit ?) old
                limit ?))
            """
                    .formatted(AGO);

    /** Looks again at a row that was used while it waited for its lock. */
    private static final String CONTENTS =
            """
            delete from content c where digest = any(array(
                select digest from content n where used_at < %1$s
                and not exists (select 1 from work w where w.content = n.digest) limit ?))
            and used_at < %1$s
            """
                    .formatted(AGO);

    private static final String REVISIONS =
            """
            delete from resource_revision where ctid = any(array(
                select old.place
                from (select distinct uid from resource_revision where made_at >= %s) lately
                cross join lateral (
                    select r.ctid as place from resource_revision r where r.uid = lately.uid
                    order by generation desc offset ? limit ?) old
                limit ?))
            """
                    .formatted(AGO);

    private static final String REVISIONS_OF_DELETED =
            """
            delete from resource_revision where ctid = any(array(
                select ctid from resource_revision v
                where not exists (select 1 from resource r where r.uid = v.uid) limit ?))
            """;

    private static final String ENDED_OPERATIONS =
            """
            select uid, revision from operation o
            where not live and (body ->> 'endedAt')::timestamptz < %s
            and (exists (select 1 from operation n
                     where n.application = o.application and n.made > o.made)
                 or not exists (select 1 from resource r where r.uid = o.application))
            order by made limit ?
            """
                    .formatted(AGO);

    private OldSql() {}

    private static String olderThan(String table, String time) {
        return """
        delete from %1$s where ctid = any(array(
            select ctid from %1$s where %2$s < %3$s limit ?)) and %2$s < %3$s
        """
                .formatted(table, time, AGO);
    }

    /** Whether the term still leads; it goes on doing so until the transaction ends. */
    private static boolean leads(Connection connection, Term term) throws SQLException {
        return Rows.query(
                        connection,
                        AuthoritySql.LEADS,
                        rs -> new Term(rs.getLong(1), rs.getString(2)))
                .contains(term);
    }

    /** How many rows went; empty when the term is over. */
    static OptionalInt forget(Connection connection, Term term, Old old, int atMost)
            throws SQLException {
        if (!leads(connection, term)) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(
                switch (old) {
                    case Old.Events(var age) -> aged(connection, EVENTS, age, atMost);
                    case Old.Audit(var age) -> aged(connection, AUDIT, age, atMost);
                    case Old.Answers(var age) -> aged(connection, ANSWERS, age, atMost);
                    case Old.Tokens(var expired) -> aged(connection, TOKENS, expired, atMost);
                    case Old.Contents(var unused) -> aged(connection, CONTENTS, unused, atMost);
                    case Old.CrowdedEvents(var newest, var within) ->
                            crowded(connection, CROWDED_EVENTS, newest, within, atMost);
                    case Old.Revisions(var newest, var within) ->
                            crowded(connection, REVISIONS, newest, within, atMost);
                    case Old.RevisionsOfDeleted() ->
                            Rows.execute(connection, REVISIONS_OF_DELETED, atMost);
                    case Old.History _, Old.Operations _ ->
                            throw new IllegalArgumentException(old + " is more than one statement");
                });
    }

    private static int aged(Connection connection, String sql, Duration age, int atMost)
            throws SQLException {
        return Rows.execute(connection, sql, age.toMillis(), atMost, age.toMillis());
    }

    private static int crowded(
            Connection connection, String sql, int newest, Duration within, int atMost)
            throws SQLException {
        return Rows.execute(connection, sql, within.toMillis(), newest, atMost, atMost);
    }

    record Ended(Uid operation, long revision) {}

    static List<Ended> endedOperations(Connection connection, Duration ended, int atMost)
            throws SQLException {
        return Rows.query(
                connection,
                ENDED_OPERATIONS,
                rs -> new Ended(new Uid(rs.getString(1)), rs.getLong(2)),
                ended.toMillis(),
                atMost);
    }

    /** Whether it was moved: false when the term is over. */
    static boolean moveHorizon(Connection connection, Term term, long end) throws SQLException {
        if (!leads(connection, term)) {
            return false;
        }
        ChangeSql.moveHorizon(connection, end);
        return true;
    }
}
