package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code whoami}: as whom central knows this command line. */
@Command(
        name = "whoami",
        description = "Show as whom central knows you, and which central that is.",
        footerHeading = "%nExample:%n",
        footer = {"  portolan whoami -o json"})
final class Whoami implements Callable<Integer> {
    private final Portolan root;

    @Mixin Format.Choice output;

    Whoami(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        JsonNode me = root.central().get("/api/v1/whoami", "");
        switch (output.format) {
            case TABLE, WIDE -> {
                Table table = new Table();
                table.row("Name", me.path("name").asText());
                table.row("Tenant", me.path("tenant").asText());
                table.row("Central", root.central().server().toString());
                table.row("Version", me.path("version").asText());
                table.print(root.shell.out(), "");
                root.shell.next("portolan get applications");
            }
            case NAME -> root.shell.out().println(me.path("name").asText());
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, me);
        }
        return Exit.OK.code();
    }
}
