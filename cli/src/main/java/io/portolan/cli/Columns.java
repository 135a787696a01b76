package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.Kind;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** What a table shows of each kind. */
record Columns(List<Column> columns) {
    /**
     * @param wide shown with {@code -o wide} only
     */
    record Column(String title, boolean wide, Function<JsonNode, String> cell) {}

    static Columns of(Kind kind, boolean withTenant, boolean wide, Clock clock) {
        List<Column> out = new ArrayList<>();
        if (withTenant && kind.tenanted()) {
            out.add(column("TENANT", Fleet::tenant));
        }
        out.add(column("NAME", Fleet::name));
        out.addAll(
                switch (kind) {
                    case APPLICATION -> application();
                    case CLUSTER -> cluster(clock);
                    case TENANT ->
                            List.of(
                                    column("CLUSTERS", d -> text(d, "/spec/clusters", "all")),
                                    wide("KINDS", d -> joined(d.at("/spec/clusterScopedKinds"))));
                    case PLACEMENT_POLICY -> placement();
                    case DR_POLICY ->
                            List.of(
                                    column("WRITERS", d -> text(d, "/spec/writers", "")),
                                    column("DEMOTE", d -> text(d, "/spec/demoteTimeout", "")),
                                    column("VERIFY", d -> text(d, "/spec/verifyTimeout", "")));
                    case FAILOVER -> failover();
                });
        String made = kind.declarative() ? "/metadata/createdAt" : "/requestedAt";
        out.add(column("AGE", d -> Times.age(d.at(made), clock)));
        out.removeIf(c -> c.wide && !wide);
        return new Columns(List.copyOf(out));
    }

    Table table() {
        return new Table(columns.stream().map(Column::title).toList());
    }

    List<String> row(JsonNode document) {
        return columns.stream().map(c -> c.cell.apply(document)).toList();
    }

    private static List<Column> application() {
        return List.of(
                column("HEALTH", d -> deletingOr(d, text(d, "/status/health", "Unknown"))),
                column("CLUSTERS", Columns::clusters),
                column("STATUS", d -> text(d, "/status/summary", "not looked at yet")),
                wide("EPOCH", d -> text(d, "/status/epoch", "")),
                wide("GENERATION", d -> text(d, "/metadata/generation", "")),
                wide("PLACEMENT", d -> policy(d.at("/spec/placement"))),
                wide("DR", d -> policy(d.at("/spec/disasterRecovery"))),
                wide("OPERATION", d -> text(d, "/status/operation", "")));
    }

    private static List<Column> cluster(Clock clock) {
        return List.of(
                column("REACH", Columns::reach),
                column("REGION", d -> text(d, "/spec/location/region", "")),
                column("HEARD", d -> Times.age(d.at("/status/lastHeard"), clock)),
                column("KUBERNETES", d -> text(d, "/status/observation/kubernetesVersion", "")),
                wide("PROVIDER", d -> text(d, "/spec/location/provider", "")),
                wide("ZONE", d -> text(d, "/spec/location/zone", "")),
                wide("JURISDICTION", d -> text(d, "/spec/location/jurisdiction", "")),
                wide("AGENT", d -> text(d, "/status/observation/agentVersion", "")),
                wide("WANTED", d -> text(d, "/spec/agent/version", "as central")),
                wide("CURRENT", Columns::current),
                wide("NODES", d -> text(d, "/status/observation/capacity/nodes", "")),
                wide("CPU", d -> Capacity.cpu(d.at("/status/observation/capacity"))),
                wide("MEMORY", d -> Capacity.memory(d.at("/status/observation/capacity"))),
                wide("TAINTS", d -> taints(d.at("/spec/taints"))));
    }

    private static List<Column> placement() {
        return List.of(
                column("CLUSTERS", d -> text(d, "/spec/clusters", "1")),
                column("WHERE", d -> text(d, "/spec/where", "anywhere")),
                column("SPREAD", d -> spreads(d.at("/spec/spread"))),
                wide("REPLICAS", d -> text(d, "/spec/replicas/divide", "duplicated")),
                wide("TOLERATES", d -> taints(d.at("/spec/tolerations"))));
    }

    private static List<Column> failover() {
        return List.of(
                column("APPLICATION", d -> text(d, "/applicationName", "")),
                column("TO", d -> text(d, "/request/to", "best")),
                column("STATE", d -> text(d, "/state", "")),
                column("WAITS FOR", d -> text(d, "/waitingFor", "")),
                wide("FROM", d -> joined(d.at("/request/from"))),
                wide("EPOCH", d -> text(d, "/epochAfter", "")),
                wide("BY", d -> text(d, "/request/requestedBy", "")),
                wide("REASON", d -> text(d, "/request/reason", "")),
                wide("TOOK", d -> text(d, "/report/commandToHealthy", "")));
    }

    static String reach(JsonNode cluster) {
        String reach = deletingOr(cluster, text(cluster, "/status/reach", "Pending"));
        return cluster.at("/spec/cordoned").asBoolean() ? reach + ",Cordoned" : reach;
    }

    private static String current(JsonNode cluster) {
        return stream(cluster.at("/status/conditions"))
                .filter(c -> c.path("type").asText().equals("AgentCurrent"))
                .map(c -> c.path("truth").asText().equals("True") ? "yes" : "no")
                .findFirst()
                .orElse("");
    }

    private static String clusters(JsonNode application) {
        return stream(application.at("/status/clusters"))
                .map(c -> c.path("cluster").asText() + role(c))
                .collect(java.util.stream.Collectors.joining(","));
    }

    /** Behind a cluster's name, where it is not active there. */
    static String role(JsonNode onCluster) {
        return switch (onCluster.path("role").asText()) {
            case "Standby" -> "(" + level(onCluster) + "standby)";
            case "Quarantined" -> onCluster.path("held").asBoolean() ? "(held)" : "(quarantined)";
            default -> "";
        };
    }

    /** What it has ready, before the word; nothing where that is its objects alone. */
    static String level(JsonNode onCluster) {
        String level = onCluster.path("standby").asText();
        return level.isEmpty() ? "" : level + " ";
    }

    private static String policy(JsonNode reference) {
        return reference.isObject() ? "inline" : reference.asText();
    }

    /** One stands without a list around it. */
    private static String spreads(JsonNode spread) {
        return (spread.isObject() ? java.util.stream.Stream.of(spread) : stream(spread))
                .map(
                        s ->
                                text(s, "/minGroups", "1")
                                        + " of "
                                        + text(s, "/over", "region")
                                        + (s.path("soft").asBoolean() ? " (soft)" : ""))
                .collect(java.util.stream.Collectors.joining(", "));
    }

    private static String taints(JsonNode taints) {
        return stream(taints)
                .map(
                        t -> {
                            String value = t.path("value").asText();
                            String effect = t.path("effect").asText();
                            String seconds = t.path("tolerationSeconds").asText();
                            return t.path("key").asText("*")
                                    + (value.isEmpty() ? "" : "=" + value)
                                    + (effect.isEmpty() ? "" : ":" + effect)
                                    + (seconds.isEmpty() ? "" : " for " + seconds + "s");
                        })
                .collect(java.util.stream.Collectors.joining(","));
    }

    private static String deletingOr(JsonNode document, String state) {
        return document.at("/metadata/deletionRequestedAt").isTextual() ? "Deleting" : state;
    }

    private static String joined(JsonNode texts) {
        return stream(texts)
                .map(JsonNode::asText)
                .collect(java.util.stream.Collectors.joining(","));
    }

    private static String text(JsonNode document, String pointer, String absent) {
        String text = document.at(pointer).asText();
        return text.isEmpty() ? absent : text;
    }

    private static java.util.stream.Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static Column column(String title, Function<JsonNode, String> cell) {
        return new Column(title, false, cell);
    }

    private static Column wide(String title, Function<JsonNode, String> cell) {
        return new Column(title, true, cell);
    }
}
