package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.image.FleetImage;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.image.Held;
import io.portolan.central.reconcile.Explained;
import io.portolan.central.reconcile.Fences;
import io.portolan.central.reconcile.View;
import io.portolan.central.security.Principal;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.placement.Explanation;
import io.portolan.placement.Explanation.Row;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole table of a placement, computed anew on any node whenever it is asked for. */
public final class PlacementTable {
    private static final int USUAL = 100;
    private static final int MOST = 10_000;

    private final FollowedImage fleet;
    private final InstantSource clock;
    private final Permits permits;

    public PlacementTable(FollowedImage fleet, InstantSource clock) {
        this(fleet, clock, new Permits("another table of a placement"));
    }

    PlacementTable(FollowedImage fleet, InstantSource clock, Permits permits) {
        this.fleet = fleet;
        this.clock = clock;
        this.permits = permits;
    }

    Answer of(Uid application, Request request, Principal.User user) {
        return permits.holding(user, () -> of(application, request));
    }

    /** Which fences it can reach where it is active, as this node knows. */
    List<Fences> fences(Uid application) {
        FleetImage image = fleet.now();
        return image.application(application)
                .map(Held::value)
                .map(a -> Fences.of(image, a))
                .orElse(List.of());
    }

    private Answer of(Uid application, Request request) {
        int most = (int) request.number("most", USUAL, 1, MOST);
        Optional<String> cluster = request.query("cluster").filter(c -> !c.isEmpty());
        FleetImage image = fleet.now();
        Resource<ApplicationSpec> found =
                image.application(application)
                        .map(Held::value)
                        .orElseThrow(
                                () -> Problem.notFound("the application has just gone").refusal());
        Explained explained =
                Explained.of(
                        new View(image, Map.of(), clock.instant()),
                        found,
                        c -> cluster.map(c::equals).orElse(true));
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("application", found.metadata().name());
        out.put("tenant", found.metadata().tenant());
        out.put("revision", image.revision());
        if (!explained.stands().isEmpty()) {
            out.put("stands", explained.stands());
        }
        explained.table().ifPresent(table -> put(out, table));
        List<Row> asked = explained.table().map(Explanation::rows).orElse(List.of());
        if (asked.isEmpty() && cluster.isPresent() && explained.table().isPresent()) {
            throw Problem.notFound("Cluster " + cluster.get() + " does not exist").refusal();
        }
        out.put("more", Math.max(0, asked.size() - most));
        out.put("items", asked.subList(0, Math.min(most, asked.size())));
        return Answer.ok(out);
    }

    private static void put(Map<String, Object> out, Explanation table) {
        PlacementDecision decision = table.decision();
        out.put("satisfied", decision.satisfied());
        out.put("summary", decision.summary());
        out.put("counts", decision.counts());
        decision.nearest().ifPresent(nearest -> out.put("nearest", nearest));
        out.put("clusters", decision.fates().size());
        out.put("fitting", table.fitting());
    }
}
