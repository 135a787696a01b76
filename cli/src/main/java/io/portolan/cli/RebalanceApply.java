package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rebalance apply}: let applications go where they would be better. */
@Command(
        name = "apply",
        description = {
            "Let applications go where they would be better. They start there before they stop"
                    + " here, a few at a time. Safe to repeat.",
            "Exit code 3 when one that was named is held back, 4 when the time is over (it goes on),"
                    + " 5 when somebody else changed one at the same moment, 8 when an order was"
                    + " dropped because the fleet had changed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan rebalance apply checkout",
            "  portolan rebalance apply shop/checkout shop/cart --no-wait",
            "  portolan rebalance apply --all --tenant shop"
        })
final class RebalanceApply implements Callable<Integer> {
    private static final String ORDER = "portolan.io/rebalance";

    private final Portolan root;

    @Parameters(paramLabel = "APP", arity = "0..*", description = "NAME or TENANT/NAME.")
    List<String> applications = List.of();

    @Option(names = "--all", description = "Everything that is proposed and not held back.")
    boolean all;

    @Option(names = "--no-wait", description = "Do not wait until they have moved.")
    boolean leave;

    @Mixin Waiting waiting;

    RebalanceApply(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (all == !applications.isEmpty()) {
            throw Failure.usage(
                    "name the applications, or say --all, not both", "portolan rebalance");
        }
        Instant deadline = waiting.deadline(root.shell.clock());
        JsonNode answer =
                root.central()
                        .send(Central.Call.post("/api/v1/rebalance", wish(), "").once())
                        .body();
        List<JsonNode> ordered = new ArrayList<>();
        Exit exit = Exit.OK;
        for (JsonNode item : answer.path("items")) {
            switch (item.path("outcome").asText()) {
                case "ordered", "orderedAlready" -> ordered.add(item);
                case "heldBack" -> {
                    exit = Exit.BLOCKED;
                    say(item, "is held back: " + item.path("detail").asText());
                }
                case "conflict" -> {
                    exit = Exit.CONFLICT;
                    say(item, "is not ordered: " + item.path("detail").asText());
                }
                case String _ -> say(item, item.path("detail").asText());
            }
        }
        for (JsonNode item : ordered) {
            say(item, "shall go to " + to(item) + ": " + item.path("detail").asText());
        }
        if (all) {
            rest(answer);
        }
        for (JsonNode item : leave ? List.<JsonNode>of() : ordered) {
            Exit one = followed(item, deadline);
            exit = one == Exit.OK ? exit : one;
        }
        return exit.code();
    }

    /** What of all was not ordered. */
    private void rest(JsonNode answer) {
        int held = answer.path("heldBack").asInt();
        int more = answer.path("more").asInt();
        if (held > 0) {
            root.shell.out().println(held + " held back, portolan rebalance tells why");
        } else if (answer.path("items").isEmpty()) {
            root.shell.out().println("no application would be better elsewhere");
        }
        if (more > 0) {
            root.shell.out().println("and " + more + " more, to be ordered after these");
            root.shell.next(RebalanceVerb.all(root));
        }
    }

    private ObjectNode wish() {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        root.central().tenant().filter(_ -> all).ifPresent(t -> out.put("tenant", t));
        if (all) {
            return out.put("all", true);
        }
        ArrayNode names = out.putArray("applications");
        for (String name : applications) {
            ResourceKey key = root.fleet().locate(Target.parse("application", name));
            names.add(key.tenant() + "/" + key.name());
        }
        return out;
    }

    private void say(JsonNode item, String what) {
        root.shell.out().println(Fleet.title(item) + " " + what);
        root.shell.out().flush();
    }

    private static String to(JsonNode item) {
        return RebalanceVerb.names(item.path("to"));
    }

    private Exit followed(JsonNode item, Instant deadline) {
        ResourceKey key =
                new ResourceKey(
                        Kind.APPLICATION, item.path("tenant").asText(), item.path("name").asText());
        Set<String> to = new TreeSet<>();
        item.path("to").forEach(c -> to.add(c.asText()));
        Progress progress = new Progress(item, to);
        boolean ended = new Awaited(root, key).until(deadline, progress::ended);
        if (!ended) {
            say(item, "is not there yet; it goes on");
            root.shell.next("portolan events app " + key.tenant() + "/" + key.name());
            return Exit.TIMEOUT;
        }
        return progress.arrived ? Exit.OK : Exit.OPERATION_FAILED;
    }

    /** Tells each step of one application once. */
    private final class Progress {
        private final JsonNode item;
        private final Set<String> to;
        private boolean moving;
        private boolean arrived;

        Progress(JsonNode item, Set<String> to) {
            this.item = item;
            this.to = to;
        }

        boolean ended(Optional<JsonNode> application) {
            if (application.isEmpty()) {
                say(item, "is gone");
                return true;
            }
            JsonNode document = application.get();
            if (document.path("metadata").path("annotations").has(ORDER)) {
                return false;
            }
            Set<String> on = new TreeSet<>();
            document.at("/status/clusters").forEach(c -> on.add(c.path("cluster").asText()));
            if (on.equals(to)) {
                arrived = true;
                say(item, "is on " + to(item));
                return true;
            }
            if (!on.containsAll(to)) {
                say(item, "stays: the order was dropped, portolan events tells why");
                root.shell.next("portolan events app " + Fleet.title(item));
                return true;
            }
            if (!moving) {
                moving = true;
                say(item, "starts on " + to(item) + " and then leaves " + rest(on));
            }
            return false;
        }

        private String rest(Set<String> on) {
            Set<String> out = new TreeSet<>(on);
            out.removeAll(to);
            return String.join(", ", out);
        }
    }
}
