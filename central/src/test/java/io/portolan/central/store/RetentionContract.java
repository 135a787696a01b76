package io.portolan.central.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.retention.Retention;
import io.portolan.central.retention.Sweeper;
import io.portolan.model.Digest;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.operation.Failover;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is too old goes, what is in use stays, and a week of churn does not make a store grow. */
interface RetentionContract extends StoreFixture {
    Duration EVER = Duration.ofDays(1_000);

    /** So many of the newest changes stay in a week of churn. */
    int CHANGES = 40;

    /** The least by which a table of PostgreSQL grows. */
    long PAGE = 8_192;

    /** Lets time pass for all that is stored. */
    void pass(Duration time);

    /** Rows of each table that grows. */
    Map<String, Integer> sizes();

    /**
     * Bytes of each table with its indexes, after the store has tidied up as it does by itself;
     * empty for a store without files.
     */
    Map<String, Long> bytes();

    private Term term() {
        return store().lead("keeper", "keeper-term", Duration.ofDays(30)).orElseThrow();
    }

    private int forget(Old old, int atMost) {
        return store().forget(term(), old, atMost).orElseThrow();
    }

    @Test
    default void onlyTheLeaderForgets() {
        write(new Write.AddEvent(Samples.event("a", "Old")));
        pass(Duration.ofDays(2));
        Term over = store().lead("former", "former-term", Duration.ZERO).orElseThrow();
        Term term = store().lead("keeper", "keeper-term", Duration.ofDays(30)).orElseThrow();
        for (Old old :
                List.of(
                        new Old.Events(Duration.ofDays(1)),
                        new Old.History(0, Duration.ZERO),
                        new Old.Tokens(Duration.ofDays(1)))) {
            assertEquals(OptionalInt.empty(), store().forget(over, old, 10), old.what());
        }
        assertEquals(1, sizes().get("event"));
        assertEquals(
                OptionalInt.of(1), store().forget(term, new Old.Events(Duration.ofDays(1)), 10));
    }

    @Test
    default void eventsGoByAgeAndByCountInBatches() {
        for (int i = 0; i < 6; i++) {
            write(new Write.AddEvent(Samples.event("a", "A" + i)));
            write(new Write.AddEvent(Samples.event("b", "B" + i)));
        }
        pass(Duration.ofDays(2));
        write(new Write.AddEvent(Samples.event("a", "A6")));
        assertEquals(2, forget(new Old.CrowdedEvents(5, Duration.ofDays(1)), 10), "b is unchanged");
        assertEquals(1, forget(new Old.CrowdedEvents(5, EVER), 10));
        assertEquals(
                List.of("A6", "A5", "A4", "A3", "A2"),
                store().events(Samples.uid("a"), 10).stream().map(e -> e.reason()).toList());
        assertEquals(4, forget(new Old.Events(Duration.ofDays(1)), 4));
        assertEquals(5, forget(new Old.Events(Duration.ofDays(1)), 10));
        assertEquals(
                List.of("A6"),
                store().events(Samples.uid("a"), 10).stream().map(e -> e.reason()).toList());
    }

    @Test
    default void contentOfAWorkStaysWhateverItsAge() {
        Digest used = content("used");
        Digest unused = content("unused");
        put(Samples.work("c1", "a", Optional.of(used)));
        assertEquals(0, forget(new Old.Contents(Duration.ofDays(1)), 10), "young");
        pass(Duration.ofDays(2));
        assertEquals(1, forget(new Old.Contents(Duration.ofDays(1)), 10));
        assertTrue(store().content(used).isPresent());
        assertEquals(1, sizes().get("content"), unused.hex());
    }

    private Digest content(String text) {
        byte[] json = ("{\"objects\":[\"" + text + "\"]}").getBytes(StandardCharsets.UTF_8);
        write(new Write.PutContent(Digest.of(json), json));
        return Digest.of(json);
    }

    @Test
    default void theNewestGenerationsStayForARollback() {
        for (long generation = 1; generation <= 7; generation++) {
            put(new Row.ResourceRow(at("a", generation)));
        }
        put(new Row.ResourceRow(at("b", 1)));
        assertEquals(2, forget(new Old.Revisions(4, EVER), 2));
        assertEquals(1, forget(new Old.Revisions(4, EVER), 2));
        assertEquals(
                List.of(7L, 6L, 5L, 4L), List.copyOf(store().history(Samples.uid("a")).keySet()));
        write(new Write.Delete(Samples.key("a")));
        assertEquals(4, forget(new Old.RevisionsOfDeleted(), 10));
        assertEquals(1, store().history(Samples.uid("b")).size());
    }

    private static Resource<ApplicationSpec> at(String name, long generation) {
        Resource<ApplicationSpec> made = Samples.application(name);
        return new Resource<>(made.metadata().withGeneration(generation), made.spec());
    }

    @Test
    default void theLastOperationOfAnApplicationStays() {
        put(Samples.row("a"));
        put(Samples.operation("f1", "a", Failover.State.COMPLETED));
        put(Samples.operation("f2", "a", Failover.State.COMPLETED));
        put(Samples.operation("g1", "gone", Failover.State.COMPLETED));
        put(Samples.operation("h1", "a", Failover.State.FENCING));
        assertEquals(0, forget(new Old.Operations(Duration.ofDays(40_000)), 10));
        pass(Duration.ofDays(1));
        assertEquals(3, forget(new Old.Operations(Duration.ZERO), 10), "h1 is newer and live");
        assertEquals(
                List.of("h1"),
                store().operations("", 10).stream().map(o -> o.row().operation().name()).toList());
        put(Samples.operation("h1", "a", Failover.State.COMPLETED));
        assertEquals(0, forget(new Old.Operations(Duration.ZERO), 10));
        write(new Write.Delete(Samples.key("a")));
        assertEquals(1, forget(new Old.Operations(Duration.ZERO), 10));
        assertTrue(
                store().changes(store().head() - 1, 1).getFirst().entries().stream()
                        .allMatch(e -> e.row().isEmpty()),
                "watchers hear of it");
    }

    @Test
    default void expiredTokensAndOldAnswersGo() {
        store().addAccount("bob", "shop", AccountsContract.recorded("add"));
        for (int i = 0; i < 3; i++) {
            Digest secret = Digest.of(("s" + i).getBytes(StandardCharsets.UTF_8));
            store().issue(secret, "bob", Duration.ofHours(1), AccountsContract.recorded("issue"));
            Digest join = Digest.of(("j" + i).getBytes(StandardCharsets.UTF_8));
            store().putToken(
                            join,
                            new Store.TokenRecord.Join(Samples.uid("c1"), Duration.ofHours(1)));
        }
        Digest lasting = Digest.of("lasting".getBytes(StandardCharsets.UTF_8));
        store().putToken(lasting, new Store.TokenRecord.Agent(Samples.uid("c1")));
        answered("k1");
        pass(Duration.ofHours(2));
        assertEquals(0, forget(new Old.Tokens(Duration.ofDays(1)), 100));
        assertEquals(0, forget(new Old.Answers(Duration.ofDays(1)), 100));
        pass(Duration.ofDays(1));
        assertEquals(6, forget(new Old.Tokens(Duration.ofDays(1)), 100));
        assertEquals(1, forget(new Old.Answers(Duration.ofDays(1)), 100));
        assertTrue(store().token(lasting).isPresent());
        assertEquals(4, forget(new Old.Audit(Duration.ofDays(1)), 100));
    }

    private CommitResult answered(String key) {
        return store().commit(
                        new Authority.Api(
                                Optional.of(new Authority.Idempotency("s", key, "r", "done"))),
                        List.of(),
                        List.of(new Write.Put(Samples.row("answered"))));
    }

    @Test
    default void historyGoesInBatches() {
        for (int i = 0; i < 7; i++) {
            put(Samples.row("a" + i));
        }
        pass(Duration.ofMinutes(10));
        long head = put(Samples.row("b"));
        assertEquals(3, forget(new Old.History(2, Duration.ofMinutes(5)), 3));
        assertThrows(Store.CompactedException.class, () -> store().changes(head - 6, 10));
        assertEquals(5, store().changes(head - 5, 10).size());
        assertEquals(3, forget(new Old.History(2, Duration.ofMinutes(5)), 3));
        assertEquals(0, forget(new Old.History(2, Duration.ofMinutes(5)), 3), "two stay");
    }

    @Test
    default void historyIsBoundedInNumberHoweverYoungItIs() {
        for (int i = 0; i < 10; i++) {
            put(Samples.row("a"));
        }
        long head = store().head();
        Old young = new Old.History(2, EVER, 4);
        assertEquals(5, forget(young, 5));
        assertEquals(1, forget(young, 5));
        assertEquals(0, forget(young, 5));
        assertEquals(4, store().changes(head - 4, 10).size());
        assertThrows(Store.CompactedException.class, () -> store().changes(head - 5, 10));
    }

    @Test
    default void aWeekOfChurnLeavesNothingBehind() {
        Retention day =
                new Retention(
                        Duration.ofDays(1),
                        20,
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        3,
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        Duration.ofHours(1),
                        1_000_000);
        Map<String, Integer> forgotten = new HashMap<>();
        Sweeper sweeper =
                new Sweeper(
                        store(), day, (what, rows) -> forgotten.merge(what, rows, Integer::sum));
        Term term = term();
        store().addAccount("bob", "shop", AccountsContract.recorded("add"));
        List<Map<String, Integer>> byDay = new ArrayList<>();
        List<Map<String, Long>> bytesByDay = new ArrayList<>();
        for (int hour = 0; hour < 7 * 24; hour += 4) {
            churn(hour);
            pass(Duration.ofHours(4));
            assertTrue(sweeper.often(term));
            assertTrue(sweeper.seldom(term, Duration.ofDays(1)));
            // The usual least of history is more than a week of this.
            store().forget(term, new Old.History(CHANGES, Duration.ofHours(1)), 10_000);
            if (hour % 24 == 20) {
                byDay.add(sizes());
                bytesByDay.add(bytes());
            }
        }
        Map<String, Integer> third = byDay.get(2);
        for (Map<String, Integer> later : byDay.subList(3, 7)) {
            for (String table : third.keySet()) {
                if (!table.equals("operation")) {
                    assertEquals(third.get(table), later.get(table), table + " " + byDay);
                }
            }
        }
        assertEquals(CHANGES, third.get("change_log"));
        assertTrue(byDay.getLast().get("operation") <= 3, byDay::toString);
        for (var then : bytesByDay.get(2).entrySet()) {
            long most = then.getValue() * 5 / 4 + 2 * PAGE;
            for (Map<String, Long> later : bytesByDay.subList(3, 7)) {
                assertTrue(later.get(then.getKey()) <= most, then.getKey() + " " + bytesByDay);
            }
        }
        for (String what :
                List.of("events", "audit", "revisions", "contents", "answers", "tokens")) {
            assertTrue(forgotten.getOrDefault(what, 0) > 0, what + " " + forgotten);
        }
    }

    /** What happens in four hours: the same each time, but with names of its own. */
    private void churn(int hour) {
        Uid resident = Samples.uid("resident");
        Digest content = content(noise(hour));
        List<Write> writes = new ArrayList<>();
        writes.add(new Write.Put(new Row.ResourceRow(at("resident", hour + 1))));
        writes.add(new Write.Put(Samples.work("c1", "resident", Optional.of(content))));
        for (int i = 0; i < 15; i++) {
            writes.add(new Write.AddEvent(Samples.event(resident.value().substring(4), "R" + i)));
            writes.add(new Write.AddEvent(Samples.event("guest" + hour, "G" + i)));
            writes.add(new Write.AddAudit(Samples.audit("hour " + hour)));
        }
        writes.add(new Write.Put(Samples.row("guest" + hour)));
        write(writes.toArray(Write[]::new));
        answered("key" + hour);
        put(Samples.operation("f" + hour, "guest" + hour, Failover.State.COMPLETED));
        write(new Write.Delete(Samples.key("guest" + hour)));
        store().issue(
                        Digest.of(("t" + hour).getBytes(StandardCharsets.UTF_8)),
                        "bob",
                        Duration.ofHours(1),
                        AccountsContract.recorded("issue"));
    }

    /** As large as a small application's content, and of no use to a compressor. */
    private static String noise(int seed) {
        Random random = new Random(seed);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            out.append(Long.toString(random.nextLong(), 36));
        }
        return out.toString();
    }
}
