package io.portolan.central.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Statements that go to the server together and are done there one after the other: one round trip,
 * whatever their number.
 */
final class Script {
    /** Reads all rows that a statement gave; called in the order in which statements were added. */
    interface Reader {
        void read(ResultSet rs) throws SQLException;
    }

    private static final Reader IGNORE = _ -> {};

    private final StringBuilder sql = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();

    boolean isEmpty() {
        return readers.isEmpty();
    }

    /** A statement without an answer. */
    void add(String statement, Object... values) {
        query(IGNORE, statement, values);
    }

    /** A statement whose rows are read one by one. */
    void query(Reader row, String statement, Object... values) {
        if (!readers.isEmpty()) {
            sql.append(";\n");
        }
        sql.append(statement);
        parameters.addAll(List.of(values));
        readers.add(row);
    }

    /**
     * @return what the server warned of
     */
    Optional<SQLWarning> run(Connection connection) throws SQLException {
        if (isEmpty()) {
            return Optional.empty();
        }
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            boolean rows = statement.execute();
            for (Reader reader : readers) {
                if (rows) {
                    try (ResultSet rs = statement.getResultSet()) {
                        while (rs.next()) {
                            reader.read(rs);
                        }
                    }
                }
                rows = statement.getMoreResults();
            }
            return Optional.ofNullable(statement.getWarnings());
        }
    }
}
