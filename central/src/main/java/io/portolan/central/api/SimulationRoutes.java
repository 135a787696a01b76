package io.portolan.central.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.image.FleetImage;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.security.Principal;
import io.portolan.central.whatif.Consequence;
import io.portolan.central.whatif.Consequence.Place;
import io.portolan.central.whatif.Outcome;
import io.portolan.central.whatif.Simulation;
import io.portolan.central.whatif.Simulator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What would happen if. Nothing is written; a user of one tenant is told of its applications only.
 */
public final class SimulationRoutes {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FollowedImage fleet;
    private final InstantSource clock;
    private final Permits permits;
    private final Duration patience;

    public SimulationRoutes(FollowedImage fleet, InstantSource clock) {
        this(fleet, clock, new Permits("another simulation"), PATIENCE);
    }

    /**
     * @param patience after which an answer is given up
     */
    SimulationRoutes(FollowedImage fleet, InstantSource clock, Permits permits, Duration patience) {
        this.fleet = fleet;
        this.clock = clock;
        this.permits = permits;
        this.patience = patience;
    }

    public List<Route> routes() {
        return List.of(Route.user("POST", "/api/v1/simulations", this::simulate));
    }

    private Answer simulate(Request request, Principal.User user) {
        JsonNode body = request.document(Request.JSON);
        return permits.holding(user, () -> simulated(body, user));
    }

    private Answer simulated(JsonNode body, Principal.User user) {
        long start = System.nanoTime();
        FleetImage image = fleet.now();
        try {
            return Answer.ok(
                    shown(
                            Simulator.run(
                                    image,
                                    Suppositions.read(body, image, user),
                                    clock.instant(),
                                    user::reaches,
                                    () -> System.nanoTime() - start > patience.toNanos())));
        } catch (Simulator.Late e) {
            throw Problem.of(
                            422,
                            "Takes too long",
                            "not answered within "
                                    + patience.toSeconds()
                                    + " s: "
                                    + e.getMessage()
                                    + "; suppose less at once")
                    .refusal();
        }
    }

    private static Map<String, Object> shown(Simulation simulation) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("revision", simulation.revision());
        out.put("summary", simulation.summary());
        out.put("applications", simulation.applications());
        out.put("moves", simulation.moves());
        out.put("counts", counts(simulation.counts()));
        Map<String, Object> cost = new LinkedHashMap<>();
        if (!simulation.before().unknown()) {
            cost.put("before", simulation.before().perHour());
        }
        if (!simulation.after().unknown()) {
            cost.put("after", simulation.after().perHour());
        }
        cost.put("unpricedBefore", simulation.before().unpriced());
        cost.put("unpricedAfter", simulation.after().unpriced());
        out.put("cost", cost);
        out.put("changes", simulation.changes().stream().map(SimulationRoutes::shown).toList());
        return out;
    }

    static Map<String, Integer> counts(Map<Outcome, Integer> counts) {
        Map<String, Integer> out = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            out.put(outcome.toString(), counts.getOrDefault(outcome, 0));
        }
        return out;
    }

    private static Map<String, Object> shown(Consequence change) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("tenant", change.tenant());
        out.put("name", change.name());
        out.put("outcome", change.outcome().toString());
        out.put("from", change.from().stream().map(SimulationRoutes::shown).toList());
        out.put("to", change.to().stream().map(SimulationRoutes::shown).toList());
        out.put("why", change.why());
        out.put("next", change.next());
        return out;
    }

    private static Map<String, Object> shown(Place place) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("cluster", place.cluster());
        out.put("role", place.role());
        if (!place.replicas().isEmpty()) {
            out.put("replicas", place.replicas());
        }
        return out;
    }
}
