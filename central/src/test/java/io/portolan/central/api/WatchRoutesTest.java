package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.Events;
import io.portolan.central.TestNode;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.Health;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchRoutesTest {
    private static final String APPS = "/api/v1/tenants/shop/applications";
    private MemoryStore store;
    private TestNode node;

    @BeforeEach
    void start() {
        store = new MemoryStore(Clock.systemUTC());
        assertTrue(store.lead("other", "term", Duration.ofHours(1)).isPresent());
        node = TestNode.start(store);
        node.put("/api/v1/tenants/shop", Docs.TENANT);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void application(String name, String image, String label) {
        var reply =
                node.put(
                        APPS + "/" + name,
                        Docs.application(image)
                                .replace("\"web\",", "\"" + name + "\",")
                                .replace(
                                        "\"tenant\":\"shop\"",
                                        "\"tenant\":\"shop\",\"labels\":{\"is\":\""
                                                + label
                                                + "\"}"));
        assertTrue(reply.status() < 300, reply::toString);
    }

    @Test
    void beginsWithWhatIsThereAndGoesOn() {
        application("a", "x:1", "red");
        try (Events events = node.watch(APPS + "?watch=true")) {
            Events.Event first = events.next();
            assertEquals("put", first.name());
            assertEquals("a", first.subject());
            assertEquals("", first.id(), "a resumption in the middle must begin anew");
            Events.Event mark = events.next();
            assertEquals("bookmark", mark.name());
            assertEquals(id(store.head()), mark.id());
            application("b", "x:1", "red");
            Events.Event second = events.nextChange();
            assertEquals("b", second.subject());
            assertEquals(id(store.head()), second.id());
        }
    }

    /** As events name the place from which to resume. */
    private String id(long revision) {
        return store.generation() + "-" + revision;
    }

    private long commit(Write... writes) {
        return assertInstanceOf(
                        CommitResult.Committed.class,
                        store.commit(
                                new Authority.Api(Optional.empty()), List.of(), List.of(writes)))
                .revision();
    }

    private static Write.Put tenant(String name, String label) {
        return new Write.Put(
                new Row.ResourceRow(
                        new Resource<>(
                                Metadata.named("", name)
                                        .created(new Uid("uid-" + name), Instant.EPOCH)
                                        .withLabels(Map.of("is", label)),
                                new TenantSpec(Selector.EVERYTHING, Set.of()))));
    }

    /** Who resumed inside a transaction would never see its rest. */
    @Test
    void onlyTheLastEventOfATransactionCanBeResumedFrom() {
        long before = store.head();
        long both = commit(tenant("t1", "red"), tenant("t2", "blue"), tenant("t3", "red"));
        for (String selected : List.of("", "&labelSelector=is%3Dred")) {
            try (Events events =
                    node.watch("/api/v1/tenants?watch=true&revision=" + before + selected)) {
                assertEquals(id(before), events.next().id());
                Events.Event event = events.next();
                assertEquals("t1", event.subject());
                assertEquals("", event.id());
                while (!event.subject().equals("t3")) {
                    event = events.next();
                }
                assertEquals(id(both), event.id());
            }
        }
    }

    @Test
    void aDocumentIsAsItsTransactionLeftIt() {
        long before = store.head();
        for (String label : List.of("one", "two", "three")) {
            commit(tenant("t1", label));
        }
        commit(new Write.Delete(tenant("t1", "").row().key()));
        try (Events events = node.watch("/api/v1/tenants?watch=true&revision=" + before)) {
            for (String label : List.of("one", "two", "three")) {
                assertEquals(label, events.nextChange().data().at("/metadata/labels/is").asText());
            }
            assertEquals("delete", events.nextChange().name());
        }
    }

    @Test
    void whatWasNeverSelectedIsNotToldToLeave() {
        commit(tenant("t1", "blue"), tenant("t2", "blue"), tenant("t3", "red"));
        long before = store.head();
        try (Events live = node.watch("/api/v1/tenants?watch=true&labelSelector=is%3Dred")) {
            assertEquals("t3", live.next().subject());
            assertEquals("bookmark", live.next().name());
            commit(tenant("t1", "green"));
            commit(new Write.Delete(tenant("t2", "").row().key()));
            commit(new Write.Delete(tenant("t3", "").row().key()));
            try (Events late =
                    node.watch(
                            "/api/v1/tenants?watch=true&labelSelector=is%3Dred&revision="
                                    + before)) {
                for (Events events : List.of(live, late)) {
                    Events.Event event = events.nextChange();
                    assertEquals("delete", event.name());
                    assertEquals("t3", event.subject());
                }
            }
        }
    }

    /** Read page by page while others write: whole and of one moment at the first bookmark. */
    @Test
    void whatIsThereIsOfOneMomentAtTheFirstBookmark() throws Exception {
        int many = 1_700;
        for (int from = 0; from < many; from += 100) {
            commit(
                    IntStream.range(from, from + 100)
                            .mapToObj(i -> tenant("t" + i, "v0"))
                            .toArray(Write[]::new));
        }
        AtomicBoolean writing = new AtomicBoolean(true);
        Thread writer =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    // Each transaction touches the first page and the last one.
                                    for (int i = 1; writing.get(); i++) {
                                        commit(
                                                tenant("t1", "v" + i),
                                                i % 3 == 0
                                                        ? new Write.Delete(
                                                                tenant("t998", "").row().key())
                                                        : tenant("t998", "v" + i),
                                                tenant("t999", "v" + i));
                                    }
                                });
        Map<String, String> told = new HashMap<>();
        long at;
        try (Events events = node.watch("/api/v1/tenants?watch=true")) {
            Events.Event event = events.next();
            while (!event.name().equals("bookmark")) {
                assertEquals("", event.id(), "nothing is resumable before it is whole");
                if (event.name().equals("put")) {
                    told.put(event.subject(), event.data().at("/metadata/labels/is").asText());
                } else {
                    told.remove(event.subject());
                }
                event = events.next();
            }
            at = event.data().at("/metadata/revision").asLong();
        } finally {
            writing.set(false);
            writer.join();
        }
        Map<String, String> then = new HashMap<>();
        for (var change : store.changes(0, Integer.MAX_VALUE)) {
            if (change.revision() <= at) {
                for (var entry : change.entries()) {
                    if (entry.key() instanceof Row.Key.OfResource(ResourceKey key)) {
                        entry.row()
                                .ifPresentOrElse(
                                        row ->
                                                then.put(
                                                        key.name(),
                                                        ((Row.ResourceRow) row)
                                                                .resource()
                                                                .metadata()
                                                                .labels()
                                                                .getOrDefault("is", "")),
                                        () -> then.remove(key.name()));
                    }
                }
            }
        }
        assertEquals(then, told);
        assertEquals(told.get("t1"), told.get("t999"));
    }

    @Test
    void aPlaceInAnotherLifeOfTheStoreIsGone() {
        long head = store.head();
        String other = (store.generation() + 1) + "-" + head;
        assertEquals(410, node.get(APPS + "?watch=true&revision=" + other).status());
        assertEquals(
                410, node.send("GET", APPS + "?watch=true", "", "Last-Event-ID", other).status());
        try (Events events = node.watch(APPS + "?watch=true", "Last-Event-ID", id(head))) {
            assertEquals(id(head), events.next().id());
        }
    }

    @Test
    void resumesBehindTheLastEvent() {
        application("a", "x:1", "red");
        long seen = store.head();
        application("b", "x:1", "red");
        node.delete(APPS + "/b");
        application("c", "x:1", "red");
        for (List<String> how :
                List.of(List.of("", "Last-Event-ID"), List.of("&revision=" + seen, ""))) {
            try (Events events =
                    how.get(1).isEmpty()
                            ? node.watch(APPS + "?watch=true" + how.get(0))
                            : node.watch(APPS + "?watch=true", how.get(1), Long.toString(seen))) {
                assertEquals("b", events.nextChange().subject());
                assertEquals("b", events.nextChange().subject());
                assertEquals("c", events.nextChange().subject());
            }
        }
    }

    @Test
    void aStatusChangeShowsTheWholeDocument() {
        application("a", "x:1", "red");
        Uid uid = new Uid(node.get(APPS + "/a").json().at("/metadata/uid").asText());
        try (Events events = node.watch(APPS + "?watch=true&revision=" + store.head())) {
            events.next();
            store.commit(
                    new Authority.Api(Optional.empty()),
                    List.of(),
                    List.of(
                            new Write.Put(
                                    new Row.StatusRow(
                                            ResourceKey.application("shop", "a"),
                                            uid,
                                            new ApplicationStatus(
                                                    1,
                                                    "all well",
                                                    Health.HEALTHY,
                                                    1,
                                                    List.of(),
                                                    List.of(),
                                                    Optional.empty())))));
            Events.Event event = events.nextChange();
            assertEquals("put", event.name());
            assertEquals("all well", event.data().at("/status/summary").asText());
            assertEquals("front", event.data().at("/spec/components/0/name").asText());
        }
    }

    @Test
    void selectsByLabelsAndTellsWhatLeaves() {
        application("a", "x:1", "red");
        application("b", "x:1", "blue");
        try (Events events = node.watch(APPS + "?watch=true&labelSelector=is%3Dred")) {
            assertEquals("a", events.next().subject());
            assertEquals("bookmark", events.next().name());
            application("c", "x:1", "red");
            assertEquals("c", events.nextChange().subject());
            application("a", "x:1", "blue");
            Events.Event left = events.nextChange();
            assertEquals("delete", left.name());
            assertEquals("a", left.subject());
        }
    }

    @Test
    void showsATenantsUserNothingElse() {
        node.put("/api/v1/tenants/other", Docs.TENANT.replace("shop", "other"));
        String token = node.userOf("shop");
        try (Events events = node.watchAs(token, "/api/v1/applications?watch=true");
                Events tenants = node.watchAs(token, "/api/v1/tenants?watch=true")) {
            assertEquals("shop", tenants.next().subject());
            assertEquals("bookmark", tenants.next().name());
            node.put(
                    "/api/v1/tenants/other/applications/web",
                    Docs.application("x").replace("shop", "other"));
            node.put("/api/v1/tenants/third", Docs.TENANT.replace("shop", "third"));
            application("mine", "x:1", "red");
            node.patch("/api/v1/tenants/shop", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
            assertEquals("mine", events.nextChange().subject());
            assertEquals("shop", tenants.nextChange().subject());
        }
        try (Events refused =
                node.watchAs(token, "/api/v1/tenants/other/applications?watch=true")) {
            assertEquals(403, refused.status);
        }
    }

    @Test
    void compactedHistoryIsGone() {
        long old = store.head();
        for (int i = 0; i < 10; i++) {
            application("a", "x:" + i, "red");
        }
        store.compact(2, Duration.ZERO);
        assertEquals(410, node.get(APPS + "?watch=true&revision=" + old).status());
        assertEquals(410, node.get(APPS + "?watch=true&revision=999999").status());
        assertEquals(
                400, node.send("GET", APPS + "?watch=true", "", "Last-Event-ID", "x").status());
    }

    @Test
    void endsWhenTheNodeStops() {
        Events events = node.watch(APPS + "?watch=true");
        assertEquals("bookmark", events.next().name());
        node.close();
        assertEquals("end", events.next().name());
    }
}
