package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code cluster health}: who is heard, and what they carry. */
@Command(
        name = "health",
        description = {
            "Show whether each cluster is heard, what it carries, which room is free there or kept"
                    + " for failovers, and whether a part of the fleet could be lost now.",
            "Exit code 9 when one that has joined is not ready."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  portolan cluster health", "  portolan cluster health -o json"})
final class ClusterHealth implements Callable<Integer> {
    private final Portolan root;

    @Mixin Format.Choice output;

    ClusterHealth(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        List<JsonNode> clusters = list(Kind.CLUSTER);
        Map<String, Integer> applications = applications(list(Kind.APPLICATION));
        List<String> degraded = new ArrayList<>();
        for (JsonNode c : clusters) {
            String reach = c.at("/status/reach").asText("Pending");
            if (!reach.equals("Ready") && !reach.equals("Pending")) {
                degraded.add(Fleet.name(c));
            }
        }
        switch (output.format) {
            case TABLE, WIDE -> {
                Optional<Rooms> rooms = Rooms.all(root);
                table(clusters, applications, rooms).print(root.shell.out(), "");
                rooms.ifPresent(r -> r.kept().forEach(root.shell.out()::println));
                LossList.harm(root).ifPresent(h -> root.shell.out().println(h.words()));
                root.shell.next(
                        clusters.isEmpty()
                                ? "portolan cluster join NAME"
                                : "portolan describe cluster "
                                        + (degraded.isEmpty()
                                                ? Fleet.name(clusters.getFirst())
                                                : degraded.getFirst()));
            }
            case NAME -> degraded.forEach(root.shell.out()::println);
            case JSON, YAML ->
                    new Printer(root.shell.out())
                            .value(output.format, tree(clusters, applications, degraded));
        }
        return degraded.isEmpty() ? Exit.OK.code() : Exit.DEGRADED.code();
    }

    private List<JsonNode> list(Kind kind) {
        return root.central().list(Fleet.listPath(kind, Optional.empty()), Map.of()).items();
    }

    private static Map<String, Integer> applications(List<JsonNode> applications) {
        Map<String, Integer> out = new HashMap<>();
        for (JsonNode application : applications) {
            for (JsonNode c : application.at("/status/clusters")) {
                out.merge(c.path("cluster").asText(), 1, Integer::sum);
            }
        }
        return out;
    }

    private Table table(
            List<JsonNode> clusters, Map<String, Integer> applications, Optional<Rooms> rooms) {
        List<String> titles =
                new ArrayList<>(
                        List.of(
                                "NAME",
                                "REACH",
                                "HEARD",
                                "REGION",
                                "AGENT",
                                "KUBERNETES",
                                "NODES",
                                "CPU",
                                "MEMORY",
                                "APPS"));
        if (rooms.isPresent()) {
            titles.addAll(List.of("FREE", "RESERVED"));
        }
        Table table = new Table(titles);
        for (JsonNode c : clusters) {
            JsonNode seen = c.at("/status/observation");
            JsonNode capacity = seen.path("capacity");
            List<String> row =
                    new ArrayList<>(
                            List.of(
                                    Fleet.name(c),
                                    Columns.reach(c),
                                    Times.age(c.at("/status/lastHeard"), root.shell.clock()),
                                    c.at("/spec/location/region").asText(),
                                    seen.path("agentVersion").asText(),
                                    seen.path("kubernetesVersion").asText(),
                                    capacity.path("nodes").asText(),
                                    Capacity.cpu(capacity),
                                    Capacity.memory(capacity),
                                    String.valueOf(applications.getOrDefault(Fleet.name(c), 0))));
            rooms.ifPresent(
                    r -> row.addAll(List.of(r.free(Fleet.name(c)), r.reserved(Fleet.name(c)))));
            table.row(row);
        }
        return table;
    }

    private JsonNode tree(
            List<JsonNode> clusters, Map<String, Integer> applications, List<String> degraded) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("degraded", !degraded.isEmpty());
        Optional<Rooms> rooms = Rooms.all(root);
        var items = out.putArray("items");
        for (JsonNode c : clusters) {
            ObjectNode one = items.addObject();
            one.put("name", Fleet.name(c));
            one.put("reach", c.at("/status/reach").asText("Pending"));
            one.put("cordoned", c.at("/spec/cordoned").asBoolean());
            one.set("lastHeard", c.at("/status/lastHeard"));
            one.put("applications", applications.getOrDefault(Fleet.name(c), 0));
            one.set("capacity", c.at("/status/observation/capacity"));
            rooms.flatMap(r -> r.of(Fleet.name(c))).ifPresent(r -> one.set("room", r));
        }
        LossList.harm(root)
                .filter(LossList.Harm::known)
                .ifPresent(h -> out.set("losses", h.byKind()));
        return out;
    }
}
