package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Outlook;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of a failover, and its start. */
final class FailoverRequest {
    @Option(
            names = "--to",
            paramLabel = "CLUSTER|REGION",
            description =
                    "Where to. Of a region the best cluster is chosen; by default of all: one that"
                            + " stands by, else one that the placement policy allows.")
    String to = "";

    @Option(
            names = "--from",
            paramLabel = "CLUSTER",
            description =
                    "What to leave; may be repeated. Default: the active cluster of a single"
                            + " writer, the unreachable ones of a stateless application.")
    List<String> from = List.of();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
    String reason = "";

    @Option(
            names = "--override",
            paramLabel = "CHECK",
            description =
                    "Go on although this check of the preflight fails, as TargetRoom; may be"
                            + " repeated, needs --reason, and the policy must allow it.")
    List<String> overrides = List.of();

    /** A relocation to the cluster that the last failover left. */
    boolean failback;

    @Option(names = "--dry-run", description = "Show the plan, or why it would be refused.")
    boolean dryRun;

    @Option(names = "--no-wait", description = "Return when central has accepted it.")
    boolean noWait;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "How long to follow it. Default: ${DEFAULT-VALUE}.",
            defaultValue = "30m")
    Duration timeout = Duration.ofMinutes(30);

    @Mixin Format.Choice output;

    int start(Portolan root, String application) {
        return start(root, application, false);
    }

    /**
     * @param planned a relocation: from clusters that answer only
     */
    int start(Portolan root, String application, boolean planned) {
        ResourceKey key = root.fleet().locate(Target.named(Kind.APPLICATION, application));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("application", key.name()).put("reason", reason);
        if (!to.isEmpty()) {
            body.put("to", to);
        }
        ArrayNode sources = body.putArray("from");
        from.forEach(sources::add);
        if (planned) {
            body.put("planned", true);
        }
        if (failback) {
            body.put("failback", true);
        }
        if (!overrides.isEmpty()) {
            ArrayNode checks = body.putArray("overrides");
            overrides.forEach(checks::add);
        }
        String path =
                Fleet.listPath(Kind.FAILOVER, Optional.of(key.tenant()))
                        + Central.query(dryRun ? Map.of("dryRun", "All") : Map.of());
        JsonNode answer =
                root.central().send(Central.Call.post(path, body, key.toString()).once()).body();
        Failover made = Codec.lenient().convert(answer, Failover.class);
        if (dryRun) {
            return shown(root, made, answer);
        }
        if (noWait) {
            FailoverReport.show(made, output.format, root.shell.out());
            root.shell.next("portolan wait " + name(made) + " --for completed");
            return made.state() == Failover.State.REFUSED
                    ? Exit.OPERATION_FAILED.code()
                    : Exit.OK.code();
        }
        return new FailoverFollowing(root, made)
                .toItsEnd(root.shell.clock().instant().plus(timeout), output.format);
    }

    private int shown(Portolan root, Failover failover, JsonNode answer) {
        switch (output.format) {
            case TABLE, WIDE -> {
                FailoverReport.print(failover, root.shell.out());
                if (answer.has("outlook")) {
                    FailoverReport.outlook(
                            Codec.lenient().convert(answer.path("outlook"), Outlook.class),
                            root.shell.out());
                }
            }
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, answer);
            case NAME -> FailoverReport.show(failover, output.format, root.shell.out());
        }
        boolean refused = failover.state() == Failover.State.REFUSED || failover.plan().isEmpty();
        if (!refused && output.format.forPeople()) {
            root.shell.next(
                    verb(failover)
                            + failover.tenant()
                            + "/"
                            + failover.applicationName()
                            + (to.isEmpty() ? "" : " --to " + to)
                            + from.stream().map(" --from "::concat).collect(Collectors.joining())
                            + overrides.stream()
                                    .map(" --override "::concat)
                                    .collect(Collectors.joining())
                            + (overrides.isEmpty() ? "" : " --reason \"...\""));
        }
        return refused ? Exit.OPERATION_FAILED.code() : Exit.OK.code();
    }

    private static String verb(Failover failover) {
        return switch (failover.request().kind()) {
            case FAILOVER -> "portolan failover start ";
            case RELOCATE -> "portolan relocate ";
            case FAILBACK -> "portolan failback ";
        };
    }

    private static String name(Failover failover) {
        return Printer.name(Kind.FAILOVER, failover.tenant(), failover.name());
    }
}
