package io.portolan.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Deleted;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.KubeApi.WatchEvent;
import io.portolan.agent.kube.KubeApiContract.Subject;
import io.portolan.agent.observe.ObjectHealth;
import io.portolan.agent.observe.PodStop;
import io.portolan.agent.observe.PodTrouble;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What controllers make of what is applied, as far as agents rely on it. */
interface WorkloadContract {
    TypeRef POD = new TypeRef("v1", "Pod");

    Subject subject();

    @Test
    default void workloadsRunAndStop() {
        String ns = subject().freshNamespace();
        for (String kind : List.of("Deployment", "StatefulSet")) {
            String app = ns + "-" + kind.toLowerCase(java.util.Locale.ROOT);
            KubeObject desired = Shapes.workload(kind, ns, app, 2, "example.invalid/web:1");
            subject().applied(desired);
            subject().await(kind + " healthy", () -> health(desired.ref()) == Health.HEALTHY);
            assertEquals(2, ObjectHealth.of(subject().live(desired.ref())).ready());
            assertEquals(2, pods(app).size());
            List<WatchEvent> events = new CopyOnWriteArrayList<>();
            var listed =
                    assertInstanceOf(
                            Listed.Ok.class, subject().api().list(POD, "app=" + app, _ -> {}));
            try (var _ =
                    subject()
                            .api()
                            .watch(POD, "app=" + app, listed.resourceVersion(), events::add)) {
                subject().applied(desired.with(0, "spec", "replicas"));
                subject().await(kind + " stopped", () -> health(desired.ref()) == Health.STOPPED);
                subject().await("its pods gone", () -> removed(events).size() == 2);
            }
            assertEquals(List.of(), pods(app));
            assertTrue(
                    removed(events).stream().allMatch(p -> PodStop.ended(p, true)),
                    () -> "not seen to end: " + removed(events));
        }
    }

    @Test
    default void newTemplateReplacesThePods() {
        String ns = subject().freshNamespace();
        KubeObject first = Shapes.deployment(ns, ns, 3, "example.invalid/web:1");
        subject().applied(first);
        subject().await("version 1", () -> health(first.ref()) == Health.HEALTHY);
        KubeObject second = Shapes.deployment(ns, ns, 3, "example.invalid/web:2");
        subject().applied(second);
        subject()
                .await(
                        "version 2 alone",
                        () ->
                                health(first.ref()) == Health.HEALTHY
                                        && images(ns)
                                                .equals(
                                                        List.of(
                                                                "example.invalid/web:2",
                                                                "example.invalid/web:2",
                                                                "example.invalid/web:2")));
    }

    @Test
    default void podsOfABrokenImageSayWhy() {
        String ns = subject().freshNamespace();
        record Case(String image, String reason, String words) {}
        for (Case c :
                List.of(
                        new Case(
                                "example.invalid/missing:1",
                                "ImagePullBackOff",
                                "example.invalid/missing:1"),
                        new Case(
                                "example.invalid/crashes:1",
                                "CrashLoopBackOff",
                                "no database at db:5432"))) {
            String app = ns + c.reason.toLowerCase(java.util.Locale.ROOT);
            subject().applied(Shapes.deployment(ns, app, 1, c.image));
            subject()
                    .await(
                            c.reason,
                            () ->
                                    pods(app).stream()
                                            .flatMap(p -> PodTrouble.of(p).stream())
                                            .anyMatch(
                                                    t ->
                                                            t.reason().equals(c.reason)
                                                                    && t.message()
                                                                            .contains(c.words)));
        }
    }

    @Test
    default void podThatFitsNowhereSaysSo() {
        String ns = subject().freshNamespace();
        KubeObject desired = Shapes.deployment(ns, ns, 1, "example.invalid/web:1");
        Map<String, Object> huge =
                Map.of(
                        "name",
                        "web",
                        "image",
                        "example.invalid/web:1",
                        "resources",
                        Map.of("requests", Map.of("cpu", "1000")));
        subject().applied(desired.with(List.of(huge), "spec", "template", "spec", "containers"));
        subject()
                .await(
                        "the scheduler's words",
                        () ->
                                pods(ns).stream()
                                        .flatMap(p -> PodTrouble.of(p).stream())
                                        .anyMatch(
                                                t ->
                                                        t.reason().equals("Unschedulable")
                                                                && t.message()
                                                                        .contains(
                                                                                "Insufficient"
                                                                                        + " cpu")));
    }

    @Test
    default void dependentsFollowTheirOwner() {
        String ns = subject().freshNamespace();
        KubeObject desired = Shapes.deployment(ns, ns, 1, "example.invalid/web:1");
        KubeObject live = subject().applied(desired);
        subject().await("healthy", () -> health(desired.ref()) == Health.HEALTHY);
        assertInstanceOf(Deleted.Accepted.class, subject().api().delete(live.ref(), live.uid()));
        subject().await("no pod", () -> pods(ns).isEmpty());
        assertInstanceOf(Found.Absent.class, subject().api().get(live.ref()));
    }

    @Test
    default void leavingNamespaceTakesItsContentAndNothingNew() {
        String ns = subject().freshNamespace();
        KubeObject held =
                subject()
                        .configMap(ns, "a", "1")
                        .with(List.of("example.invalid/wait"), "metadata", "finalizers");
        subject().applied(held);
        KubeObject namespace = subject().live(Shapes.namespace(ns).ref());
        subject().api().delete(namespace.ref(), namespace.uid());
        assertEquals(Health.PROGRESSING, health(namespace.ref()));
        assertInstanceOf(
                Deleted.Accepted.class, subject().api().delete(namespace.ref(), namespace.uid()));
        var refused =
                assertInstanceOf(
                        Applied.Refused.class,
                        subject().api().apply(Shapes.configMap(ns, "late", Map.of()), false));
        assertEquals(403, refused.code());
        assertTrue(refused.message().contains("being terminated"), refused.message());
        KubeObject release =
                new KubeObject(
                        Map.of(
                                "metadata",
                                java.util.Collections.singletonMap("finalizers", (Object) null)));
        subject().api().patch(held.ref(), release, null);
        subject()
                .await(
                        "the namespace gone",
                        () -> subject().api().get(namespace.ref()) instanceof Found.Absent);
    }

    private Health health(ObjectRef ref) {
        return ObjectHealth.of(subject().live(ref)).health();
    }

    private List<KubeObject> pods(String app) {
        List<KubeObject> pods = new ArrayList<>();
        subject().api().list(POD, "app=" + app, pods::add);
        return pods;
    }

    private List<Object> images(String app) {
        return pods(app).stream()
                .map(p -> (List<?>) p.at("spec", "containers"))
                .<Object>map(c -> ((Map<?, ?>) c.getFirst()).get("image"))
                .toList();
    }

    private static List<KubeObject> removed(List<WatchEvent> events) {
        return events.stream()
                .filter(e -> e instanceof WatchEvent.Removed)
                .map(e -> ((WatchEvent.Removed) e).last())
                .toList();
    }
}
