package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Refusal;
import io.portolan.central.http.Request;
import io.portolan.central.reconcile.Rebalancing;
import io.portolan.central.reconcile.View;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Store;
import io.portolan.model.Check;
import io.portolan.model.Names;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.app.ApplicationSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Orders what is proposed: one transaction for each application, none before all that were named
 * are known to exist and may be written. An order that stands is not given again, so a request that
 * ended in its midst is repeated safely.
 */
final class RebalanceApplying {
    private final RebalanceSearch search;
    private final Supplier<View> views;
    private final Commits commits;
    private final RebalanceOrders orders;
    private final int atOnce;
    private final int most;

    /**
     * @param most orders that one request gives, and names that it takes
     */
    RebalanceApplying(
            RebalanceSearch search,
            Supplier<View> views,
            Store store,
            Commits commits,
            int atOnce,
            int most) {
        this.search = search;
        this.views = views;
        this.commits = commits;
        this.orders = new RebalanceOrders(store, commits);
        this.atOnce = atOnce;
        this.most = most;
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

    /** What became of the applications; the numbers are of those that are no item. */
    private record Done(List<Map<String, Object>> items, int heldBack, int more) {}

    Answer apply(Request request, Principal.User user) {
        Wish wish = request.form(Wish.class);
        check(wish);
        if (!wish.tenant.isEmpty()) {
            Reach.tenant(user, wish.tenant);
        }
        return Repetition.of(commits, request, user, wish)
                .around(() -> applied(wish, user, request.dryRun()));
    }

    private void check(Wish wish) {
        Check at = Check.root().at("applications");
        at.require(
                wish.all == wish.applications.isEmpty(), "name some, or say all: true, not both");
        at.require(wish.applications.size() <= most, "at most " + most + " names");
        if (!at.problems().isEmpty()) {
            throw Problem.invalid(at.problems()).refusal();
        }
    }

    private Map<String, Object> applied(Wish wish, Principal.User user, boolean dryRun) {
        View view = views.get();
        Done done = wish.all ? all(view, wish, user, dryRun) : named(view, wish, user, dryRun);
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("revision", view.image().revision());
        out.put("atOnce", atOnce);
        out.put("heldBack", done.heldBack);
        out.put("more", done.more);
        out.put("items", done.items);
        return out;
    }

    private Done all(View view, Wish wish, Principal.User user, boolean dryRun) {
        List<Map<String, Object>> items = new ArrayList<>();
        int heldBack = 0;
        int ordered = 0;
        int already = 0;
        int more = 0;
        for (Rebalancing r : search.all(view, wish.tenant, user)) {
            if (RebalanceSearch.held(view, r).isPresent()) {
                heldBack++;
            } else if (r.ordered(commits.now())) {
                if (already++ < most) {
                    items.add(outcome(view, r, RebalanceOrders.Outcome.ALREADY));
                }
            } else if (ordered == most) {
                more++;
            } else {
                RebalanceOrders.Outcome outcome = orders.order(view, r, user, dryRun);
                items.add(outcome(view, r, outcome));
                ordered += outcome == RebalanceOrders.Outcome.ORDERED ? 1 : 0;
            }
        }
        return new Done(items, heldBack, more);
    }

    private Done named(View view, Wish wish, Principal.User user, boolean dryRun) {
        Map<ResourceKey, Resource<ApplicationSpec>> named = located(view, wish, user);
        Map<ResourceKey, Rebalancing> found =
                RebalanceSearch.among(view, named.values().stream()).stream()
                        .collect(Collectors.toMap(r -> r.application().key(), r -> r));
        List<Map<String, Object>> items = new ArrayList<>();
        for (ResourceKey key : named.keySet()) {
            items.add(
                    Optional.ofNullable(found.get(key))
                            .map(r -> order(view, r, user, dryRun))
                            .orElseGet(
                                    () ->
                                            item(
                                                    key,
                                                    "nothing",
                                                    "nothing better is found",
                                                    List.of())));
        }
        return new Done(items, 0, 0);
    }

    /** Each application that is named once; refuses with all that is wrong with the names. */
    private static Map<ResourceKey, Resource<ApplicationSpec>> located(
            View view, Wish wish, Principal.User user) {
        Map<ResourceKey, Resource<ApplicationSpec>> out = new LinkedHashMap<>();
        Check root = Check.root();
        boolean malformed = false;
        boolean forbidden = false;
        for (int i = 0; i < wish.applications.size(); i++) {
            Check at = root.at("applications").at(i);
            ResourceKey key = key(wish.applications.get(i), wish.tenant, user);
            if (!Names.dnsLabel(key.tenant()) || !Names.dnsLabel(key.name())) {
                malformed = true;
                at.problem("must be TENANT/NAME, or NAME where the tenant is known");
                continue;
            }
            try {
                Reach.write(user, key);
            } catch (Refusal refusal) {
                forbidden = true;
                at.problem(refusal.problem().detail());
                continue;
            }
            view.image()
                    .uid(key)
                    .flatMap(view.image()::application)
                    .ifPresentOrElse(
                            a -> out.put(key, a.value()),
                            () -> at.problem(key + " does not exist"));
        }
        List<Check.Problem> wrong = root.problems();
        if (!wrong.isEmpty()) {
            Problem problem = Problem.invalid(wrong);
            throw (malformed
                            ? problem
                            : new Problem(
                                    forbidden ? 403 : 404,
                                    forbidden ? "Forbidden" : "Not found",
                                    problem.detail(),
                                    wrong,
                                    0))
                    .refusal();
        }
        return out;
    }

    private static ResourceKey key(String name, String tenant, Principal.User user) {
        int slash = name.indexOf('/');
        String of =
                slash >= 0 ? name.substring(0, slash) : tenant.isEmpty() ? user.tenant() : tenant;
        return ResourceKey.application(of, name.substring(slash + 1));
    }

    private Map<String, Object> order(
            View view, Rebalancing r, Principal.User user, boolean dryRun) {
        return RebalanceSearch.held(view, r)
                .map(
                        why ->
                                item(
                                        r.application().key(),
                                        "heldBack",
                                        why,
                                        RebalanceSearch.names(view, r.proposal().to())))
                .orElseGet(() -> outcome(view, r, orders.order(view, r, user, dryRun)));
    }

    private static Map<String, Object> outcome(
            View view, Rebalancing r, RebalanceOrders.Outcome outcome) {
        ResourceKey key = r.application().key();
        List<String> to = RebalanceSearch.names(view, r.proposal().to());
        return switch (outcome) {
            case ORDERED -> item(key, "ordered", r.proposal().why(), to);
            case ALREADY -> item(key, "orderedAlready", r.proposal().why(), to);
            case CHANGED ->
                    item(
                            key,
                            "conflict",
                            "somebody changes or deletes it at this moment",
                            List.of());
        };
    }

    private static Map<String, Object> item(
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
