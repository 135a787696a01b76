package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.leader.Weaknesses;
import io.portolan.central.security.Principal;
import io.portolan.central.store.NodeRoster;
import io.portolan.central.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The nodes of this control plane. */
public final class NodeRoutes {
    private final Store store;

    public NodeRoutes(Store store) {
        this.store = store;
    }

    public List<Route> routes() {
        return List.of(Route.user("GET", "/api/v1/nodes", this::list));
    }

    private Answer list(Request request, Principal.User user) {
        Reach.operator(user);
        NodeRoster.Roster roster = store.roster();
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("epoch", roster.epoch());
        out.put("head", roster.head());
        out.put("items", roster.nodes().stream().map(n -> shown(n, roster)).toList());
        List<String> warnings = new ArrayList<>(Weaknesses.of(roster));
        warnings.addAll(store.health().warnings());
        out.put("warnings", warnings);
        return Answer.ok(out);
    }

    private static Map<String, Object> shown(NodeRoster.Node node, NodeRoster.Roster roster) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", node.beat().name());
        out.put("id", node.id());
        out.put("role", role(node, roster));
        out.put("version", node.beat().version());
        out.put("api", node.beat().api());
        out.put("member", node.beat().member());
        out.put("uptimeSeconds", node.beat().uptime().toSeconds());
        out.put("lagRevisions", Math.max(0, roster.head() - node.beat().position()));
        out.put("silentSeconds", node.silence().toMillis() / 1_000.0);
        out.put("sees", new TreeSet<>(node.beat().sees()));
        out.put("majority", node.beat().majority());
        return out;
    }

    /** Who holds the lease leads, also while it is not heard of. */
    private static String role(NodeRoster.Node node, NodeRoster.Roster roster) {
        if (node.id().equals(roster.leader())) {
            return "Leader";
        }
        return node.silent() ? "Silent" : "Follower";
    }
}
