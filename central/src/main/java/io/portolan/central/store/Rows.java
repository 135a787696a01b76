package io.portolan.central.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Few words for JDBC: parameters in, rows out. */
final class Rows {
    private Rows() {}

    /** Reads the row that a result set stands at. */
    interface Reader<T> {
        T read(ResultSet rs) throws SQLException;
    }

    static <T> List<T> query(
            Connection connection, String sql, Reader<T> reader, Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            List<T> out = new ArrayList<>();
            try (ResultSet rs = statement.executeQuery()) {
                while (rs.next()) {
                    out.add(reader.read(rs));
                }
            }
            return out;
        }
    }

    static int execute(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            return statement.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }

    static <T> Array text(
            Connection connection, Collection<T> of, Function<T, @Nullable String> value)
            throws SQLException {
        @Nullable String[] values = new String[of.size()];
        int i = 0;
        for (T item : of) {
            values[i++] = value.apply(item);
        }
        return connection.createArrayOf("text", values);
    }

    /** Rows of values as one array per column. */
    static Object[] columns(Connection connection, List<List<@Nullable String>> rows, int width)
            throws SQLException {
        Object[] out = new Object[width];
        for (int c = 0; c < width; c++) {
            int column = c;
            out[c] = text(connection, rows, row -> row.get(column));
        }
        return out;
    }
}
