package io.portolan.central.store;

import static io.portolan.central.store.Samples.key;
import static io.portolan.central.store.Samples.row;
import static io.portolan.central.store.Samples.uid;
import static io.portolan.central.store.StoreFixture.committed;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Several authors in one transaction: each is judged and answered as if it were alone. */
class GroupCommitTest {
    private static final Authority ANYBODY = new Authority.Api(Optional.empty());

    private DatabaseSettings settings;
    private PostgresStore store;
    private Lane lane;

    @BeforeEach
    void open() {
        settings = TestDatabase.fresh();
        store = PostgresStore.open(settings);
        lane = Lane.open(settings, SessionSort.COMMIT, 1, Guard.OPEN);
    }

    @AfterEach
    void close() {
        lane.close();
        store.close();
    }

    private static Proposal put(Authority author, List<Precondition> seen, Row... rows) {
        return new Proposal(author, seen, Arrays.stream(rows).<Write>map(Write.Put::new).toList());
    }

    private static Proposal put(Row... rows) {
        return put(ANYBODY, List.of(), rows);
    }

    private List<CommitResult> group(Proposal... proposals) throws GroupCommit.Broken {
        GroupCommit commit = new GroupCommit(List.of(proposals));
        commit.run(lane);
        assertEquals(commit.changes(), read(commit.changes()));
        return Arrays.stream(proposals).map(p -> answer(commit, p)).toList();
    }

    private static CommitResult answer(GroupCommit commit, Proposal proposal) {
        CommitResult answer = commit.answers().get(proposal);
        if (answer == null) {
            throw new AssertionError("no answer for " + proposal.preconditions());
        }
        return answer;
    }

    /** The same transactions, from the database's log. */
    private List<Change> read(List<Change> told) {
        return told.isEmpty()
                ? List.of()
                : lane.run(c -> ChangeSql.after(c, told.getFirst().revision() - 1, told.size()));
    }

    @Test
    void everyAuthorHasARevisionOfItsOwn() throws Exception {
        assertEquals(
                List.of(
                        new CommitResult.Committed(1),
                        new CommitResult.Committed(2),
                        new CommitResult.Committed(2),
                        new CommitResult.Committed(3)),
                group(
                        put(row("a"), row("b")),
                        put(Samples.status("a", "well")),
                        put(),
                        put(row("c"))));
        assertEquals(3, store.head());
    }

    @Test
    void refusalsLeaveTheirNeighboursAlone() throws Exception {
        long a = committed(store.commit(ANYBODY, List.of(), List.of(new Write.Put(row("a")))));
        long session = store.openSession(uid("c1"));
        Term term = store.lead("node", "t1", Duration.ofMinutes(1)).orElseThrow();
        List<CommitResult> answers =
                group(
                        put(ANYBODY, List.of(new Precondition(key("a"), a + 7)), row("b")),
                        put(new Authority.Leader(term), List.of(), row("c")),
                        put(
                                new Authority.Leader(new Term(term.epoch(), "no")),
                                List.of(),
                                row("d")),
                        put(new Authority.Agent(uid("c1"), session, 2), List.of(), row("e")),
                        put(new Authority.Agent(uid("c1"), session, 1), List.of(), row("f")),
                        put(new Authority.Agent(uid("c1"), session, 2), List.of(), row("g")),
                        put(new Authority.Agent(uid("c1"), session + 1, 1), List.of(), row("h")),
                        put(ANYBODY, List.of(new Precondition(key("a"), a)), row("a")),
                        put(ANYBODY, List.of(new Precondition(key("a"), a)), row("a")));
        assertInstanceOf(CommitResult.Conflict.class, answers.get(0));
        assertEquals(new CommitResult.Committed(a + 1), answers.get(1));
        assertInstanceOf(CommitResult.Fenced.class, answers.get(2));
        assertEquals(new CommitResult.OutOfOrder(0), answers.get(3));
        assertEquals(new CommitResult.Committed(a + 2), answers.get(4));
        assertEquals(new CommitResult.Committed(a + 3), answers.get(5));
        assertInstanceOf(CommitResult.Fenced.class, answers.get(6));
        assertEquals(new CommitResult.Committed(a + 4), answers.get(7));
        assertInstanceOf(CommitResult.Conflict.class, answers.get(8));
        assertEquals(a + 4, store.head());
        assertEquals(List.of("a", "c", "f", "g"), names());
        assertEquals(
                new CommitResult.OutOfOrder(2),
                group(put(new Authority.Agent(uid("c1"), session, 2), List.of())).getFirst());
    }

    /**
     * The row is deleted and made again by others while the group waits: for the row, then for the
     * counter. One author saw the former row, another deletes whatever is there.
     */
    @Test
    void aRowThatComesBackMeanwhileIsNotAbsentForANeighbourOfItsReader() throws Exception {
        long a = committed(store.commit(ANYBODY, List.of(), List.of(new Write.Put(row("a")))));
        Proposal reader = put(ANYBODY, List.of(new Precondition(key("a"), a)), row("b"));
        Proposal deleter = new Proposal(ANYBODY, List.of(), List.of(new Write.Delete(key("a"))));
        GroupCommit commit = new GroupCommit(List.of(reader, deleter));
        try (Connection first = SessionSort.BULK.source(settings, Guard.OPEN).getConnection();
                Connection second = SessionSort.BULK.source(settings, Guard.OPEN).getConnection()) {
            Rows.execute(second, "create table former as select * from resource");
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            Rows.execute(first, "delete from resource");
            Rows.execute(second, "update counter set revision = revision");
            CompletableFuture<Void> done =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    commit.run(lane);
                                } catch (GroupCommit.Broken e) {
                                    throw new CompletionException(e);
                                }
                            });
            awaitBlocked(first);
            first.commit();
            awaitBlocked(second);
            Rows.execute(second, "insert into resource select * from former");
            second.commit();
            done.join();
        }
        assertEquals(Map.of(), commit.answers(), "both must begin again");
        assertEquals(List.of("a"), names());
    }

    /** Until somebody waits for this session. */
    private void awaitBlocked(Connection by) throws SQLException {
        int pid = by.unwrap(PGConnection.class).getBackendPID();
        await().until(
                        () ->
                                TestDatabase.count(
                                                settings,
                                                "select count(*) from pg_stat_activity where "
                                                        + pid
                                                        + " = any(pg_blocking_pids(pid))")
                                        == 1);
    }

    private List<String> names() {
        return store.snapshot().rows().stream()
                .map(v -> ((Row.Key.OfResource) v.row().key()).resource().name())
                .sorted()
                .toList();
    }

    @Test
    void laterOnesSeeWhatEarlierOnesDid() throws Exception {
        Precondition absent = Precondition.absent(key("a"));
        Proposal delete = new Proposal(ANYBODY, List.of(), List.of(new Write.Delete(key("a"))));
        List<CommitResult> answers =
                group(
                        put(ANYBODY, List.of(absent), row("a")),
                        put(ANYBODY, List.of(absent), row("a")),
                        delete,
                        put(ANYBODY, List.of(absent), row("a"), row("b")),
                        new Proposal(ANYBODY, List.of(), List.of(new Write.Delete(key("b")))));
        assertEquals(new CommitResult.Committed(1), answers.get(0));
        assertInstanceOf(CommitResult.Conflict.class, answers.get(1));
        assertEquals(new CommitResult.Committed(2), answers.get(2));
        assertEquals(new CommitResult.Committed(3), answers.get(3));
        assertEquals(new CommitResult.Committed(4), answers.get(4));
        assertEquals(List.of("a"), names());
        assertEquals(3, store.snapshot().rows().getFirst().revision());
    }

    @Test
    void claimedKeysOfTheRefusedAreFreeAgain() throws Exception {
        Authority once =
                new Authority.Api(
                        Optional.of(new Authority.Idempotency("scope", "k1", "request", "done")));
        Authority twice =
                new Authority.Api(
                        Optional.of(new Authority.Idempotency("scope", "k2", "request", "done")));
        List<Precondition> never = List.of(new Precondition(key("a"), 99));
        List<CommitResult> answers =
                group(put(once, never, row("a")), put(twice, List.of(), row("b")));
        assertInstanceOf(CommitResult.Conflict.class, answers.get(0));
        committed(answers.get(1));
        answers = group(put(once, List.of(), row("a")), put(twice, List.of(), row("c")));
        committed(answers.get(0));
        assertEquals(new CommitResult.Replayed("done"), answers.get(1));
        assertEquals(List.of("a", "b"), names());
    }

    /** Two live operations of one application, and a row that PostgreSQL cannot store. */
    @Test
    void poisonFailsOnlyItself() throws Exception {
        Row one = Samples.operation("one", "a", Failover.State.REQUESTED);
        Row two = Samples.operation("two", "a", Failover.State.REQUESTED);
        Row nul = new Row.ResourceRow(Samples.application("shop", "nul", Map.of("nul", "\u0000")));
        assertThrows(GroupCommit.Broken.class, () -> group(put(one), put(two), put(row("a"))));
        assertEquals(0, store.head());
        List<Proposal> good = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            good.add(put(row("n" + i)));
        }
        Proposal poison = put(nul);
        Proposal first = put(one);
        Proposal second = put(two);
        List<Proposal> all = new ArrayList<>(good);
        all.addAll(7, List.of(poison, first, second));
        gathered(all);
        assertThrows(CompletionException.class, () -> poison.answer().join());
        committed(first.answer().join());
        assertInstanceOf(CommitResult.Conflict.class, second.answer().join());
        good.forEach(p -> committed(p.answer().join()));
        assertEquals(good.size() + 1, store.head(), "revisions have no gaps");
    }

    /** Has the lane gather these while another node holds the counter. */
    private void gathered(List<Proposal> proposals) throws Exception {
        try (GroupLane gathering = new GroupLane("test", lane, (_, _) -> {});
                Connection busy = SessionSort.BULK.source(settings, Guard.OPEN).getConnection()) {
            busy.setAutoCommit(false);
            Rows.query(busy, "select revision from counter for update", rs -> rs.getLong(1));
            proposals.forEach(gathering::add);
            busy.commit();
            CompletableFuture<?>[] answers =
                    proposals.stream().map(Proposal::answer).toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(answers).exceptionally(_ -> null).join();
        }
    }

    @Test
    void lostAnswerIsUnknownForAllThatWereAccepted() throws Exception {
        long a = committed(store.commit(ANYBODY, List.of(), List.of(new Write.Put(row("a")))));
        TestDatabase.execute(
                settings,
                """
                create function die() returns trigger language plpgsql as
                $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
                create constraint trigger die after insert on change_log
                deferrable initially deferred for each row execute function die()
                """);
        Proposal b = put(row("b"));
        Proposal c = put(row("c"));
        Proposal stale = put(ANYBODY, List.of(new Precondition(key("a"), a + 1)), row("a"));
        gathered(List.of(b, c, stale));
        assertInstanceOf(CommitResult.Unknown.class, b.answer().join());
        assertInstanceOf(CommitResult.Unknown.class, c.answer().join());
        assertInstanceOf(CommitResult.Unavailable.class, stale.answer().join());
        assertEquals(a, store.head());
        assertEquals(Optional.empty(), store.find(ResourceKey.application("shop", "b")));
    }
}
