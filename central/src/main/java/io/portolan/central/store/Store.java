package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.operation.AuditEntry;
import io.portolan.model.operation.EventRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The only authority. Safe for use by many threads. Reads throw {@link StoreException} when the
 * store cannot be reached; commits answer with a {@link CommitResult} instead.
 */
public interface Store extends Accounts, NodeRoster, AutoCloseable {
    /**
     * Makes all writes or none. Of two writes to one row the later stands; deleting what is not
     * there does nothing. The revision rises exactly when a row was put or deleted. Deleting a
     * cluster's resource also ends its tokens and its session.
     *
     * <p>A batch of an agent that is durable already answers {@link CommitResult.OutOfOrder} with a
     * {@code last} at or above it: to the agent that is an acknowledgement.
     */
    CommitResult commit(Authority authority, List<Precondition> preconditions, List<Write> writes);

    /**
     * New and greater after each restore of the database. Cursors of another generation are
     * foreign.
     */
    long generation();

    /** The last restore of the database that was noticed. */
    Optional<Restored> restored();

    /**
     * A restore. What was committed between the copy and it is lost, to central only: agents go by
     * it on.
     *
     * @param revision all that is written since has a greater one; no epoch that was given before
     *     is as great
     * @param at who was heard last before this has not been heard since
     */
    record Restored(long revision, Instant at) {}

    /** What weakens it although it answers, as of at most some seconds ago. */
    StoreHealth health();

    /** Everything the image is made of, of one instant. */
    Snapshot snapshot();

    record Snapshot(long revision, List<Versioned<?>> rows, Optional<Restored> restored) {}

    /**
     * The changes after a revision, oldest first, whole transactions only. Empty when there were
     * none at this moment; else there may be more than these.
     *
     * @throws CompactedException when history does not reach back so far
     */
    List<Change> changes(long after, int atMost);

    /** The newest revision that {@link #changes} would show. */
    long head();

    /** Waits until the head is greater than the revision, at most so long. Wakes early at will. */
    void awaitChange(long after, Duration atMost) throws InterruptedException;

    /** A resource with the status that goes with it. */
    record Described(
            Versioned<Row.ResourceRow> resource, Optional<Versioned<Row.StatusRow>> status) {}

    Optional<Described> find(ResourceKey key);

    /**
     * Resources of a kind in order of tenant and name.
     *
     * @param tenant empty for all tenants
     * @param after continue behind this key; empty from the start
     */
    Page list(Kind kind, String tenant, Selector labels, Optional<ResourceKey> after, int limit);

    /**
     * @param revision of the store at the time of the reading: where a watch may start
     */
    record Page(List<Described> items, Optional<ResourceKey> next, long revision) {
        public Page {
            items = List.copyOf(items);
        }

        /** A page out of what was found when one more than the limit was looked for. */
        static Page cut(List<Described> found, int limit, long revision) {
            boolean more = limit > 0 && found.size() > limit;
            List<Described> items = more ? found.subList(0, limit) : found;
            return new Page(
                    items,
                    more
                            ? Optional.of(items.getLast().resource().row().resource().key())
                            : Optional.empty(),
                    revision);
        }
    }

    Optional<Versioned<Row.AssignmentRow>> assignment(Uid application);

    Optional<Versioned<Row.OperationRow>> operation(String tenant, String name);

    /**
     * Newest first, by when they were first written.
     *
     * @param tenant empty for all
     * @param name only those of this name; empty for all
     */
    Slice<Versioned<Row.OperationRow>> operations(
            String tenant, String name, Optional<Slice.Place> after, int limit);

    /** The newest. */
    default List<Versioned<Row.OperationRow>> operations(String tenant, int limit) {
        return operations(tenant, "", Optional.empty(), limit).items();
    }

    /**
     * Generations of a resource's spec that were ever stored, newest first, as canonical JSON by
     * generation.
     */
    Map<Long, String> history(Uid resource);

    Optional<byte[]> content(Digest digest);

    /** Whether a live work of this cluster names the content: agents get no other. */
    boolean mayRead(Uid cluster, Digest digest);

    /** A cluster's works as of {@code revision}; tombstones included. */
    WorkSnapshot works(Uid cluster);

    record WorkSnapshot(long revision, List<Versioned<Row.WorkRow>> works) {
        public List<Work> plain() {
            return works.stream().map(v -> v.row().work()).toList();
        }
    }

    /**
     * Works of these clusters that fence themselves, by cluster. Each is locked for share until all
     * are read, while who changes it locks it for update: a work that is shown here and was revoked
     * was revoked after this call began. Waits, as a commit does, for whatever the store's
     * durability waits for, so that a database that was left behind shows nothing.
     */
    Map<Uid, List<Work>> selfFencing(Collection<Uid> clusters);

    /** What a cluster's agent last said of each of its applications. */
    List<WorkStatus> reported(Uid cluster);

    Slice<EventRecord> events(Uid subject, Optional<Slice.Place> after, int limit);

    /** The newest. */
    default List<EventRecord> events(Uid subject, int limit) {
        return events(subject, Optional.empty(), limit).items();
    }

    Slice<AuditEntry> audit(Optional<Slice.Place> after, int limit);

    /** The newest. */
    default List<AuditEntry> audit(int limit) {
        return audit(Optional.empty(), limit).items();
    }

    // --- identities and sessions ------------------------------------------------------------

    /**
     * Tokens by the digest of their secret. A user's lasts, and makes the account where there is
     * none.
     */
    void putToken(Digest secret, TokenRecord token);

    Optional<TokenRecord> token(Digest secret);

    /**
     * Uses up a join token and stores the agent's in one transaction; empty when it was used or is
     * too old.
     */
    Optional<TokenRecord> redeem(Digest joinSecret, Digest agentSecret);

    /** Who holds a token. Times are PostgreSQL's. */
    sealed interface TokenRecord {
        /**
         * @param tenant empty for all tenants
         */
        record User(String name, String tenant) implements TokenRecord {
            public static final User FIRST_ADMIN = new User("admin", "");
        }

        record Agent(Uid cluster) implements TokenRecord {}

        /**
         * @param life how long from now on it may be redeemed
         */
        record Join(Uid cluster, Duration life) implements TokenRecord {}
    }

    /** Draws the next session number of a cluster; every older one is refused from now on. */
    long openSession(Uid cluster);

    /** Whether this is the cluster's newest session. */
    boolean sessionOpen(Uid cluster, long session);

    /**
     * Notes that these clusters were heard just now; older sessions are passed over. In one batch.
     */
    void heard(Map<Uid, Long> sessions);

    /** How long ago each cluster was last heard, on PostgreSQL's clock, and when that was. */
    Map<Uid, Silence> silences();

    record Silence(Duration since, java.time.Instant lastHeard) {}

    // --- leadership ---------------------------------------------------------------------------

    /**
     * Takes the leader row where the bid's grounds hold, and raises the epoch.
     *
     * @param holder names this life of a process
     * @param termId random, chosen by the caller
     */
    Election lead(String holder, String termId, Duration lease, Bid bid);

    /** Takes the leader row if its lease is over, released or already this holder's. */
    default Optional<Term> lead(String holder, String termId, Duration lease) {
        return lead(holder, termId, lease, Bid.WHEN_OVER) instanceof Election.Won(Term term)
                ? Optional.of(term)
                : Optional.empty();
    }

    /** Prolongs the lease; false when the term is over. */
    boolean renew(Term term, Duration lease);

    /** Ends the lease at once, so that another may take over. */
    void release(Term term);

    // --- forgetting ---------------------------------------------------------------------------

    /**
     * Removes some of what is old, in a short transaction of its own.
     *
     * @param atMost so many rows (of history: transactions), so that nothing is locked for long
     * @return how many went, fewer than {@code atMost} when there are no more for now; empty when
     *     the term is over
     */
    OptionalInt forget(Term term, Old old, int atMost);

    /** Deletes operations that are still what was seen. */
    static OptionalInt deleteOperations(Store store, Term term, List<Precondition> seen) {
        if (seen.isEmpty()) {
            return OptionalInt.of(0);
        }
        List<Write> deletes = seen.stream().<Write>map(p -> new Write.Delete(p.key())).toList();
        return switch (store.commit(new Authority.Leader(term), seen, deletes)) {
            case CommitResult.Committed _ -> OptionalInt.of(seen.size());
            case CommitResult.Fenced _ -> OptionalInt.empty();
            case CommitResult.Conflict _,
                    CommitResult.Replayed _,
                    CommitResult.KeyReused _,
                    CommitResult.OutOfOrder _,
                    CommitResult.Unknown _,
                    CommitResult.Unavailable _ ->
                    OptionalInt.of(0);
        };
    }

    @Override
    void close();

    /** The store cannot answer now. */
    final class StoreException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String reason;

        /**
         * @param reason in words for whoever asked
         */
        public StoreException(String reason, Throwable cause) {
            super(reason + ": " + cause.getMessage(), cause);
            this.reason = reason;
        }

        /** Why, in words for whoever asked. */
        public String reason() {
            return reason;
        }
    }

    /** The history that was asked for is gone: list again. */
    final class CompactedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final long oldest;

        public CompactedException(long oldest) {
            super("history begins after revision " + oldest);
            this.oldest = oldest;
        }

        public long oldest() {
            return oldest;
        }
    }
}
