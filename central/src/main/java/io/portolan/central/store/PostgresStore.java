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
import java.util.concurrent.atomic.AtomicReference;

/**
 * The store in PostgreSQL. Each question has its lane, and its statements in the {@code ...Sql} of
 * what it is about.
 *
 * <p>Long because the port is wide: hardly a method does more than to join the two.
 */
public final class PostgresStore implements Store {
    private static final Duration HEALTH_KEPT = Duration.ofSeconds(2);

    private final String node;
    private final Lanes lanes;
    private final Lane reads;
    private final Lane bulk;
    private final Lane quick;
    private final Lane leading;
    private final Lineage lineage;
    private final Commits commits;
    private final Wakes wakes;
    private final RecentChanges recent = new RecentChanges();
    private final RecentContents contents = new RecentContents();
    private final AtomicReference<Seen> health;

    private record Seen(StoreHealth health, long nanos) {}

    private PostgresStore(DatabaseSettings settings, Lineage lineage, Lanes lanes) {
        this.node = settings.node();
        this.lineage = lineage;
        this.lanes = lanes;
        this.reads = lanes.reads();
        this.bulk = lanes.bulk();
        this.quick = lanes.quick();
        this.leading = lanes.leading();
        // All that may fail comes before what has threads of its own.
        long head = quick.run(ChangeSql::head);
        this.health =
                new AtomicReference<>(new Seen(quick.run(HealthSql::look), System.nanoTime()));
        this.wakes = new Wakes(settings, quick, head);
        this.commits = new Commits(lanes.commits(), this::committed);
    }

    /**
     * Brings the schema up to date and connects.
     *
     * @throws RuntimeException when the database cannot be reached or migrated
     */
    public static PostgresStore open(DatabaseSettings settings) {
        return open(settings, () -> {});
    }

    /**
     * As {@link #open(DatabaseSettings)}.
     *
     * @param ended told once, on any thread, when the database turns out to be another than it was
     *     at first: restored, or a standby that was promoted. The store refuses everything from
     *     then on; close it, forget all that was read from it and open another
     */
    public static PostgresStore open(DatabaseSettings settings, Runnable ended) {
        Guard newest = SessionSort.newest(settings);
        Schema.migrate(settings, newest);
        Lineage lineage = lineage(settings, newest, ended);
        Lanes lanes = Lanes.open(settings, lineage);
        try {
            return new PostgresStore(settings, lineage, lanes);
        } catch (RuntimeException e) {
            lanes.close();
            throw e;
        }
    }

    /** Whoever comes first to a database that changed raises its generation. */
    private static Lineage lineage(DatabaseSettings settings, Guard newest, Runnable ended) {
        try (Lane first = Lane.open(settings, SessionSort.QUICK, 1, newest)) {
            return first.transact(
                    c -> {
                        Origin origin = Origin.read(c);
                        long seconds = System.currentTimeMillis() / 1_000;
                        long generation = Schema.generation(c, origin, seconds);
                        return new Lineage(origin, generation, Schema.restored(c), ended);
                    });
        }
    }

    @Override
    public CommitResult commit(
            Authority authority, List<Precondition> preconditions, List<Write> writes) {
        return commits.commit(authority, preconditions, writes);
    }

    /** Before the authors hear of it: who acts on the answer finds the change. */
    private void committed(List<Change> changes, List<Proposal> accepted) {
        accepted.forEach(p -> contents.add(p.contents()));
        if (!changes.isEmpty()) {
            recent.add(changes);
            wakes.committed(changes.getLast().revision());
        }
    }

    @Override
    public long generation() {
        return lineage.generation();
    }

    @Override
    public Optional<Restored> restored() {
        return lineage.restored();
    }

    /** Many ask, few at a time are answered anew: it is the same for all. */
    @Override
    public StoreHealth health() {
        Seen seen = health.get();
        if (System.nanoTime() - seen.nanos() < HEALTH_KEPT.toNanos()) {
            return seen.health();
        }
        Seen now = new Seen(quick.run(HealthSql::look), System.nanoTime());
        health.set(now);
        return now.health();
    }

    @Override
    public Snapshot snapshot() {
        return bulk.instant(c -> ResourceSql.snapshot(c, restored()));
    }

    @Override
    public List<Change> changes(long after, int atMost) {
        List<Change> known = recent.after(after, atMost);
        if (!known.isEmpty()) {
            return known;
        }
        List<Change> read = reads.run(c -> ChangeSql.after(c, after, atMost));
        recent.add(read);
        return read;
    }

    @Override
    public long head() {
        long head = reads.run(ChangeSql::head);
        wakes.seen(head);
        return head;
    }

    @Override
    public void awaitChange(long after, Duration atMost) throws InterruptedException {
        wakes.await(after, atMost);
    }

    @Override
    public Optional<Described> find(ResourceKey key) {
        return reads.run(c -> ResourceSql.find(c, key));
    }

    @Override
    public Page list(
            Kind kind, String tenant, Selector labels, Optional<ResourceKey> after, int limit) {
        return reads.run(c -> ResourceSql.list(c, kind, tenant, labels, after, limit));
    }

    @Override
    public Optional<Versioned<Row.AssignmentRow>> assignment(Uid application) {
        return reads.run(c -> ResourceSql.assignment(c, application));
    }

    @Override
    public Optional<Versioned<Row.OperationRow>> operation(String tenant, String name) {
        return reads.run(c -> OperationSql.byName(c, tenant, name));
    }

    @Override
    public Slice<Versioned<Row.OperationRow>> operations(
            String tenant, String name, Optional<Slice.Place> after, int limit) {
        return reads.run(c -> OperationSql.newest(c, tenant, name, after, limit));
    }

    @Override
    public Map<Long, String> history(Uid resource) {
        return reads.run(c -> ResourceSql.history(c, resource));
    }

    @Override
    public Optional<byte[]> content(Digest digest) {
        return contents.find(digest).or(() -> reads.run(c -> RecordSql.content(c, digest)));
    }

    @Override
    public boolean mayRead(Uid cluster, Digest digest) {
        return reads.run(c -> RecordSql.mayRead(c, cluster, digest));
    }

    @Override
    public WorkSnapshot works(Uid cluster) {
        return reads.run(c -> ResourceSql.works(c, cluster));
    }

    @Override
    public List<WorkStatus> reported(Uid cluster) {
        return reads.run(c -> ResourceSql.reported(c, cluster));
    }

    @Override
    public Slice<EventRecord> events(Uid subject, Optional<Slice.Place> after, int limit) {
        return reads.run(c -> RecordSql.events(c, subject, after, limit));
    }

    @Override
    public Slice<AuditEntry> audit(Optional<Slice.Place> after, int limit) {
        return reads.run(c -> RecordSql.audit(c, after, limit));
    }

    @Override
    public void putToken(Digest secret, TokenRecord token) {
        quick.transact(
                c -> {
                    SessionSql.putToken(c, secret, token);
                    return secret;
                });
    }

    @Override
    public Optional<TokenRecord> token(Digest secret) {
        return quick.run(c -> SessionSql.token(c, secret));
    }

    @Override
    public Optional<TokenRecord> redeem(Digest joinSecret, Digest agentSecret) {
        return quick.transact(c -> SessionSql.redeem(c, joinSecret, agentSecret));
    }

    @Override
    public boolean hasAdmin() {
        return quick.run(AccountSql::hasAdmin);
    }

    @Override
    public boolean firstAdmin(Digest secret) {
        return quick.transact(
                c -> {
                    boolean first = AccountSql.awaitFirst(c);
                    if (first) {
                        SessionSql.putToken(c, secret, TokenRecord.User.FIRST_ADMIN);
                    }
                    return first;
                });
    }

    @Override
    public Outcome addAccount(String name, String tenant, How how) {
        return quick.transact(c -> AccountSql.add(c, name, tenant, how));
    }

    @Override
    public Outcome removeAccount(String name, Optional<Instant> made, How how) {
        return quick.transact(c -> AccountSql.remove(c, name, made, how));
    }

    @Override
    public Optional<Account> account(String name) {
        return quick.run(c -> AccountSql.account(c, name));
    }

    @Override
    public List<Account> accounts(String tenant, String after, int limit) {
        return reads.run(c -> AccountSql.accounts(c, tenant, after, limit));
    }

    @Override
    public Outcome issue(Digest secret, String user, Duration life, How how) {
        return quick.transact(c -> AccountSql.issue(c, secret, user, life, how));
    }

    @Override
    public Slice<Issued> issued(String user, Optional<Slice.Place> after, int limit) {
        return reads.run(c -> AccountSql.issued(c, user, after, limit));
    }

    @Override
    public Optional<Issued> issuedToken(String id) {
        return quick.run(c -> AccountSql.issuedToken(c, id));
    }

    @Override
    public Outcome revoke(String id, How how) {
        return quick.transact(c -> AccountSql.revoke(c, id, how));
    }

    @Override
    public void used(Digest secret) {
        quick.transact(
                c -> {
                    AccountSql.used(c, secret);
                    return secret;
                });
    }

    @Override
    public Map<Uid, List<Work>> selfFencing(Collection<Uid> clusters) {
        return quick.transact(c -> ResourceSql.selfFencing(c, clusters));
    }

    @Override
    public long openSession(Uid cluster) {
        return quick.transact(c -> SessionSql.open(c, cluster));
    }

    @Override
    public boolean sessionOpen(Uid cluster, long session) {
        return quick.run(c -> SessionSql.isOpen(c, cluster, session));
    }

    @Override
    public void heard(Map<Uid, Long> sessions) {
        quick.transact(
                c -> {
                    SessionSql.heard(c, sessions);
                    return sessions;
                });
    }

    @Override
    public Map<Uid, Silence> silences() {
        return quick.run(SessionSql::silences);
    }

    @Override
    public Election lead(String holder, String termId, Duration lease, Bid bid) {
        return leading.run(c -> LeaderSql.lead(c, node, holder, termId, lease, bid));
    }

    @Override
    public boolean renew(Term term, Duration lease) {
        return leading.run(c -> LeaderSql.renew(c, term, lease));
    }

    @Override
    public void release(Term term) {
        leading.transact(
                c -> {
                    LeaderSql.release(c, term);
                    return term;
                });
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public String group() {
        return quick.run(NodeSql::group);
    }

    @Override
    public void beat(Beat beat) {
        quick.transact(
                c -> {
                    NodeSql.beat(c, node, beat);
                    return beat;
                });
    }

    @Override
    public Roster roster() {
        return quick.run(NodeSql::roster);
    }

    @Override
    public void part() {
        quick.transact(
                c -> {
                    NodeSql.part(c, node);
                    return node;
                });
    }

    @Override
    public OptionalInt forget(Term term, Old old, int atMost) {
        return switch (old) {
            case Old.History history -> forgetHistory(term, history, atMost);
            case Old.Operations operations -> forgetOperations(term, operations, atMost);
            case Old.Events _,
                    Old.CrowdedEvents _,
                    Old.Audit _,
                    Old.Contents _,
                    Old.Answers _,
                    Old.Tokens _,
                    Old.Revisions _,
                    Old.RevisionsOfDeleted _ ->
                    bulk.transact(c -> OldSql.forget(c, term, old, atMost));
        };
    }

    private OptionalInt forgetHistory(Term term, Old.History old, int atMost) {
        long end = bulk.run(c -> ChangeSql.compactable(c, old, atMost));
        if (!lanes.commits().transact(c -> OldSql.moveHorizon(c, term, end))) {
            return OptionalInt.empty();
        }
        recent.begin(end);
        return OptionalInt.of(bulk.transact(ChangeSql::forget));
    }

    /** Through a commit, because operations are watched. */
    private OptionalInt forgetOperations(Term term, Old.Operations old, int atMost) {
        List<OldSql.Ended> ended = bulk.run(c -> OldSql.endedOperations(c, old.ended(), atMost));
        return Store.deleteOperations(
                this,
                term,
                ended.stream()
                        .map(
                                o ->
                                        new Precondition(
                                                new Row.Key.OfOperation(o.operation()),
                                                o.revision()))
                        .toList());
    }

    @Override
    public void close() {
        commits.close();
        wakes.close();
        lanes.close();
    }
}
