package io.portolan.central.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Operations, whose steps are rows of their own. */
final class OperationSql {
    /** The body with its steps put back. Textual, because jsonb would refuse an escaped NUL. */
    static final String WHOLE_BODY =
            """
            '{"steps":' || coalesce(
                (select json_agg(s.body order by s.ordinal)::text
                 from operation_step s where s.operation = o.uid), '[]')
            || ',' || substr(o.body::text, 2)""";

    private static final String DELETE_STEPS =
            "delete from operation_step where operation = any(?)";

    private static final String INSERT_STEPS =
            """
            insert into operation_step (operation, ordinal, state, body)
            select n.operation, n.ordinal::int, n.state, n.body::json
            from unnest(?::text[], ?::text[], ?::text[], ?::text[])
                as n(operation, ordinal, state, body)
            """;

    private static final String BY_NAME =
            "select %s, revision from operation o where tenant = ? and name = ?"
                    .formatted(WHOLE_BODY);

    private static final String NEWEST =
            """
            select %s, revision, made, uid from operation o
            where (? = '' or tenant = ?) and (? = '' or name = ?)
                and (made < ? or made = ? and uid collate "C" > ?)
            order by made desc, uid collate "C" limit ?
            """
                    .formatted(WHOLE_BODY);

    private OperationSql() {}

    static String withoutSteps(String body) {
        ObjectNode form = tree(body);
        form.remove("steps");
        return Codec.lenient().text(form);
    }

    private static ObjectNode tree(String body) {
        return (ObjectNode) Codec.lenient().tree(body.getBytes(StandardCharsets.UTF_8));
    }

    /** After the operations themselves were written. */
    static void writeSteps(Connection connection, Script script, List<Encoded> operations)
            throws SQLException {
        if (operations.isEmpty()) {
            return;
        }
        List<List<@Nullable String>> values = new ArrayList<>();
        for (Encoded operation : operations) {
            int ordinal = 0;
            for (JsonNode step : tree(operation.body().orElseThrow()).path("steps")) {
                List<@Nullable String> value = new ArrayList<>();
                value.add(RowCodec.parts(operation.key()).getFirst());
                value.add(Integer.toString(ordinal++));
                value.add(step.path("state").asText());
                value.add(Codec.lenient().text(step));
                values.add(value);
            }
        }
        script.add(
                DELETE_STEPS,
                Rows.text(connection, operations, o -> RowCodec.parts(o.key()).getFirst()));
        if (!values.isEmpty()) {
            script.add(INSERT_STEPS, Rows.columns(connection, values, 4));
        }
    }

    static Optional<Versioned<Row.OperationRow>> byName(
            Connection connection, String tenant, String name) throws SQLException {
        return Rows.query(connection, BY_NAME, OperationSql::row, tenant, name).stream()
                .findFirst();
    }

    static Slice<Versioned<Row.OperationRow>> newest(
            Connection connection,
            String tenant,
            String name,
            Optional<Slice.Place> after,
            int limit)
            throws SQLException {
        Slice.Place from = after.orElse(Slice.Place.START);
        return Slice.cut(
                Rows.query(
                        connection,
                        NEWEST,
                        rs ->
                                new Slice.Placed<>(
                                        new Slice.Place(rs.getLong(3), rs.getString(4)), row(rs)),
                        tenant,
                        tenant,
                        name,
                        name,
                        from.number(),
                        from.number(),
                        from.id(),
                        limit + 1),
                limit);
    }

    private static Versioned<Row.OperationRow> row(java.sql.ResultSet rs) throws SQLException {
        return new Versioned<>(RowCodec.operation(rs.getString(1)), rs.getLong(2));
    }
}
