package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.ResourceKey;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code events KIND NAME}: what happened to it, newest first. */
@Command(
        name = "events",
        description = "Show what happened to a resource, newest first.",
        footerHeading = "%nExamples:%n",
        footer = {"  portolan events application checkout", "  portolan events cluster c1 -o json"})
final class Events implements Callable<Integer> {
    private final Portolan root;

    @Parameters(index = "0", paramLabel = "KIND", description = "app, cluster, tenant...")
    String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "NAME or TENANT/NAME.")
    @Nullable String name;

    @Mixin Format.Choice output;

    Events(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ResourceKey key = root.fleet().locate(Target.parse(kind, name));
        JsonNode events = of(root, key);
        switch (output.format) {
            case TABLE, WIDE, NAME -> {
                if (events.path("items").isEmpty()) {
                    root.shell.err().println("nothing happened to " + key + " yet");
                }
                table(root, events).print(root.shell.out(), "");
            }
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, events);
        }
        return Exit.OK.code();
    }

    static JsonNode of(Portolan root, ResourceKey key) {
        JsonNode events = root.central().get(Fleet.path(key) + "/events", key.toString());
        return events instanceof ObjectNode
                ? events
                : Printer.list(key.kind(), 0, java.util.List.of());
    }

    static Table table(Portolan root, JsonNode events) {
        boolean none = events.path("items").isEmpty();
        Table table = none ? new Table() : new Table("AGE", "SEVERITY", "REASON", "MESSAGE", "BY");
        for (JsonNode e : events.path("items")) {
            table.row(
                    Times.age(e.path("at"), root.shell.clock()),
                    e.path("severity").asText(),
                    e.path("reason").asText(),
                    e.path("message").asText(),
                    e.path("actor").asText());
        }
        return table;
    }
}
