package io.portolan.central.store;

import static io.portolan.central.store.Samples.row;
import static io.portolan.central.store.StoreFixture.committed;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that is away, silent, read-only, full of sessions, or held up by a frozen process. */
class DatabaseTroubleTest {
    private static final Authority ANYBODY = new Authority.Api(Optional.empty());
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private DatabaseSettings settings;
    private Wire wire;

    @BeforeEach
    void open() throws Exception {
        settings = TestDatabase.fresh();
        wire = new Wire(settings);
    }

    @AfterEach
    void close() {
        wire.close();
    }

    private static CommitResult put(Store store, String name) {
        return store.commit(ANYBODY, List.of(), List.of(new Write.Put(row(name))));
    }

    private DatabaseSettings otherNode() {
        return DatabaseSettings.of(settings.url(), settings.user(), "");
    }

    private int sessions(String which) {
        return TestDatabase.count(
                settings,
                "select count(*) from pg_stat_activity where datname = current_database() and "
                        + which);
    }

    private static String database(DatabaseSettings settings) {
        return settings.url().substring(settings.url().lastIndexOf('/') + 1);
    }

    private void await(java.util.concurrent.Callable<Boolean> condition) {
        org.awaitility.Awaitility.await().atMost(PATIENCE).until(condition);
    }

    @Test
    void silentDatabaseIsToldAndComesBackByItself() {
        try (PostgresStore store = PostgresStore.open(wire.through(settings))) {
            committed(put(store, "a"));
            wire.silence();
            // Sent or not: either way somebody answers.
            assertTrue(
                    switch (put(store, "b")) {
                        case CommitResult.Unavailable _, CommitResult.Unknown _ -> true;
                        case CommitResult other -> throw new AssertionError(other);
                    });
            assertEquals(
                    new CommitResult.Unavailable("the database does not answer"), put(store, "c"));
            Store.StoreException e = assertThrows(Store.StoreException.class, store::head);
            assertEquals("the database does not answer", e.reason());
            wire.restore();
            await(() -> put(store, "d") instanceof CommitResult.Committed);
            assertTrue(store.head() >= 2);
        }
    }

    @Test
    void silentFirstHostLeavesTimeForTheSecond() throws Exception {
        try (Wire second = new Wire(settings)) {
            wire.silence();
            String both =
                    settings.url()
                            .replaceFirst(
                                    "//[^/]+/",
                                    "//" + wire.address() + "," + second.address() + "/");
            try (Connection session =
                    SessionSort.QUICK
                            .source(DatabaseSettings.of(both, settings.user(), ""), Guard.OPEN)
                            .getConnection()) {
                assertTrue(session.isValid(5));
            }
        }
    }

    @Test
    void readOnlyDatabaseIsReadAndSaysSo() {
        try (PostgresStore store = PostgresStore.open(settings)) {
            committed(put(store, "a"));
            readOnly("on");
            // A pool finds out one by one which connections the server has ended.
            String said = "the database is read-only or a standby";
            await(() -> put(store, "b").equals(new CommitResult.Unavailable(said)));
            await(() -> refusal(() -> assertEquals(1, store.head())).isEmpty());
            await(() -> refusal(() -> store.openSession(Samples.uid("c1"))).equals(said));
            readOnly("off");
            await(() -> put(store, "b") instanceof CommitResult.Committed);
        }
    }

    /** Why the store does not do it; nothing where it does. */
    private static String refusal(Runnable act) {
        try {
            act.run();
            return "";
        } catch (Store.StoreException e) {
            return e.reason();
        }
    }

    private void readOnly(String value) {
        // From elsewhere: who is read-only may not change that.
        DatabaseSettings server =
                DatabaseSettings.of(
                        settings.url().replace(database(settings), "postgres"),
                        settings.user(),
                        "");
        TestDatabase.execute(
                server,
                "alter database %s set default_transaction_read_only = %s"
                        .formatted(database(settings), value));
        TestDatabase.count(
                server,
                "select count(pg_terminate_backend(pid, 1000))::int from pg_stat_activity where datname = '%s'"
                        .formatted(database(settings)));
    }

    @Test
    void noConnectionLeftIsToldAndComesBackByItself() {
        String role = "limited_" + database(settings);
        TestDatabase.execute(settings, "create role " + role + " login");
        TestDatabase.execute(
                settings, "create database owned_" + database(settings) + " owner " + role);
        DatabaseSettings limited =
                DatabaseSettings.of(
                        settings.url().replace(database(settings), "owned_" + database(settings)),
                        role,
                        "");
        try (PostgresStore store = PostgresStore.open(limited)) {
            TestDatabase.execute(settings, "alter role " + role + " connection limit 0");
            TestDatabase.execute(
                    settings,
                    "do $$ begin perform pg_terminate_backend(pid, 1000) from pg_stat_activity"
                            + " where usename = '"
                            + role
                            + "'; end $$");
            await(
                    () ->
                            put(store, "a")
                                    .equals(
                                            new CommitResult.Unavailable(
                                                    "the database takes no more connections")));
            TestDatabase.execute(settings, "alter role " + role + " connection limit -1");
            await(() -> put(store, "a") instanceof CommitResult.Committed);
        }
    }

    @Test
    void frozenProcessWithTheCounterHoldsUpNobodyForLong() throws SQLException {
        try (PostgresStore store = PostgresStore.open(settings);
                Connection frozen =
                        SessionSort.COMMIT.source(otherNode(), Guard.OPEN).getConnection()) {
            frozen.setAutoCommit(false);
            Rows.execute(frozen, "update counter set revision = revision + 1");
            Rows.query(frozen, AuthoritySql.LEADS, rs -> rs.getLong(1));
            committed(put(store, "a"));
            assertThrows(SQLException.class, frozen::commit);
        }
    }

    @Test
    void processThatPausesInsideACommitDoesItAgainWhenItWakes() throws Exception {
        DatabaseSettings node = wire.through(settings);
        try (PostgresStore store = PostgresStore.open(node)) {
            String inside =
                    "application_name = '%s' and state = 'idle in transaction'"
                            .formatted(SessionSort.COMMIT.applicationName(node.node()));
            committed(put(store, "a"));
            CompletableFuture<CommitResult> second;
            try (Connection holder =
                    SessionSort.BULK.source(otherNode(), Guard.OPEN).getConnection()) {
                // So that the pause begins while it waits for the counter.
                holder.setAutoCommit(false);
                Rows.query(holder, "select revision from counter for update", rs -> rs.getLong(1));
                second = CompletableFuture.supplyAsync(() -> put(store, "b"));
                await(() -> sessions("wait_event_type = 'Lock'") == 1);
                wire.freezeClient();
                holder.rollback();
            }
            await(() -> sessions(inside) == 1);
            await(() -> sessions(inside) == 0);
            wire.restore();
            assertInstanceOf(CommitResult.Committed.class, second.get());
            assertEquals(2, store.head());
        }
    }

    @Test
    void processThatTakesNothingOfALargeAnswerHoldsNoSnapshotForLong() throws Exception {
        DatabaseSettings node = wire.through(settings);
        try (Connection frozen = SessionSort.BULK.source(node, Guard.OPEN).getConnection()) {
            wire.freezeClient();
            CompletableFuture<Integer> answer =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return Rows.query(
                                                    frozen,
                                                    "select repeat('x', 1000) from"
                                                            + " generate_series(1, 100000)",
                                                    rs -> rs.getString(1))
                                            .size();
                                } catch (SQLException e) {
                                    return -1;
                                }
                            });
            await(() -> sessions("wait_event = 'ClientWrite'") == 1);
            await(() -> sessions("wait_event = 'ClientWrite'") == 0);
            assertEquals(
                    0,
                    sessions(
                            "application_name = '"
                                    + SessionSort.BULK.applicationName(node.node())
                                    + "'"));
            wire.restore();
            assertEquals(-1, answer.get());
        }
    }

    /** As of an account or a token: there is no key that would tell later. */
    @Test
    void transactionWhoseCommitIsLostIsToldAsInDoubt() {
        try (Lane lane = Lane.open(settings, SessionSort.QUICK, 1, Guard.OPEN)) {
            Store.StoreException e =
                    assertThrows(
                            Store.StoreException.class,
                            () ->
                                    lane.transact(
                                            c -> {
                                                // The session ends before the commit reaches it.
                                                long pid =
                                                        Rows.query(
                                                                        c,
                                                                        "select pg_backend_pid()",
                                                                        rs -> rs.getLong(1))
                                                                .getFirst();
                                                TestDatabase.count(
                                                        settings,
                                                        "select pg_terminate_backend("
                                                                + pid
                                                                + ", 5000)::int");
                                                return pid;
                                            }));
            assertTrue(e.reason().endsWith("it may have happened or not"), e::reason);
        }
    }

    @Test
    void commitWithoutItsSynchronousStandbyIsInDoubt() throws Exception {
        Path data = Files.createTempDirectory("portolan-lonely");
        try (EmbeddedDatabase server = EmbeddedDatabase.start(data.resolve("data"));
                PostgresStore store = PostgresStore.open(server.settings())) {
            committed(put(store, "a"));
            TestDatabase.execute(
                    server.settings(), "alter system set synchronous_standby_names = 'none_such'");
            TestDatabase.count(server.settings(), "select pg_reload_conf()::int");
            CommitResult answer = put(store, "b");
            while (answer instanceof CommitResult.Committed) {
                // The server has not read its configuration yet.
                answer = put(store, "b");
            }
            assertInstanceOf(CommitResult.Unknown.class, answer);
        } finally {
            TestDatabase.delete(data);
        }
    }
}
