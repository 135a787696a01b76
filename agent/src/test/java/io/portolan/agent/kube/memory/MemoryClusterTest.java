package io.portolan.agent.kube.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.KubeApi.WatchEvent;
import io.portolan.agent.kube.Shapes;
import io.portolan.agent.kube.memory.MemoryCluster.Settings;
import io.portolan.agent.observe.ObjectHealth;
import io.portolan.agent.observe.PodStop;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only the cluster in memory can do: time, faults, sameness. */
class MemoryClusterTest {
    private static final TypeRef POD = new TypeRef("v1", "Pod");
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Settings SLOW =
            Settings.defaults().withPods(Duration.ofSeconds(4), Duration.ofSeconds(3));

    private MemoryCluster cluster = cluster(SLOW);

    @BeforeEach
    void newCluster() {
        cluster = cluster(SLOW);
    }

    @Test
    void podsTakeTheirTimeToStartAndToStop() {
        KubeObject web = apply(Shapes.deployment("default", "web", 1, "example.invalid/web:1"));
        cluster.settle(START);
        cluster.settle(START.plusSeconds(3));
        assertEquals(Health.PROGRESSING, health(web.ref()));
        cluster.settle(START.plusSeconds(4));
        assertEquals(Health.HEALTHY, health(web.ref()));
        apply(Shapes.deployment("default", "web", 0, "example.invalid/web:1"));
        cluster.settle(START.plusSeconds(6));
        cluster.settle(START.plusSeconds(8));
        assertEquals(1, pods().size(), "its container has not ended");
        cluster.settle(START.plusSeconds(9));
        assertEquals(List.of(), pods());
        assertEquals(Health.STOPPED, health(web.ref()));
    }

    @Test
    void sameCallsGiveTheSameObjects() {
        assertEquals(story(cluster(SLOW)), story(cluster(SLOW)));
    }

    private static List<Map<String, Object>> story(MemoryCluster cluster) {
        cluster.apply(Shapes.deployment("default", "web", 3, "example.invalid/web:1"), false);
        cluster.apply(
                Shapes.workload("StatefulSet", "default", "db", 2, "example.invalid/db:1"), false);
        cluster.settle(START.plusSeconds(1));
        cluster.settle(START.plusSeconds(9));
        List<Map<String, Object>> objects = new ArrayList<>();
        for (String kind : List.of("Deployment", "ReplicaSet", "StatefulSet")) {
            cluster.list(new TypeRef("apps/v1", kind), "", o -> objects.add(o.json()));
        }
        cluster.list(POD, "", o -> objects.add(o.json()));
        assertEquals(8, objects.size());
        return objects;
    }

    @Test
    void whileDownEveryCallAsksToRetryAndWatchesEnd() {
        KubeObject web = apply(Shapes.deployment("default", "web", 1, "example.invalid/web:1"));
        List<WatchEvent> events = new ArrayList<>();
        cluster.watch(POD, "", "1", events::add);
        cluster.down(true);
        assertInstanceOf(Applied.Retry.class, cluster.apply(web, false));
        assertInstanceOf(Found.Retry.class, cluster.get(web.ref()));
        assertInstanceOf(Listed.Failed.class, cluster.list(POD, "", _ -> {}));
        assertTrue(cluster.discover().isEmpty());
        cluster.settle(START.plusSeconds(60));
        assertEquals(
                List.of(new WatchEvent.Ended(false, "connection refused: the cluster is down")),
                events);
        cluster.down(false);
        assertEquals(Health.PROGRESSING, health(web.ref()));
    }

    @Test
    void refusedPodsShowAtTheirDeployment() {
        cluster.refuse(o -> o.kind().equals("Pod"), "exceeded quota: compute");
        KubeObject web = apply(Shapes.deployment("default", "web", 1, "example.invalid/web:1"));
        cluster.settle(START);
        ObjectHealth.Verdict verdict = ObjectHealth.of(live(web.ref()));
        assertEquals(Health.FAILED, verdict.health());
        assertEquals("no pod can be made: exceeded quota: compute", verdict.message());
        cluster.allowAll();
        cluster.settle(START.plusSeconds(1));
        cluster.settle(START.plusSeconds(9));
        assertEquals(Health.HEALTHY, health(web.ref()));
    }

    @Test
    void podsOfASilentNodeStayAndVanishWithoutProof() {
        KubeObject web = apply(Shapes.deployment("default", "web", 1, "example.invalid/web:1"));
        cluster.settle(START);
        cluster.settle(START.plusSeconds(5));
        String node = String.valueOf(pods().getFirst().at("spec", "nodeName"));
        List<WatchEvent> events = new ArrayList<>();
        cluster.watch(POD, "", Long.toString(cluster.version()), events::add);
        cluster.nodeReady(node, false);
        apply(Shapes.deployment("default", "web", 0, "example.invalid/web:1"));
        cluster.settle(START.plusSeconds(300));
        assertEquals(1, pods().size());
        cluster.vanish(pods().getFirst().ref());
        cluster.settle(START.plusSeconds(301));
        assertEquals(Health.STOPPED, health(web.ref()), "the API alone looks stopped");
        KubeObject last =
                events.stream()
                        .filter(e -> e instanceof WatchEvent.Removed)
                        .map(e -> ((WatchEvent.Removed) e).last())
                        .findFirst()
                        .orElseThrow();
        assertEquals(false, PodStop.ended(last, true), "no kubelet said that it ended");
    }

    @Test
    void aPodThatIsForcedAwayRunsOnUntilItsKubeletHasStoppedIt() {
        KubeObject web = apply(Shapes.deployment("default", "web", 1, "example.invalid/web:1"));
        cluster.settle(START);
        cluster.settle(START.plusSeconds(5));
        String uid = pods().getFirst().uid();
        String node = String.valueOf(pods().getFirst().at("spec", "nodeName"));
        assertEquals(List.of(uid), running());

        apply(Shapes.deployment("default", "web", 0, "example.invalid/web:1"));
        cluster.machines().cut(node);
        cluster.vanish(pods().getFirst().ref());
        cluster.settle(START.plusSeconds(1_000));
        assertEquals(List.of(), pods());
        assertEquals(List.of(uid), running(), "nobody told its kubelet");

        cluster.machines().join(node);
        cluster.settle(START.plusSeconds(1_001));
        assertEquals(List.of(uid), running(), "stopping takes three seconds");
        cluster.settle(START.plusSeconds(1_004));
        assertEquals(List.of(), running());
        assertEquals(Health.STOPPED, health(web.ref()));
    }

    @Test
    void aMachineThatLosesPowerRunsNothingAndStartsItsPodsAgainWhenItBoots() {
        apply(Shapes.deployment("default", "web", 1, "example.invalid/web:1"));
        cluster.settle(START);
        cluster.settle(START.plusSeconds(5));
        String uid = pods().getFirst().uid();
        String node = String.valueOf(pods().getFirst().at("spec", "nodeName"));
        Object boot = node(node).at("status", "nodeInfo", "bootID");

        cluster.machines().off(node);
        cluster.settle(START.plusSeconds(6));
        assertEquals(List.of(), running());
        assertEquals("Running", pods().getFirst().at("status", "phase"), "so says the API");

        cluster.machines().boot(node);
        cluster.settle(START.plusSeconds(7));
        assertEquals(List.of(uid), running());
        assertNotEquals(boot, node(node).at("status", "nodeInfo", "bootID"));
    }

    @Test
    void podsOfARemovedNodeAreCalledFailedAndForgottenWhileTheyRun() {
        apply(Shapes.deployment("default", "web", 1, "example.invalid/web:1"));
        cluster.settle(START);
        cluster.settle(START.plusSeconds(5));
        KubeObject pod = pods().getFirst();
        String node = String.valueOf(pod.at("spec", "nodeName"));
        List<WatchEvent> events = new ArrayList<>();
        cluster.watch(POD, "", Long.toString(cluster.version()), events::add);

        cluster.machines().cut(node);
        cluster.delete(new ObjectRef("v1", "Node", "", node), "");
        cluster.settle(START.plusSeconds(6));
        assertTrue(pods().stream().noneMatch(p -> p.uid().equals(pod.uid())));
        assertTrue(running().contains(pod.uid()));
        KubeObject last =
                events.stream()
                        .filter(e -> e instanceof WatchEvent.Removed)
                        .map(e -> ((WatchEvent.Removed) e).last())
                        .findFirst()
                        .orElseThrow();
        assertEquals("Failed", last.at("status", "phase"));
        assertEquals(false, PodStop.terminal(last, true), "its containers still show as running");
    }

    private List<String> running() {
        return cluster.machines().running("").stream().map(KubeObject::uid).toList();
    }

    private KubeObject node(String name) {
        return live(new ObjectRef("v1", "Node", "", name));
    }

    @Test
    void rolloutThatNeverGetsReadyRunsIntoItsDeadline() {
        KubeObject web =
                Shapes.deployment("default", "web", 1, "example.invalid/missing:1")
                        .with(60, "spec", "progressDeadlineSeconds");
        apply(web);
        for (int i = 0; i <= 7; i++) {
            cluster.settle(START.plusSeconds(i * 10));
        }
        assertEquals("ProgressDeadlineExceeded", ObjectHealth.of(live(web.ref())).reason());
    }

    @Test
    void statefulPodsStartInOrderAndKeepTheirClaims() {
        KubeObject db =
                Shapes.workload("StatefulSet", "default", "db", 2, "example.invalid/db:1")
                        .with(
                                List.of(
                                        Map.of(
                                                "metadata",
                                                Map.of("name", "data"),
                                                "spec",
                                                Map.of())),
                                "spec",
                                "volumeClaimTemplates");
        apply(db);
        cluster.settle(START);
        assertEquals(List.of("db-0"), names(POD));
        cluster.settle(START.plusSeconds(5));
        cluster.settle(START.plusSeconds(10));
        assertEquals(List.of("db-0", "db-1"), names(POD));
        apply(db.with(0, "spec", "replicas"));
        for (int i = 11; i < 30; i++) {
            cluster.settle(START.plusSeconds(i));
        }
        assertEquals(List.of(), names(POD));
        assertEquals(
                List.of("data-db-0", "data-db-1"),
                names(new TypeRef("v1", "PersistentVolumeClaim")));
    }

    @Test
    void jobsEndAndDaemonsCoverTheNodes() {
        KubeObject job =
                Shapes.object("batch/v1", "Job", "default", "migrate")
                        .with(
                                Map.of(
                                        "restartPolicy",
                                        "Never",
                                        "containers",
                                        List.of(
                                                Map.of(
                                                        "name",
                                                        "m",
                                                        "image",
                                                        "example.invalid/m:1"))),
                                "spec",
                                "template",
                                "spec");
        apply(job);
        KubeObject daemon =
                Shapes.workload("DaemonSet", "default", "probe", 1, "example.invalid/probe:1");
        apply(daemon);
        cluster.settle(START);
        cluster.settle(START.plusSeconds(5));
        assertEquals(Health.HEALTHY, health(job.ref()));
        ObjectHealth.Verdict verdict = ObjectHealth.of(live(daemon.ref()));
        assertEquals(Health.HEALTHY, verdict.health());
        assertEquals(2, verdict.ready());
    }

    @Test
    void consumersMayCallTheClusterWhileItDelivers() {
        List<String> seen = new ArrayList<>();
        cluster.watch(
                new TypeRef("v1", "ConfigMap"),
                "",
                Long.toString(cluster.version()),
                event -> {
                    if (event instanceof WatchEvent.Set(KubeObject live)) {
                        seen.add(live.name());
                        if (live.name().equals("first")) {
                            apply(Shapes.configMap("default", "second", Map.of()));
                        }
                    }
                });
        apply(Shapes.configMap("default", "first", Map.of()));
        cluster.deliver();
        cluster.deliver();
        assertEquals(List.of("first", "second"), seen);
    }

    @Test
    void playsByItselfForDevelopment() {
        try (MemoryCluster playing = cluster(Settings.defaults())) {
            List<WatchEvent> events = new CopyOnWriteArrayList<>();
            playing.watch(POD, "", "1", events::add);
            KubeObject web = Shapes.deployment("default", "web", 1, "example.invalid/web:1");
            playing.apply(web, false);
            playing.play(Clock.systemUTC(), Duration.ofMillis(5));
            Awaitility.await()
                    .until(
                            () ->
                                    playing.get(web.ref()) instanceof Found.Ok(KubeObject live)
                                            && ObjectHealth.of(live).health() == Health.HEALTHY
                                            && !events.isEmpty());
        }
    }

    private static MemoryCluster cluster(Settings settings) {
        MemoryCluster cluster = new MemoryCluster(settings, START);
        cluster.node("node-a", "4", "8Gi");
        cluster.node("node-b", "4", "8Gi");
        return cluster;
    }

    private KubeObject apply(KubeObject object) {
        return assertInstanceOf(Applied.Ok.class, cluster.apply(object, false)).live();
    }

    private KubeObject live(ObjectRef ref) {
        return assertInstanceOf(Found.Ok.class, cluster.get(ref)).live();
    }

    private Health health(ObjectRef ref) {
        return ObjectHealth.of(live(ref)).health();
    }

    private List<KubeObject> pods() {
        List<KubeObject> pods = new ArrayList<>();
        cluster.list(POD, "", pods::add);
        return pods;
    }

    private List<String> names(TypeRef type) {
        List<String> names = new ArrayList<>();
        cluster.list(type, "", o -> names.add(o.name()));
        return names;
    }
}
