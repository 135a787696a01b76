package io.portolan.central.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.sse.SseSink;
import io.portolan.central.api.Subscription.Next;
import io.portolan.central.feed.ChangeFollower;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Kind;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.Health;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchHubTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MemoryStore store = new MemoryStore(Clock.systemUTC());

    /** While it holds, nobody can read changes: the store is away, or slow. */
    private volatile boolean away;

    /** Holds up whoever looks for a row. */
    private record Finding(CountDownLatch begun, CountDownLatch released) {}

    private volatile Finding finding = new Finding(new CountDownLatch(0), new CountDownLatch(0));

    private final Store reached = reached();
    private final ChangeFollower follower = ChangeFollower.start(reached, List.of());
    private final WatchHub hub = WatchHub.start(follower, new Showing(reached, new Heard(reached)));

    private Store reached() {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
                            if (away && method.getName().equals("changes")) {
                                throw new Store.StoreException("away", new IOException());
                            }
                            if (method.getName().equals("find")) {
                                finding.begun.countDown();
                                uninterrupted(finding.released);
                            }
                            try {
                                return method.invoke(store, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    @AfterEach
    void stop() {
        hub.close();
        follower.close();
        store.close();
    }

    private long put(String name, Map<String, String> labels) {
        return commit(tenant(name, labels));
    }

    private static Write tenant(String name, Map<String, String> labels) {
        return new Write.Put(
                new Row.ResourceRow(
                        new Resource<>(
                                Metadata.named("", name)
                                        .created(new Uid("uid-" + name), Instant.EPOCH)
                                        .withLabels(labels),
                                new TenantSpec(Selector.EVERYTHING, Set.of()))));
    }

    private long commit(Write... writes) {
        CommitResult result =
                store.commit(new Authority.Api(Optional.empty()), List.of(), List.of(writes));
        return assertInstanceOf(CommitResult.Committed.class, result).revision();
    }

    private static Interest tenants(String selector) {
        return new Interest(
                Kind.TENANT, "", Selector.parse(selector), key -> key.kind() == Kind.TENANT);
    }

    /** Those that ask for a label are not even woken by what others ask for. */
    @Test
    void handsOutToWhomItConcerns() throws Exception {
        try (Subscription red = hub.subscribe(tenants("is=red"));
                Subscription blue = hub.subscribe(tenants("is in (blue, green)"));
                Subscription all = hub.subscribe(tenants(""))) {
            put("a", Map.of("is", "red"));
            long left = put("a", Map.of("is", "blue"));
            long last = put("b", Map.of("is", "white"));
            for (int i = 0; i < 3; i++) {
                assertInstanceOf(Next.News.class, all.next(PATIENCE));
            }
            assertEquals(left - 1, told(red));
            assertEquals(left, told(red));
            assertEquals(left, told(blue));
            assertEquals(new Next.Quiet(last), red.next(Duration.ZERO));
            assertEquals(new Next.Quiet(last), blue.next(Duration.ZERO));
        }
    }

    private static long told(Subscription of) throws InterruptedException {
        return assertInstanceOf(Next.News.class, of.next(PATIENCE)).told().revision();
    }

    @Test
    void whoTakesNothingIsTooSlowAndOthersAreNot() throws Exception {
        try (Subscription stuck = hub.subscribe(tenants(""));
                Subscription other = hub.subscribe(tenants("is=last"))) {
            for (int i = 0; i <= Subscription.MOST_WAITING; i++) {
                put("a", Map.of("n", "v" + i));
            }
            put("a", Map.of("is", "last"));
            assertInstanceOf(Next.News.class, other.next(PATIENCE));
            assertInstanceOf(Next.TooSlow.class, stuck.next(PATIENCE));
        }
    }

    /** What is kept is bounded in bytes, too. */
    @Test
    void largeDocumentsAreForgottenSooner() throws Exception {
        try (Subscription slow = hub.subscribe(tenants(""))) {
            long first = put("a", Map.of("large", "0" + "x".repeat(1 << 20)));
            long last = 0;
            for (int i = 1; i < 40; i++) {
                last = put("a", Map.of("large", i + "x".repeat(1 << 20)));
            }
            handedOut(last);
            assertEquals(new Next.Forgotten(first), slow.next(PATIENCE));
            Next next = slow.next(PATIENCE);
            while (next instanceof Next.Forgotten) {
                next = slow.next(PATIENCE);
            }
            assertInstanceOf(Next.News.class, next, "the newest are kept");
        }
    }

    /** Its neighbours' traffic cuts nobody off: what the hub forgot is in the log. */
    @Test
    void fewOfMineAmongManyOfOthers() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch freed = new CountDownLatch(1);
        SseSink sink =
                new SseSink() {
                    @Override
                    public SseSink emit(SseEvent event) {
                        if (!event.name().orElse("").equals("bookmark")) {
                            told.add(event.name().orElse("") + " " + event.id().orElse(""));
                            stuck.countDown();
                            uninterrupted(freed);
                        }
                        return this;
                    }

                    @Override
                    public void close() {}
                };
        List<String> mine = new ArrayList<>();
        try (SlowWriters slow = new SlowWriters(Duration.ofDays(1), Duration.ofDays(1));
                Subscription others = hub.subscribe(tenants("is=other"))) {
            FutureTask<Boolean> watching = watching(slow, sink, tenants("is=mine"));
            Thread.ofVirtual().start(watching);
            mine.add("put 7-" + put("a", Map.of("is", "mine", "n", "0")));
            stuck.await();
            for (int n = 0; n < 2 * Subscription.MOST_WAITING; n++) {
                put("b", Map.of("is", "other", "n", "v" + n));
                if (n % 3_000 == 0) {
                    mine.add("put 7-" + put("a", Map.of("is", "mine", "n", "v" + n)));
                }
            }
            long last = put("a", Map.of("is", "mine", "n", "last"));
            mine.add("put 7-" + last);
            handedOut(last);
            assertInstanceOf(Next.TooSlow.class, others.next(PATIENCE), "so many were kept");
            freed.countDown();
            await().atMost(PATIENCE).until(() -> told.size() >= mine.size() || watching.isDone());
            hub.close();
            assertTrue(watching.get(), "ends only with the hub");
        }
        assertEquals(mine, told);
        assertEquals(0, hub.cutOff());
    }

    private FutureTask<Boolean> watching(SlowWriters slow, SseSink sink, Interest interest) {
        long head = store.head();
        return new FutureTask<>(
                () -> {
                    try (SlowWriters.Pen pen = slow.pen(sink)) {
                        new Watch(
                                        follower,
                                        hub,
                                        interest,
                                        () -> new Showing(reached, new Heard(reached)),
                                        7,
                                        pen)
                                .run(
                                        OptionalLong.of(head),
                                        _ -> {
                                            throw new IllegalStateException("resumed");
                                        });
                    }
                    return true;
                });
    }

    private void handedOut(long revision) {
        await().atMost(PATIENCE).until(() -> hub.position() >= revision);
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void goesOnWhereItWasWhenTheStoreIsBack() throws Exception {
        try (Subscription open = hub.subscribe(tenants(""))) {
            away = true;
            long first = put("a", Map.of());
            long second = put("b", Map.of());
            assertEquals(new Next.Quiet(open.since()), open.next(Duration.ofMillis(300)));
            away = false;
            assertEquals(first, told(open));
            assertEquals(second, told(open));
        }
    }

    /** History was compacted beyond what this node had read. */
    @Test
    void whoCannotBeToldWhatWasMissedIsToldSo() throws Exception {
        try (Subscription open = hub.subscribe(tenants(""))) {
            away = true;
            put("a", Map.of());
            put("a", Map.of("is", "red"));
            store.compact(0, Duration.ZERO);
            away = false;
            assertInstanceOf(Next.Lost.class, open.next(PATIENCE));
        }
        try (Subscription anew = hub.subscribe(tenants(""))) {
            long next = put("b", Map.of());
            assertEquals(next, told(anew));
        }
    }

    /** Whoever begins meanwhile need not wait, and misses nothing. */
    @Test
    void asksTheStoreWithoutTheLock() throws Exception {
        Interest applications =
                new Interest(
                        Kind.APPLICATION,
                        "",
                        Selector.EVERYTHING,
                        key -> key.kind() == Kind.APPLICATION);
        try (Subscription first = hub.subscribe(applications)) {
            finding = new Finding(new CountDownLatch(1), new CountDownLatch(1));
            Write status =
                    new Write.Put(
                            new Row.StatusRow(
                                    ResourceKey.application("shop", "a"),
                                    new Uid("uid-a"),
                                    new ApplicationStatus(
                                            1,
                                            "all well",
                                            Health.HEALTHY,
                                            1,
                                            List.of(),
                                            List.of(),
                                            Optional.empty())));
            FutureTask<Subscription> begins = new FutureTask<>(() -> hub.subscribe(tenants("")));
            long both;
            try {
                both = commit(status, tenant("b", Map.of()));
                assertTrue(finding.begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
                Thread.ofVirtual().start(begins);
                begins.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } finally {
                finding.released.countDown();
            }
            try (Subscription second = begins.get()) {
                assertEquals(both, told(second));
            }
            assertEquals(new Next.Quiet(both), first.next(Duration.ZERO));
        }
    }

    @Test
    void endsWithTheFollower() throws Exception {
        try (Subscription open = hub.subscribe(tenants(""))) {
            follower.close();
            assertInstanceOf(Next.Ended.class, open.next(PATIENCE));
        }
        try (Subscription late = hub.subscribe(tenants(""))) {
            assertInstanceOf(Next.Ended.class, late.next(PATIENCE));
        }
        assertTrue(follower.closed());
    }
}
