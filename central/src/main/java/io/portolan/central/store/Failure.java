package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;
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

    private static final Set<String> OPERATION_RULES = Set.of("operation_live", "operation_name");

    static Failure of(SQLException e) {
        String state = e.getSQLState() == null ? "08000" : e.getSQLState();
        return switch (state) {
            case "40001", "40P01", "55P03" -> CONTENTION;
            case "23505" -> OPERATION_RULES.contains(constraint(e)) ? REFUSED : EXISTS;
            // Cancelled by the statement's time limit; read only while a standby is promoted.
            case "57014", "25006" -> UNREACHABLE;
            default ->
                    state.startsWith("08")
                                    || state.startsWith("53")
                                    || state.startsWith("57P")
                                    || state.startsWith("25P03")
                                    || state.startsWith("58")
                            ? UNREACHABLE
                            : BUG;
        };
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
