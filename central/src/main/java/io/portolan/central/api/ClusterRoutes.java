package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.image.Held;
import io.portolan.central.reconcile.Retirement;
import io.portolan.central.reconcile.Thresholds;
import io.portolan.central.reconcile.View;
import io.portolan.central.security.Principal;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator does with clusters beside declaring them: tokens by which one agent may join as
 * one cluster, and the end of a cluster that is gone for good.
 */
public final class ClusterRoutes {
    private static final Duration SHORTEST = Duration.ofSeconds(10);

    /** DESIGN.md section 5: an hour at most. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final int ATTEMPTS = 8;
    private static final int LONGEST_REASON = 2_000;

    private final FollowedImage fleet;
    private final Store store;
    private final Commits commits;
    private final Tokens tokens;
    private final Thresholds thresholds;

    public ClusterRoutes(
            FollowedImage fleet,
            Store store,
            Commits commits,
            Tokens tokens,
            Thresholds thresholds) {
        this.fleet = fleet;
        this.store = store;
        this.commits = commits;
        this.tokens = tokens;
        this.thresholds = thresholds;
    }

    public List<Route> routes() {
        return List.of(
                Route.user("POST", "/api/v1/clusters/{name}/join-tokens", this::mint)
                        .taking("dryRun"),
                Route.user("POST", "/api/v1/clusters/{name}/forget", this::forget)
                        .taking("dryRun"));
    }

    /** Why it is believed to be gone. */
    record Farewell(String reason) {}

    /**
     * What was forgotten.
     *
     * @param applications that lost their place there
     */
    record Forgotten(String cluster, Uid uid, List<String> applications) {}

    private Answer forget(Request request, Principal.User user) {
        ResourceKey key = ResourceKey.cluster(request.path("name"));
        Reach.write(user, key);
        Farewell farewell = request.form(Farewell.class);
        String reason = farewell.reason();
        if (reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw Problem.invalid(
                            OneField.wrong(
                                    "reason",
                                    "must tell why, in at most " + LONGEST_REASON + " characters"))
                    .refusal();
        }
        Repetition repetition = Repetition.of(commits, request, user, farewell);
        return repetition.once(
                ClusterRoutes::told,
                () -> {
                    for (int i = 0; i < ATTEMPTS; i++) {
                        Optional<Answer> done =
                                forget(key, reason, user, repetition, request.dryRun());
                        if (done.isPresent()) {
                            return done.get();
                        }
                    }
                    throw Problem.unavailable("too many write at once; send it again").refusal();
                });
    }

    private static Answer told(String before) {
        return Answer.ok(Codec.lenient().read(before, Forgotten.class));
    }

    /** Empty when somebody else wrote in between. */
    private Optional<Answer> forget(
            ResourceKey key,
            String reason,
            Principal.User user,
            Repetition repetition,
            boolean dryRun) {
        View view = new View(fleet.now(), store.silences(), commits.now());
        Held<Resource<ClusterSpec>> cluster =
                view.image()
                        .uid(key)
                        .flatMap(view.image()::cluster)
                        .orElseThrow(() -> ResourceWrites.missing(key));
        return switch (Retirement.of(view, thresholds, cluster)) {
            case Retirement.Finding.Refused(String why) -> throw Problem.conflict(why).refusal();
            case Retirement.Finding.Possible(var preconditions, var retired, var applications) -> {
                Uid uid = cluster.value().uid();
                Forgotten forgotten = new Forgotten(key.name(), uid, applications);
                Answer answer = Answer.ok(forgotten);
                if (dryRun) {
                    yield Optional.of(answer);
                }
                List<Write> writes = new ArrayList<>(retired);
                writes.add(commits.audit(user, "Forget", key, reason));
                writes.add(commits.event(user, uid, "Forgotten", reason));
                yield switch (commits.commit(
                        repetition.storing(forgotten), preconditions, writes)) {
                    case Commits.Outcome.Done _ -> Optional.of(answer);
                    case Commits.Outcome.Conflict _ -> Optional.empty();
                    case Commits.Outcome.Before(String before) -> Optional.of(told(before));
                };
            }
        };
    }

    /**
     * @param validFor absent: an hour
     */
    record Wish(Optional<Duration> validFor) {}

    private Answer mint(Request request, Principal.User user) {
        ResourceKey key = ResourceKey.cluster(request.path("name"));
        Reach.write(user, key);
        Repetition.impossible(request);
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
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("cluster", key.name());
        out.put("expiresAt", commits.now().plus(life));
        out.put("validFor", life);
        if (request.dryRun()) {
            return Answer.ok(out);
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
        out.put("token", tokens.mintJoin(cluster.uid(), life));
        return Answer.json(201, out).with("Cache-Control", "no-store");
    }
}
