package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.operation.AuditEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Users and their tokens. Each change and its audit record are one transaction; where nothing is
 * changed nothing is recorded. All times are the database's.
 */
public interface Accounts {
    /** How coarse the time is at which a token was last used. */
    Duration USED_GRAIN = Duration.ofMinutes(5);

    /** Tokens that one user may hold at once. */
    int MOST_TOKENS = 100;

    /**
     * @param tenant the only tenant that the user reaches; empty for all
     */
    record Account(String name, String tenant, Instant createdAt) {
        public boolean admin() {
            return tenant.isEmpty();
        }
    }

    /**
     * A token as it can be shown.
     *
     * @param id names it; says nothing of the secret
     * @param expiresAt absent: never, as of the first admin's
     * @param usedAt at most {@link #USED_GRAIN} older than the truth; absent: not yet
     */
    record Issued(
            String id,
            String user,
            String tenant,
            Instant createdAt,
            Optional<Instant> expiresAt,
            Optional<Instant> usedAt) {}

    /** How a change ended. */
    enum Outcome {
        DONE,
        EXISTS,
        MISSING,
        TOO_MANY,
        /** It would leave no admin with a token that works: nobody could undo it. */
        LAST_ADMIN
    }

    /** Whether a change is made or only asked about. */
    sealed interface How {
        /** It is made, and recorded so. */
        record Recorded(AuditEntry entry) implements How {}

        /** The same checks and the same outcome, and nothing is changed. */
        record Rehearsed() implements How {}
    }

    static String tokenId(Digest secret) {
        return secret.hex().substring(0, 16);
    }

    /** Whether there is an admin with a token that works. */
    boolean hasAdmin();

    /**
     * Makes the user {@code admin}, who reaches all, with this token that lasts. Of nodes that try
     * at the same time one succeeds.
     *
     * @return false, and nothing is done, where {@link #hasAdmin} holds
     */
    boolean firstAdmin(Digest secret);

    Outcome addAccount(String name, String tenant, How how);

    /**
     * Ends the account's tokens too.
     *
     * @param made only the one of this time, else it is missing; empty for whichever is there
     */
    Outcome removeAccount(String name, Optional<Instant> made, How how);

    Optional<Account> account(String name);

    /**
     * In order of names.
     *
     * @param tenant empty for all
     * @param after continue behind this name; empty from the start
     */
    List<Account> accounts(String tenant, String after, int limit);

    /**
     * @param life how long from now on it is good
     */
    Outcome issue(Digest secret, String user, Duration life, How how);

    /**
     * Those that are good now, newest first.
     *
     * @param user empty for all
     */
    Slice<Issued> issued(String user, Optional<Slice.Place> after, int limit);

    /** The newest. */
    default List<Issued> issued(String user, int limit) {
        return issued(user, Optional.empty(), limit).items();
    }

    Optional<Issued> issuedToken(String id);

    Outcome revoke(String id, How how);

    /** Notes that a user's token was used just now. */
    void used(Digest secret);
}
