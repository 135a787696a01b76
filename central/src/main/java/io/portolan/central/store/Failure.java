package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What an error of the database means for the transaction that met it. */
enum Failure {
    /** Nothing was done and the same may succeed at once: deadlock, serialization, lock timeout. */
    CONTENTION,
    /** A row of this key came into being meanwhile. */
    EXISTS,
    /** An operation that may not be: a second live one, or a second of its name. */
    REFUSED,
    /** The session or the server is gone or overloaded. */
    UNREACHABLE,
    /** Ours. */
    BUG;

    private static final String PAUSED = "25P03";
    private static final String READ_ONLY = "25006";
    private static final String LOCK_TIMEOUT = "55P03";
    private static final Set<String> OPERATION_RULES = Set.of("operation_live", "operation_name");

    static Failure of(SQLException e) {
        String state = e.getSQLState() == null ? "08000" : e.getSQLState();
        return switch (state) {
            // 25P03: this process paused inside the transaction.
            case "40001", "40P01", "55P03", PAUSED -> CONTENTION;
            case "23505" -> OPERATION_RULES.contains(constraint(e)) ? REFUSED : EXISTS;
            // Cancelled by the statement's time limit; read only; a standby.
            case "57014", READ_ONLY, "55000" -> UNREACHABLE;
            default ->
                    state.startsWith("08")
                                    || state.startsWith("53")
                                    || state.startsWith("57P")
                                    || state.startsWith("58")
                                    || state.startsWith("XX")
                            ? UNREACHABLE
                            : BUG;
        };
    }

    /** Whether the whole transaction may be done once more at once. */
    static boolean again(SQLException e) {
        return of(e) == CONTENTION;
    }

    /**
     * Whether what was sent may have been done nevertheless. An error that leaves the session alive
     * has undone the transaction; so has one that ended it while it had nothing to do.
     */
    static boolean doubtful(SQLException e) {
        ServerErrorMessage message =
                e instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
        return message == null
                || (!PAUSED.equals(e.getSQLState()) && !"ERROR".equals(severity(message)));
    }

    private static String severity(ServerErrorMessage message) {
        return message.getSeverity() == null ? "" : message.getSeverity();
    }

    /** What is wrong with the database, in words for whoever asked; names no host and no user. */
    static String words(SQLException e) {
        SQLException cause = cause(e);
        String state = cause.getSQLState() == null ? "08000" : cause.getSQLState();
        return switch (state) {
            case "53100" -> "the database's disk is full";
            case "53200" -> "the database has no memory left";
            case "53300" -> "the database takes no more connections";
            case READ_ONLY, "55000" -> "the database is read-only or a standby";
            case "57P01", "57P02", "57P03" -> "the database is starting or stopping";
            case "57014", LOCK_TIMEOUT -> "the database is too slow";
            default ->
                    cause instanceof Lineage.Refused
                            ? String.valueOf(cause.getMessage())
                            : otherwise(state, cause);
        };
    }

    private static String otherwise(String state, SQLException e) {
        if (String.valueOf(e.getMessage()).contains("targetServerType")) {
            return "none of the database's hosts is a primary";
        }
        if (state.startsWith("28") || state.startsWith("3D")) {
            return "the database refuses this node";
        }
        return state.startsWith("58") || state.startsWith("XX")
                ? "the database has failed inside"
                : "the database does not answer";
    }

    /** A pool tells only how long it has waited; why no session came is behind it. */
    private static SQLException cause(SQLException e) {
        return e instanceof SQLTransientConnectionException
                        && e.getCause() instanceof SQLException behind
                ? behind
                : e;
    }

    /** Of a transaction that may have been committed nevertheless. */
    static Store.StoreException inDoubt(SQLException e) {
        return new Store.StoreException(
                words(e) + ", and the answer was lost: it may have happened or not", e);
    }

    static Store.StoreException store(SQLException e) {
        return new Store.StoreException(words(e), e);
    }

    static String constraint(SQLException e) {
        ServerErrorMessage message =
                e instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
        String name = message == null ? null : message.getConstraint();
        return name == null ? "" : name;
    }

    /** A failed rollback breaks the session, which the pool then throws away. */
    static void rollback(Connection connection, SQLException cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }
}
