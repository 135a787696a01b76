package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** Shows the nodes of central, and what weakens them. */
final class NodeList {
    private final Portolan root;
    private final Format format;

    NodeList(Portolan root, Format format) {
        this.root = root;
        this.format = format;
    }

    /** Whether a person means nodes by this. */
    static boolean named(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        return lower.equals("node") || lower.equals("nodes");
    }

    int show() {
        JsonNode list = root.central().get("/api/v1/nodes", "Nodes");
        JsonNode nodes = list.path("items");
        switch (format) {
            case TABLE, WIDE -> {
                table(nodes, list).print(root.shell.out(), "");
                list.path("warnings").forEach(w -> root.shell.err().println("! " + w.asText()));
            }
            case JSON, YAML -> new Printer(root.shell.out()).value(format, list);
            case NAME ->
                    nodes.forEach(n -> root.shell.out().println("node/" + n.path("name").asText()));
        }
        return Exit.OK.code();
    }

    private Table table(JsonNode nodes, JsonNode list) {
        boolean wide = format == Format.WIDE;
        Table table =
                wide
                        ? new Table(
                                "NAME", "ROLE", "EPOCH", "VERSION", "UPTIME", "LAG", "HEARD",
                                "SEES", "API", "MEMBER", "ID")
                        : new Table(
                                "NAME", "ROLE", "EPOCH", "VERSION", "UPTIME", "LAG", "HEARD",
                                "SEES");
        for (JsonNode node : nodes) {
            String[] cells = {
                node.path("name").asText(),
                node.path("role").asText(),
                node.path("role").asText().equals("Leader") ? list.path("epoch").asText() : "",
                node.path("version").asText(),
                Times.age(Duration.ofSeconds(node.path("uptimeSeconds").asLong())),
                node.path("lagRevisions").asText(),
                Times.age(Duration.ofSeconds(node.path("silentSeconds").asLong())) + " ago",
                node.path("sees").size() + " of " + nodes.size(),
                node.path("api").asText(),
                node.path("member").asText(),
                node.path("id").asText()
            };
            table.row(wide ? cells : Arrays.copyOf(cells, 8));
        }
        return table;
    }
}
