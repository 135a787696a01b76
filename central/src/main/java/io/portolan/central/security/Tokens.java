package io.portolan.central.security;

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

/**
 * Bearer tokens: random secrets of which only the SHA-256 is stored. What the store said of a token
 * is remembered for a short time, so a revoked one may live on for at most that long. Safe for use
 * by many threads.
 */
public final class Tokens {
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

    public Tokens(Store store) {
        this.store = store;
    }

    /** Who holds this token; empty when nobody does, or when it is no more than a join token. */
    public Optional<Principal> principal(String secret) {
        if (secret.length() > LONGEST) {
            return Optional.empty();
        }
        Digest digest = digest(secret);
        long now = System.nanoTime();
        synchronized (known) {
            Known hit = known.get(digest);
            if (hit != null && hit.untilNanos - now > 0) {
                return Optional.of(hit.principal);
            }
        }
        // Only what exists is remembered: guesses cannot fill the memory.
        Optional<Principal> found = store.token(digest).flatMap(Tokens::principal);
        synchronized (known) {
            known.remove(digest);
            found.ifPresent(p -> known.put(digest, new Known(p, now + MEMORY.toNanos())));
            if (known.size() > REMEMBERED) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return found;
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
