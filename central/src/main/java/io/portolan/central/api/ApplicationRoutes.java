package io.portolan.central.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.central.feed.ClusterDirectory;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Versioned;
import io.portolan.dr.FenceReach;
import io.portolan.model.ResourceKey;
import io.portolan.model.Status;
import io.portolan.model.placement.Assignment;
import io.portolan.model.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is asked of applications beyond any resource: why they run where they run, and before. */
public final class ApplicationRoutes {
    private static final String ONE = "/api/v1/tenants/{tenant}/applications/{name}";

    private final Store store;
    private final ClusterDirectory clusters;
    private final PlacementTable table;

    public ApplicationRoutes(Store store, ClusterDirectory clusters, PlacementTable table) {
        this.store = store;
        this.clusters = clusters;
        this.table = table;
    }

    public List<Route> routes() {
        return List.of(
                Route.user("GET", ONE + "/why", this::why),
                Route.user("GET", ONE + "/placement", this::placement).taking("most", "cluster"),
                Route.user("GET", ONE + "/revisions", this::revisions));
    }

    private Store.Described application(Request request, Principal.User user) {
        ResourceKey key = ResourceKey.application(request.path("tenant"), request.path("name"));
        Reach.read(user, key);
        return store.find(key).orElseThrow(() -> ResourceWrites.missing(key));
    }

    private Answer why(Request request, Principal.User user) {
        Store.Described application = application(request, user);
        var resource = ResourceWrites.resource(application);
        Optional<Assignment> assignment =
                store.assignment(resource.uid())
                        .map(Versioned::row)
                        .map(Row.AssignmentRow::assignment);
        ObjectNode out = Codec.lenient().mapper().createObjectNode();
        out.put("application", resource.metadata().name());
        out.put("tenant", resource.metadata().tenant());
        out.put("epoch", assignment.map(Assignment::epoch).orElse(0L));
        out.put("generation", resource.metadata().generation());
        ArrayNode members = out.putArray("members");
        assignment.ifPresent(a -> a.members().forEach(m -> members.add(member(m))));
        assignment.ifPresent(
                a -> out.set("decision", Codec.lenient().mapper().valueToTree(a.decision())));
        ArrayNode fences = out.putArray("fences");
        table.fences(resource.uid())
                .forEach(f -> f.reach().forEach(r -> fences.add(fence(f.cluster(), r))));
        out.set(
                "conditions",
                Codec.lenient()
                        .mapper()
                        .valueToTree(
                                ResourceWrites.status(Optional.of(application))
                                        .map(Status::conditions)
                                        .orElse(List.of())));
        return Answer.ok(out);
    }

    private static ObjectNode fence(String cluster, FenceReach reach) {
        return Codec.lenient()
                .mapper()
                .createObjectNode()
                .put("cluster", cluster)
                .put("failure", reach.failure().toString())
                .put("when", reach.failure().words())
                .put("fence", reach.fence().toString())
                .put("why", reach.why());
    }

    private Answer placement(Request request, Principal.User user) {
        return table.of(ResourceWrites.resource(application(request, user)).uid(), request, user);
    }

    private ObjectNode member(Assignment.Member member) {
        ObjectNode out = Codec.lenient().mapper().valueToTree(member);
        Optional<ClusterDirectory.Entry> cluster = clusters.find(member.cluster());
        out.put(
                "cluster",
                cluster.map(ClusterDirectory.Entry::name).orElse(member.cluster().value()));
        out.put("region", cluster.map(ClusterDirectory.Entry::region).orElse(""));
        return out;
    }

    private Answer revisions(Request request, Principal.User user) {
        Map<Long, String> history =
                store.history(ResourceWrites.resource(application(request, user)).uid());
        ObjectNode out = Codec.lenient().mapper().createObjectNode();
        ArrayNode items = out.putArray("items");
        history.forEach(
                (generation, spec) ->
                        items.addObject()
                                .put("generation", generation)
                                .set(
                                        "spec",
                                        Codec.lenient()
                                                .tree(spec.getBytes(StandardCharsets.UTF_8))));
        return Answer.ok(out);
    }
}
