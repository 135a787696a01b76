package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.Store;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.wire.Durations;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Enrolment from the operator's side: tokens by which one agent may join as one cluster. */
public final class ClusterRoutes {
    private static final Duration SHORTEST = Duration.ofSeconds(10);

    /** DESIGN.md section 5: an hour at most. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Store store;
    private final Commits commits;
    private final Tokens tokens;

    public ClusterRoutes(Store store, Commits commits, Tokens tokens) {
        this.store = store;
        this.commits = commits;
        this.tokens = tokens;
    }

    public List<Route> routes() {
        return List.of(Route.user("POST", "/api/v1/clusters/{name}/join-tokens", this::mint));
    }

    /**
     * @param validFor absent: an hour
     */
    record Wish(Optional<Duration> validFor) {}

    private Answer mint(Request request, Principal.User user) {
        ResourceKey key = ResourceKey.cluster(request.path("name"));
        Reach.write(user, key);
        Duration life = request.form(Wish.class).validFor().orElse(LONGEST);
        if (life.compareTo(SHORTEST) < 0 || life.compareTo(LONGEST) > 0) {
            throw Problem.invalid(
                            OneField.wrong(
                                    "validFor",
                                    "must be "
                                            + Durations.format(SHORTEST)
                                            + ".."
                                            + Durations.format(LONGEST)))
                    .refusal();
        }
        Resource<?> cluster =
                ResourceWrites.resource(
                        store.find(key).orElseThrow(() -> ResourceWrites.missing(key)));
        if (cluster.metadata().deleting()) {
            throw Problem.conflict(key + " is being deleted").refusal();
        }
        // Audited first: a token that nobody was told of is better than one that nobody recorded.
        var _ =
                commits.commit(
                        Optional.empty(),
                        List.of(),
                        List.of(
                                commits.audit(user, "MintJoinToken", key, ""),
                                commits.event(
                                        user,
                                        cluster.uid(),
                                        "JoinTokenMinted",
                                        "valid for " + Durations.format(life))));
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("token", tokens.mintJoin(cluster.uid(), life));
        out.put("cluster", key.name());
        out.put("expiresAt", commits.now().plus(life));
        out.put("validFor", life);
        return Answer.json(201, out);
    }
}
