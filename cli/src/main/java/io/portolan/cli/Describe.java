package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code describe KIND NAME}: everything about one resource on one page. */
@Command(
        name = "describe",
        description = "Show one resource for a person: state, clusters, conditions, events.",
        footerHeading = "%nExamples:%n",
        footer = {"  portolan describe application checkout", "  portolan describe cluster c1"})
final class Describe implements Callable<Integer> {
    private static final int EVENTS = 20;

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

    Describe(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ResourceKey key = root.fleet().locate(Target.parse(kind, name));
        JsonNode document = root.fleet().read(key);
        if (!output.format.forPeople()) {
            Printer printer = new Printer(root.shell.out());
            if (output.format == Format.NAME) {
                printer.name(key.kind(), document);
            } else {
                printer.value(output.format, whole(key, document));
            }
            return Exit.OK.code();
        }
        if (key.kind() == Kind.FAILOVER) {
            FailoverReport.print(
                    Codec.lenient().convert(document, Failover.class), root.shell.out());
            return Exit.OK.code();
        }
        print(key, document);
        root.shell.next(
                (key.kind() == Kind.APPLICATION ? "portolan why " : "portolan events ")
                        + Printer.name(key.kind(), key.tenant(), key.name()));
        return Exit.OK.code();
    }

    /** With what is asked for apart: a cluster's room, an application's fences. */
    private JsonNode whole(ResourceKey key, JsonNode document) {
        return switch (key.kind()) {
            case CLUSTER -> with(document, "room", Rooms.of(root, key.name()));
            case APPLICATION -> with(document, "fences", why(key).map(w -> w.path("fences")));
            case TENANT, PLACEMENT_POLICY, DR_POLICY, FAILOVER -> document;
        };
    }

    private static JsonNode with(JsonNode document, String field, Optional<JsonNode> known) {
        return known.filter(k -> !k.isEmpty())
                .map(
                        k -> {
                            ObjectNode out = document.deepCopy();
                            out.withObject("/status").set(field, k);
                            return (JsonNode) out;
                        })
                .orElse(document);
    }

    /** Empty where this user may not know, or central has nothing to tell. */
    private Optional<JsonNode> why(ResourceKey key) {
        try {
            return root.central().find(Fleet.path(key) + "/why", key.toString());
        } catch (Refused _) {
            return Optional.empty();
        }
    }

    private void print(ResourceKey key, JsonNode d) {
        PrintStream out = root.shell.out();
        out.println(key);
        if (key.kind() == Kind.APPLICATION) {
            out.println(
                    d.at("/status/health").asText("Unknown")
                            + ": "
                            + d.at("/status/summary").asText("not looked at yet"));
            HealthTree.print(d, root.shell.clock(), out);
        }
        Table facts = new Table();
        switch (key.kind()) {
            case APPLICATION -> {
                facts.row("Epoch", d.at("/status/epoch").asText());
                facts.row("Operation", d.at("/status/operation").asText());
            }
            case CLUSTER -> {
                facts.row("Reach", Columns.reach(d));
                facts.row("Heard", age(d.at("/status/lastHeard")));
                JsonNode seen = d.at("/status/observation");
                facts.row("Kubernetes", seen.path("kubernetesVersion").asText());
                facts.row("Agent", seen.path("agentVersion").asText());
                facts.row("CPU", Capacity.cpu(seen.path("capacity")));
                facts.row("Memory", Capacity.memory(seen.path("capacity")));
                Rooms.of(root, key.name())
                        .ifPresent(
                                room -> {
                                    facts.row("Room CPU", Rooms.cpu(room));
                                    facts.row("Room memory", Rooms.memory(room));
                                });
                facts.row("Orphans", texts(seen.path("orphans")));
            }
            case TENANT, PLACEMENT_POLICY, DR_POLICY, FAILOVER -> {}
        }
        facts.row("Generation", generation(d));
        facts.row("Created", age(d.at("/metadata/createdAt")));
        facts.row("Labels", pairs(d.at("/metadata/labels")));
        facts.row("Annotations", pairs(d.at("/metadata/annotations")));
        if (d.at("/metadata/deletionRequestedAt").isTextual()) {
            facts.row(
                    "Deleting",
                    "since "
                            + age(d.at("/metadata/deletionRequestedAt"))
                            + ", waits for "
                            + texts(d.at("/metadata/finalizers")));
        }
        facts.print(out, "  ");
        conditions(d.at("/status/conditions"));
        if (key.kind() == Kind.APPLICATION) {
            fences(key);
        }
        out.println("Spec");
        Yaml.write(d.path("spec")).lines().forEach(l -> out.println("  " + l));
        List<JsonNode> events = Happened.to(root, key, EVENTS);
        if (!events.isEmpty()) {
            out.println("Events");
            Events.table(root, events).print(out, "  ");
        }
    }

    private void conditions(JsonNode conditions) {
        if (conditions.isEmpty()) {
            return;
        }
        root.shell.out().println("Conditions");
        Table table = conditionTable(conditions, root);
        table.print(root.shell.out(), "  ");
    }

    private void fences(ResourceKey key) {
        why(key).flatMap(Why::fences)
                .ifPresent(
                        table -> {
                            root.shell.out().println("Fences");
                            table.print(root.shell.out(), "  ");
                        });
    }

    static Table conditionTable(JsonNode conditions, Portolan root) {
        Table table = new Table("TYPE", "TRUTH", "REASON", "SINCE", "MESSAGE");
        for (JsonNode c : conditions) {
            table.row(
                    c.path("type").asText(),
                    c.path("truth").asText(),
                    c.path("reason").asText(),
                    Times.age(c.path("since"), root.shell.clock()),
                    c.path("message").asText());
        }
        return table;
    }

    private static String generation(JsonNode d) {
        String observed = d.at("/status/observedGeneration").asText();
        return d.at("/metadata/generation").asText()
                + (observed.isEmpty() ? "" : " (observed " + observed + ")");
    }

    private String age(JsonNode at) {
        String age = Times.age(at, root.shell.clock());
        return age.isEmpty() ? "never" : age + " ago";
    }

    private static String texts(JsonNode texts) {
        StringBuilder out = new StringBuilder();
        texts.forEach(t -> out.append(out.isEmpty() ? "" : ", ").append(t.asText()));
        return out.toString();
    }

    private static String pairs(JsonNode map) {
        StringBuilder out = new StringBuilder();
        map.properties()
                .forEach(
                        e ->
                                out.append(out.isEmpty() ? "" : ", ")
                                        .append(e.getKey())
                                        .append('=')
                                        .append(e.getValue().asText()));
        return out.toString();
    }
}
