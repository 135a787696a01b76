package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.whatif.Loss;
import io.portolan.central.whatif.Standing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What happens if a part of the fleet is lost now. */
public final class LossRoutes {
    private final Standing standing;

    public LossRoutes(Standing standing) {
        this.standing = standing;
    }

    public List<Route> routes() {
        return List.of(Route.user("GET", "/api/v1/losses", this::list));
    }

    private Answer list(Request request, Principal.User user) throws InterruptedException {
        Reach.operator(user);
        Standing.Answers answers = standing.answers();
        if (!answers.known()) {
            throw Problem.unavailable("what a loss would do is not known yet; ask again").refusal();
        }
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("revision", answers.revision());
        out.put("pending", answers.pending());
        out.put("items", answers.losses().stream().map(LossRoutes::shown).toList());
        return Answer.ok(out);
    }

    private static Map<String, Object> shown(Loss loss) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("kind", loss.domain().kind().toString());
        out.put("name", loss.domain().name());
        out.put("answer", loss.answer().toString());
        out.put("clusters", loss.clusters());
        out.put("applications", loss.applications());
        out.put("counts", SimulationRoutes.counts(loss.counts()));
        out.put("worst", loss.worst().stream().map(LossRoutes::shown).toList());
        out.put("revision", loss.revision());
        out.put("at", loss.at());
        return out;
    }

    private static Map<String, Object> shown(Loss.Named named) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("tenant", named.tenant());
        out.put("name", named.name());
        out.put("outcome", named.outcome().toString());
        return out;
    }
}
