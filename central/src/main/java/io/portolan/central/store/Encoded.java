package io.portolan.central.store;

import io.portolan.model.wire.Codec;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row on its way into its table and the log. Made before the transaction begins, so that no lock
 * is held while JSON is written.
 *
 * @param row absent: deleted
 * @param body the row as JSON
 * @param columns what stands in its table, the revision left out; empty for a deletion
 * @param keyJson how the log names it
 * @param spec a resource's spec, to be kept by generation
 */
record Encoded(
        Row.Key key,
        Optional<Row> row,
        Optional<String> body,
        List<@Nullable String> columns,
        String keyJson,
        Optional<String> spec) {
    static Encoded of(Row.Key key, Optional<Row> row) {
        Optional<String> body = row.map(RowCodec::body);
        return new Encoded(
                key,
                row,
                body,
                row.isEmpty() ? List.of() : columns(row.get(), body.orElseThrow()),
                Codec.lenient().text(RowCodec.parts(key)),
                row.flatMap(Encoded::spec));
    }

    private static List<@Nullable String> columns(Row row, String body) {
        return Table.values(
                row, row instanceof Row.OperationRow ? OperationSql.withoutSteps(body) : body);
    }

    private static Optional<String> spec(Row row) {
        return row instanceof Row.ResourceRow(var resource)
                ? Optional.of(Codec.lenient().text(resource.spec()))
                : Optional.empty();
    }

    Table table() {
        return Table.of(key);
    }

    boolean deletes() {
        return row.isEmpty();
    }
}
