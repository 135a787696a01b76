package io.portolan.central.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is told of a row as it was before a change, so that whoever selected it learns that it left.
 * The same in every store.
 */
final class Former {
    private Former() {}

    /** Empty for rows that nobody selects. */
    static Optional<Map<String, String>> of(Row row) {
        return switch (row) {
            case Row.ResourceRow(var resource) -> Optional.of(resource.metadata().labels());
            case Row.OperationRow(var operation) ->
                    Optional.of(Map.of("tenant", operation.tenant(), "name", operation.name()));
            case Row.StatusRow _,
                    Row.AssignmentRow _,
                    Row.WorkRow _,
                    Row.WorkStatusRow _,
                    Row.ObservationRow _ ->
                    Optional.empty();
        };
    }

    /** As {@link #of}, in SQL over a row {@code t}. */
    static String sql(String table) {
        return switch (table) {
            case "resource" -> "t.labels::text";
            case "operation" -> "json_build_object('tenant', t.tenant, 'name', t.name)::text";
            default -> "null::text";
        };
    }

    static Map<String, String> read(String json) {
        Map<String, String> out = new LinkedHashMap<>();
        JsonNode tree = Codec.lenient().tree(json.getBytes(StandardCharsets.UTF_8));
        tree.properties().forEach(e -> out.put(e.getKey(), e.getValue().asText()));
        return out;
    }

    static String json(Map<String, String> former) {
        return Codec.lenient().text(former);
    }
}
