package io.portolan.central.store;

import static io.portolan.central.store.Samples.key;
import static io.portolan.central.store.Samples.row;
import static io.portolan.central.store.StoreFixture.committed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** When a commit is accepted, and that it happens as a whole or not at all. */
interface CommitContract extends StoreFixture {
    @Test
    default void acceptsWhatItsAuthorSaw() {
        long first = put(row("a"));
        long second =
                committed(
                        commit(
                                List.of(new Precondition(key("a"), first)),
                                new Write.Put(row("a"))));
        assertTrue(second > first);
        assertEquals(second, store().head());
    }

    @Test
    default void refusesWhatSomebodyElseChanged() {
        long first = put(row("a"));
        put(row("a"));
        assertInstanceOf(
                CommitResult.Conflict.class,
                commit(List.of(new Precondition(key("a"), first)), new Write.Put(row("a"))));
    }

    @Test
    default void refusesToCreateWhatIsThere() {
        Precondition absent = Precondition.absent(key("a"));
        committed(commit(List.of(absent), new Write.Put(row("a"))));
        assertInstanceOf(
                CommitResult.Conflict.class, commit(List.of(absent), new Write.Put(row("a"))));
    }

    @Test
    default void checksPreconditionsOfRowsThatItDoesNotWrite() {
        long tenant = put(Samples.tenant("shop"));
        Row.Key of = Samples.tenant("shop").key();
        committed(commit(List.of(new Precondition(of, tenant)), new Write.Put(row("a"))));
        write(new Write.Delete(of));
        assertInstanceOf(
                CommitResult.Conflict.class,
                commit(List.of(new Precondition(of, tenant)), new Write.Put(row("b"))));
        committed(commit(List.of(Precondition.absent(of)), new Write.Put(row("b"))));
        put(Samples.tenant("shop"));
        assertInstanceOf(
                CommitResult.Conflict.class,
                commit(List.of(Precondition.absent(of)), new Write.Put(row("c"))));
    }

    @Test
    default void writesAllOrNothing() {
        put(row("b"));
        long head = store().head();
        assertInstanceOf(
                CommitResult.Conflict.class,
                commit(
                        List.of(Precondition.absent(key("b"))),
                        new Write.Put(row("a")),
                        new Write.PutContent(Samples.CONTENT, new byte[] {1}),
                        new Write.AddEvent(Samples.event("a", "Made")),
                        new Write.AddAudit(Samples.audit("make")),
                        new Write.Delete(key("b"))));
        assertEquals(Optional.empty(), store().find(ResourceKey.application("shop", "a")));
        assertTrue(store().find(ResourceKey.application("shop", "b")).isPresent());
        assertEquals(Optional.empty(), store().content(Samples.CONTENT));
        assertEquals(List.of(), store().events(Samples.uid("a"), 10));
        assertEquals(List.of(), store().audit(10));
        assertEquals(head, store().head());
    }

    @Test
    default void writesEveryKindOfRowUnderOneRevision() {
        List<Row> rows =
                List.of(
                        row("a"),
                        Samples.status("a", "well"),
                        Samples.assignment("a"),
                        Samples.work("c1", "a", Optional.of(Samples.CONTENT)),
                        Samples.workStatus("c1", "a"),
                        Samples.observation("c1"),
                        Samples.operation("move", "a", Failover.State.FENCING));
        for (int round = 0; round < 2; round++) {
            long revision = put(rows.toArray(Row[]::new));
            List<Row> stamped = rows.stream().<Row>map(r -> WriteSet.stamped(r, revision)).toList();
            Store.Snapshot snapshot = store().snapshot();
            assertEquals(revision, snapshot.revision());
            assertEquals(
                    java.util.Set.copyOf(stamped),
                    java.util.Set.copyOf(
                            snapshot.rows().stream().<Row>map(Versioned::row).toList()));
            assertTrue(snapshot.rows().stream().allMatch(v -> v.revision() == revision));
            assertEquals(rows.size(), snapshot.rows().size());
            Change change = store().changes(revision - 1, 10).getFirst();
            assertEquals(
                    stamped, change.entries().stream().map(e -> e.row().orElseThrow()).toList());
        }
    }

    @Test
    default void laterWriteToTheSameRowStands() {
        long revision =
                write(
                        new Write.Put(row("a")),
                        new Write.Put(row("b")),
                        new Write.Delete(key("a")),
                        new Write.Delete(key("b")),
                        new Write.Put(row("b")));
        assertEquals(
                List.of(key("b")),
                store().changes(0, 10).stream()
                        .flatMap(c -> c.entries().stream())
                        .map(Change.Entry::key)
                        .toList());
        assertEquals(1, store().snapshot().rows().size());
        assertEquals(revision, store().head());
    }

    @Test
    default void commitWithoutEffectLeavesTheHeadAlone() {
        long head = put(row("a"));
        assertEquals(head, write());
        assertEquals(head, write(new Write.Delete(key("never"))));
        assertEquals(head, write(new Write.AddEvent(Samples.event("a", "Looked"))));
        assertEquals(head, store().head());
        assertEquals(List.of(), store().changes(head, 10));
    }

    @Test
    default void deletesAndMakesAgain() {
        put(row("a"));
        write(new Write.Delete(key("a")));
        assertEquals(Optional.empty(), store().find(ResourceKey.application("shop", "a")));
        long made =
                committed(commit(List.of(Precondition.absent(key("a"))), new Write.Put(row("a"))));
        assertEquals(
                made,
                store().find(ResourceKey.application("shop", "a"))
                        .orElseThrow()
                        .resource()
                        .revision());
    }

    @Test
    default void allowsOneLiveOperationPerApplication() {
        Write first = new Write.Put(Samples.operation("one", "a", Failover.State.FENCING));
        Write second = new Write.Put(Samples.operation("two", "a", Failover.State.REQUESTED));
        write(first);
        assertInstanceOf(CommitResult.Conflict.class, commit(List.of(), second));
        write(new Write.Put(Samples.operation("other", "b", Failover.State.REQUESTED)));
        write(second, new Write.Put(Samples.operation("one", "a", Failover.State.COMPLETED)));
        assertInstanceOf(CommitResult.Conflict.class, commit(List.of(), first));
    }

    @Test
    default void refusesTwoOperationsOfOneName() {
        Failover one = Samples.operation("one", "a", Failover.State.COMPLETED).operation();
        put(new Row.OperationRow(one));
        Failover named = Samples.operation("two", "b", Failover.State.REQUESTED).operation();
        Failover same =
                new Failover(
                        named.uid(),
                        one.tenant(),
                        one.name(),
                        named.application(),
                        named.applicationName(),
                        named.request(),
                        named.singleWriter(),
                        named.state(),
                        named.plan(),
                        named.steps(),
                        named.attestation(),
                        named.abortRequested(),
                        named.evidence(),
                        named.epochBefore(),
                        named.epochAfter(),
                        named.waitingFor(),
                        named.next(),
                        named.requestedAt(),
                        named.endedAt(),
                        named.report(),
                        named.checks(),
                        named.approvals(),
                        named.controls(),
                        named.hooks());
        assertInstanceOf(
                CommitResult.Conflict.class,
                commit(List.of(), new Write.Put(new Row.OperationRow(same))));
    }

    @Test
    default void answersARepeatedRequestWithoutDoingItAgain() {
        Authority once = api("shop/failovers", "k1", "request-1", "answer-1");
        long head = committed(store().commit(once, List.of(), List.of(new Write.Put(row("a")))));
        assertEquals(
                new CommitResult.Replayed("answer-1"),
                store().commit(
                                api("shop/failovers", "k1", "request-1", "another"),
                                List.of(Precondition.absent(key("a"))),
                                List.of(new Write.Put(row("a")))));
        assertEquals(head, store().head());
    }

    @Test
    default void refusesTheSameKeyForAnotherRequest() {
        committed(store().commit(api("s", "k1", "request-1", "x"), List.of(), List.of()));
        assertInstanceOf(
                CommitResult.KeyReused.class,
                store().commit(api("s", "k1", "request-2", "x"), List.of(), List.of()));
        committed(store().commit(api("other", "k1", "request-2", "x"), List.of(), List.of()));
    }

    /**
     * Writers of rows of their own, with what they know to be true or false: each gets the answer
     * that it deserves, whoever else writes at that moment.
     */
    @Test
    default void writersNextToEachOtherGetTheirOwnAnswers() throws Exception {
        int writers = 12;
        int rounds = 25;
        Map<Long, Row.Key> accepted = new ConcurrentHashMap<>();
        List<Future<?>> done = new ArrayList<>();
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int w = 0; w < writers; w++) {
                int writer = w;
                done.add(
                        all.submit(
                                () -> write("w" + writer, new Random(writer), rounds, accepted)));
            }
        }
        for (Future<?> one : done) {
            one.get();
        }
        List<Change> changes = new ArrayList<>();
        for (long at = 0; at < store().head(); at = changes.getLast().revision()) {
            changes.addAll(store().changes(at, 50));
        }
        Map<Long, Row.Key> logged = new HashMap<>();
        for (Change change : changes) {
            assertEquals(logged.size() + 1, change.revision(), "no gaps, in order");
            logged.put(change.revision(), change.entries().getFirst().key());
            assertEquals(1, change.entries().size());
        }
        assertEquals(logged, accepted);
    }

    private void write(String name, Random random, int rounds, Map<Long, Row.Key> accepted) {
        long there = Precondition.ABSENT;
        for (int i = 0; i < rounds; i++) {
            boolean right = random.nextInt(3) > 0;
            List<Precondition> seen =
                    List.of(new Precondition(key(name), right ? there : there + 1_000_000));
            boolean delete = there != Precondition.ABSENT && random.nextInt(4) == 0;
            Authority author = api(name, "k" + i, "request", "answer");
            List<Write> writes =
                    List.of(
                            delete ? new Write.Delete(key(name)) : new Write.Put(row(name)),
                            new Write.AddEvent(Samples.event(name, "round " + i)));
            CommitResult result = store().commit(author, seen, writes);
            if (right) {
                long revision = committed(result);
                assertEquals(null, accepted.put(revision, key(name)), "a revision for two");
                there = delete ? Precondition.ABSENT : revision;
                assertEquals(
                        new CommitResult.Replayed("answer"), store().commit(author, seen, writes));
            } else {
                assertInstanceOf(CommitResult.Conflict.class, result);
            }
            assertEquals(
                    there,
                    store().find(ResourceKey.application("shop", name))
                            .map(d -> d.resource().revision())
                            .orElse(Precondition.ABSENT));
        }
    }

    @Test
    default void keyOfARefusedRequestMayBeUsedAgain() {
        Authority once = api("s", "k", "r", "answer");
        List<Precondition> never = List.of(new Precondition(key("a"), 99));
        assertInstanceOf(
                CommitResult.Conflict.class,
                store().commit(once, never, List.of(new Write.Put(row("a")))));
        committed(store().commit(once, List.of(), List.of(new Write.Put(row("a")))));
    }

    private static Authority api(String scope, String key, String request, String answer) {
        return new Authority.Api(
                Optional.of(new Authority.Idempotency(scope, key, request, answer)));
    }
}
