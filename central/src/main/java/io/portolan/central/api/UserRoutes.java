package io.portolan.central.api;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.Accounts;
import io.portolan.central.store.Accounts.Account;
import io.portolan.central.store.Accounts.Issued;
import io.portolan.central.store.Store;
import io.portolan.model.Check;
import io.portolan.model.Names;
import io.portolan.model.ResourceKey;
import io.portolan.model.wire.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Users and their tokens. An admin reaches all tenants and makes users; a tenant's user sees itself
 * and its own tokens only, and learns of no other.
 */
public final class UserRoutes {
    private static final String USERS = "/api/v1/users";
    private static final String USER = USERS + "/{name}";
    private static final String TOKENS = "/api/v1/tokens";
    private static final int USUAL = 500;
    private static final int MOST = 1_000;
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final Duration USUAL_LIFE = Duration.ofDays(90);

    private final Store store;
    private final Commits commits;
    private final Tokens tokens;

    public UserRoutes(Store store, Commits commits, Tokens tokens) {
        this.store = store;
        this.commits = commits;
        this.tokens = tokens;
    }

    public List<Route> routes() {
        return List.of(
                Route.user("GET", USERS, this::users).taking(Paging.LIMIT, Paging.CONTINUE),
                Route.user("GET", USER, this::get),
                Route.user("PUT", USER, this::put).taking("dryRun"),
                Route.user("DELETE", USER, this::delete).taking("dryRun"),
                Route.user("POST", USER + "/tokens", this::issue).taking("dryRun"),
                Route.user("GET", TOKENS, this::issued)
                        .taking("user", Paging.LIMIT, Paging.CONTINUE),
                Route.user("GET", TOKENS + "/{id}", (r, u) -> Answer.ok(shown(token(r, u)))),
                Route.user("DELETE", TOKENS + "/{id}", this::revoke).taking("dryRun"));
    }

    /** What a user is to be: nothing is made an admin by leaving something out. */
    record Wish(String role, String tenant) {
        void check(Check at) {
            switch (role) {
                case ADMIN -> at.at("tenant").require(tenant.isEmpty(), "an admin has none");
                case TENANT -> at.at("tenant").dnsLabel(tenant);
                default -> at.at("role").problem("must be " + ADMIN + " or " + TENANT);
            }
        }
    }

    private static final String ADMIN = "Admin";
    private static final String TENANT = "Tenant";

    private static String role(String tenant) {
        return tenant.isEmpty() ? ADMIN : TENANT;
    }

    private static Map<String, Object> shown(Account account) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", account.name());
        out.put("role", role(account.tenant()));
        out.put("tenant", account.tenant());
        out.put("createdAt", account.createdAt());
        return out;
    }

    private static Map<String, Object> shown(Issued token) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("id", token.id());
        out.put("user", token.user());
        out.put("tenant", token.tenant());
        out.put("createdAt", token.createdAt());
        token.expiresAt().ifPresent(at -> out.put("expiresAt", at));
        token.usedAt().ifPresent(at -> out.put("lastUsedAt", at));
        return out;
    }

    private Answer users(Request request, Principal.User user) {
        int limit = (int) request.number("limit", USUAL, 1, MOST);
        String after = request.query("continue").orElse("");
        List<Account> found =
                user.operator()
                        ? store.accounts("", after, limit + 1)
                        : store.account(user.name()).stream().toList();
        List<Account> page = found.size() > limit ? found.subList(0, limit) : found;
        Map<String, Object> out = new LinkedHashMap<>();
        out.put(
                "metadata",
                found.size() > limit ? Map.of("continue", page.getLast().name()) : Map.of());
        out.put("items", page.stream().map(UserRoutes::shown).toList());
        return Answer.ok(out);
    }

    /** The user of the path, whom the one who asks may know. */
    private static String named(Request request, Principal.User user) {
        String name = request.path("name");
        if (!user.operator() && !user.name().equals(name)) {
            throw Problem.forbidden(user.name() + " may see and change itself only").refusal();
        }
        return name;
    }

    private Answer get(Request request, Principal.User user) {
        Account account = account(named(request, user));
        return Matching.has(request, version(account))
                ? Answer.notModified(Matching.etag(version(account)))
                : answer(200, account);
    }

    private static Answer answer(int status, Account account) {
        return Answer.json(status, shown(account)).with("ETag", Matching.etag(version(account)));
    }

    /** Nothing of a user ever changes, so a namesake that was made later is all that can differ. */
    private static long version(Account account) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, account.createdAt());
    }

    private static OptionalLong version(Optional<Account> account) {
        return account.map(a -> OptionalLong.of(version(a))).orElse(OptionalLong.empty());
    }

    private Account account(String name) {
        return store.account(name).orElseThrow(() -> missing(name));
    }

    private static RuntimeException missing(String name) {
        return Problem.notFound("User " + name + " does not exist").refusal();
    }

    private Answer put(Request request, Principal.User user) {
        Reach.operator(user);
        String name = request.path("name");
        Wish wish = request.form(Wish.class);
        Check check = Check.root();
        check.at("name")
                .require(
                        !name.isEmpty() && Names.labelValue(name),
                        "must be letters, digits, '-', '_' and '.', at most 63");
        wish.check(check);
        if (check.problems().isEmpty() && !wish.tenant().isEmpty()) {
            check.at("tenant")
                    .require(
                            store.find(ResourceKey.tenant(wish.tenant())).isPresent(),
                            "tenant " + wish.tenant() + " does not exist");
        }
        if (!check.problems().isEmpty()) {
            throw Problem.invalid(check.problems()).refusal();
        }
        boolean dryRun = request.dryRun();
        Matching matching = Matching.of(request);
        matching.require(version(store.account(name)));
        Accounts.Outcome outcome =
                store.addAccount(
                        name,
                        wish.tenant(),
                        commits.how(
                                user, "CreateUser", "User " + name, reach(wish.tenant()), dryRun));
        Account account =
                dryRun && outcome == Accounts.Outcome.DONE
                        ? new Account(name, wish.tenant(), commits.now())
                        : account(name);
        if (outcome == Accounts.Outcome.EXISTS) {
            matching.require(OptionalLong.of(version(account)));
        }
        if (outcome == Accounts.Outcome.EXISTS && !account.tenant().equals(wish.tenant())) {
            // Its tokens are out: what they reach must not change under them.
            throw Problem.conflict(
                            "User "
                                    + name
                                    + " exists with "
                                    + reach(account.tenant())
                                    + ": delete it first")
                    .refusal();
        }
        return answer(outcome == Accounts.Outcome.EXISTS ? 200 : 201, account);
    }

    private static String reach(String tenant) {
        return tenant.isEmpty() ? "all tenants" : "tenant " + tenant;
    }

    private Answer delete(Request request, Principal.User user) {
        Reach.operator(user);
        String name = request.path("name");
        Matching matching = Matching.of(request);
        Optional<Account> there = store.account(name);
        matching.require(version(there));
        Account account = there.orElseThrow(() -> missing(name));
        ended(
                store.removeAccount(
                        name,
                        matching.match().map(_ -> account.createdAt()),
                        commits.how(user, "DeleteUser", "User " + name, "", request.dryRun())),
                () -> missing(name));
        return answer(200, account);
    }

    private void ended(
            Accounts.Outcome outcome, java.util.function.Supplier<RuntimeException> missing) {
        switch (outcome) {
            case DONE -> tokens.forget();
            case MISSING -> throw missing.get();
            case LAST_ADMIN ->
                    throw Problem.conflict(
                                    "no other admin has a token that works: nobody could undo"
                                            + " this")
                            .refusal();
            case EXISTS, TOO_MANY ->
                    throw new IllegalStateException("no answer to taking away: " + outcome);
        }
    }

    /**
     * @param expiresIn absent: 90 days
     */
    record Life(Optional<Duration> expiresIn) {}

    private Answer issue(Request request, Principal.User user) {
        String name = named(request, user);
        Repetition.impossible(request);
        Duration life = request.form(Life.class).expiresIn().orElse(USUAL_LIFE);
        if (life.compareTo(SHORTEST) < 0 || life.compareTo(LONGEST) > 0) {
            throw Problem.invalid(
                            OneField.wrong(
                                    "expiresIn",
                                    "must be "
                                            + Durations.format(SHORTEST)
                                            + ".."
                                            + LONGEST.toDays()
                                            + "d"))
                    .refusal();
        }
        boolean dryRun = request.dryRun();
        Tokens.Issue made =
                tokens.issue(
                        name,
                        life,
                        id ->
                                commits.how(
                                        user,
                                        "CreateToken",
                                        "Token " + id + " of User " + name,
                                        "for " + Durations.format(life),
                                        dryRun));
        return switch (made.outcome()) {
            case DONE -> {
                Map<String, Object> out = new LinkedHashMap<>();
                out.put("user", name);
                out.put("expiresAt", commits.now().plus(life));
                if (dryRun) {
                    yield Answer.ok(out);
                }
                out.put("id", made.id());
                out.put("token", made.secret());
                yield Answer.json(201, out).with("Cache-Control", "no-store");
            }
            case MISSING -> throw missing(name);
            case TOO_MANY ->
                    throw Problem.conflict(
                                    "User "
                                            + name
                                            + " has "
                                            + Accounts.MOST_TOKENS
                                            + " tokens already: revoke some first")
                            .refusal();
            case EXISTS, LAST_ADMIN ->
                    throw new IllegalStateException("no answer to a token: " + made.outcome());
        };
    }

    private Answer issued(Request request, Principal.User user) {
        String asked = request.query("user").orElse(user.operator() ? "" : user.name());
        if (!user.operator() && !asked.equals(user.name())) {
            throw Problem.forbidden(user.name() + " may see its own tokens only").refusal();
        }
        Paging paging = Paging.of(request);
        var page = store.issued(asked, paging.after(), paging.limit());
        return Answer.ok(
                Paging.shown(page.next(), page.items().stream().map(UserRoutes::shown).toList()));
    }

    /** Another's token is none to a tenant's user. */
    private Issued token(Request request, Principal.User user) {
        return store.issuedToken(request.path("id"))
                .filter(t -> user.operator() || t.user().equals(user.name()))
                .orElseThrow(() -> noToken(request));
    }

    private static RuntimeException noToken(Request request) {
        return Problem.notFound("Token " + request.path("id") + " does not exist").refusal();
    }

    private Answer revoke(Request request, Principal.User user) {
        Issued token = token(request, user);
        ended(
                store.revoke(
                        token.id(),
                        commits.how(
                                user,
                                "RevokeToken",
                                "Token " + token.id() + " of User " + token.user(),
                                "",
                                request.dryRun())),
                () -> noToken(request));
        return Answer.ok(shown(token));
    }
}
