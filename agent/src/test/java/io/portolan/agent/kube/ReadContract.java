package io.portolan.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi.ApiKind;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Deleted;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.KubeApi.WatchEvent;
import io.portolan.agent.kube.KubeApiContract.Subject;
import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Gets, lists, watches and discovery. */
interface ReadContract {
    TypeRef CONFIG_MAP = new TypeRef("v1", "ConfigMap");

    /** More than a page of the real adapter. */
    int MANY = 260;

    Subject subject();

    @Test
    default void readsWhatIsThereAndSaysWhatIsNot() {
        KubeObject live =
                subject().applied(subject().configMap(subject().freshNamespace(), "a", "1"));
        KubeObject read = subject().live(live.ref());
        assertEquals(live.json(), read.json());
        assertEquals("v1", read.apiVersion());
        assertInstanceOf(
                Found.Absent.class,
                subject().api().get(Shapes.configMap("default", "no-such", Map.of()).ref()));
    }

    @Test
    default void unknownKindIsToldApartFromAbsence() {
        KubeObject odd = Shapes.object("nobody.example.invalid/v1", "Oddity", "default", "x");
        assertInstanceOf(Found.UnknownKind.class, subject().api().get(odd.ref()));
        assertInstanceOf(Deleted.UnknownKind.class, subject().api().delete(odd.ref(), "u"));
        assertInstanceOf(
                Listed.UnknownKind.class, subject().api().list(TypeRef.of(odd.ref()), "", _ -> {}));
        var refused = assertInstanceOf(Applied.Refused.class, subject().api().apply(odd, false));
        assertEquals("UnknownKind", refused.reason());
    }

    @Test
    default void listsEveryObjectOnceAcrossPages() {
        String ns = subject().freshNamespace();
        TreeSet<String> expected = new TreeSet<>();
        for (int i = 0; i < MANY; i++) {
            expected.add("settings-" + i);
            subject()
                    .applied(
                            Shapes.configMap(ns, "settings-" + i, Map.of("i", "" + i))
                                    .with(ns, "metadata", "labels", "run"));
        }
        List<KubeObject> seen = new ArrayList<>();
        var listed =
                assertInstanceOf(
                        Listed.Ok.class, subject().api().list(CONFIG_MAP, "run=" + ns, seen::add));
        assertFalse(listed.resourceVersion().isEmpty());
        assertEquals(MANY, seen.size());
        assertEquals(expected, new TreeSet<>(seen.stream().map(KubeObject::name).toList()));
        for (KubeObject each : seen) {
            assertEquals(
                    "v1 ConfigMap " + ns,
                    each.apiVersion() + " " + each.kind() + " " + each.namespace());
        }
    }

    @Test
    default void selectorsSelect() {
        String ns = subject().freshNamespace();
        for (String tier : List.of("web", "db", "cache")) {
            subject()
                    .applied(
                            Shapes.configMap(ns, tier, Map.of())
                                    .with(tier, "metadata", "labels", "tier")
                                    .with(ns, "metadata", "labels", "run"));
        }
        record Case(String selector, List<String> names) {}
        for (Case c :
                List.of(
                        new Case("run=" + ns, List.of("cache", "db", "web")),
                        new Case("run==" + ns + ",tier=db", List.of("db")),
                        new Case("run=" + ns + ",tier!=db", List.of("cache", "web")),
                        new Case("run=" + ns + ",tier in (db, web)", List.of("db", "web")),
                        new Case("run=" + ns + ",tier notin (db,web)", List.of("cache")),
                        new Case("run=" + ns + ",tier,!absent", List.of("cache", "db", "web")),
                        new Case("run=" + ns + ",absent", List.of()))) {
            List<String> names = new ArrayList<>();
            subject().api().list(CONFIG_MAP, c.selector, o -> names.add(o.name()));
            assertEquals(c.names, names.stream().sorted().toList(), c.selector);
        }
    }

    @Test
    default void watchTellsWhatHappensAfterTheList() {
        String ns = subject().freshNamespace();
        KubeObject before =
                Shapes.configMap(ns, "before", Map.of()).with(ns, "metadata", "labels", "run");
        subject().applied(before);
        String selector = "run=" + ns;
        var listed =
                assertInstanceOf(
                        Listed.Ok.class, subject().api().list(CONFIG_MAP, selector, _ -> {}));
        List<String> told = new CopyOnWriteArrayList<>();
        try (var _ =
                subject()
                        .api()
                        .watch(
                                CONFIG_MAP,
                                selector,
                                listed.resourceVersion(),
                                e -> tell(told, e))) {
            KubeObject after =
                    Shapes.configMap(ns, "after", Map.of("a", "1"))
                            .with(ns, "metadata", "labels", "run");
            KubeObject live = subject().applied(after);
            subject().applied(after.with("2", "data", "a"));
            subject().applied(Shapes.configMap(ns, "stranger", Map.of()));
            subject().api().delete(live.ref(), live.uid());
            subject().applied(Shapes.configMap(ns, "before", Map.of()));
            subject().await("five events", () -> told.size() >= 4);
        }
        assertEquals(
                List.of("set after 1", "set after 2", "removed after 2", "removed before null"),
                told);
    }

    private static void tell(List<String> told, WatchEvent event) {
        switch (event) {
            case WatchEvent.Set(KubeObject live) ->
                    told.add("set " + live.name() + " " + live.at("data", "a"));
            case WatchEvent.Removed(KubeObject last) ->
                    told.add("removed " + last.name() + " " + last.at("data", "a"));
            case WatchEvent.Bookmark _ -> {
                // Comes when the server likes.
            }
            case WatchEvent.Ended(boolean _, String message) -> told.add("ended " + message);
        }
    }

    @Test
    default void watchFromForgottenHistoryEndsAndAsksForAList() {
        String group = subject().fresh() + ".example.invalid";
        subject().applied(Shapes.definition(group, "Gadget", "gadgets"));
        TypeRef gadget = new TypeRef(group + "/v1", "Gadget");
        subject()
                .await(
                        "the kind",
                        () -> subject().api().list(gadget, "", _ -> {}) instanceof Listed.Ok);
        subject().forgetHistory();
        List<WatchEvent> events = new CopyOnWriteArrayList<>();
        try (var _ = subject().api().watch(gadget, "", "1", events::add)) {
            subject().await("the end", () -> !events.isEmpty());
        }
        assertTrue(assertInstanceOf(WatchEvent.Ended.class, events.getFirst()).relist());
        assertEquals(1, events.size());
    }

    @Test
    default void watchOfUnknownKindEndsAndAsksForAList() {
        List<WatchEvent> events = new CopyOnWriteArrayList<>();
        TypeRef odd = new TypeRef("nobody.example.invalid/v1", "Oddity");
        try (var _ = subject().api().watch(odd, "", "1", events::add)) {
            subject().await("the end", () -> !events.isEmpty());
        }
        assertTrue(assertInstanceOf(WatchEvent.Ended.class, events.getFirst()).relist());
    }

    @Test
    default void closedWatchIsSilent() {
        String ns = subject().freshNamespace();
        var listed =
                assertInstanceOf(Listed.Ok.class, subject().api().list(CONFIG_MAP, "", _ -> {}));
        List<WatchEvent> closed = new CopyOnWriteArrayList<>();
        List<WatchEvent> open = new CopyOnWriteArrayList<>();
        subject().api().watch(CONFIG_MAP, "", listed.resourceVersion(), closed::add).close();
        try (var _ = subject().api().watch(CONFIG_MAP, "", listed.resourceVersion(), open::add)) {
            subject().applied(subject().configMap(ns, "a", "1"));
            subject().await("the open watch", () -> !open.isEmpty());
        }
        assertEquals(List.of(), closed);
    }

    @Test
    default void definitionAddsAKindAndItsEndTakesItAway() {
        String ns = subject().freshNamespace();
        String group = subject().fresh() + ".example.invalid";
        KubeObject crd = subject().applied(Shapes.definition(group, "Widget", "widgets"));
        KubeObject widget = Shapes.object(group + "/v1", "Widget", ns, "w").with(3, "spec", "size");
        subject()
                .await(
                        "the kind",
                        () -> subject().api().apply(widget, false) instanceof Applied.Ok);
        List<String> names = new ArrayList<>();
        subject().api().list(TypeRef.of(widget.ref()), "", o -> names.add(o.kind() + o.name()));
        assertEquals(List.of("Widgetw"), names);
        subject().api().delete(crd.ref(), crd.uid());
        subject()
                .await(
                        "the kind's end",
                        () -> subject().api().get(widget.ref()) instanceof Found.UnknownKind);
    }

    @Test
    default void discoveryKnowsVersionAndKinds() {
        KubeApi.Discovery discovery = subject().api().discover().orElseThrow();
        assertTrue(discovery.version().matches("v1\\.[0-9]+\\..*"), discovery.version());
        assertTrue(
                discovery
                        .kinds()
                        .contains(new ApiKind("apps/v1", "Deployment", "deployments", true)));
        assertTrue(discovery.kinds().contains(new ApiKind("v1", "Namespace", "namespaces", false)));
    }
}
