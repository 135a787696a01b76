package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.image.FleetImage;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.image.Held;
import io.portolan.central.reconcile.RebalanceOrder;
import io.portolan.central.reconcile.Rebalancing;
import io.portolan.central.reconcile.View;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Store;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Which applications would be better elsewhere, and the word that they shall go there. The move is
 * the leader's: an order is written on the application, and a proposal that is ordered twice is
 * ordered once.
 */
public final class RebalanceRoutes {
    private static final String PATH = "/api/v1/rebalance";
    private static final int MOST = 1_000;

    private final FollowedImage fleet;
    private final Commits commits;
    private final RebalanceOrders orders;
    private final int budget;

    /** It looks at every application, so one is enough for a node. */
    private final Semaphore one = new Semaphore(1);

    /**
     * @param budget applications that may be under way at once
     */
    public RebalanceRoutes(FollowedImage fleet, Store store, Commits commits, int budget) {
        this.fleet = fleet;
        this.commits = commits;
        this.orders = new RebalanceOrders(store, commits);
        this.budget = budget;
    }

    public List<Route> routes() {
        return List.of(
                Route.user("GET", PATH, this::proposals).taking("tenant"),
                Route.user("POST", PATH, this::apply).taking("dryRun"));
    }

    /**
     * What shall go.
     *
     * @param applications as {@code checkout} or {@code shop/checkout}
     * @param all everything that is proposed and not held back
     * @param tenant of those that are named without one, and of all; empty for every tenant
     */
    record Wish(List<String> applications, boolean all, String tenant) {
        Wish {
            applications = List.copyOf(applications);
        }
    }

    private View view() {
        return new View(fleet.now(), Map.of(), commits.now());
    }

    private List<Rebalancing> found(View view, String tenant, Principal.User user) {
        if (!one.tryAcquire()) {
            throw Problem.tooMany("another look at all applications is under way on this node", 1)
                    .refusal();
        }
        try {
            FleetImage image = view.image();
            List<Rebalancing> out = new ArrayList<>();
            for (Uid uid : image.applications()) {
                image.application(uid)
                        .map(Held::value)
                        .filter(a -> tenant.isEmpty() || a.metadata().tenant().equals(tenant))
                        .filter(a -> user.reaches(a.metadata().tenant()))
                        .flatMap(a -> Rebalancing.of(view, a))
                        .ifPresent(out::add);
            }
            out.sort(
                    Comparator.comparing((Rebalancing r) -> r.application().metadata().tenant())
                            .thenComparing(r -> r.application().metadata().name()));
            return out;
        } finally {
            one.release();
        }
    }

    private Answer proposals(Request request, Principal.User user) {
        String tenant = request.query("tenant").orElse("");
        if (!tenant.isEmpty()) {
            Reach.tenant(user, tenant);
        }
        View view = view();
        List<Rebalancing> found = found(view, tenant, user);
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("revision", view.image().revision());
        out.put("atOnce", budget);
        out.put("underWay", Rebalancing.underWay(view));
        out.put("more", Math.max(0, found.size() - MOST));
        out.put("items", found.stream().limit(MOST).map(r -> shown(view, r)).toList());
        return Answer.ok(out);
    }

    private Map<String, Object> shown(View view, Rebalancing r) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("tenant", r.application().metadata().tenant());
        out.put("name", r.application().metadata().name());
        Optional<String> held = held(view, r);
        out.put("state", ordered(r) ? "ordered" : held.isPresent() ? "heldBack" : "proposed");
        out.put("apply", r.policy().apply().toString());
        out.put("from", names(view, r.proposal().from()));
        out.put("to", names(view, r.proposal().to()));
        out.put("why", r.proposal().why());
        out.put("gain", r.proposal().gain());
        out.put("gains", r.proposal().gains());
        held.ifPresent(h -> out.put("heldBack", h));
        out.put("next", ordered(r) ? "" : next(view, r));
        return out;
    }

    private static List<String> names(View view, List<Uid> clusters) {
        return clusters.stream().map(view.image()::clusterName).sorted().toList();
    }

    private static boolean ordered(Rebalancing r) {
        return RebalanceOrder.of(r.application().metadata()).isPresent();
    }

    /** Why it may not go now. */
    private static Optional<String> held(View view, Rebalancing r) {
        if (r.single()) {
            return Optional.of("a single writer is moved by a failover only");
        }
        Optional<Instant> rests = r.restsUntil(view.now());
        return rests.map(until -> "it moved a short time ago and rests until " + until);
    }

    private static String next(View view, Rebalancing r) {
        String name = r.application().metadata().name();
        String tenant = r.application().metadata().tenant();
        return r.single()
                ? r.target()
                        .map(view.image()::clusterName)
                        .map(
                                to ->
                                        "portolan failover "
                                                + name
                                                + " --tenant "
                                                + tenant
                                                + " --to "
                                                + to)
                        .orElse("")
                : r.restsUntil(view.now()).isPresent()
                        ? ""
                        : "portolan rebalance apply " + tenant + "/" + name;
    }

    private Answer apply(Request request, Principal.User user) {
        Wish wish = request.form(Wish.class);
        if (wish.all == !wish.applications.isEmpty()) {
            throw Problem.invalid(
                            OneField.wrong("applications", "name some, or say all: true, not both"))
                    .refusal();
        }
        if (!wish.tenant.isEmpty()) {
            Reach.tenant(user, wish.tenant);
        }
        View view = view();
        List<Map<String, Object>> items = new ArrayList<>();
        if (wish.all) {
            for (Rebalancing r : found(view, wish.tenant, user)) {
                if (items.size() < MOST) {
                    items.add(order(view, r, user, request.dryRun()));
                }
            }
        } else {
            for (String name : wish.applications) {
                items.add(order(view, named(name, wish.tenant, user), user, request.dryRun()));
            }
        }
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("revision", view.image().revision());
        out.put("atOnce", budget);
        out.put("items", items);
        return Answer.ok(out);
    }

    private static ResourceKey named(String name, String tenant, Principal.User user) {
        int slash = name.indexOf('/');
        String of =
                slash >= 0 ? name.substring(0, slash) : tenant.isEmpty() ? user.tenant() : tenant;
        ResourceKey key = ResourceKey.application(of, name.substring(slash + 1));
        Reach.write(user, key);
        return key;
    }

    private Map<String, Object> order(
            View view, ResourceKey key, Principal.User user, boolean dryRun) {
        Resource<ApplicationSpec> application =
                view.image()
                        .uid(key)
                        .flatMap(view.image()::application)
                        .map(Held::value)
                        .orElseThrow(() -> ResourceWrites.missing(key));
        return Rebalancing.of(view, application)
                .map(r -> order(view, r, user, dryRun))
                .orElseGet(() -> outcome(key, "nothing", "nothing better is found", List.of()));
    }

    private Map<String, Object> order(
            View view, Rebalancing r, Principal.User user, boolean dryRun) {
        ResourceKey key = r.application().key();
        List<String> to = names(view, r.proposal().to());
        Optional<String> held = held(view, r);
        if (held.isPresent()) {
            return outcome(key, "heldBack", held.get(), to);
        }
        return switch (orders.order(view, r, user, dryRun)) {
            case ORDERED -> outcome(key, "ordered", r.proposal().why(), to);
            case ALREADY -> outcome(key, "orderedAlready", r.proposal().why(), to);
            case CHANGED ->
                    outcome(key, "nothing", "somebody changes it at this moment", List.of());
        };
    }

    private static Map<String, Object> outcome(
            ResourceKey key, String outcome, String detail, List<String> to) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("tenant", key.tenant());
        out.put("name", key.name());
        out.put("outcome", outcome);
        out.put("detail", detail);
        out.put("to", to);
        return out;
    }
}
