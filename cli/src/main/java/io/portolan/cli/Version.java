package io.portolan.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code version}: of this command line and of central. */
@Command(
        name = "version",
        description = "Show the versions of this command line and of central, when it answers.",
        footerHeading = "%nExamples:%n",
        footer = {"  portolan version", "  portolan version --client"})
final class Version implements Callable<Integer> {
    private final Portolan root;

    @Option(names = "--client", description = "Do not ask central.")
    boolean client;

    @Mixin Format.Choice output;

    Version(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        String own =
                Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                        .orElse("unreleased");
        ObjectNode out = JsonNodeFactory.instance.objectNode().put("client", own);
        if (!client) {
            out.put("central", central());
        }
        if (output.format.forPeople()) {
            Table table = new Table();
            out.properties().forEach(e -> table.row(e.getKey(), e.getValue().asText()));
            table.print(root.shell.out(), "");
        } else {
            new Printer(root.shell.out()).value(output.format, out);
        }
        return Exit.OK.code();
    }

    /** That central is away or refuses is an answer here, no failure. */
    private String central() {
        try {
            return root.central().get("/api/v1/whoami", "").path("version").asText("unknown");
        } catch (Failure e) {
            return e.exit() == Exit.UNREACHABLE ? "unreachable" : "unknown: " + e.getMessage();
        }
    }
}
