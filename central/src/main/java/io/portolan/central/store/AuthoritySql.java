package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Whether an author may still write. What is found here stays so until the transaction ends. */
final class AuthoritySql {
    private static final String LEADS =
            "select 1 from leader where epoch = ? and term_id = ? and holder <> '' for key share";

    /** Waits for a transaction in doubt that used the same key. */
    private static final String CLAIM =
            """
            insert into idempotency (scope, key, request, answer) values (?, ?, ?, ?)
            on conflict do nothing
            """;

    private static final String CLAIMED =
            "select request, answer from idempotency where scope = ? and key = ?";

    private static final String NEXT_BATCH =
            """
            update cluster_session set batch = ?
            where cluster = ? and session = ? and batch = ?
            """;

    private static final String LAST_BATCH =
            "select session, batch from cluster_session where cluster = ?";

    private AuthoritySql() {}

    static Optional<CommitResult> refusal(Connection connection, Authority authority)
            throws SQLException {
        return switch (authority) {
            case Authority.Leader(Term(var epoch, var id)) ->
                    Rows.query(connection, LEADS, rs -> rs.getInt(1), epoch, id).isEmpty()
                            ? Optional.of(new CommitResult.Fenced("the term is over"))
                            : Optional.empty();
            case Authority.Api(var idempotency) ->
                    idempotency.isPresent()
                            ? repetition(connection, idempotency.get())
                            : Optional.empty();
            case Authority.Agent(var cluster, var session, var batch) ->
                    outOfOrder(connection, cluster.value(), session, batch);
        };
    }

    private static Optional<CommitResult> repetition(
            Connection connection, Authority.Idempotency wanted) throws SQLException {
        if (Rows.execute(
                        connection,
                        CLAIM,
                        wanted.scope(),
                        wanted.key(),
                        wanted.request(),
                        wanted.answer())
                == 1) {
            return Optional.empty();
        }
        return Optional.of(
                Rows.query(
                                connection,
                                CLAIMED,
                                rs ->
                                        rs.getString(1).equals(wanted.request())
                                                ? new CommitResult.Replayed(rs.getString(2))
                                                : new CommitResult.Conflict(
                                                        "the idempotency key was used for another"
                                                                + " request"),
                                wanted.scope(),
                                wanted.key())
                        .stream()
                        .findFirst()
                        .orElseGet(() -> new CommitResult.Conflict("the key has just expired")));
    }

    private static Optional<CommitResult> outOfOrder(
            Connection connection, String cluster, long session, long batch) throws SQLException {
        if (Rows.execute(connection, NEXT_BATCH, batch, cluster, session, batch - 1) == 1) {
            return Optional.empty();
        }
        List<CommitResult> found =
                Rows.query(
                        connection,
                        LAST_BATCH,
                        rs ->
                                rs.getLong(1) == session
                                        ? new CommitResult.OutOfOrder(rs.getLong(2))
                                        : new CommitResult.Fenced("a newer session is open"),
                        cluster);
        return Optional.of(
                found.isEmpty() ? new CommitResult.Fenced("no session") : found.getFirst());
    }
}
