package io.portolan.central.store;

import static io.portolan.central.store.Samples.row;
import static io.portolan.central.store.Samples.uid;
import static io.portolan.central.store.StoreFixture.committed;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Nothing decided on one database reaches another. */
class LineageTest {
    private static final Authority ANYBODY = new Authority.Api(Optional.empty());

    private final AtomicInteger told = new AtomicInteger();

    private static CommitResult put(Store store, String name) {
        return store.commit(ANYBODY, List.of(), List.of(new Write.Put(row(name))));
    }

    @Test
    void addressThatMovedToAnotherServerIsWrittenNothing() throws Exception {
        DatabaseSettings settings = TestDatabase.fresh();
        java.nio.file.Path data = java.nio.file.Files.createTempDirectory("portolan-other");
        try (EmbeddedDatabase server = EmbeddedDatabase.start(data.resolve("data"));
                Wire wire = new Wire(settings)) {
            String name = settings.url().substring(settings.url().lastIndexOf('/') + 1);
            TestDatabase.execute(server.settings(), "create database " + name);
            DatabaseSettings other = server.settings(name);
            PostgresStore.open(other).close();
            try (PostgresStore store =
                    PostgresStore.open(wire.through(settings), told::incrementAndGet)) {
                committed(put(store, "a"));
                wire.leadTo(other);
                await().atMost(Duration.ofSeconds(30)).until(() -> told.get() == 1);
                assertEquals(
                        new CommitResult.Unavailable(
                                "the database was restored or promoted: this node begins anew"),
                        put(store, "b"));
                assertThrows(Store.StoreException.class, () -> store.openSession(uid("c1")));
                assertThrows(Store.StoreException.class, store::head);
            }
            assertEquals(0, TestDatabase.count(other, "select revision::int from counter"));
            assertEquals(0, TestDatabase.count(other, "select count(*)::int from cluster_session"));
            assertEquals(1, told.get());
        } finally {
            TestDatabase.delete(data);
        }
    }

    @Test
    void formerPrimaryIsNotFollowedBack() throws SQLException {
        try (Connection session =
                SessionSort.QUICK.source(TestDatabase.fresh(), Guard.OPEN).getConnection()) {
            Origin now = Origin.read(session);
            Origin later = new Origin(now.system(), "0000002A");
            SQLException e =
                    assertThrows(
                            SQLException.class,
                            () ->
                                    new Lineage(later, 7, Optional.empty(), told::incrementAndGet)
                                            .admit(session));
            assertEquals(
                    "the database is a former primary on timeline "
                            + now.timeline()
                            + ", this node serves 0000002A: keep the former one stopped",
                    Failure.words(e));
            assertEquals(0, told.get());
            Origin earlier = new Origin(now.system(), "00000000");
            assertThrows(
                    SQLException.class,
                    () ->
                            new Lineage(earlier, 7, Optional.empty(), told::incrementAndGet)
                                    .admit(session));
            assertEquals(1, told.get());
        }
    }

    @Test
    void generationThatAnOperatorRaisedEndsTheStoreByItself() {
        DatabaseSettings settings = TestDatabase.fresh();
        try (PostgresStore store = PostgresStore.open(settings, told::incrementAndGet)) {
            committed(put(store, "a"));
            TestDatabase.execute(
                    settings,
                    "update store_identity set generation = generation + 1, authority = ''");
            assertInstanceOf(CommitResult.Unavailable.class, put(store, "b"));
            await().atMost(Duration.ofSeconds(30)).until(() -> told.get() == 1);
            assertEquals(1, TestDatabase.count(settings, "select revision::int from counter"));
        }
    }

    @Test
    void idleStoreLearnsOfARaisedGenerationToo() {
        DatabaseSettings settings = TestDatabase.fresh();
        try (PostgresStore store = PostgresStore.open(settings, told::incrementAndGet)) {
            TestDatabase.execute(settings, "update store_identity set generation = generation + 1");
            await().atMost(Duration.ofSeconds(30)).until(() -> told.get() == 1);
            assertThrows(Store.StoreException.class, store::head);
        }
    }

    /**
     * What the lost life may have told: revisions, terms and sessions beyond what is known here.
     */
    @Test
    void nothingOfTheFormerLifeMeansAnythingInTheNext() {
        DatabaseSettings settings = TestDatabase.fresh();
        Term former;
        long session;
        long head;
        try (PostgresStore store = PostgresStore.open(settings)) {
            head = committed(put(store, "a"));
            former = store.lead("former", "t1", Duration.ofHours(1)).orElseThrow();
            session = store.openSession(uid("c1"));
        }
        TestDatabase.execute(settings, "update store_identity set authority = 'restored/1'");
        try (PostgresStore store = PostgresStore.open(settings)) {
            assertTrue(store.head() > head + 1_000_000);
            assertThrows(Store.CompactedException.class, () -> store.changes(head + 50, 10));
            assertEquals(List.of(), store.changes(store.head(), 10));
            assertInstanceOf(
                    CommitResult.Fenced.class,
                    store.commit(new Authority.Leader(former), List.of(), List.of()));
            Term next = store.lead("next", "t2", Duration.ofHours(1)).orElseThrow();
            assertTrue(next.epoch() > former.epoch() + 1);
            assertInstanceOf(
                    CommitResult.Fenced.class,
                    store.commit(new Authority.Agent(uid("c1"), session, 1), List.of(), List.of()));
            assertTrue(store.openSession(uid("c1")) > session + 1);
            assertEquals(1, store.snapshot().rows().size());
            Store.Restored restored = store.restored().orElseThrow();
            assertEquals(store.head(), restored.revision());
            assertEquals(Optional.of(restored), store.snapshot().restored());
            assertTrue(store.silences().get(uid("c1")).lastHeard().isAfter(restored.at()));
            assertEquals(store.head() + 1, committed(put(store, "b")));
        }
    }

    /** The second life of one copy must not tell again what the first has told. */
    @Test
    void theSameCopyLeapsFurtherTheSecondTime() {
        DatabaseSettings settings = TestDatabase.fresh();
        long head;
        try (PostgresStore store = PostgresStore.open(settings)) {
            committed(put(store, "a"));
            assertEquals(Optional.empty(), store.restored());
        }
        TestDatabase.execute(settings, "update store_identity set authority = 'restored/1'");
        try (PostgresStore store = PostgresStore.open(settings)) {
            head = committed(put(store, "b"));
        }
        TestDatabase.execute(
                settings,
                "update counter set revision = 1, horizon = 0;"
                        + " update store_identity set authority = 'restored/1'");
        try (PostgresStore store = PostgresStore.open(settings)) {
            assertTrue(store.head() > head + 1_000, () -> store.head() + " after " + head);
        }
    }
}
