package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What placement says now of the clusters, whatever was decided before. */
final class WhyTable {
    /** The nearest ones; of more it is told how many there are. */
    private static final int MOST = 1_000;

    private final Portolan root;
    private final ResourceKey key;

    WhyTable(Portolan root, ResourceKey key) {
        this.root = root;
        this.key = key;
    }

    /**
     * @param cluster the only one that is asked about; empty for all
     */
    int print(Optional<String> cluster, Format format) {
        Map<String, String> asked = new TreeMap<>(Map.of("most", String.valueOf(MOST)));
        cluster.ifPresent(c -> asked.put("cluster", c));
        JsonNode answer =
                root.central()
                        .get(Fleet.path(key) + "/placement" + Central.query(asked), key.toString());
        switch (format) {
            case TABLE, WIDE, NAME -> print(answer, cluster.isPresent());
            case JSON, YAML -> new Printer(root.shell.out()).value(format, answer);
        }
        JsonNode satisfied = answer.path("satisfied");
        return satisfied.isBoolean() && !satisfied.asBoolean()
                ? Exit.BLOCKED.code()
                : Exit.OK.code();
    }

    private void print(JsonNode answer, boolean one) {
        var out = root.shell.out();
        out.println(key + " would be placed: " + answer.path("summary").asText("cannot be asked"));
        if (answer.has("stands")) {
            out.println("  it stays where it is: " + answer.path("stands").asText());
        }
        if (answer.has("nearest")) {
            out.println("  nearest: " + answer.path("nearest").asText());
        }
        if (answer.path("items").isEmpty()) {
            return;
        }
        out.println();
        if (one) {
            rules(answer.path("items").get(0));
        } else {
            table(answer).print(out, "");
        }
        if (answer.path("more").asInt() > 0) {
            out.println("and " + answer.path("more").asInt() + " more clusters");
        }
    }

    private static Table table(JsonNode answer) {
        Table table = new Table("CLUSTER", "CHOSEN", "RANK", "SCORE", "GROUP", "REASON", "DETAIL");
        for (JsonNode row : answer.path("items")) {
            table.row(
                    row.path("name").asText(),
                    row.path("chosen").asBoolean() ? "yes" : "no",
                    row.path("rank").asText(""),
                    row.has("rank") ? row.path("score").asText() : "",
                    row.path("group").asText(""),
                    row.path("reason").asText(),
                    detail(row));
        }
        return table;
    }

    /** Of one that was turned away all that is wrong, and not only the first. */
    private static String detail(JsonNode row) {
        List<String> failed = new ArrayList<>();
        for (JsonNode rule : row.path("rules")) {
            if (!rule.path("holds").asBoolean()) {
                failed.add(rule.path("detail").asText());
            }
        }
        return failed.isEmpty() ? row.path("detail").asText() : String.join("; ", failed);
    }

    private void rules(JsonNode row) {
        var out = root.shell.out();
        out.println(
                row.path("name").asText()
                        + (row.path("chosen").asBoolean() ? " is chosen: " : " is not chosen: ")
                        + row.path("reason").asText()
                        + ", "
                        + row.path("detail").asText());
        row.path("scores")
                .properties()
                .forEach(
                        (Map.Entry<String, JsonNode> term) ->
                                out.println(
                                        "  "
                                                + term.getValue().asInt()
                                                + " points for "
                                                + term.getKey()));
        if (row.has("rank")) {
            out.println(
                    "  rank "
                            + row.path("rank").asInt()
                            + ", tie-break "
                            + row.path("tieBreak").asLong()
                            + " (less is better)");
        }
        out.println();
        Table table = new Table("RULE", "HOLDS", "DETAIL");
        for (JsonNode rule : row.path("rules")) {
            table.row(
                    rule.path("rule").asText(),
                    rule.path("holds").asBoolean() ? "yes" : "no",
                    rule.path("detail").asText());
        }
        table.print(out, "");
    }
}
