package io.portolan.central.feed;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.portolan.central.store.Authority;
import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Selector;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChangeFollowerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MemoryStore store = new MemoryStore(Clock.systemUTC());

    /** While it holds, nobody can read changes. */
    private volatile boolean away;

    /** How often the head cannot be read. */
    private final AtomicInteger headless = new AtomicInteger();

    /** At which revision the listener has a bug; 0 for none. */
    private volatile long bug;

    /** How often the listener cannot learn anew. */
    private final AtomicInteger unlearning = new AtomicInteger();

    private final List<Long> heard = new CopyOnWriteArrayList<>();
    private final AtomicInteger missed = new AtomicInteger();
    private final AtomicInteger missedByNext = new AtomicInteger();
    private final ChangeFollower follower =
            ChangeFollower.start(reached(), List.of(new Recorder(), new Next()));

    private Store reached() {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
                            String name = method.getName();
                            if ((away && name.equals("changes"))
                                    || (name.equals("head") && fails(headless))) {
                                throw new Store.StoreException("away", new IOException());
                            }
                            try {
                                return method.invoke(store, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static boolean fails(AtomicInteger times) {
        return times.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    private final class Recorder implements ChangeFollower.Listener {
        @Override
        public void changed(Change change) {
            if (change.revision() == bug) {
                throw new IllegalStateException("a bug at revision " + bug);
            }
            heard.add(change.revision());
        }

        @Override
        public void missed() {
            if (fails(unlearning)) {
                throw new Store.StoreException("away", new IOException());
            }
            missed.incrementAndGet();
        }
    }

    private final class Next implements ChangeFollower.Listener {
        @Override
        public void changed(Change change) {}

        @Override
        public void missed() {
            missedByNext.incrementAndGet();
        }
    }

    @AfterEach
    void stop() {
        follower.close();
        store.close();
    }

    private long put(String name) {
        CommitResult result =
                store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(),
                        List.of(
                                new Write.Put(
                                        new Row.ResourceRow(
                                                new Resource<>(
                                                        Metadata.named("", name)
                                                                .created(
                                                                        new Uid("uid-" + name),
                                                                        Instant.EPOCH),
                                                        new TenantSpec(
                                                                Selector.EVERYTHING, Set.of()))))));
        return assertInstanceOf(CommitResult.Committed.class, result).revision();
    }

    private void losesHistory() {
        away = true;
        put("a");
        put("b");
        store.compact(0, Duration.ZERO);
        away = false;
    }

    private void hearsWhatComesNext() {
        long next = put("next");
        await().atMost(PATIENCE).until(() -> heard.contains(next));
    }

    /** Who fell behind is often behind because the store was away. */
    @Test
    void beginsAnewWhenTheStoreIsBack() {
        headless.set(2);
        losesHistory();
        await().atMost(PATIENCE).until(() -> missed.get() == 1);
        hearsWhatComesNext();
        assertEquals(0, headless.get());
        assertEquals(1, missed.get(), "told once");
    }

    @Test
    void tellsAllAgainWhenOneCouldNotLearnAnew() {
        unlearning.set(2);
        losesHistory();
        await().atMost(PATIENCE).until(() -> missedByNext.get() == 1);
        hearsWhatComesNext();
        assertEquals(1, missed.get());
        assertEquals(1, missedByNext.get(), "told once");
    }

    /** What fails once most likely fails again. */
    @Test
    void aListenersBugCostsTheBatchAndNotTheRest() throws Exception {
        long before = follower.position();
        bug = put("a") + 1;
        put("b");
        await().atMost(PATIENCE).until(() -> missedByNext.get() == 1);
        hearsWhatComesNext();
        assertEquals(1, missed.get());
        assertEquals(
                List.of(bug - 1, bug, bug + 1),
                follower.after(before, Duration.ZERO).stream().map(Change::revision).toList(),
                "who reads the log misses nothing");
    }
}
