package io.portolan.central.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Store;
import io.portolan.model.Kind;
import io.portolan.model.Names;
import io.portolan.model.ResourceKey;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The five declarative kinds: read, list, watch, write. */
public final class ResourceRoutes {
    private static final int USUAL_PAGE = 500;
    private static final int LARGEST_PAGE = 1_000;

    private final Store store;
    private final ResourceWrites writes;
    private final WatchRoutes watches;
    private final Heard heard;

    public ResourceRoutes(
            Store store,
            Commits commits,
            ApplicationCheck applications,
            WatchRoutes watches,
            Heard heard,
            Advice advice) {
        this.store = store;
        this.heard = heard;
        this.writes = new ResourceWrites(store, commits, new Drafts(store, applications), advice);
        this.watches = watches;
    }

    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (!kind.declarative()) {
                continue;
            }
            String all = "/api/v1/" + kind.plural();
            String home = kind.tenanted() ? "/api/v1/tenants/{tenant}/" + kind.plural() : all;
            String one = home + "/{name}";
            if (kind.tenanted()) {
                routes.add(listing(all, kind));
            }
            routes.add(listing(home, kind));
            routes.add(Route.user("GET", one, (r, u) -> get(key(kind, r), r, u)));
            routes.add(Route.user("PUT", one, (r, u) -> put(key(kind, r), r, u)).taking("dryRun"));
            routes.add(
                    Route.user("PATCH", one, (r, u) -> patch(key(kind, r), r, u)).taking("dryRun"));
            routes.add(
                    Route.user("DELETE", one, (r, u) -> delete(key(kind, r), r, u))
                            .taking(Parting.parameters(kind)));
            routes.add(
                    Route.user("GET", one + "/events", (r, u) -> events(key(kind, r), r, u))
                            .taking(Paging.LIMIT, Paging.CONTINUE));
        }
        return routes;
    }

    private Route listing(String path, Kind kind) {
        return Route.user("GET", path, (r, u) -> list(kind, r, u))
                .taking(
                        "labelSelector",
                        "fieldSelector",
                        Paging.LIMIT,
                        Paging.CONTINUE,
                        "watch",
                        "revision");
    }

    private static ResourceKey key(Kind kind, Request request) {
        return new ResourceKey(
                kind, kind.tenanted() ? request.path("tenant") : "", request.path("name"));
    }

    /** The ETag tells of spec and metadata, so it says that nothing is new where that is all. */
    private Answer get(ResourceKey key, Request request, Principal.User user) {
        Reach.read(user, key);
        Store.Described there = described(key);
        long revision = there.resource().revision();
        return there.status().isEmpty() && !hasStatus(key.kind()) && Matching.has(request, revision)
                ? Answer.notModified(Matching.etag(revision))
                : ResourceWrites.shown(there, heard);
    }

    private static boolean hasStatus(Kind kind) {
        return switch (kind) {
            case APPLICATION, CLUSTER, FAILOVER -> true;
            case TENANT, PLACEMENT_POLICY, DR_POLICY -> false;
        };
    }

    private Store.Described described(ResourceKey key) {
        return store.find(key).orElseThrow(() -> ResourceWrites.missing(key));
    }

    private Answer put(ResourceKey key, Request request, Principal.User user) {
        Reach.write(user, key);
        return writes.put(key, request.document(Request.JSON), how(request, user));
    }

    private Answer patch(ResourceKey key, Request request, Principal.User user) {
        Reach.write(user, key);
        return writes.patch(key, request.document(Request.MERGE_PATCH), how(request, user));
    }

    private Answer delete(ResourceKey key, Request request, Principal.User user) {
        Reach.write(user, key);
        return writes.delete(key, Parting.of(key.kind(), request), how(request, user));
    }

    private static ResourceWrites.How how(Request request, Principal.User user) {
        return new ResourceWrites.How(user, Matching.of(request), request.dryRun());
    }

    private Answer events(ResourceKey key, Request request, Principal.User user) {
        Reach.read(user, key);
        Paging paging = Paging.of(request);
        var page =
                store.events(
                        ResourceWrites.resource(described(key)).uid(),
                        paging.after(),
                        paging.limit());
        return Answer.ok(Paging.shown(page.next(), page.items()));
    }

    private Answer list(Kind kind, Request request, Principal.User user) {
        String asked =
                kind.tenanted() && request.path().startsWith("/api/v1/tenants/")
                        ? request.path("tenant")
                        : "";
        Wanted wanted =
                new Wanted(kind, Reach.listed(user, kind, asked), Selecting.of(request), user);
        if (request.flag("watch")) {
            return watches.watch(wanted, request);
        }
        int limit = (int) request.number("limit", USUAL_PAGE, 1, LARGEST_PAGE);
        Optional<ResourceKey> after = request.query("continue").map(t -> cursor(kind, t));
        Store.Page page = wanted.page(store, after, limit);
        ObjectNode out = Codec.lenient().mapper().createObjectNode();
        out.put("apiVersion", Kind.API_VERSION);
        out.put("kind", kind.title() + "List");
        ObjectNode metadata = out.putObject("metadata");
        metadata.put("revision", page.revision());
        page.next().ifPresent(n -> metadata.put("continue", cursor(n)));
        ArrayNode items = out.putArray("items");
        page.items().stream()
                .map(
                        d ->
                                Documents.write(
                                        ResourceWrites.resource(d),
                                        ResourceWrites.status(d, heard)))
                .forEach(items::add);
        return Answer.ok(out);
    }

    private static boolean named(String part) {
        return part.isEmpty() || Names.dnsLabel(part);
    }

    private static String cursor(ResourceKey next) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        (next.tenant() + "/" + next.name()).getBytes(StandardCharsets.UTF_8));
    }

    private static ResourceKey cursor(Kind kind, String text) {
        try {
            String[] parts =
                    new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8)
                            .split("/", -1);
            if (parts.length == 2 && named(parts[0]) && named(parts[1])) {
                return new ResourceKey(kind, parts[0], parts[1]);
            }
        } catch (IllegalArgumentException e) {
            // The same answer as for a token of another shape.
        }
        throw Problem.malformed("parameter continue must come from the page before").refusal();
    }
}
