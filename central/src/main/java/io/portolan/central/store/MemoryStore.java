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
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The store without durability: for simulations and tests. It passes the contract suite of the real
 * one, starts no thread, draws no random number and reads no clock but the one it is given, so that
 * the same calls at the same times give the same answers. Its monitor guards everything.
 *
 * <p>Long because the port is wide: hardly a method does more than to call, under the monitor, the
 * part that does it.
 */
public final class MemoryStore implements Store {
    private final InstantSource clock;
    private MemoryRows rows = new MemoryRows();
    private MemorySessions sessions = new MemorySessions();
    private final MemoryNodes nodes = new MemoryNodes();
    private final MemoryAccounts accounts = new MemoryAccounts();
    private MemoryRecords records = new MemoryRecords();
    private long generation = 1;
    private Optional<Restored> restored = Optional.empty();

    public MemoryStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized CommitResult commit(
            Authority authority, List<Precondition> preconditions, List<Write> writes) {
        Optional<CommitResult> refusal = refusal(authority);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        for (Precondition precondition : preconditions) {
            if (rows.revision(precondition.key()) != precondition.revision()) {
                return new CommitResult.Conflict(
                        precondition.key() + " is not at revision " + precondition.revision());
            }
        }
        WriteSet set = WriteSet.of(writes);
        Optional<String> violation = rows.violation(set);
        if (violation.isPresent()) {
            return new CommitResult.Conflict(violation.get());
        }
        return new CommitResult.Committed(apply(authority, set));
    }

    private Optional<CommitResult> refusal(Authority authority) {
        return switch (authority) {
            case Authority.Leader(Term term) ->
                    sessions.leads(term)
                            ? Optional.empty()
                            : Optional.of(new CommitResult.Fenced("the term is over"));
            case Authority.Api(var idempotency) -> idempotency.flatMap(this::repetition);
            case Authority.Agent(Uid cluster, long session, long batch) -> {
                if (!sessions.isOpen(cluster, session)) {
                    yield Optional.of(new CommitResult.Fenced("a newer session is open"));
                }
                long last = sessions.lastBatch(cluster);
                yield batch == last + 1
                        ? Optional.empty()
                        : Optional.of(new CommitResult.OutOfOrder(last));
            }
        };
    }

    private Optional<CommitResult> repetition(Authority.Idempotency wanted) {
        return records.answered(wanted)
                .map(
                        former ->
                                former.request().equals(wanted.request())
                                        ? new CommitResult.Replayed(former.answer())
                                        : new CommitResult.KeyReused());
    }

    private long apply(Authority authority, WriteSet set) {
        Instant now = clock.instant();
        switch (authority) {
            case Authority.Leader _ -> {}
            case Authority.Api(var idempotency) ->
                    idempotency.ifPresent(i -> records.answer(i, now));
            case Authority.Agent(Uid cluster, long session, long batch) ->
                    sessions.batch(cluster, session, batch, now);
        }
        records.add(set, now);
        set.rows()
                .forEach(
                        (key, row) -> {
                            if (row.isEmpty() && WriteSet.ofCluster(key)) {
                                rows.uid(key).ifPresent(sessions::forget);
                            }
                        });
        long before = rows.head();
        long revision = rows.apply(set.rows(), now);
        if (revision > before) {
            notifyAll();
        }
        return revision;
    }

    /**
     * Forgets the change log's older part.
     *
     * @param keepAtLeast so many of the newest transactions stay whatever their age
     * @param keep younger transactions stay
     */
    public synchronized void compact(int keepAtLeast, Duration keep) {
        rows.compact(
                keepAtLeast, clock.instant().minus(keep), Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** What a backup of it holds; accounts are no part of it. */
    public static final class Copy {
        private final MemoryRows rows;
        private final MemorySessions sessions;
        private final MemoryRecords records;

        private Copy(MemoryStore of) {
            rows = of.rows.copy();
            sessions = of.sessions.copy();
            records = of.records.copy();
        }
    }

    public synchronized Copy copy() {
        return new Copy(this);
    }

    /**
     * Sets it back to a copy.
     *
     * @param noticed whether it begins a new generation, as PostgreSQL's does when its timeline
     *     shows that it was restored
     */
    public synchronized void restore(Copy copy, boolean noticed) {
        rows = copy.rows.copy();
        sessions = copy.sessions.copy();
        records = copy.records.copy();
        if (noticed) {
            Instant now = clock.instant();
            generation++;
            rows.leap(generation);
            sessions.leap(generation, now);
            restored = Optional.of(new Restored(rows.head(), now));
        }
        notifyAll();
    }

    @Override
    public synchronized long generation() {
        return generation;
    }

    @Override
    public synchronized Optional<Restored> restored() {
        return restored;
    }

    @Override
    public StoreHealth health() {
        return StoreHealth.GOOD;
    }

    @Override
    public synchronized Snapshot snapshot() {
        return rows.snapshot(restored);
    }

    @Override
    public synchronized List<Change> changes(long after, int atMost) {
        return rows.changes(after, atMost);
    }

    @Override
    public synchronized long head() {
        return rows.head();
    }

    @Override
    public synchronized void awaitChange(long after, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (rows.head() <= after) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    @Override
    public synchronized Optional<Described> find(ResourceKey key) {
        return rows.find(key);
    }

    @Override
    public synchronized Page list(
            Kind kind, String tenant, Selector labels, Optional<ResourceKey> after, int limit) {
        return rows.list(kind, tenant, labels, after, limit);
    }

    @Override
    public synchronized Optional<Versioned<Row.AssignmentRow>> assignment(Uid application) {
        return rows.assignment(application);
    }

    @Override
    public synchronized Optional<Versioned<Row.OperationRow>> operation(
            String tenant, String name) {
        return rows.operations(tenant).stream()
                .filter(o -> o.row().operation().name().equals(name))
                .findFirst();
    }

    @Override
    public synchronized Slice<Versioned<Row.OperationRow>> operations(
            String tenant, String name, Optional<Slice.Place> after, int limit) {
        return Slice.of(
                rows.operations(tenant).stream()
                        .filter(o -> name.isEmpty() || o.row().operation().name().equals(name))
                        .toList(),
                after,
                limit,
                rows::place,
                o -> o);
    }

    @Override
    public synchronized Map<Long, String> history(Uid resource) {
        return rows.history(resource);
    }

    @Override
    public synchronized Optional<byte[]> content(Digest digest) {
        return records.content(digest);
    }

    @Override
    public synchronized boolean mayRead(Uid cluster, Digest digest) {
        return rows.works(cluster).stream()
                .anyMatch(w -> w.row().work().content().filter(digest::equals).isPresent());
    }

    @Override
    public synchronized Map<Uid, List<Work>> selfFencing(Collection<Uid> clusters) {
        return clusters.stream()
                .distinct()
                .flatMap(c -> rows.works(c).stream())
                .map(w -> w.row().work())
                .filter(w -> w.selfFence().isPresent())
                .collect(Collectors.groupingBy(Work::cluster));
    }

    @Override
    public synchronized WorkSnapshot works(Uid cluster) {
        return new WorkSnapshot(rows.head(), rows.works(cluster));
    }

    @Override
    public synchronized List<WorkStatus> reported(Uid cluster) {
        return rows.reported(cluster);
    }

    @Override
    public synchronized Slice<EventRecord> events(
            Uid subject, Optional<Slice.Place> after, int limit) {
        return records.events(subject, after, limit);
    }

    @Override
    public synchronized Slice<AuditEntry> audit(Optional<Slice.Place> after, int limit) {
        return records.audit(after, limit);
    }

    @Override
    public synchronized void putToken(Digest secret, TokenRecord token) {
        switch (token) {
            case TokenRecord.User user -> accounts.put(secret, user, clock.instant());
            case TokenRecord.Agent _, TokenRecord.Join _ ->
                    sessions.putToken(secret, token, clock.instant());
        }
    }

    @Override
    public synchronized boolean hasAdmin() {
        return accounts.hasAdmin(clock.instant());
    }

    @Override
    public synchronized boolean firstAdmin(Digest secret) {
        boolean first = !hasAdmin();
        if (first) {
            putToken(secret, TokenRecord.User.FIRST_ADMIN);
        }
        return first;
    }

    @Override
    public synchronized Optional<TokenRecord> token(Digest secret) {
        Instant now = clock.instant();
        return accounts.token(secret, now).or(() -> sessions.token(secret, now));
    }

    @Override
    public synchronized Optional<TokenRecord> redeem(Digest joinSecret, Digest agentSecret) {
        return sessions.redeem(joinSecret, agentSecret, clock.instant());
    }

    @Override
    public synchronized Outcome addAccount(String name, String tenant, How how) {
        return done(accounts.addable(name), how, now -> accounts.add(name, tenant, now));
    }

    @Override
    public synchronized Outcome removeAccount(String name, Optional<Instant> made, How how) {
        return done(
                accounts.removable(name, made, clock.instant()), how, _ -> accounts.remove(name));
    }

    /** Does and records what the checks allow, if it is not only asked about. */
    private Outcome done(Outcome allowed, How how, Consumer<Instant> change) {
        if (allowed == Outcome.DONE && how instanceof How.Recorded(AuditEntry entry)) {
            Instant now = clock.instant();
            change.accept(now);
            records.record(entry, now);
        }
        return allowed;
    }

    @Override
    public synchronized Optional<Account> account(String name) {
        return accounts.account(name);
    }

    @Override
    public synchronized List<Account> accounts(String tenant, String after, int limit) {
        return accounts.accounts(tenant, after, limit);
    }

    @Override
    public synchronized Outcome issue(Digest secret, String user, Duration life, How how) {
        return done(
                accounts.issuable(user, clock.instant()),
                how,
                now -> accounts.issue(secret, user, life, now));
    }

    @Override
    public synchronized Slice<Issued> issued(String user, Optional<Slice.Place> after, int limit) {
        return Slice.of(
                accounts.issued(user, clock.instant()),
                after,
                limit,
                t -> Slice.Place.at(t.createdAt(), t.id()),
                t -> t);
    }

    @Override
    public synchronized Optional<Issued> issuedToken(String id) {
        return accounts.issuedToken(id, clock.instant());
    }

    @Override
    public synchronized Outcome revoke(String id, How how) {
        return done(accounts.revocable(id, clock.instant()), how, _ -> accounts.revoke(id));
    }

    @Override
    public synchronized void used(Digest secret) {
        accounts.used(secret, clock.instant());
    }

    @Override
    public synchronized long openSession(Uid cluster) {
        return sessions.open(cluster, clock.instant());
    }

    @Override
    public synchronized boolean sessionOpen(Uid cluster, long session) {
        return sessions.isOpen(cluster, session);
    }

    @Override
    public synchronized void heard(Map<Uid, Long> heard) {
        Instant now = clock.instant();
        heard.forEach((cluster, session) -> sessions.heard(cluster, session, now));
    }

    @Override
    public synchronized Map<Uid, Silence> silences() {
        return sessions.silences(clock.instant());
    }

    @Override
    public synchronized Election lead(String holder, String termId, Duration lease, Bid bid) {
        return sessions.lead(holder, termId, lease, bid, clock.instant());
    }

    @Override
    public synchronized boolean renew(Term term, Duration lease) {
        return sessions.renew(term, lease, clock.instant());
    }

    @Override
    public synchronized void release(Term term) {
        sessions.release(term);
    }

    @Override
    public String node() {
        return MemoryNodes.ID;
    }

    @Override
    public String group() {
        return MemoryNodes.ID;
    }

    @Override
    public synchronized void beat(Beat beat) {
        nodes.beat(beat, clock.instant());
    }

    @Override
    public synchronized Roster roster() {
        return nodes.roster(sessions, rows.head(), clock.instant());
    }

    @Override
    public synchronized void part() {
        nodes.part();
    }

    @Override
    public synchronized OptionalInt forget(Term term, Old old, int atMost) {
        if (!sessions.leads(term)) {
            return OptionalInt.empty();
        }
        Instant now = clock.instant();
        return old instanceof Old.Operations(Duration ended)
                ? Store.deleteOperations(this, term, rows.endedOperations(now.minus(ended), atMost))
                : OptionalInt.of(
                        new MemoryForgetting(rows, records, sessions, accounts)
                                .forget(old, now, atMost));
    }

    /** Rows of each sort, named as PostgreSQL's tables are. */
    synchronized Map<String, Integer> sizes() {
        Map<String, Integer> out = new HashMap<>(records.sizes());
        out.putAll(rows.sizes());
        out.put("token", sessions.tokens() + accounts.tokens());
        return out;
    }

    @Override
    public void close() {}
}
