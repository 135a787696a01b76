package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code why application NAME}: why it runs where it runs. */
@Command(
        name = "why",
        description = {
            "Tell in one line where an application runs and why, what happened that it was placed",
            "there, then the fates of the clusters as they were when that was decided.",
            "With --all or --cluster placement is asked anew: all rules that each cluster passes and",
            "fails, its group, score, rank and tie-break.",
            "Exit code 3 when fewer clusters fit than it needs."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan why application checkout",
            "  portolan why app shop/checkout --all",
            "  portolan why app shop/checkout --cluster c7",
            "  portolan why app shop/checkout --all -o json"
        })
final class Why implements Callable<Integer> {
    /** What is well when it is true; of all else a person should hear. */
    private static final Set<String> GOOD = Set.of("Placed", "Applied", "Healthy", "Fenced");

    private final Portolan root;

    @Parameters(index = "0", paramLabel = "KIND", description = "application.")
    String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "NAME or TENANT/NAME.")
    @Nullable String name;

    @Option(names = "--all", description = "Ask placement anew of every cluster, nearest first.")
    boolean all;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description = "Ask placement anew of this cluster.")
    @Nullable String cluster;

    @Mixin Format.Choice output;

    Why(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Target target = Target.parse(kind, name);
        if (target.kind() != Kind.APPLICATION) {
            throw Failure.usage(
                    "only applications are placed, a " + target.kind() + " is not",
                    "portolan describe " + kind + " " + target.name().orElse("NAME"));
        }
        ResourceKey key = root.fleet().locate(target);
        if (all && cluster != null) {
            throw Failure.usage(
                    "--all asks of every cluster, --cluster of one",
                    "portolan why app " + key.tenant() + "/" + key.name() + " --all");
        }
        if (all || cluster != null) {
            return new WhyTable(root, key).print(Optional.ofNullable(cluster), output.format);
        }
        JsonNode why = root.central().get(Fleet.path(key) + "/why", key.toString());
        switch (output.format) {
            case TABLE, WIDE, NAME -> print(key, why);
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, why);
        }
        JsonNode satisfied = why.at("/decision/satisfied");
        return satisfied.isBoolean() && !satisfied.asBoolean()
                ? Exit.BLOCKED.code()
                : Exit.OK.code();
    }

    private void print(ResourceKey key, JsonNode why) {
        root.shell.out().println(line(key, why));
        trigger(why);
        if (why.at("/decision/nearest").isTextual()) {
            root.shell.out().println("  nearest: " + why.at("/decision/nearest").asText());
        }
        for (JsonNode c : why.path("conditions")) {
            if (!c.path("truth").asText().equals("True")
                    || !GOOD.contains(c.path("type").asText())) {
                root.shell
                        .out()
                        .println(
                                "  "
                                        + c.path("type").asText()
                                        + "="
                                        + c.path("truth").asText()
                                        + " "
                                        + c.path("reason").asText()
                                        + ": "
                                        + c.path("message").asText());
            }
        }
        fences(why).ifPresent(t -> t.print(root.shell.out(), "  "));
        if (!why.at("/decision/fates").isEmpty()) {
            root.shell.out().println();
            fates(why).print(root.shell.out(), "");
        }
        root.shell.next("portolan events " + Printer.name(key.kind(), key.tenant(), key.name()));
    }

    /**
     * {@code decided 4d ago (2026-03-01T11:00:00Z), because: cluster c7 was tainted x:NoExecute}.
     */
    private void trigger(JsonNode why) {
        JsonNode trigger = why.at("/decision/trigger");
        JsonNode at = why.at("/decision/decidedAt");
        if (trigger.isTextual() && at.isTextual()) {
            root.shell
                    .out()
                    .println(
                            "  decided "
                                    + Times.age(at, root.shell.clock())
                                    + " ago ("
                                    + at.asText()
                                    + "), because: "
                                    + trigger.asText());
        }
    }

    private static String line(ResourceKey key, JsonNode why) {
        List<String> places = new ArrayList<>();
        for (JsonNode m : why.path("members")) {
            places.add(
                    m.path("cluster").asText()
                            + " ("
                            + m.path("role").asText().toLowerCase(java.util.Locale.ROOT)
                            + (m.path("leaving").asBoolean() ? ", leaving" : "")
                            + ")");
        }
        String summary = why.at("/decision/summary").asText("placement has not looked at it yet");
        return key
                + (places.isEmpty() ? " runs nowhere" : " is on " + String.join(", ", places))
                + ": "
                + summary;
    }

    /** How strongly it could be known that it stopped, in each failure of its cluster. */
    static Optional<Table> fences(JsonNode why) {
        JsonNode fences = why.path("fences");
        if (fences.isEmpty()) {
            return Optional.empty();
        }
        Table table = new Table("FENCE", "CLUSTER", "WHEN", "WHY");
        for (JsonNode f : fences) {
            table.row(
                    f.path("fence").asText(),
                    f.path("cluster").asText(),
                    f.path("when").asText(),
                    f.path("why").asText());
        }
        return Optional.of(table);
    }

    private static Table fates(JsonNode why) {
        Table table = new Table("CLUSTER", "CHOSEN", "ROLE", "REASON", "DETAIL");
        for (JsonNode f : why.at("/decision/fates")) {
            String cluster = f.path("name").asText(f.path("cluster").asText());
            table.row(
                    cluster,
                    f.path("chosen").asBoolean() ? "yes" : "no",
                    role(why, cluster),
                    f.path("reason").asText(),
                    f.path("detail").asText());
        }
        return table;
    }

    private static String role(JsonNode why, String cluster) {
        for (JsonNode m : why.path("members")) {
            if (m.path("cluster").asText().equals(cluster)) {
                return m.path("role").asText();
            }
        }
        return "";
    }
}
