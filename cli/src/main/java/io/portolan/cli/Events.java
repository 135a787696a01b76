package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code events KIND NAME}: what happened to it, newest first. */
@Command(
        name = "events",
        description = "Show what happened to a resource, newest first; a failover tells its steps.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan events application checkout",
            "  portolan events cluster c1 --limit 1000 -o json",
            "  portolan events failover checkout-1 -w"
        })
final class Events implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Of a look that far ones are not needed from: they were shown. */
    private static final int MOST_BETWEEN = 1_000;

    private static final Set<String> ENDS =
            Arrays.stream(Failover.State.values())
                    .filter(Failover.State::ended)
                    .map(Failover.State::toString)
                    .collect(Collectors.toUnmodifiableSet());

    private final Portolan root;

    @Parameters(index = "0", paramLabel = "KIND", description = "app, cluster, tenant...")
    String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "NAME or TENANT/NAME.")
    @Nullable String name;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            description = "How many of the newest at most. Default: ${DEFAULT-VALUE}.",
            defaultValue = "100")
    int limit = 100;

    @Option(
            names = {"-w", "--watch"},
            description = {
                "Show them oldest first, and each that follows, until stopped; of a failover until"
                        + " it has ended."
            })
    boolean watch;

    @Mixin Format.Choice output;

    Events(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw Failure.usage("--limit must be at least 1", "");
        }
        ResourceKey key = root.fleet().locate(Target.parse(kind, name));
        List<JsonNode> newest = Happened.to(root, key, limit);
        if (watch) {
            follow(key, newest);
            return Exit.OK.code();
        }
        switch (output.format) {
            case TABLE, WIDE, NAME -> {
                if (newest.isEmpty()) {
                    root.shell.err().println("nothing happened to " + key + " yet");
                }
                table(root, newest).print(root.shell.out(), "");
            }
            case JSON, YAML ->
                    new Printer(root.shell.out())
                            .value(
                                    output.format,
                                    JsonNodeFactory.instance
                                            .objectNode()
                                            .set(
                                                    "items",
                                                    JsonNodeFactory.instance
                                                            .arrayNode()
                                                            .addAll(newest)));
        }
        return Exit.OK.code();
    }

    /** By looking again: an event wakes no watcher, because most come with a change that does. */
    private void follow(ResourceKey key, List<JsonNode> first) {
        List<JsonNode> known = first;
        first.reversed().forEach(this::line);
        while (!ended(key, known)) {
            Central.pause(LOOK);
            List<JsonNode> now = Happened.to(root, key, MOST_BETWEEN);
            Happened.since(known, now).forEach(this::line);
            known = now;
        }
    }

    /** Whether nothing can follow. */
    private static boolean ended(ResourceKey key, List<JsonNode> known) {
        return key.kind() == Kind.FAILOVER
                && known.stream().map(e -> e.path("reason").asText()).anyMatch(ENDS::contains);
    }

    private void line(JsonNode event) {
        switch (output.format) {
            case TABLE, WIDE, NAME ->
                    root.shell
                            .out()
                            .println(
                                    Times.instant(event.path("at")).map(Times::ofDay).orElse("")
                                            + "  "
                                            + Stream.of("severity", "reason", "message", "actor")
                                                    .map(f -> event.path(f).asText())
                                                    .filter(t -> !t.isEmpty())
                                                    .collect(Collectors.joining("  ")));
            case JSON -> new Printer(root.shell.out()).line(event);
            case YAML -> {
                root.shell.out().println("---");
                new Printer(root.shell.out()).value(Format.YAML, event);
            }
        }
        root.shell.out().flush();
    }

    static Table table(Portolan root, List<JsonNode> events) {
        Table table =
                events.isEmpty()
                        ? new Table()
                        : new Table("AGE", "SEVERITY", "REASON", "MESSAGE", "BY");
        for (JsonNode e : events) {
            table.row(
                    Times.age(e.path("at"), root.shell.clock()),
                    e.path("severity").asText(),
                    e.path("reason").asText(),
                    e.path("message").asText(),
                    e.path("actor").asText());
        }
        return table;
    }
}
