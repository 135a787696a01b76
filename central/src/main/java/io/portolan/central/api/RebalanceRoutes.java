package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.reconcile.Rebalancing;
import io.portolan.central.reconcile.View;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    private final int budget;
    private final RebalanceSearch search;
    private final RebalanceApplying applying;

    /**
     * @param budget applications that may be under way at once
     */
    public RebalanceRoutes(FollowedImage fleet, Store store, Commits commits, int budget) {
        this(fleet, store, commits, budget, new Permits("another look at all applications"));
    }

    RebalanceRoutes(
            FollowedImage fleet, Store store, Commits commits, int budget, Permits permits) {
        this.fleet = fleet;
        this.search = new RebalanceSearch(permits);
        this.commits = commits;
        this.budget = budget;
        this.applying = new RebalanceApplying(search, this::view, store, commits, budget, MOST);
    }

    public List<Route> routes() {
        return List.of(
                Route.user("GET", PATH, this::proposals).taking("tenant"),
                Route.user("POST", PATH, applying::apply).taking("dryRun"));
    }

    private View view() {
        return new View(fleet.now(), Map.of(), commits.now());
    }

    private Answer proposals(Request request, Principal.User user) {
        String tenant = request.query("tenant").orElse("");
        if (!tenant.isEmpty()) {
            Reach.tenant(user, tenant);
        }
        View view = view();
        List<Rebalancing> found = search.all(view, tenant, user);
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
        Optional<String> held = RebalanceSearch.held(view, r);
        out.put(
                "state",
                r.ordered(view.now()) ? "ordered" : held.isPresent() ? "heldBack" : "proposed");
        out.put("from", RebalanceSearch.names(view, r.proposal().from()));
        out.put("to", RebalanceSearch.names(view, r.proposal().to()));
        out.put("why", r.proposal().why());
        out.put("gain", r.proposal().gain());
        out.put("gains", r.proposal().gains());
        held.ifPresent(h -> out.put("heldBack", h));
        out.put("next", r.ordered(view.now()) ? "" : next(view, r));
        return out;
    }

    private static String next(View view, Rebalancing r) {
        return r.single()
                ? r.relocation(view).orElse("")
                : r.restsUntil(view.now()).isPresent()
                        ? ""
                        : "portolan rebalance apply "
                                + r.application().metadata().tenant()
                                + "/"
                                + r.application().metadata().name();
    }
}
