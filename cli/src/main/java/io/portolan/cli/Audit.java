package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit}: who did what, newest first. */
@Command(
        name = "audit",
        description = "Show who did what, newest first. For admins.",
        footerHeading = "%nExamples:%n",
        footer = {"  portolan audit", "  portolan audit --limit 1000 -o json"})
final class Audit implements Callable<Integer> {
    private final Portolan root;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            description = "How many at most, 1000 at most. Default: ${DEFAULT-VALUE}.",
            defaultValue = "50")
    int limit = 50;

    @Mixin Format.Choice output;

    Audit(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        JsonNode audit =
                root.central()
                        .get(
                                "/api/v1/audit"
                                        + Central.query(Map.of("limit", String.valueOf(limit))),
                                "");
        switch (output.format) {
            case TABLE, WIDE, NAME -> table(audit).print(root.shell.out(), "");
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, audit);
        }
        return Exit.OK.code();
    }

    private Table table(JsonNode audit) {
        Table table = new Table("AGE", "BY", "ACTION", "SUBJECT", "REASON", "COMMENT");
        for (JsonNode entry : audit.path("items")) {
            table.row(
                    Times.age(entry.path("at"), root.shell.clock()),
                    entry.path("actor").asText(),
                    entry.path("action").asText(),
                    entry.path("subject").asText(),
                    entry.path("reason").asText(),
                    entry.path("comment").asText());
        }
        return table;
    }
}
