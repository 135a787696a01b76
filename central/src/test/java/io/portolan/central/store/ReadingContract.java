package io.portolan.central.store;

import static io.portolan.central.store.Samples.application;
import static io.portolan.central.store.Samples.row;
import static io.portolan.central.store.Samples.uid;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Digest;
import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the store's readers see. */
interface ReadingContract extends StoreFixture {
    @Test
    default void findsAResourceWithItsOwnStatus() {
        long made = put(row("a"), row("b"));
        assertEquals(
                Optional.empty(),
                store().find(ResourceKey.application("shop", "a")).orElseThrow().status());
        long told = put(Samples.status("a", "well"));
        Store.Described found = store().find(ResourceKey.application("shop", "a")).orElseThrow();
        assertEquals(made, found.resource().revision());
        assertEquals(made, found.resource().row().resource().metadata().revision());
        assertEquals(
                new Versioned<>(Samples.status("a", "well"), told), found.status().orElseThrow());
        assertEquals(Optional.empty(), store().find(ResourceKey.application("other", "a")));
    }

    @Test
    default void listsInOrderPageByPage() {
        for (String name : List.of("b", "a-2", "a", "Z", "a_b")) {
            put(new Row.ResourceRow(application("shop", name, Map.of())));
        }
        put(new Row.ResourceRow(application("bank", "z", Map.of())), Samples.tenant("shop"));
        put(Samples.status("a-2", "well"));
        List<String> seen = new ArrayList<>();
        Optional<ResourceKey> next = Optional.empty();
        do {
            Store.Page page = store().list(Kind.APPLICATION, "", Selector.EVERYTHING, next, 2);
            assertEquals(store().head(), page.revision());
            page.items()
                    .forEach(
                            i ->
                                    seen.add(
                                            i.resource().row().resource().key().tenant()
                                                    + "/"
                                                    + i.resource().row().resource().key().name()
                                                    + i.status()
                                                            .map(s -> " " + s.revision())
                                                            .orElse("")));
            next = page.next();
        } while (next.isPresent());
        assertEquals(
                List.of(
                        "bank/z",
                        "shop/Z",
                        "shop/a",
                        "shop/a-2 " + store().head(),
                        "shop/a_b",
                        "shop/b"),
                seen);
        assertEquals(List.of("Z", "a", "a-2", "a_b", "b"), names("shop", "", 5));
        assertEquals(
                Optional.empty(),
                store().list(Kind.APPLICATION, "shop", Selector.EVERYTHING, Optional.empty(), 5)
                        .next());
        assertEquals(List.of(), names("nobody", "", 5));
        assertEquals(
                List.of(),
                store().list(Kind.FAILOVER, "", Selector.EVERYTHING, Optional.empty(), 5).items());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tier = prod          | a b",
                "tier != prod         | c d",
                "tier in (prod, test) | a b c",
                "tier notin (test)    | a b d",
                "example.io/x         | b",
                "!tier                | d",
                "tier = prod, !example.io/x | a",
            })
    default void selectsByLabels(String selector, String expected) {
        put(
                new Row.ResourceRow(application("shop", "a", Map.of("tier", "prod"))),
                new Row.ResourceRow(
                        application("shop", "b", Map.of("tier", "prod", "example.io/x", ""))),
                new Row.ResourceRow(application("shop", "c", Map.of("tier", "test"))),
                new Row.ResourceRow(application("shop", "d", Map.of())));
        assertEquals(List.of(expected.split(" ")), names("shop", selector, 100));
    }

    private List<String> names(String tenant, String selector, int limit) {
        return store()
                .list(Kind.APPLICATION, tenant, Selector.parse(selector), Optional.empty(), limit)
                .items()
                .stream()
                .map(i -> i.resource().row().resource().key().name())
                .toList();
    }

    @Test
    default void keepsEveryGenerationOfASpec() {
        Resource<ApplicationSpec> first = application("a");
        put(new Row.ResourceRow(first));
        put(new Row.ResourceRow(first.with(first.metadata().withLabels(Map.of("new", "label")))));
        ApplicationSpec changed =
                new ApplicationSpec(
                        List.of(new Component("b", new Component.Manifests(List.of()))),
                        Optional.empty(),
                        Optional.empty());
        put(new Row.ResourceRow(new Resource<>(first.metadata().withGeneration(2), changed)));
        Map<Long, String> history = store().history(uid("a"));
        assertEquals(List.of(2L, 1L), List.copyOf(history.keySet()));
        assertEquals(
                first.spec(),
                Codec.lenient().read(history.getOrDefault(1L, ""), ApplicationSpec.class));
        assertEquals(
                changed, Codec.lenient().read(history.getOrDefault(2L, ""), ApplicationSpec.class));
        assertEquals(Map.of(), store().history(uid("other")));
    }

    @Test
    default void findsAssignments() {
        long revision = put(Samples.assignment("a"));
        assertEquals(
                Optional.of(new Versioned<>(Samples.assignment("a"), revision)),
                store().assignment(uid("a")));
        assertEquals(Optional.empty(), store().assignment(uid("b")));
    }

    @Test
    default void listsOperationsNewestFirst() {
        Row.OperationRow old = Samples.operation("z-old", "a", Failover.State.FENCING);
        long first = put(old);
        long second = put(Samples.operation("a-new", "b", Failover.State.REQUESTED));
        assertEquals(Optional.of(new Versioned<>(old, first)), store().operation("shop", "z-old"));
        assertEquals(Optional.empty(), store().operation("bank", "z-old"));
        long third = put(Samples.operation("z-old", "a", Failover.State.COMPLETED));
        assertEquals(
                List.of(second, third),
                store().operations("shop", 10).stream().map(Versioned::revision).toList());
        assertEquals(
                List.of(second),
                store().operations("", 1).stream().map(Versioned::revision).toList());
        assertEquals(List.of(), store().operations("bank", 10));
    }

    @Test
    default void showsEverythingOnceOverPages() {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            put(Samples.operation(name, name, Failover.State.COMPLETED));
            write(
                    new Write.AddEvent(Samples.event("x", name)),
                    new Write.AddEvent(Samples.event("y", name)),
                    new Write.AddAudit(Samples.audit(name)));
        }
        // Two of one transaction are of one age.
        put(
                Samples.operation("g", "g", Failover.State.COMPLETED),
                Samples.operation("f", "f", Failover.State.COMPLETED));
        List<String> newest = List.of("e", "d", "c", "b", "a");
        assertEquals(
                List.of("f", "g", "e", "d", "c", "b", "a"),
                paged(
                        after -> store().operations("shop", "", after, 1),
                        o -> o.row().operation().name()));
        assertEquals(newest, paged(after -> store().events(uid("x"), after, 2), e -> e.reason()));
        assertEquals(newest, paged(after -> store().audit(after, 5), a -> a.action()));
    }

    @Test
    default void whatIsAddedMeanwhileMovesNoPage() {
        for (String name : List.of("a", "b", "c")) {
            write(new Write.AddEvent(Samples.event("x", name)));
        }
        var first = store().events(uid("x"), Optional.empty(), 2);
        write(new Write.AddEvent(Samples.event("x", "d")));
        var second = store().events(uid("x"), first.next(), 2);
        assertEquals(List.of("a"), second.items().stream().map(e -> e.reason()).toList());
        assertEquals(Optional.empty(), second.next());
    }

    @Test
    default void findsOperationsByNameInAllTenants() {
        put(Samples.operation("one", "a", Failover.State.COMPLETED));
        put(Samples.operation("two", "b", Failover.State.COMPLETED));
        var found = store().operations("", "two", Optional.empty(), 10);
        assertEquals(
                List.of("two"),
                found.items().stream().map(o -> o.row().operation().name()).toList());
        assertEquals(List.of(), store().operations("bank", "two", Optional.empty(), 9).items());
    }

    /** All items, page by page. */
    static <T> List<String> paged(
            Function<Optional<Slice.Place>, Slice<T>> page, Function<T, String> name) {
        List<String> out = new ArrayList<>();
        Optional<Slice.Place> after = Optional.empty();
        do {
            Slice<T> slice = page.apply(after);
            slice.items().stream().map(name).forEach(out::add);
            after = slice.next();
        } while (after.isPresent());
        return out;
    }

    @Test
    default void showsAClusterItsWorks() {
        put(Samples.work("c1", "b", Optional.of(Samples.CONTENT)));
        put(Samples.work("c2", "a", Optional.of(Samples.CONTENT)));
        put(Samples.work("c1", "a", Optional.empty()));
        Store.WorkSnapshot works = store().works(uid("c1"));
        assertEquals(store().head(), works.revision());
        assertEquals(
                List.of(uid("a"), uid("b")),
                works.plain().stream().map(w -> w.application()).toList());
        assertTrue(works.plain().getFirst().tombstone());
        write(new Write.Delete(new Row.Key.OfWork(uid("c1"), uid("a"))));
        assertEquals(1, store().works(uid("c1")).works().size());
        assertEquals(List.of(), store().works(uid("c9")).works());
    }

    @Test
    default void showsWhatAClustersAgentSaid() {
        put(Samples.workStatus("c1", "b"));
        put(Samples.workStatus("c2", "a"));
        put(Samples.workStatus("c1", "a"));
        assertEquals(
                List.of(
                        Samples.workStatus("c1", "a").status(),
                        Samples.workStatus("c1", "b").status()),
                store().reported(uid("c1")));
        write(new Write.Delete(new Row.Key.OfWorkStatus(uid("c1"), uid("a"))));
        assertEquals(1, store().reported(uid("c1")).size());
        assertEquals(List.of(), store().reported(uid("c9")));
    }

    @Test
    default void contentIsForTheClustersThatNeedIt() {
        byte[] json = "{\"objects\":[]}".repeat(100).getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.of(json);
        write(new Write.PutContent(digest, json));
        write(new Write.PutContent(digest, json));
        assertArrayEquals(json, store().content(digest).orElseThrow());
        assertEquals(Optional.empty(), store().content(Samples.CONTENT));
        assertFalse(store().mayRead(uid("c1"), digest));
        put(Samples.work("c1", "a", Optional.of(digest)));
        assertTrue(store().mayRead(uid("c1"), digest));
        assertFalse(store().mayRead(uid("c2"), digest));
        put(Samples.work("c1", "a", Optional.empty()));
        assertFalse(store().mayRead(uid("c1"), digest));
    }

    @Test
    default void tellsEventsAndAuditNewestFirst() {
        write(
                new Write.AddEvent(Samples.event("a", "First")),
                new Write.AddEvent(Samples.event("a", "Second")),
                new Write.AddEvent(Samples.event("b", "Foreign")),
                new Write.AddAudit(Samples.audit("create")));
        write(
                new Write.AddEvent(Samples.event("a", "Third")),
                new Write.AddAudit(Samples.audit("delete")));
        assertEquals(
                List.of(Samples.event("a", "Third"), Samples.event("a", "Second")),
                store().events(uid("a"), 2));
        assertEquals(3, store().events(uid("a"), 10).size());
        assertEquals(List.of(Samples.audit("delete"), Samples.audit("create")), store().audit(10));
        assertEquals(1, store().audit(1).size());
    }

    @Test
    default void rowsAreGoneWhenDeleted() {
        List<Row> rows =
                List.of(
                        row("a"),
                        Samples.status("a", "well"),
                        Samples.assignment("a"),
                        Samples.work("c1", "a", Optional.empty()),
                        Samples.workStatus("c1", "a"),
                        Samples.observation("c1"),
                        Samples.operation("move", "a", Failover.State.COMPLETED));
        put(rows.toArray(Row[]::new));
        write(rows.stream().<Write>map(r -> new Write.Delete(r.key())).toArray(Write[]::new));
        assertEquals(List.of(), store().snapshot().rows());
        assertEquals(Optional.empty(), store().operation("shop", "move"));
        assertEquals(Optional.empty(), store().assignment(uid("a")));
        assertEquals(
                rows.stream().map(Row::key).toList(),
                store().changes(1, 10).getFirst().entries().stream()
                        .map(Change.Entry::key)
                        .toList());
        assertEquals(Optional.empty(), store().find(ResourceKey.application("shop", "a")));
    }
}
