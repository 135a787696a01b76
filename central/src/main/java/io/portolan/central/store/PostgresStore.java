package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.operation.AuditEntry;
import io.portolan.model.operation.EventRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The store in PostgreSQL. Heartbeats, tokens and leadership have database sessions of their own,
 * so that bulk work cannot make a leader lose its lease or a cluster look silent.
 */
public final class PostgresStore implements Store {
    private static final int QUICK_CONNECTIONS = 2;

    /** One for each lane of commits: no reader can keep them waiting. */
    private static final int COMMIT_CONNECTIONS = 2;

    private final String node;
    private final Lane bulk;
    private final Lane quick;
    private final Lane sessions;
    private final Commits commits;
    private final Wakes wakes;
    private final RecentChanges recent = new RecentChanges();
    private final RecentContents contents = new RecentContents();
    private final long generation;

    private PostgresStore(DatabaseSettings settings, Lane bulk, Lane quick, Lane sessions) {
        this.node = settings.node();
        this.bulk = bulk;
        this.quick = quick;
        this.sessions = sessions;
        this.generation =
                quick.transact(c -> Schema.generation(c, System.currentTimeMillis() / 1_000));
        this.wakes = new Wakes(settings, quick, quick.run(ChangeSql::head));
        this.commits = new Commits(sessions, this::committed);
    }

    /**
     * Brings the schema up to date and connects.
     *
     * @throws RuntimeException when the database cannot be reached or migrated
     */
    public static PostgresStore open(DatabaseSettings settings) {
        Schema.migrate(settings);
        List<Lane> open = new ArrayList<>();
        try {
            open.add(Lane.open(settings, SessionSort.BULK, settings.bulkConnections()));
            open.add(Lane.open(settings, SessionSort.QUICK, QUICK_CONNECTIONS));
            open.add(Lane.open(settings, SessionSort.COMMIT, COMMIT_CONNECTIONS));
            return new PostgresStore(settings, open.get(0), open.get(1), open.get(2));
        } catch (RuntimeException e) {
            open.forEach(Lane::close);
            throw e;
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
        return generation;
    }

    @Override
    public Snapshot snapshot() {
        return bulk.instant(ResourceSql::snapshot);
    }

    @Override
    public List<Change> changes(long after, int atMost) {
        List<Change> known = recent.after(after, atMost);
        if (!known.isEmpty()) {
            return known;
        }
        List<Change> read = bulk.run(c -> ChangeSql.after(c, after, atMost));
        recent.add(read);
        return read;
    }

    @Override
    public long head() {
        long head = bulk.run(ChangeSql::head);
        wakes.seen(head);
        return head;
    }

    @Override
    public void awaitChange(long after, Duration atMost) throws InterruptedException {
        wakes.await(after, atMost);
    }

    @Override
    public Optional<Described> find(ResourceKey key) {
        return bulk.run(c -> ResourceSql.find(c, key));
    }

    @Override
    public Page list(
            Kind kind, String tenant, Selector labels, Optional<ResourceKey> after, int limit) {
        return bulk.run(c -> ResourceSql.list(c, kind, tenant, labels, after, limit));
    }

    @Override
    public Optional<Versioned<Row.AssignmentRow>> assignment(Uid application) {
        return bulk.run(c -> ResourceSql.assignment(c, application));
    }

    @Override
    public Optional<Versioned<Row.OperationRow>> operation(String tenant, String name) {
        return bulk.run(c -> OperationSql.byName(c, tenant, name));
    }

    @Override
    public Slice<Versioned<Row.OperationRow>> operations(
            String tenant, String name, Optional<Slice.Place> after, int limit) {
        return bulk.run(c -> OperationSql.newest(c, tenant, name, after, limit));
    }

    @Override
    public Map<Long, String> history(Uid resource) {
        return bulk.run(c -> ResourceSql.history(c, resource));
    }

    @Override
    public Optional<byte[]> content(Digest digest) {
        return contents.find(digest).or(() -> bulk.run(c -> RecordSql.content(c, digest)));
    }

    @Override
    public boolean mayRead(Uid cluster, Digest digest) {
        return bulk.run(c -> RecordSql.mayRead(c, cluster, digest));
    }

    @Override
    public WorkSnapshot works(Uid cluster) {
        return bulk.run(c -> ResourceSql.works(c, cluster));
    }

    @Override
    public List<WorkStatus> reported(Uid cluster) {
        return bulk.run(c -> ResourceSql.reported(c, cluster));
    }

    @Override
    public Slice<EventRecord> events(Uid subject, Optional<Slice.Place> after, int limit) {
        return bulk.run(c -> RecordSql.events(c, subject, after, limit));
    }

    @Override
    public Slice<AuditEntry> audit(Optional<Slice.Place> after, int limit) {
        return bulk.run(c -> RecordSql.audit(c, after, limit));
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
        return bulk.run(c -> AccountSql.accounts(c, tenant, after, limit));
    }

    @Override
    public Outcome issue(Digest secret, String user, Duration life, How how) {
        return quick.transact(c -> AccountSql.issue(c, secret, user, life, how));
    }

    @Override
    public Slice<Issued> issued(String user, Optional<Slice.Place> after, int limit) {
        return bulk.run(c -> AccountSql.issued(c, user, after, limit));
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
    public Optional<Term> lead(String holder, String termId, Duration lease) {
        return quick.run(c -> LeaderSql.lead(c, node, holder, termId, lease));
    }

    @Override
    public boolean renew(Term term, Duration lease) {
        return quick.run(c -> LeaderSql.renew(c, term, lease));
    }

    @Override
    public void release(Term term) {
        quick.transact(
                c -> {
                    LeaderSql.release(c, term);
                    return term;
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
        long end = bulk.run(c -> ChangeSql.compactable(c, old.keepAtLeast(), old.age(), atMost));
        if (!bulk.transact(c -> OldSql.moveHorizon(c, term, end))) {
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
        sessions.close();
        quick.close();
        bulk.close();
    }
}
