package io.portolan.central.store;

import static io.portolan.central.store.Samples.key;
import static io.portolan.central.store.Samples.row;
import static io.portolan.central.store.StoreFixture.committed;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.wire.Codec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only a database has: other nodes, broken sessions, restarts, lost answers. */
class PostgresOnlyTest {
    private static final Duration LEASE = Duration.ofMinutes(1);

    private static final Authority ANYBODY = new Authority.Api(Optional.empty());

    private DatabaseSettings settings;
    private PostgresStore store;

    @BeforeEach
    void open() {
        settings = TestDatabase.fresh();
        store = PostgresStore.open(settings);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private DatabaseSettings otherNode() {
        return DatabaseSettings.of(settings.url(), settings.user(), settings.password());
    }

    private CommitResult put(Store on, Row... rows) {
        return on.commit(
                ANYBODY, List.of(), List.of(rows).stream().<Write>map(Write.Put::new).toList());
    }

    @Test
    void keepsEverythingOverARestart() {
        long head = committed(put(store, row("a"), Samples.status("a", "well")));
        Store.Snapshot before = store.snapshot();
        long generation = store.generation();
        store.close();
        store = PostgresStore.open(otherNode());
        assertEquals(before, store.snapshot());
        assertEquals(head, store.head());
        assertEquals(generation, store.generation());
        assertTrue(generation > 0);
    }

    @Test
    void generationRisesWhenTheDatabaseIsAnother() {
        long before = store.generation();
        store.close();
        TestDatabase.execute(settings, "update store_identity set authority = 'restored/1'");
        store = PostgresStore.open(settings);
        assertTrue(store.generation() > before);
        try (PostgresStore again = PostgresStore.open(otherNode())) {
            assertEquals(store.generation(), again.generation());
        }
    }

    /** The row is locked by the revocation: who asks for grants waits, and then sees it. */
    @Test
    void aGrantIsNotGivenPastARevocationUnderWay() throws Exception {
        Row.WorkRow active = GrantsContract.guarded("c1", "a", Role.ACTIVE);
        committed(put(store, active));
        Row.WorkRow revoked = GrantsContract.guarded("c1", "a", Role.QUARANTINED);
        try (Connection leader =
                DriverManager.getConnection(settings.url(), settings.user(), settings.password())) {
            leader.setAutoCommit(false);
            try (var update =
                    leader.prepareStatement("update work set body = ?::json where cluster = ?")) {
                update.setString(1, Codec.lenient().text(revoked.work()));
                update.setString(2, Samples.uid("c1").value());
                assertEquals(1, update.executeUpdate());
            }
            CompletableFuture<Map<Uid, List<Work>>> asked =
                    CompletableFuture.supplyAsync(
                            () -> store.selfFencing(List.of(Samples.uid("c1"))));
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () ->
                                    TestDatabase.count(
                                                    settings,
                                                    "select count(*) from pg_stat_activity where"
                                                            + " wait_event_type = 'Lock'")
                                            == 1);
            assertFalse(asked.isDone());
            leader.commit();
            assertEquals(
                    Map.of(Samples.uid("c1"), List.of(revoked.work())),
                    asked.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void commitOfAnotherNodeWakes() {
        try (PostgresStore other = PostgresStore.open(otherNode())) {
            long head = store.head();
            Thread.ofVirtual().start(() -> put(other, row("a")));
            assertTimeout(
                    Duration.ofSeconds(10), () -> store.awaitChange(head, Duration.ofSeconds(60)));
            assertEquals(1, store.changes(head, 10).size());
        }
    }

    @Test
    void lostNotificationIsFoundByLooking() {
        long head = store.head();
        TestDatabase.execute(settings, "update counter set revision = revision + 1");
        assertTimeout(
                Duration.ofSeconds(10), () -> store.awaitChange(head, Duration.ofSeconds(60)));
        assertTrue(store.head() > head);
    }

    @Test
    void lostAnswerIsUnknownAndTheKeyTellsTheTruth() {
        Authority once =
                new Authority.Api(
                        Optional.of(new Authority.Idempotency("scope", "key", "request", "done")));
        // The session ends while it commits, as when the server dies under it.
        TestDatabase.execute(
                settings,
                """
                create function die() returns trigger language plpgsql as
                $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
                create constraint trigger die after insert on change_log
                deferrable initially deferred for each row execute function die()
                """);
        List<Write> writes = List.of(new Write.Put(row("a")));
        assertInstanceOf(CommitResult.Unknown.class, store.commit(once, List.of(), writes));
        TestDatabase.execute(settings, "drop trigger die on change_log");
        committed(store.commit(once, List.of(), writes));
        assertEquals(new CommitResult.Replayed("done"), store.commit(once, List.of(), writes));
    }

    @Test
    void silentDatabaseIsUnavailableUntilItIsBack() {
        put(store, row("a"));
        String database = settings.url().substring(settings.url().lastIndexOf('/') + 1);
        DatabaseSettings server =
                DatabaseSettings.of(
                        settings.url().replace(database, "postgres"), settings.user(), "");
        TestDatabase.execute(server, "alter database " + database + " allow_connections false");
        TestDatabase.execute(
                server,
                "do $$ begin perform pg_terminate_backend(pid, 1000) from pg_stat_activity"
                        + " where datname = '"
                        + database
                        + "'; end $$");
        assertInstanceOf(CommitResult.Unavailable.class, put(store, row("b")));
        assertInstanceOf(CommitResult.Unavailable.class, put(store, row("b")));
        TestDatabase.execute(server, "alter database " + database + " allow_connections true");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> put(store, row("b")) instanceof CommitResult.Committed);
        assertEquals(2, store.snapshot().rows().size());
        store.close();
        assertThrows(Store.StoreException.class, store::head);
    }

    @Test
    void takeoverEndsTheFormerLeadersSessions() throws Exception {
        Term former = store.lead("frozen", "t1", Duration.ZERO).orElseThrow();
        try (PostgresStore other = PostgresStore.open(otherNode());
                Connection frozen = SessionSort.BULK.source(settings, Guard.OPEN).getConnection()) {
            // A leader's transaction that stopped half way holds the leader row.
            frozen.setAutoCommit(false);
            assertEquals(List.of(former), leading(frozen));
            Term next =
                    assertTimeout(
                            Duration.ofSeconds(2),
                            () -> other.lead("next", "t2", Duration.ofMinutes(1)).orElseThrow());
            assertEquals(former.epoch() + 1, next.epoch());
            assertThrows(java.sql.SQLException.class, frozen::commit);
            assertInstanceOf(
                    CommitResult.Fenced.class,
                    other.commit(new Authority.Leader(former), List.of(), List.of()));
        }
    }

    /** What a leader's commit asks first, and holds. */
    private static List<Term> leading(Connection connection) throws java.sql.SQLException {
        return Rows.query(
                connection, AuthoritySql.LEADS, rs -> new Term(rs.getLong(1), rs.getString(2)));
    }

    @Test
    void renewalDoesNotWaitForCommitsOnTheirWay() throws Exception {
        Term term = store.lead("busy", "t1", Duration.ofMinutes(1)).orElseThrow();
        try (Connection slow = SessionSort.BULK.source(settings, Guard.OPEN).getConnection()) {
            slow.setAutoCommit(false);
            assertEquals(List.of(term), leading(slow));
            assertTimeout(
                    Duration.ofSeconds(2),
                    () -> assertTrue(store.renew(term, Duration.ofMinutes(1))));
            slow.commit();
        }
    }

    @Test
    void runsUnderAnOrdinaryRole() {
        String database = settings.url().substring(settings.url().lastIndexOf('/') + 1);
        TestDatabase.execute(settings, "create role portolan_" + database + " login");
        TestDatabase.execute(
                settings, "create database plain_" + database + " owner portolan_" + database);
        DatabaseSettings plain =
                DatabaseSettings.of(
                        settings.url().replace(database, "plain_" + database),
                        "portolan_" + database,
                        "");
        try (PostgresStore one = PostgresStore.open(plain);
                PostgresStore two =
                        PostgresStore.open(DatabaseSettings.of(plain.url(), plain.user(), ""))) {
            committed(put(one, row("a")));
            assertTrue(one.lead("one", "t1", Duration.ZERO).isPresent());
            assertTrue(two.lead("two", "t2", Duration.ofMinutes(1)).isPresent());
        }
    }

    @Test
    void nodeWithoutSessionsHasDesertedItsLease() {
        Bid watchful = new Bid(Duration.ZERO, true);
        Bid patient = new Bid(LEASE, true);
        Term former = store.lead("former", "t1", LEASE).orElseThrow();
        try (PostgresStore other = PostgresStore.open(otherNode())) {
            assertInstanceOf(
                    Election.Lost.class,
                    other.lead("next", "t2", Duration.ofMinutes(1), watchful),
                    "its sessions are there");
            store.close();
            assertInstanceOf(
                    Election.Lost.class,
                    other.lead("next", "t3", Duration.ofMinutes(1), Bid.WHEN_OVER),
                    "the lease is not over");
            assertInstanceOf(
                    Election.Lost.class,
                    other.lead("next", "t3", LEASE, patient),
                    "it was prolonged just now");
            // The server takes a moment to see that its clients are gone.
            Election election =
                    await().until(
                                    () -> other.lead("next", "t4", LEASE, watchful),
                                    Election.Won.class::isInstance);
            Term next = assertInstanceOf(Election.Won.class, election).term();
            assertEquals(former.epoch() + 1, next.epoch());
        }
    }

    @Test
    void longSilentNodesAreForgottenByThoseWhoWereHeard() {
        NodeRoster.Beat beat = beat("n", "", 60);
        try (PostgresStore other = PostgresStore.open(otherNode())) {
            other.beat(beat);
            String old = "update node set seen = clock_timestamp() - interval '31 s'";
            TestDatabase.execute(settings, old);
            store.beat(beat);
            assertEquals(2, store.roster().nodes().size(), "this one was not heard before");
            store.beat(beat);
            assertEquals(
                    List.of(store.node()),
                    store.roster().nodes().stream().map(NodeRoster.Node::id).toList());
            TestDatabase.execute(settings, old);
            other.beat(beat);
            assertEquals(2, store.roster().nodes().size(), "all were cut off");
        }
    }

    @Test
    void nodeThatBeginsReplacesItsFormerLife() {
        store.beat(beat("n", "http://10.1.0.1:8440", 60));
        try (PostgresStore other = PostgresStore.open(otherNode())) {
            other.beat(beat("n", "http://10.1.0.2:8440", 0));
            other.beat(beat("m", "http://10.1.0.1:8440", 0));
            other.beat(beat("n", "http://10.1.0.1:8440", 60));
            assertEquals(2, store.roster().nodes().size(), "only at another place, or not new");
            other.beat(beat("n", "http://10.1.0.1:8440", 0));
            assertEquals(
                    List.of(other.node()),
                    store.roster().nodes().stream().map(NodeRoster.Node::id).toList());
        }
    }

    private static NodeRoster.Beat beat(String name, String api, int uptime) {
        return new NodeRoster.Beat(
                name, api, "", "", Duration.ofSeconds(uptime), 0, Set.of(), false);
    }

    @Test
    void olderCodeGoesOnWithANewerSchema() {
        TestDatabase.execute(
                settings,
                """
                insert into flyway_schema_history
                    (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                values (1000, '999', 'of the future', 'SQL', 'V999__of_the_future.sql', 1, 'x', 1, true)
                """);
        TestDatabase.execute(
                settings, "alter table leader add column later text not null default ''");
        try (PostgresStore older = PostgresStore.open(otherNode())) {
            committed(put(older, row("a")));
            assertTrue(older.lead("older", "t1", Duration.ofMinutes(1)).isPresent());
        }
    }

    @Test
    void releasedLeaderKeepsItsSessions() throws Exception {
        Term former = store.lead("former", "t1", Duration.ofMinutes(1)).orElseThrow();
        store.release(former);
        try (PostgresStore other = PostgresStore.open(otherNode());
                Connection busy = SessionSort.BULK.source(settings, Guard.OPEN).getConnection()) {
            assertTrue(other.lead("next", "t2", Duration.ofMinutes(1)).isPresent());
            assertTrue(busy.isValid(1));
        }
    }

    /** Both nodes write the same few rows in any order; each commit saw what it demands. */
    @Test
    void writersOfTheSameRowsNeitherLoseNorBlockEachOther() throws Exception {
        int writers = 6;
        int rounds = 30;
        AtomicInteger accepted = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(writers);
        try (PostgresStore other = PostgresStore.open(otherNode())) {
            for (int w = 0; w < writers; w++) {
                Store on = w % 2 == 0 ? store : other;
                long seed = w;
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    Random random = new Random(seed);
                                    for (int i = 0; i < rounds; i++) {
                                        switch (contend(on, random)) {
                                            case CommitResult.Committed _ ->
                                                    accepted.incrementAndGet();
                                            case CommitResult.Conflict _ ->
                                                    refused.incrementAndGet();
                                            case CommitResult answer ->
                                                    throw new AssertionError(answer);
                                        }
                                    }
                                    done.countDown();
                                });
            }
            assertTrue(done.await(30, java.util.concurrent.TimeUnit.SECONDS), "stuck");
        }
        assertEquals(writers * rounds, accepted.get() + refused.get());
        assertTrue(accepted.get() > rounds, accepted + " of " + writers * rounds);
        List<Change> changes = new ArrayList<>(store.changes(0, 100_000));
        while (changes.getLast().revision() < store.head()) {
            changes.addAll(store.changes(changes.getLast().revision(), 100_000));
        }
        Map<Row.Key, Long> seen = new HashMap<>();
        for (Change change : changes) {
            for (Change.Entry entry : change.entries()) {
                assertEquals(entry.existed(), seen.containsKey(entry.key()));
                entry.row()
                        .ifPresentOrElse(
                                _ -> seen.put(entry.key(), change.revision()),
                                () -> seen.remove(entry.key()));
            }
        }
        Map<Row.Key, Long> there = new HashMap<>();
        store.snapshot().rows().forEach(v -> there.put(v.row().key(), v.revision()));
        assertEquals(there, seen);
    }

    private static CommitResult contend(Store store, Random random) {
        List<Precondition> preconditions = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String name = "n" + random.nextInt(4);
            if (random.nextBoolean()) {
                long seen =
                        store.find(ResourceKey.application("shop", name))
                                .map(d -> d.resource().revision())
                                .orElse(Precondition.ABSENT);
                preconditions.add(new Precondition(key(name), seen));
            }
            if (random.nextInt(4) > 0) {
                writes.add(
                        random.nextInt(4) == 0
                                ? new Write.Delete(key(name))
                                : new Write.Put(row(name)));
            }
        }
        return store.commit(ANYBODY, preconditions, writes);
    }
}
