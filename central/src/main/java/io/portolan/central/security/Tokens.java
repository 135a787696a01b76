package io.portolan.central.security;

import io.portolan.central.store.Accounts;
import io.portolan.central.store.Store;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Bearer tokens: random secrets of which only the SHA-256 is stored. What the store said of a token
 * is remembered for a short time, so a revoked one may live on for at most that long. Safe for use
 * by many threads.
 */
public final class Tokens {
    private static final Logger LOG = Logger.getLogger(Tokens.class.getName());

    /** Not longer: this bounds how long a revoked token still opens doors. */
    public static final Duration MEMORY = Duration.ofSeconds(10);

    private static final int REMEMBERED = 20_000;
    private static final int SECRET_BYTES = 32;
    private static final int LONGEST = 512;

    private record Known(Principal principal, long untilNanos) {}

    private final Store store;
    private final SecureRandom random = new SecureRandom();

    /** Guarded by itself; eldest first. */
    private final Map<Digest, Known> known = new LinkedHashMap<>();

    private final AtomicLong forgotten = new AtomicLong();

    private final LongSupplier nanos;

    public Tokens(Store store) {
        this(store, System::nanoTime);
    }

    /**
     * @param nanos a clock that only goes forward
     */
    Tokens(Store store, LongSupplier nanos) {
        this.store = store;
        this.nanos = nanos;
    }

    /** Whether it was somebody's not long ago; it may have ended since. */
    public boolean seen(String secret) {
        if (secret.length() > LONGEST) {
            return false;
        }
        synchronized (known) {
            return known.containsKey(digest(secret));
        }
    }

    /** Who holds this token; empty when nobody does, or when it is no more than a join token. */
    public Optional<Principal> principal(String secret) {
        if (secret.length() > LONGEST) {
            return Optional.empty();
        }
        Digest digest = digest(secret);
        long now = nanos.getAsLong();
        synchronized (known) {
            Known hit = known.get(digest);
            if (hit != null && hit.untilNanos - now > 0) {
                return Optional.of(hit.principal);
            }
        }
        long asked = forgotten.get();
        // Only what exists is remembered: guesses cannot fill the memory.
        Optional<Principal> found = store.token(digest).flatMap(Tokens::principal);
        if (found.isPresent() && found.get() instanceof Principal.User) {
            used(digest);
        }
        synchronized (known) {
            known.remove(digest);
            if (found.isPresent() && asked == forgotten.get()) {
                known.put(digest, new Known(found.get(), now + MEMORY.toNanos()));
            }
            if (known.size() > REMEMBERED) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return found;
    }

    /** Best effort: a user is not refused because the time of it cannot be written. */
    private void used(Digest digest) {
        try {
            store.used(digest);
        } catch (Store.StoreException e) {
            LOG.log(Level.FINE, "the use of a token was not noted: {0}", e.getMessage());
        }
    }

    /** A user's token and how it went; the secret is nowhere else. */
    public record Issue(Accounts.Outcome outcome, String secret, String id) {}

    /**
     * A new token of a user. Shown once: it cannot be read back.
     *
     * @param how whether the token of this id is made, and what to keep of it in the audit trail
     */
    public Issue issue(String user, Duration life, Function<String, Accounts.How> how) {
        String secret = secret("portolan-user-");
        Digest digest = digest(secret);
        String id = Accounts.tokenId(digest);
        return new Issue(store.issue(digest, user, life, how.apply(id)), secret, id);
    }

    /** Asks the store again of whom it stands for, from now on: something was taken away. */
    public void forget() {
        synchronized (known) {
            // What is being asked for at this moment is not remembered either.
            forgotten.incrementAndGet();
            long now = nanos.getAsLong();
            known.replaceAll((_, k) -> new Known(k.principal, now));
        }
    }

    private static Optional<Principal> principal(Store.TokenRecord token) {
        return switch (token) {
            case Store.TokenRecord.User u -> Optional.of(new Principal.User(u.name(), u.tenant()));
            case Store.TokenRecord.Agent a -> Optional.of(new Principal.Agent(a.cluster()));
            case Store.TokenRecord.Join _ -> Optional.empty();
        };
    }

    /** A new join token for a cluster. Shown once: it cannot be read back. */
    public String mintJoin(Uid cluster, Duration life) {
        String secret = secret("portolan-join-");
        store.putToken(digest(secret), new Store.TokenRecord.Join(cluster, life));
        return secret;
    }

    /**
     * Trades a join token for an agent's credential; empty when it is spent, too old or unknown.
     */
    public Optional<Redeemed> redeem(String joinSecret) {
        if (joinSecret.length() > LONGEST) {
            return Optional.empty();
        }
        String credential = secret("portolan-agent-");
        return store.redeem(digest(joinSecret), digest(credential))
                .flatMap(
                        record ->
                                record instanceof Store.TokenRecord.Agent agent
                                        ? Optional.of(new Redeemed(agent.cluster(), credential))
                                        : Optional.empty());
    }

    public record Redeemed(Uid cluster, String credential) {}

    String secret(String prefix) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public static Digest digest(String secret) {
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
    }
}
