package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What happened to one resource, newest first. A failover tells it by its own steps. */
final class Happened {
    private static final int PAGE = 1_000;

    private Happened() {}

    /**
     * @param limit of the newest, so many
     */
    static List<JsonNode> to(Portolan root, ResourceKey key, int limit) {
        List<JsonNode> all =
                key.kind() == Kind.FAILOVER
                        ? steps(Codec.lenient().convert(root.fleet().read(key), Failover.class))
                        : events(root, key, limit);
        return all.subList(0, Math.min(limit, all.size()));
    }

    private static List<JsonNode> events(Portolan root, ResourceKey key, int limit) {
        List<JsonNode> out = new ArrayList<>();
        Map<String, String> query = new TreeMap<>();
        String more = "";
        do {
            query.put("limit", String.valueOf(Math.min(PAGE, limit - out.size())));
            String path = Fleet.path(key) + "/events" + Central.query(query);
            JsonNode page = root.central().get(path, key.toString());
            page.path("items").forEach(out::add);
            more = page.at("/metadata/continue").asText();
            query.put("continue", more);
        } while (!more.isEmpty() && out.size() < limit);
        return out;
    }

    private static List<JsonNode> steps(Failover f) {
        List<ObjectNode> out = new ArrayList<>();
        for (Failover.Step step : f.steps()) {
            String severity =
                    step.state() == Failover.State.ABORTED || step.state() == Failover.State.REFUSED
                            ? "Warning"
                            : "Normal";
            out.add(
                    event(
                            f,
                            step.startedAt(),
                            severity,
                            step.state().toString(),
                            step.detail(),
                            "central"));
        }
        f.attestation()
                .ifPresent(
                        a ->
                                out.add(
                                        event(
                                                f,
                                                a.at(),
                                                "Warning",
                                                "Attested",
                                                a.clusters().stream()
                                                                .map(Failover.Vouched::name)
                                                                .collect(Collectors.joining(", "))
                                                        + ": "
                                                        + a.reason(),
                                                "user:" + a.operator())));
        // Stable, so that steps of one instant keep their order.
        out.sort(Comparator.comparing(e -> Instant.parse(e.path("at").asText())));
        return List.copyOf(out.reversed());
    }

    private static ObjectNode event(
            Failover f, Instant at, String severity, String reason, String message, String actor) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("subject", f.uid().value())
                .put("at", at.toString())
                .put("severity", severity)
                .put("reason", reason)
                .put("message", message)
                .put("actor", actor);
    }

    /**
     * What was added, oldest first.
     *
     * @param before as it was read the last time, newest first
     * @param now as it is, newest first
     */
    static List<JsonNode> since(List<JsonNode> before, List<JsonNode> now) {
        int added = 0;
        while (added < now.size() && !goesOn(now.subList(added, now.size()), before)) {
            added++;
        }
        return now.subList(0, added).reversed();
    }

    private static boolean goesOn(List<JsonNode> now, List<JsonNode> before) {
        int both = Math.min(now.size(), before.size());
        return both > 0 && now.subList(0, both).equals(before.subList(0, both));
    }
}
