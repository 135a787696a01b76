package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.Kind;
import java.util.Locale;
import java.util.Optional;

/** What one waits for. */
sealed interface Goal {
    record Healthy(Kind kind) implements Goal {}

    record Placed() implements Goal {}

    record Deleted() implements Goal {}

    record Completed() implements Goal {}

    record ConditionIs(String type, String truth) implements Goal {}

    static Goal parse(String text, Kind kind) {
        String[] parts = text.split("=", 3);
        Goal goal =
                switch (parts[0].toLowerCase(Locale.ROOT)) {
                    case "healthy", "ready" -> new Healthy(kind);
                    case "placed" -> new Placed();
                    case "deleted" -> new Deleted();
                    case "completed" -> new Completed();
                    case "condition" ->
                            parts.length == 1 || parts[1].isEmpty()
                                    ? null
                                    : new ConditionIs(
                                            parts[1], parts.length == 3 ? parts[2] : "True");
                    default -> null;
                };
        boolean fits =
                switch (goal) {
                    case null -> false;
                    case Healthy _ -> kind == Kind.APPLICATION || kind == Kind.CLUSTER;
                    case Placed _ -> kind == Kind.APPLICATION;
                    case Completed _ -> kind == Kind.FAILOVER;
                    case Deleted _, ConditionIs _ -> kind != Kind.FAILOVER;
                };
        if (goal == null || !fits) {
            throw Failure.usage(
                    "a " + kind + " is never \"" + text + "\"",
                    kind == Kind.FAILOVER
                            ? "--for completed"
                            : "--for healthy, placed (applications), deleted or condition=TYPE");
        }
        return goal;
    }

    default boolean reached(Optional<JsonNode> document) {
        if (document.isEmpty()) {
            return this instanceof Deleted;
        }
        JsonNode d = document.get();
        return switch (this) {
            case Healthy(Kind kind) ->
                    kind == Kind.CLUSTER
                            ? d.at("/status/reach").asText().equals("Ready")
                            : healthy(d);
            case Placed _ -> observed(d) && condition(d, "Placed", "True");
            case Deleted _ -> false;
            case Completed _ -> d.path("state").asText().equals("Completed");
            case ConditionIs(String type, String truth) -> observed(d) && condition(d, type, truth);
        };
    }

    /** Whether it can never be reached any more. */
    default boolean lost(Optional<JsonNode> document) {
        return this instanceof Completed
                && document.map(d -> d.path("state").asText())
                        .filter(s -> s.equals("Aborted") || s.equals("Refused"))
                        .isPresent();
    }

    /** The newest generation, not a former one, well on every active cluster. */
    private static boolean healthy(JsonNode d) {
        long generation = d.at("/metadata/generation").asLong();
        boolean active = false;
        for (JsonNode c : d.at("/status/clusters")) {
            if (c.path("leaving").asBoolean() || !c.path("role").asText().equals("Active")) {
                continue;
            }
            active = true;
            if (c.path("generation").asLong() < generation
                    || !c.path("heard").asBoolean()
                    || !c.path("health").asText().equals("Healthy")) {
                return false;
            }
        }
        return active && observed(d) && d.at("/status/health").asText().equals("Healthy");
    }

    private static boolean observed(JsonNode d) {
        JsonNode seen = d.at("/status/observedGeneration");
        return seen.isMissingNode() || seen.asLong() >= d.at("/metadata/generation").asLong();
    }

    static boolean condition(JsonNode document, String type, String truth) {
        for (JsonNode c : document.at("/status/conditions")) {
            if (c.path("type").asText().equalsIgnoreCase(type)) {
                return c.path("truth").asText().equalsIgnoreCase(truth);
            }
        }
        return false;
    }

    /** One line on the state that it is in. */
    static String now(Kind kind, JsonNode d) {
        return switch (kind) {
            case APPLICATION -> d.at("/status/summary").asText("not looked at yet");
            case CLUSTER -> d.at("/status/reach").asText("Pending");
            case FAILOVER -> {
                String waits = d.path("waitingFor").asText();
                yield d.path("state").asText() + (waits.isEmpty() ? "" : ", waits for " + waits);
            }
            case TENANT, PLACEMENT_POLICY, DR_POLICY ->
                    d.at("/metadata/deletionRequestedAt").isTextual()
                            ? "being deleted"
                            : "it exists";
        };
    }
}
