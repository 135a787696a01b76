package io.portolan.central.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The document that the server serves, and what it says of a piece of JSON. */
final class OpenApi {
    static final JsonNode DOCUMENT = SystemRoutes.document();
    private static final String BASE = "https://portolan.io/openapi.json";
    private static final SchemaRegistry SCHEMAS =
            SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12,
                    builder -> builder.schemas(Map.of(BASE, DOCUMENT.toString())));

    private OpenApi() {}

    static JsonNode operation(String method, String path) {
        return DOCUMENT.path("paths").path(path).path(method.toLowerCase(Locale.ROOT));
    }

    /** Where the schema of an answer stands, as a pointer into the document. */
    static String schema(String method, String path, String status, String type) {
        return "#/paths/"
                + path.replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
                + "/"
                + method.toLowerCase(Locale.ROOT)
                + "/responses/"
                + status
                + "/content/"
                + type.replace("/", "~1")
                + "/schema";
    }

    /**
     * @param pointer to a schema
     */
    static List<String> errors(String pointer, String json) {
        return SCHEMAS
                .getSchema(SchemaLocation.of(BASE + pointer))
                .validate(json, InputFormat.JSON)
                .stream()
                .map(Object::toString)
                .toList();
    }
}
