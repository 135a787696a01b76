package io.portolan.e2e.bench;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Postgres;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A hundred stateless Deployments on one of three clusters, whose agent and API server are killed.
 * Measured from the kill: until central believes that the cluster is down, and until all of them
 * are ready on the others, as their API servers say. Then the cluster comes back with what it ran:
 * from its API server's first answer until all are told to stop there, which is Portolan's part,
 * and until no pod of them is left, of which Kubernetes' controllers have theirs: they look again
 * for an API server that was away after up to half a minute.
 */
final class ClusterLoss {
    private static final int APPLICATIONS = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    /** A leader younger than a minute moves nothing by itself. */
    private static final Duration LEADER_GROWS_UP = Duration.ofSeconds(61);

    private static final String LOST = "eu-west";

    private final KubeClusters clusters;
    private final Portolan portolan;
    private final String toleration;

    private ClusterLoss(KubeClusters clusters, Portolan portolan, String toleration) {
        this.clusters = clusters;
        this.portolan = portolan;
        this.toleration = toleration;
    }

    static void measure(Figures into) {
        try (Postgres postgres = Postgres.start()) {
            measure(postgres, "fast", "1s", "0s", into);
            measure(postgres, "usual", "5s", "5m", into);
        }
    }

    private static void measure(
            Postgres postgres, String timers, String heartbeat, String toleration, Figures into) {
        long started = System.nanoTime();
        try (KubeClusters clusters =
                        KubeClusters.start(
                                ClusterSpec.working(LOST, "eu-west"),
                                ClusterSpec.working("eu-north", "eu-north"),
                                ClusterSpec.working("us-east", "us-east"));
                Portolan portolan =
                        Portolan.start(
                                postgres.freshDatabase("loss_" + timers),
                                clusters.all(),
                                List.of("--heartbeat", heartbeat))) {
            portolan.createTenant(BenchApp.TENANT);
            ClusterLoss loss = new ClusterLoss(clusters, portolan, toleration);
            loss.fill();
            Await.until(
                    "the leader to be old enough",
                    PATIENCE,
                    () -> System.nanoTime() - started > LEADER_GROWS_UP.toNanos());
            loss.measure(timers, into);
        }
    }

    /** All of them on one cluster, and free to go anywhere. */
    private void fill() {
        IntStream.range(0, APPLICATIONS).forEach(i -> put(i, "name = " + LOST));
        awaitReady(List.of(clusters.get(LOST)));
        IntStream.range(0, APPLICATIONS).forEach(i -> put(i, ""));
        Await.until(
                "central to know that all are healthy",
                PATIENCE,
                () ->
                        IntStream.range(0, APPLICATIONS)
                                .allMatch(
                                        i ->
                                                status(i).get("observedGeneration").getAsLong() == 2
                                                        && status(i)
                                                                .get("health")
                                                                .getAsString()
                                                                .equals("Healthy")));
    }

    private void measure(String timers, Figures into) {
        boolean fast = timers.equals("fast");
        KubeCluster lost = clusters.get(LOST);
        long killed = System.nanoTime();
        portolan.agent(LOST).kill();
        lost.apiServer().kill();
        Await.until(LOST + " to be believed to be down", PATIENCE, this::down);
        double detected = (System.nanoTime() - killed) / 1e9;
        awaitReady(List.of(clusters.get("eu-north"), clusters.get("us-east")));
        double moved = (System.nanoTime() - killed) / 1e9;
        if (fast) {
            into.add("cluster_loss_detected_s", "s", detected, 9);
            into.add("cluster_loss_all_moved_s", "s", moved, 12);
        } else {
            into.add("cluster_loss_detected_" + timers + "_s", "s", detected);
            into.add("cluster_loss_all_moved_" + timers + "_s", "s", moved);
        }
        Thread agent = Thread.ofVirtual().start(portolan.agent(LOST)::start);
        lost.apiServer().restart();
        long answered = System.nanoTime();
        Await.until(
                "all in " + LOST + " to be told to stop",
                PATIENCE,
                () ->
                        lost.live().list("apps/v1/deployments", BenchApp.TENANT, "").stream()
                                .allMatch(ClusterLoss::stopped));
        double told = (System.nanoTime() - answered) / 1e9;
        Await.until(
                "no pod to be left in " + LOST,
                PATIENCE,
                () -> lost.live().list("v1/pods", BenchApp.TENANT, "").isEmpty());
        double twice = (System.nanoTime() - answered) / 1e9;
        if (fast) {
            into.add("double_active_s", "s", twice, 5);
            into.add("double_active_told_s", "s", told);
        } else {
            into.add("double_active_" + timers + "_s", "s", twice);
            into.add("double_active_told_" + timers + "_s", "s", told);
        }
        try {
            agent.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean stopped(JsonObject deployment) {
        return deployment.getAsJsonObject("spec").get("replicas").getAsInt() == 0;
    }

    private boolean down() {
        return portolan.api()
                .get("/api/v1/clusters/" + LOST)
                .json()
                .getAsJsonObject("status")
                .get("reach")
                .getAsString()
                .equals("Unreachable");
    }

    private static void awaitReady(List<KubeCluster> places) {
        Await.until(
                "all to be ready on " + places.stream().map(KubeCluster::name).toList(),
                PATIENCE,
                () -> places.stream().mapToLong(ClusterLoss::ready).sum() == APPLICATIONS);
    }

    private static long ready(KubeCluster cluster) {
        return cluster.live().list("apps/v1/deployments", BenchApp.TENANT, "").stream()
                .filter(
                        d ->
                                d.getAsJsonObject("status").has("readyReplicas")
                                        && d.getAsJsonObject("status")
                                                        .get("readyReplicas")
                                                        .getAsInt()
                                                > 0)
                .count();
    }

    private JsonObject status(int number) {
        return portolan.api().status(BenchApp.TENANT, name(number));
    }

    private void put(int number, String where) {
        BenchApp.put(
                portolan.api(),
                name(number),
                where,
                "{\"trigger\": \"automatic\", \"toleration\": \"%s\"}".formatted(toleration));
    }

    private static String name(int number) {
        return "app-" + number;
    }
}
