package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code rebalance}: which applications would be better elsewhere. */
@Command(
        name = "rebalance",
        description = {
            "Show which applications stand where they fit and would be better elsewhere: from where"
                    + " to where, and by what. Nothing moves for that by itself, unless a policy"
                    + " says rebalance: {apply: automatic}.",
            "In one tenant with --tenant or where one was chosen, else in all. Exit code 0 whatever"
                    + " is found."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan rebalance",
            "  portolan rebalance --tenant shop -o json",
            "  portolan rebalance apply shop/checkout",
            "  portolan rebalance apply --all"
        })
final class RebalanceVerb implements Callable<Integer>, Nested {
    private final Portolan root;

    @Mixin Format.Choice output;

    RebalanceVerb(Portolan root) {
        this.root = root;
    }

    @Override
    public List<Object> verbs() {
        return List.of(new RebalanceApply(root));
    }

    @Override
    public Integer call() {
        String of = root.central().tenant().map(t -> Central.query(Map.of("tenant", t))).orElse("");
        JsonNode answer = root.central().get("/api/v1/rebalance" + of, "");
        switch (output.format) {
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, answer);
            case NAME ->
                    answer.path("items").forEach(i -> root.shell.out().println(Fleet.title(i)));
            case TABLE, WIDE -> print(answer);
        }
        return Exit.OK.code();
    }

    private void print(JsonNode answer) {
        var out = root.shell.out();
        out.println(line(answer));
        if (answer.path("items").isEmpty()) {
            return;
        }
        out.println();
        Table table = new Table("APPLICATION", "STATE", "FROM", "TO", "GAIN", "WHY");
        for (JsonNode item : answer.path("items")) {
            table.row(
                    Fleet.title(item),
                    item.path("state").asText(),
                    names(item.path("from")),
                    names(item.path("to")),
                    item.path("gain").asText(),
                    item.path("why").asText()
                            + (item.has("heldBack")
                                    ? "; held back: " + item.path("heldBack").asText()
                                    : ""));
        }
        table.print(out, "");
        if (answer.path("more").asInt() > 0) {
            out.println("and " + answer.path("more").asInt() + " more");
        }
        next(answer);
    }

    /** {@code 3 applications would be better elsewhere, 1 of them held back; 2 of 10 move now}. */
    private static String line(JsonNode answer) {
        int found = answer.path("items").size() + answer.path("more").asInt();
        long held = count(answer, "heldBack");
        long ordered = count(answer, "ordered");
        return (found == 0
                        ? "no application would be better elsewhere"
                        : found
                                + (found == 1 ? " application" : " applications")
                                + " would be better elsewhere")
                + (ordered > 0 ? ", " + ordered + " ordered" : "")
                + (held > 0 ? ", " + held + " held back" : "")
                + "; "
                + answer.path("underWay").asInt()
                + " on the way now, at most "
                + answer.path("atOnce").asInt()
                + " at once";
    }

    private static long count(JsonNode answer, String state) {
        return StreamSupport.stream(answer.path("items").spliterator(), false)
                .filter(i -> i.path("state").asText().equals(state))
                .count();
    }

    static String names(JsonNode clusters) {
        return StreamSupport.stream(clusters.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "));
    }

    /** The command for all that was looked at, and for no other tenant's. */
    static String all(Portolan root) {
        return "portolan rebalance apply --all"
                + root.central().tenant().map(" --tenant "::concat).orElse("");
    }

    private void next(JsonNode answer) {
        if (count(answer, "proposed") > 1) {
            root.shell.next(all(root));
            return;
        }
        for (JsonNode item : answer.path("items")) {
            if (!item.path("next").asText().isEmpty()) {
                root.shell.next(item.path("next").asText());
                return;
            }
        }
    }
}
