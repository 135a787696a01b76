package io.portolan.central.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Authority;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Versioned;
import io.portolan.central.store.Write;
import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Names;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.dr.PreflightCheck;
import io.portolan.model.operation.Checked;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Failovers: asked for by POST, helped along or stopped by an operator's word (see {@link
 * FailoverWords}), else the executor's alone.
 */
public final class OperationRoutes {
    private static final String ALL = "/api/v1/tenants/{tenant}/failovers";
    private static final String ONE = ALL + "/{name}";
    static final int LONGEST_REASON = 2_000;
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private final Store store;
    private final Commits commits;
    private final WatchRoutes watches;
    private final FailoverPreview preview;
    private final FailoverWords words;
    private final SecureRandom random = new SecureRandom();

    public OperationRoutes(
            Store store, Commits commits, WatchRoutes watches, FailoverPreview preview) {
        this.store = store;
        this.commits = commits;
        this.watches = watches;
        this.preview = preview;
        this.words = new FailoverWords(store, commits, preview);
    }

    public List<Route> routes() {
        List<Route> out = new ArrayList<>();
        for (Control.Kind kind : Control.Kind.values()) {
            out.add(
                    Route.user("POST", ONE + "/" + kind, (r, u) -> words.control(kind, r, u))
                            .taking("dryRun"));
        }
        out.addAll(operations());
        return out;
    }

    private List<Route> operations() {
        return List.of(
                listing("/api/v1/failovers", (r, u) -> list(u.tenant(), r)),
                listing(ALL, (r, u) -> list(reached(r, u), r)),
                Route.user("POST", ALL, this::create).taking("dryRun"),
                Route.user("GET", ONE, (r, u) -> Answer.ok(found(store, r, u).row().operation())),
                Route.user("POST", ONE + "/attest", words::attest).taking("dryRun"),
                Route.user("POST", ONE + "/approve", words::approve).taking("dryRun"));
    }

    private static Route listing(String path, Route.UserAction action) {
        return Route.user("GET", path, action)
                .taking("fieldSelector", Paging.LIMIT, Paging.CONTINUE, "watch", "revision")
                .never("labelSelector", "failovers have no labels");
    }

    static String reached(Request request, Principal.User user) {
        String tenant = request.path("tenant");
        Reach.tenant(user, tenant);
        return tenant;
    }

    private Answer list(String tenant, Request request) {
        String name = Selecting.name(request).orElse("");
        if (request.flag("watch")) {
            return watches.watchFailovers(tenant, name, request);
        }
        long revision = store.head();
        Paging paging = Paging.of(request);
        var page = store.operations(tenant, name, paging.after(), paging.limit());
        ObjectNode out = Codec.lenient().mapper().createObjectNode();
        out.put("apiVersion", Kind.API_VERSION);
        out.put("kind", Kind.FAILOVER.title() + "List");
        ObjectNode metadata = out.putObject("metadata");
        metadata.put("revision", revision);
        page.next().ifPresent(n -> metadata.put("continue", Paging.token(n)));
        ArrayNode items = out.putArray("items");
        page.items()
                .forEach(
                        o ->
                                items.add(
                                        Codec.lenient()
                                                .mapper()
                                                .<ObjectNode>valueToTree(o.row().operation())));
        return Answer.ok(out);
    }

    static Versioned<Row.OperationRow> found(Store store, Request request, Principal.User user) {
        String tenant = reached(request, user);
        String name = request.path("name");
        return store.operation(tenant, name)
                .orElseThrow(
                        () ->
                                Problem.notFound(
                                                "Failover "
                                                        + tenant
                                                        + "/"
                                                        + name
                                                        + " does not exist")
                                        .refusal());
    }

    /**
     * What is asked for.
     *
     * @param to empty for whichever cluster fits best
     * @param planned a relocation
     * @param failback of a relocation, to the cluster that a failover left
     * @param overrides checks that shall not hold it up
     */
    record Wish(
            String application,
            String to,
            List<String> from,
            String reason,
            boolean planned,
            boolean failback,
            List<PreflightCheck> overrides) {
        Wish {
            from = List.copyOf(from);
            overrides = List.copyOf(overrides);
        }

        void check(Check at) {
            at.at("application").dnsLabel(application);
            at.at("to").require(Names.labelValue(to), "must name a cluster or a region");
            for (int i = 0; i < from.size(); i++) {
                at.at("from").at(i).dnsLabel(from.get(i));
            }
            at.at("from").require(from.size() <= 1_000, "at most 1000 clusters");
            at.at("reason")
                    .require(
                            reason.length() <= LONGEST_REASON,
                            "at most " + LONGEST_REASON + " characters");
            at.at("reason")
                    .require(
                            overrides.isEmpty() || !reason.isBlank(),
                            "must tell why a check is overridden");
            at.at("failback").require(planned || !failback, "needs planned: true");
            at.at("to")
                    .require(
                            !failback || !to.isEmpty(),
                            "must name the cluster that it goes back to");
            for (int i = 0; i < overrides.size(); i++) {
                at.at("overrides")
                        .at(i)
                        .require(
                                overrides.get(i).overridable(),
                                overrides.get(i) + " is never overridden");
            }
        }
    }

    private Answer create(Request request, Principal.User user) {
        String tenant = reached(request, user);
        Wish wish = request.form(Wish.class);
        Check check = Check.root();
        wish.check(check);
        if (!check.problems().isEmpty()) {
            throw Problem.invalid(check.problems()).refusal();
        }
        Repetition repetition = Repetition.of(commits, request, user, wish);
        return repetition.once(
                before -> created(Codec.lenient().read(before, Failover.class)),
                () -> create(tenant, wish, request.dryRun(), repetition, user));
    }

    private Answer create(
            String tenant, Wish wish, boolean dryRun, Repetition repetition, Principal.User user) {
        ResourceKey key = ResourceKey.application(tenant, wish.application());
        Store.Described application =
                store.find(key)
                        .orElseThrow(
                                () ->
                                        Problem.invalid(
                                                        OneField.wrong(
                                                                "application",
                                                                key + " does not exist"))
                                                .refusal());
        if (ResourceWrites.resource(application).metadata().deleting()) {
            throw Problem.conflict(key + " is being deleted").refusal();
        }
        Failover made = requested(tenant, wish, ResourceWrites.resource(application), user);
        if (dryRun) {
            return Answer.ok(rehearsed(made));
        }
        return commit(made, application, repetition.storing(made), user);
    }

    /** The operation with its plan, and beside it what is to be expected of it. */
    private ObjectNode rehearsed(Failover made) {
        Failover planned = preview.preview(made);
        ObjectNode out = Codec.lenient().mapper().valueToTree(planned);
        preview.outlook(planned)
                .ifPresent(
                        o ->
                                out.set(
                                        "outlook",
                                        Codec.lenient().mapper().<ObjectNode>valueToTree(o)));
        return out;
    }

    private Answer commit(
            Failover made,
            Store.Described application,
            Optional<Authority.Idempotency> idempotency,
            Principal.User user) {
        Row.OperationRow row = new Row.OperationRow(made);
        // The application's uid is the operation's: a conflict on a changed spec would be noise, so
        // the only thing held fast is that this operation is new.
        Commits.Outcome outcome =
                commits.commit(
                        idempotency,
                        List.of(Precondition.absent(row.key())),
                        List.of(
                                new Write.Put(row),
                                commits.audit(
                                        user,
                                        "Failover",
                                        ResourceWrites.resource(application).key()
                                                + " to "
                                                + made.request().destination(),
                                        made.request().reason()),
                                commits.event(
                                        user,
                                        made.application(),
                                        "FailoverRequested",
                                        made.name() + " to " + made.request().destination())));
        return switch (outcome) {
            case Commits.Outcome.Done _ -> created(made);
            case Commits.Outcome.Before before ->
                    created(Codec.lenient().read(before.answer(), Failover.class));
            case Commits.Outcome.Conflict conflict ->
                    throw Problem.conflict(live(made).orElse(conflict.message())).refusal();
        };
    }

    /** Which other operation is live on the application, where that is known already. */
    private Optional<String> live(Failover refused) {
        return preview.preview(refused).checks().stream()
                .filter(c -> c.name() == PreflightCheck.NO_LIVE_OPERATION)
                .filter(c -> c.outcome() == Checked.Outcome.FAILED)
                .map(c -> c.detail() + ": it has to end, or to be aborted, first")
                .findFirst();
    }

    private static Answer created(Failover failover) {
        return Answer.json(201, failover)
                .with(
                        "Location",
                        "/api/v1/tenants/" + failover.tenant() + "/failovers/" + failover.name());
    }

    private Failover requested(
            String tenant, Wish wish, Resource<?> application, Principal.User user) {
        return Failover.requested(
                new Uid(UUID.randomUUID().toString()),
                tenant,
                name(wish.application()),
                application.uid(),
                wish.application(),
                new Failover.Request(
                        wish.to(),
                        wish.from(),
                        wish.reason(),
                        user.name(),
                        wish.planned(),
                        wish.failback(),
                        wish.overrides().stream().distinct().toList()),
                commits.now());
    }

    private String name(String application) {
        StringBuilder out =
                new StringBuilder(application.substring(0, Math.min(application.length(), 57)))
                        .append('-');
        for (int i = 0; i < 5; i++) {
            out.append(SUFFIX_LETTERS.charAt(random.nextInt(SUFFIX_LETTERS.length())));
        }
        return out.toString();
    }
}
