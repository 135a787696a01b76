package io.portolan.central.store;

import static io.portolan.central.store.Samples.key;
import static io.portolan.central.store.Samples.row;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.operation.Failover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The change log: ordered, atomic, complete back to where history begins. */
interface ChangesContract extends StoreFixture {
    @Test
    default void tellsWholeTransactionsInOrder() {
        long first = put(row("a"), row("b"), row("c"));
        long second = write(new Write.Delete(key("b")), new Write.Put(row("a")));
        long third = put(row("d"));
        List<Change> all = store().changes(0, 100);
        assertEquals(List.of(first, second, third), all.stream().map(Change::revision).toList());
        assertEquals(
                List.of(key("a"), key("b"), key("c")),
                all.getFirst().entries().stream().map(Change.Entry::key).toList());
        assertTrue(all.getFirst().entries().stream().noneMatch(Change.Entry::existed));
        Change.Entry deleted = all.get(1).entries().getFirst();
        assertEquals(
                new Change.Entry(
                        key("b"), Optional.empty(), true, Optional.of(Map.of("tier", "prod"))),
                deleted);
        assertTrue(all.get(1).entries().get(1).existed());
    }

    /** Whoever selected a row must learn that it left, also where nobody kept it in memory. */
    @Test
    default void tellsWhatARowWasBefore() {
        write(
                new Write.Put(
                        new Row.ResourceRow(
                                Samples.application("shop", "a", Map.of("is", "red")))));
        write(
                new Write.Put(
                        new Row.ResourceRow(
                                Samples.application("shop", "a", Map.of("is", "blue")))));
        write(
                new Write.Put(Samples.operation("o", "a", Failover.State.COMPLETED)),
                new Write.Put(Samples.status("a", "well")));
        write(
                new Write.Delete(key("a")),
                new Write.Delete(new Row.Key.OfOperation(Samples.uid("o"))),
                new Write.Delete(Samples.status("a", "well").key()));
        List<List<Optional<Map<String, String>>>> former =
                store().changes(0, 100).stream()
                        .map(c -> c.entries().stream().map(Change.Entry::former).toList())
                        .toList();
        assertEquals(
                List.of(
                        List.of(Optional.empty()),
                        List.of(Optional.of(Map.of("is", "red"))),
                        List.of(Optional.empty(), Optional.empty()),
                        List.of(
                                Optional.of(Map.of("is", "blue")),
                                Optional.of(Map.of("tenant", "shop", "name", "o")),
                                Optional.empty())),
                former);
    }

    @Test
    default void limitCountsTransactionsNotRows() {
        long first = put(row("a"), row("b"), row("c"));
        long second = put(row("d"), row("e"));
        put(row("f"));
        List<Change> two = store().changes(0, 2);
        assertEquals(List.of(first, second), two.stream().map(Change::revision).toList());
        assertEquals(3, two.getFirst().entries().size());
        assertEquals(2, two.get(1).entries().size());
        assertEquals(1, store().changes(second, 2).size());
    }

    @Test
    default void askingForTheFutureShowsNothing() {
        put(row("a"));
        assertEquals(List.of(), store().changes(store().head(), 10));
        assertEquals(List.of(), store().changes(store().head() + 1_000, 10));
    }

    @Test
    default void compactedHistoryIsRefused() {
        long first = put(row("a"));
        long second = put(row("b"));
        long third = put(row("c"));
        compact(1, Duration.ZERO);
        Store.CompactedException gone =
                assertThrows(Store.CompactedException.class, () -> store().changes(first, 10));
        assertEquals(second, gone.oldest());
        assertEquals(third, store().changes(second, 10).getFirst().revision());
        assertEquals(3, store().snapshot().rows().size());
        compact(0, Duration.ofHours(1));
        assertEquals(1, store().changes(second, 10).size());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    default void snapshotAndChangesReachTheSameState(long seed) {
        Random random = new Random(seed);
        Map<Row.Key, Versioned<?>> image = new HashMap<>();
        long at = 0;
        for (int round = 0; round < 30; round++) {
            write(someWrites(random));
            if (random.nextInt(6) == 0) {
                Store.Snapshot snapshot = store().snapshot();
                image.clear();
                snapshot.rows().forEach(v -> image.put(v.row().key(), v));
                at = snapshot.revision();
            }
            if (random.nextInt(3) == 0) {
                for (Change change : store().changes(at, 1 + random.nextInt(4))) {
                    assertTrue(change.revision() > at);
                    replay(image, change);
                    at = change.revision();
                }
            }
        }
        for (Change change : store().changes(at, 1_000)) {
            replay(image, change);
        }
        Map<Row.Key, Versioned<?>> truth = new HashMap<>();
        store().snapshot().rows().forEach(v -> truth.put(v.row().key(), v));
        assertFalse(truth.isEmpty());
        assertEquals(truth, image);
    }

    private static void replay(Map<Row.Key, Versioned<?>> image, Change change) {
        for (Change.Entry entry : change.entries()) {
            assertEquals(entry.existed(), image.containsKey(entry.key()), entry.toString());
            entry.row()
                    .ifPresentOrElse(
                            row -> image.put(row.key(), new Versioned<>(row, change.revision())),
                            () -> image.remove(entry.key()));
        }
    }

    private static Write[] someWrites(Random random) {
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            String name = "n" + random.nextInt(5);
            Row row =
                    switch (random.nextInt(5)) {
                        case 0 -> row(name);
                        case 1 -> Samples.status(name, "s" + random.nextInt());
                        case 2 -> Samples.work("c" + random.nextInt(3), name, Optional.empty());
                        case 3 -> Samples.workStatus("c" + random.nextInt(3), name);
                        default -> Samples.assignment(name);
                    };
            writes.add(random.nextInt(3) == 0 ? new Write.Delete(row.key()) : new Write.Put(row));
        }
        return writes.toArray(Write[]::new);
    }

    @Test
    default void readersNextToWritersMissNothing() throws Exception {
        int writers = 4;
        int commits = 25;
        CountDownLatch done = new CountDownLatch(writers);
        for (int w = 0; w < writers; w++) {
            String name = "w" + w;
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    for (int i = 0; i < commits; i++) {
                                        put(row(name), row("shared"));
                                    }
                                } finally {
                                    done.countDown();
                                }
                            });
        }
        List<Long> seen = new CopyOnWriteArrayList<>();
        long at = 0;
        while (seen.size() < writers * commits) {
            store().awaitChange(at, Duration.ofSeconds(5));
            List<Change> changes = store().changes(at, 7);
            assertFalse(changes.isEmpty() && done.getCount() == 0, "lost some: " + seen);
            for (Change change : changes) {
                assertTrue(change.revision() > at);
                assertEquals(2, change.entries().size());
                at = change.revision();
                seen.add(at);
            }
        }
        done.await();
        assertEquals(at, store().head());
        assertEquals(writers * commits, seen.size());
    }

    @Test
    default void awaitingWakesForACommit() {
        long head = put(row("a"));
        Thread.ofVirtual().start(() -> put(row("b")));
        assertTimeout(
                Duration.ofSeconds(10), () -> store().awaitChange(head, Duration.ofSeconds(60)));
        assertTrue(store().head() > head);
    }

    @Test
    default void awaitingEndsWithoutACommit() throws InterruptedException {
        long head = put(row("a"));
        store().awaitChange(head, Duration.ofMillis(20));
        assertEquals(head, store().head());
        store().awaitChange(head - 1, Duration.ofDays(1));
    }
}
