package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wait KIND NAME --for STATE}. */
@Command(
        name = "wait",
        description = {
            "Return when a resource has reached a state.",
            "Exit code 4 after the timeout, 3 when no cluster fits, 8 when the operation failed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan wait application checkout --for healthy --timeout 2m",
            "  portolan wait app checkout --for condition=Placed",
            "  portolan wait cluster c1 --for healthy",
            "  portolan wait failover checkout-1 --for completed"
        })
final class WaitFor implements Callable<Integer> {
    private final Portolan root;

    @Parameters(index = "0", paramLabel = "KIND", description = "app, cluster, failover...")
    String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "NAME or TENANT/NAME.")
    @Nullable String name;

    @Option(
            names = "--for",
            required = true,
            paramLabel = "STATE",
            description = "healthy, placed, deleted, completed, condition=TYPE[=False].")
    String state = "";

    @Mixin Waiting waiting;

    WaitFor(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Target target = Target.parse(kind, name);
        Goal goal = Goal.parse(state, target.kind());
        boolean deletion = goal instanceof Goal.Deleted;
        ResourceKey key = locate(target, deletion);
        if (key == null) {
            root.shell.out().println(target.kind() + " " + target.requiredName() + " is deleted");
            return Exit.OK.code();
        }
        Last last = new Last();
        boolean reached =
                new Awaited(root, key)
                        .until(
                                waiting.deadline(root.shell.clock()),
                                d -> {
                                    last.document = d;
                                    return goal.reached(d) || goal.lost(d);
                                });
        if (reached && goal.reached(last.document)) {
            root.shell.out().println(key + " is " + state.toLowerCase(Locale.ROOT));
            return Exit.OK.code();
        }
        throw missed(key, goal, last.document);
    }

    /** Null when a thing that should be gone cannot even be found. */
    private @Nullable ResourceKey locate(Target target, boolean deletion) {
        try {
            return root.fleet().locate(target);
        } catch (Failure e) {
            if (deletion && e.exit() == Exit.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    private Failure missed(ResourceKey key, Goal goal, Optional<JsonNode> document) {
        String now = document.map(d -> Goal.now(key.kind(), d)).orElse("it does not exist");
        String shown = Printer.name(key.kind(), key.tenant(), key.name());
        if (document.isPresent() && goal.lost(document)) {
            return new Failure(
                    Exit.OPERATION_FAILED,
                    key + " will never be " + state + ": " + now,
                    "portolan failover report " + key.tenant() + "/" + key.name());
        }
        boolean unplaceable =
                document.isPresent() && Goal.condition(document.get(), "Placed", "False");
        return new Failure(
                unplaceable ? Exit.BLOCKED : Exit.TIMEOUT,
                key + " is not " + state + " after " + Times.span(waiting.timeout) + ": " + now,
                key.kind() == Kind.APPLICATION
                        ? "portolan why " + shown
                        : "portolan describe " + shown);
    }

    /** What was seen last, for the message when time is up. */
    private static final class Last {
        Optional<JsonNode> document = Optional.empty();
    }
}
