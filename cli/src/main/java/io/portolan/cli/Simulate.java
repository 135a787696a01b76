package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code simulate}: what would happen if. */
@Command(
        name = "simulate",
        description = {
            "Show what would happen if clusters were lost, added or cordoned, or policies changed:"
                    + " which applications move, which do not fit, what it costs. Nothing is"
                    + " touched.",
            "All that is given is supposed at once. Exit code 0 whatever the answer is; with"
                    + " --exit-code 3 when an application does not fit or breaks its policy, 9 when"
                    + " one is degraded or needs a failover."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan simulate --lose region=eu-west",
            "  portolan simulate --lose cluster=c7 --cordon c8",
            "  portolan simulate --add cluster.yaml --policy changed.yaml -o wide",
            "  portolan simulate --lose \"region = eu-west, provider = aws\" --exit-code"
        })
final class Simulate implements Callable<Integer> {
    private final Portolan root;

    @Option(
            names = "--lose",
            paramLabel = "KEY=VALUE",
            description =
                    "Clusters that are gone with all that is in them: region=eu-west, cluster=c7,"
                            + " any field or label, or a whole selector. May be repeated.")
    List<String> lose = List.of();

    @Option(
            names = "--add",
            paramLabel = "FILE",
            description =
                    "Clusters that are new, or stand in place of those of their name. May be"
                            + " repeated.")
    List<String> add = List.of();

    @Option(
            names = "--cordon",
            paramLabel = "CLUSTER",
            description = "A cluster that takes nothing new. May be repeated.")
    List<String> cordon = List.of();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "Policies, applications or tenants that are new, or stand in place of those of"
                            + " their name. May be repeated.")
    List<String> policies = List.of();

    @Option(
            names = "--exit-code",
            description = "Exit with 3 or 9 when not every application would be well.")
    boolean judged;

    @Mixin Format.Choice output;

    Simulate(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (lose.isEmpty() && add.isEmpty() && cordon.isEmpty() && policies.isEmpty()) {
            throw Failure.usage(
                    "say what is to be supposed: --lose, --add, --cordon or --policy",
                    "portolan simulate --lose region=REGION");
        }
        // It writes nothing, so it may be asked again when central is busy.
        JsonNode told =
                root.central()
                        .send(Central.Call.post("/api/v1/simulations", asked(), "").once())
                        .body();
        switch (output.format) {
            case TABLE, WIDE -> people(told);
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, told);
            case NAME ->
                    told.path("changes")
                            .forEach(c -> root.shell.out().println(name(c, "application/")));
        }
        return judged ? exit(told.path("counts")).code() : Exit.OK.code();
    }

    private ObjectNode asked() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        lose.forEach(body.putArray("lose")::add);
        cordon.forEach(body.putArray("cordon")::add);
        ArrayNode clusters = body.putArray("add");
        ArrayNode others = body.putArray("policies");
        List<String> files = new ArrayList<>(add);
        files.addAll(policies);
        if (!files.isEmpty()) {
            Bundle.read(files, root.shell, root.central().tenant(), root.tenant != null)
                    .entries()
                    .forEach(
                            e ->
                                    (e.key().kind() == Kind.CLUSTER ? clusters : others)
                                            .add(e.document()));
        }
        return body;
    }

    private void people(JsonNode told) {
        root.shell.out().println(told.path("summary").asText());
        List<String> titles =
                new ArrayList<>(List.of("APPLICATION", "OUTCOME", "FROM", "TO", "WHY"));
        if (output.format == Format.WIDE) {
            titles.add("NEXT");
        }
        Table table = new Table(titles);
        for (JsonNode change : told.path("changes")) {
            List<String> row =
                    new ArrayList<>(
                            List.of(
                                    name(change, ""),
                                    words(change.path("outcome").asText()),
                                    places(change.path("from")),
                                    places(change.path("to")),
                                    change.path("why").asText()));
            if (output.format == Format.WIDE) {
                row.add(change.path("next").asText());
            }
            table.row(row);
        }
        if (!table.empty()) {
            table.print(root.shell.out(), "");
        }
        JsonNode unpriced = told.at("/cost/unpricedAfter");
        if (told.path("cost").has("after") && !unpriced.isEmpty()) {
            root.shell
                    .err()
                    .println(
                            "! "
                                    + unpriced.size()
                                    + (unpriced.size() == 1 ? " cluster runs" : " clusters run")
                                    + " something and "
                                    + (unpriced.size() == 1 ? "tells" : "tell")
                                    + " no cost");
        }
    }

    private static Exit exit(JsonNode counts) {
        if (counts.path("DoesNotFit").asInt() + counts.path("BreaksPolicy").asInt() > 0) {
            return Exit.BLOCKED;
        }
        return counts.path("Degraded").asInt() + counts.path("NeedsFailover").asInt() > 0
                ? Exit.DEGRADED
                : Exit.OK;
    }

    private static String name(JsonNode change, String before) {
        return before + Fleet.title(change);
    }

    /** {@code NeedsFailover} as {@code needs failover}. */
    static String words(String outcome) {
        return outcome.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(java.util.Locale.ROOT);
    }

    private static String places(JsonNode places) {
        return StreamSupport.stream(places.spliterator(), false)
                .map(
                        p ->
                                p.path("cluster").asText()
                                        + Columns.role(p)
                                        + replicas(p.path("replicas")))
                .collect(Collectors.joining(","));
    }

    private static String replicas(JsonNode replicas) {
        return replicas.isEmpty()
                ? ""
                : replicas.properties().stream()
                        .map(e -> e.getKey() + "=" + e.getValue().asInt())
                        .collect(Collectors.joining(" ", "(", ")"));
    }
}
