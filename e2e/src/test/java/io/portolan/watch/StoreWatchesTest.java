package io.portolan.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.DatabaseSettings;
import io.portolan.central.store.Old;
import io.portolan.central.store.PostgresStore;
import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Postgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * The guarantees on a real PostgreSQL: three nodes write at once in groups of any size, others hold
 * rows, leaders change, history is compacted, the server restarts under them, and readers come back
 * at any position on any node.
 */
class StoreWatchesTest {
    private static final int NODES = 3;
    private static final int WRITERS = 9;
    private static final int READERS = 8;
    private static final int COMMITS = 80;
    private static final int SESSIONS_END = 10;
    private static final Duration LATER = Duration.ofSeconds(90);

    @Test
    void keepTheirWordThroughTakeoverCompactionAndRestart() throws Exception {
        long seed = Long.getLong("portolan.watch.seed", System.nanoTime());
        System.out.println("watches of stores, seed " + seed);
        try (Postgres postgres = Postgres.start()) {
            Postgres.Database database = postgres.freshDatabase("watches");
            List<PostgresStore> nodes = new ArrayList<>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < NODES; i++) {
                    nodes.add(PostgresStore.open(DatabaseSettings.of(database.jdbcUrl(), "", "")));
                }
                StoreDrive drive = new StoreDrive(nodes, database);
                AtomicLong last = new AtomicLong(Long.MAX_VALUE);
                List<Future<?>> readers = new ArrayList<>();
                for (int i = 0; i < READERS; i++) {
                    int reader = i;
                    Random random = new Random(seed + 100 + i);
                    readers.add(
                            threads.submit(
                                    () -> {
                                        drive.read(
                                                "reader " + reader,
                                                random,
                                                reader % 4,
                                                at -> at >= last.get());
                                        return reader;
                                    }));
                }
                AtomicBoolean writing = new AtomicBoolean(true);
                List<Future<?>> troubles = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    Random random = new Random(seed + 200 + i);
                    troubles.add(threads.submit(() -> drive.disturb(random, _ -> writing.get())));
                }
                AtomicInteger terms = new AtomicInteger();
                troubles.add(threads.submit(() -> lead(drive, nodes, terms, writing)));
                try {
                    join(write(threads, drive, seed, i -> i < COMMITS));
                    restart(postgres, threads, drive, seed + 25);
                    join(write(threads, drive, seed + 50, i -> i < COMMITS));
                    writing.set(false);
                    join(troubles);
                    last.set(nodes.getFirst().head());
                } finally {
                    // Where one failed, the others must not go on for ever.
                    writing.set(false);
                    last.compareAndSet(Long.MAX_VALUE, 0);
                }
                join(readers);
                History history = drive.history();
                assertEquals(List.of(), WatchChecker.check(history), () -> "seed " + seed);
                assertTrue(history.commits().size() > WRITERS * COMMITS, "hardly any commit");
                assertTrue(terms.get() > 2, "no takeover");
                assertTrue(drive.reconnections.get() > READERS, "no reconnection");
                System.out.printf(
                        "%d commits, %d in doubt, %d terms, %d reconnections, %d refused"
                                + " positions%n",
                        history.commits().size(),
                        drive.doubts.get(),
                        terms.get(),
                        drive.reconnections.get(),
                        drive.refusals.get());
            } finally {
                nodes.forEach(PostgresStore::close);
            }
        }
    }

    /** While they write, so that some commits are left in doubt: sessions end, then the server. */
    private static void restart(
            Postgres postgres, ExecutorService threads, StoreDrive drive, long seed)
            throws Exception {
        AtomicBoolean restarting = new AtomicBoolean(true);
        int before = drive.answered();
        List<Future<?>> writers = write(threads, drive, seed, _ -> restarting.get());
        try {
            for (int i = 1; i <= SESSIONS_END; i++) {
                int enough = before + i * WRITERS;
                Await.until("writers to write", LATER, () -> drive.answered() > enough);
                drive.endSessions();
            }
            postgres.restart();
        } finally {
            restarting.set(false);
        }
        join(writers);
    }

    private static List<Future<?>> write(
            ExecutorService threads, StoreDrive drive, long seed, Predicate<Integer> goOn) {
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int node = i % NODES;
            Random random = new Random(seed + i);
            writers.add(threads.submit(() -> drive.write(node, goOn, random)));
        }
        return writers;
    }

    private static void join(List<Future<?>> threads) throws Exception {
        for (Future<?> thread : threads) {
            thread.get();
        }
    }

    /**
     * One node after the other leads for a while and compacts history; its last term stays used.
     */
    private static void lead(
            StoreDrive drive, List<PostgresStore> nodes, AtomicInteger terms, AtomicBoolean goOn) {
        while (goOn.get()) {
            int node = terms.get() % nodes.size();
            try {
                Optional<Term> term =
                        nodes.get(node)
                                .lead("n" + node, "term" + terms.get(), Duration.ofMinutes(1));
                if (term.isPresent()) {
                    terms.incrementAndGet();
                    drive.leading = term;
                    var _ =
                            nodes.get(node)
                                    .forget(term.get(), new Old.History(40, Duration.ZERO), 200);
                    LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
                    nodes.get(node).release(term.get());
                } else {
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
            } catch (Store.StoreException e) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }
}
