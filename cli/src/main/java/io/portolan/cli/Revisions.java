package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The specs that an application had and central still keeps, and what its events say of each. */
final class Revisions {
    /** As central's events of a change begin, with the comment behind it. */
    private static final Pattern CHANGE =
            Pattern.compile("generation (\\d+)(?: \\((.*)\\))?", Pattern.DOTALL);

    /**
     * @param event who made it and when; empty when that event is no longer kept
     */
    record Revision(long generation, JsonNode spec, Optional<JsonNode> event) {
        String by() {
            return event.map(e -> e.path("actor").asText()).orElse("");
        }

        String comment() {
            Matcher said = CHANGE.matcher(event.map(e -> e.path("message").asText()).orElse(""));
            return said.matches() && said.group(2) != null ? said.group(2) : "";
        }

        /** What it says, whether it was paused or not. */
        JsonNode content() {
            ObjectNode out = spec.deepCopy();
            out.remove("paused");
            return out;
        }

        /** As a document, to be compared with another one. */
        JsonNode document() {
            return JsonNodeFactory.instance.objectNode().set("spec", spec);
        }
    }

    private final ResourceKey key;
    private final List<Revision> newestFirst = new ArrayList<>();

    private Revisions(ResourceKey key) {
        this.key = key;
    }

    static ResourceKey application(Portolan root, Target target) {
        if (target.kind() != Kind.APPLICATION) {
            throw Failure.usage(
                    "only applications can be brought back to how they were",
                    "portolan history application NAME");
        }
        return root.fleet().locate(target);
    }

    static Revisions of(Portolan root, ResourceKey key) {
        JsonNode kept = root.central().get(Fleet.path(key) + "/revisions", key.toString());
        List<JsonNode> events = Happened.to(root, key, Integer.MAX_VALUE);
        Revisions out = new Revisions(key);
        for (JsonNode one : kept.path("items")) {
            long generation = one.path("generation").asLong();
            out.newestFirst.add(
                    new Revision(generation, one.path("spec"), event(events, generation)));
        }
        return out;
    }

    private static Optional<JsonNode> event(List<JsonNode> events, long generation) {
        for (JsonNode event : events) {
            String reason = event.path("reason").asText();
            Matcher said = CHANGE.matcher(event.path("message").asText());
            if ((reason.equals("SpecChanged") || reason.equals("Created"))
                    && said.matches()
                    && said.group(1).equals(String.valueOf(generation))) {
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    List<Revision> newestFirst() {
        return List.copyOf(newestFirst);
    }

    Revision current() {
        return newestFirst.getFirst();
    }

    Revision get(long generation) {
        return newestFirst.stream()
                .filter(r -> r.generation() == generation)
                .findFirst()
                .orElseThrow(
                        () ->
                                new Failure(
                                        Exit.NOT_FOUND,
                                        key + " has no generation " + generation + " any more",
                                        "portolan history application " + name()));
    }

    /** The newest one that says something else than the present one; pausing says nothing. */
    Revision previous() {
        return newestFirst.stream()
                .filter(r -> !r.content().equals(current().content()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new Failure(
                                        Exit.NOT_FOUND,
                                        key + " has no earlier generation that differs",
                                        "portolan history application " + name()));
    }

    private String name() {
        return key.tenant() + "/" + key.name();
    }
}
