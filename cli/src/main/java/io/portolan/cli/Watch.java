package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.portolan.model.Kind;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code watch KIND}: each change as it happens, one line each. */
@Command(
        name = "watch",
        description = "Show each change of a kind as it happens, until stopped.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan watch applications",
            "  portolan watch clusters -o json    one JSON object a line"
        })
final class Watch implements Callable<Integer> {
    private final Portolan root;

    @Parameters(index = "0", paramLabel = "KIND", description = "app, cluster, failover...")
    String kind = "";

    @Option(
            names = {"-A", "--all-tenants"},
            description = "Of every tenant. So it is too when none was chosen.")
    boolean allTenants;

    @Mixin Format.Choice output;

    Watch(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Kind watched = Target.kind(kind);
        Optional<String> tenant = allTenants ? Optional.empty() : root.central().tenant();
        root.shell.err().println("watching " + watched.plural() + "; stop by Ctrl-C");
        new Changes(root.shell, root.central(), Fleet.listPath(watched, tenant), java.util.Map.of())
                .follow(
                        Optional.empty(),
                        new Changes.Listener() {
                            @Override
                            public boolean listed(Central.Listing listing) {
                                return false;
                            }

                            @Override
                            public boolean put(JsonNode document) {
                                print(watched, "put", document);
                                return false;
                            }

                            @Override
                            public boolean deleted(JsonNode document) {
                                print(watched, "delete", document);
                                return false;
                            }
                        });
        return Exit.OK.code();
    }

    private void print(Kind kind, String event, JsonNode document) {
        String name = Printer.name(kind, Fleet.tenant(document), Fleet.name(document));
        switch (output.format) {
            case TABLE, WIDE -> {
                Columns columns =
                        Columns.of(kind, false, output.format == Format.WIDE, root.shell.clock());
                root.shell
                        .out()
                        .println(
                                Times.ofDay(root.shell.clock().instant())
                                        + "  "
                                        + event
                                        + "  "
                                        + name
                                        + "  "
                                        + String.join(
                                                "  ",
                                                columns.row(document).stream()
                                                        .skip(1)
                                                        .filter(c -> !c.isEmpty())
                                                        .toList()));
            }
            case JSON ->
                    new Printer(root.shell.out())
                            .line(
                                    JsonNodeFactory.instance
                                            .objectNode()
                                            .put("event", event)
                                            .set("document", document));
            case YAML -> {
                root.shell.out().println("--- # " + event);
                new Printer(root.shell.out()).value(Format.YAML, document);
            }
            case NAME -> root.shell.out().println(name);
        }
        root.shell.out().flush();
    }
}
