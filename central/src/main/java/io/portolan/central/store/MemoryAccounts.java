package io.portolan.central.store;

import io.portolan.central.store.Accounts.Account;
import io.portolan.central.store.Accounts.Issued;
import io.portolan.central.store.Accounts.Outcome;
import io.portolan.model.Digest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Users and their tokens. Owned by the {@link MemoryStore}, as its rows are. */
final class MemoryAccounts {
    private record Token(String user, Instant created, Instant expiry, Optional<Instant> used) {}

    private final Map<String, Account> accounts = new TreeMap<>();
    private final Map<Digest, Token> tokens = new HashMap<>();

    Outcome addable(String name) {
        return accounts.containsKey(name) ? Outcome.EXISTS : Outcome.DONE;
    }

    void add(String name, String tenant, Instant now) {
        accounts.putIfAbsent(name, new Account(name, tenant, coarse(now)));
    }

    Outcome removable(String name, Optional<Instant> made, Instant now) {
        Optional<Account> account =
                account(name).filter(a -> made.isEmpty() || made.get().equals(a.createdAt()));
        if (account.isEmpty()) {
            return Outcome.MISSING;
        }
        if (account.get().admin() && !otherAdmin(name, "", now)) {
            return Outcome.LAST_ADMIN;
        }
        return Outcome.DONE;
    }

    void remove(String name) {
        accounts.remove(name);
        tokens.values().removeIf(t -> t.user.equals(name));
    }

    boolean hasAdmin(Instant now) {
        return otherAdmin("", "", now);
    }

    private boolean otherAdmin(String user, String id, Instant now) {
        return issued("", now).stream()
                .anyMatch(
                        t -> t.tenant().isEmpty() && !t.user().equals(user) && !t.id().equals(id));
    }

    Optional<Account> account(String name) {
        return Optional.ofNullable(accounts.get(name));
    }

    List<Account> accounts(String tenant, String after, int limit) {
        return accounts.values().stream()
                .filter(a -> tenant.isEmpty() || a.tenant().equals(tenant))
                .filter(a -> a.name().compareTo(after) > 0)
                .limit(limit)
                .toList();
    }

    Outcome issuable(String user, Instant now) {
        if (issued(user, now).size() >= Accounts.MOST_TOKENS) {
            return Outcome.TOO_MANY;
        }
        return accounts.containsKey(user) ? Outcome.DONE : Outcome.MISSING;
    }

    void issue(Digest secret, String user, Duration life, Instant now) {
        tokens.put(secret, new Token(user, coarse(now), coarse(now).plus(life), Optional.empty()));
    }

    /** A lasting token, and its user where there is none. */
    void put(Digest secret, Store.TokenRecord.User user, Instant now) {
        add(user.name(), user.tenant(), now);
        tokens.put(secret, new Token(user.name(), coarse(now), Instant.MAX, Optional.empty()));
    }

    private static Instant coarse(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }

    Optional<Store.TokenRecord> token(Digest secret, Instant now) {
        return Optional.ofNullable(tokens.get(secret))
                .filter(t -> t.expiry.isAfter(now))
                .flatMap(t -> account(t.user))
                .map(a -> new Store.TokenRecord.User(a.name(), a.tenant()));
    }

    /** As PostgreSQL keeps them: to the microsecond, newest first. */
    List<Issued> issued(String user, Instant now) {
        return tokens.entrySet().stream()
                .filter(t -> t.getValue().expiry.isAfter(now))
                .filter(t -> user.isEmpty() || t.getValue().user.equals(user))
                .sorted(
                        Comparator.comparing((Map.Entry<Digest, Token> t) -> t.getValue().created)
                                .reversed()
                                .thenComparing(t -> t.getKey().hex()))
                .map(t -> issued(t.getKey(), t.getValue()))
                .toList();
    }

    private Issued issued(Digest secret, Token token) {
        return new Issued(
                Accounts.tokenId(secret),
                token.user,
                account(token.user).orElseThrow().tenant(),
                token.created,
                token.expiry.equals(Instant.MAX) ? Optional.empty() : Optional.of(token.expiry),
                token.used);
    }

    Optional<Issued> issuedToken(String id, Instant now) {
        return issued("", now).stream().filter(t -> t.id().equals(id)).findFirst();
    }

    Outcome revocable(String id, Instant now) {
        Optional<Issued> token = issuedToken(id, now);
        if (token.isEmpty()) {
            return Outcome.MISSING;
        }
        if (token.get().tenant().isEmpty() && !otherAdmin("", id, now)) {
            return Outcome.LAST_ADMIN;
        }
        return Outcome.DONE;
    }

    void revoke(String id) {
        tokens.keySet().removeIf(secret -> Accounts.tokenId(secret).equals(id));
    }

    int forgetTokens(Instant expiredBefore) {
        return MemoryRecords.remove(
                tokens.values(), t -> t.expiry.isBefore(expiredBefore), Integer.MAX_VALUE);
    }

    int tokens() {
        return tokens.size();
    }

    void used(Digest secret, Instant now) {
        tokens.computeIfPresent(
                secret,
                (_, t) ->
                        t.used.filter(u -> u.plus(Accounts.USED_GRAIN).isAfter(now)).isPresent()
                                ? t
                                : new Token(t.user, t.created, t.expiry, Optional.of(now)));
    }
}
