package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Writes documents in the machine formats. */
final class Printer {
    private final PrintStream out;

    Printer(PrintStream out) {
        this.out = out;
    }

    /** One value, pretty. Table formats have writers of their own and never come here. */
    void value(Format format, JsonNode value) {
        switch (format) {
            case YAML -> out.print(Yaml.write(value));
            case JSON, TABLE, WIDE, NAME -> out.println(value.toPrettyString());
        }
    }

    /** One line a value, for streams. */
    void line(JsonNode value) {
        out.println(value.toString());
    }

    void name(Kind kind, JsonNode document) {
        out.println(name(kind, Fleet.tenant(document), Fleet.name(document)));
    }

    /** {@code application/shop/checkout}: what every command takes back as a name. */
    static String name(Kind kind, String tenant, String name) {
        String title = kind.title().toLowerCase(Locale.ROOT);
        return title + "/" + (kind.tenanted() ? tenant + "/" : "") + name;
    }

    static ObjectNode list(Kind kind, long revision, List<JsonNode> items) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("apiVersion", Kind.API_VERSION);
        out.put("kind", kind.title() + "List");
        out.putObject("metadata").put("revision", revision);
        out.putArray("items").addAll(items);
        return out;
    }
}
