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
 * are ready on the others, as watches there say. Then the cluster comes back with what it ran: from
 * its API server's first answer until all are told to stop there, which is Portolan's part, and
 * until no pod of them is left, of which Kubernetes' controllers have theirs: they look again for
 * an API server that was away after up to half a minute. What the two that are left need for as
 * many Deployments that nobody but a client applies is measured last, when they are warm.
 */
final class ClusterLoss {
    private static final int APPLICATIONS = 100;
    private static final int CLIENTS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    /** A leader younger than a minute moves nothing by itself. */
    private static final Duration LEADER_GROWS_UP = Duration.ofSeconds(61);

    private static final String LOST = "eu-west";

    /** As short as a heartbeat of a second allows with two to spare, and what nobody has set. */
    private enum Timers {
        FAST("", "1s", "\"toleration\": \"0s\", \"detect\": {\"down\": \"5s\"}"),
        USUAL("_usual", "5s", "\"toleration\": \"5m\"");

        private final String suffix;
        private final String heartbeat;
        private final String policy;

        Timers(String suffix, String heartbeat, String policy) {
            this.suffix = suffix;
            this.heartbeat = heartbeat;
            this.policy = policy;
        }

        /** The goals are those of fast timers. */
        void add(Figures into, String name, double seconds, double goal) {
            if (this == FAST) {
                into.add(name + "_s", "s", seconds, goal);
            } else {
                add(into, name, seconds);
            }
        }

        void add(Figures into, String name, double seconds) {
            into.add(name + suffix + "_s", "s", seconds);
        }
    }

    private final KubeClusters clusters;
    private final Portolan portolan;
    private final Timers timers;

    private ClusterLoss(KubeClusters clusters, Portolan portolan, Timers timers) {
        this.clusters = clusters;
        this.portolan = portolan;
        this.timers = timers;
    }

    static void measure(Figures into) {
        try (Postgres postgres = Postgres.start()) {
            for (Timers timers : Timers.values()) {
                measure(postgres, timers, into);
            }
        }
    }

    private static void measure(Postgres postgres, Timers timers, Figures into) {
        try (KubeClusters clusters =
                        KubeClusters.start(
                                ClusterSpec.working(LOST, "eu-west"),
                                ClusterSpec.working("eu-north", "eu-north"),
                                ClusterSpec.working("us-east", "us-east"));
                Portolan portolan =
                        Portolan.start(
                                postgres.freshDatabase("loss" + timers.suffix),
                                clusters.all(),
                                List.of("--heartbeat", timers.heartbeat))) {
            long started = System.nanoTime();
            portolan.createTenant(BenchApp.TENANT);
            ClusterLoss loss = new ClusterLoss(clusters, portolan, timers);
            loss.fill();
            Await.until(
                    "the leader to be old enough",
                    PATIENCE,
                    () -> System.nanoTime() - started > LEADER_GROWS_UP.toNanos());
            loss.compare(into);
        }
    }

    /** All of them on one cluster, and free to go anywhere. */
    private void fill() {
        IntStream.range(0, APPLICATIONS).forEach(i -> put(i, "name = " + LOST));
        awaitReady(clusters.get(LOST));
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

    private void compare(Figures into) {
        List<KubeCluster> left = List.of(clusters.get("eu-north"), clusters.get("us-east"));
        try (Sightings sightings = Sightings.on(left)) {
            lose(sightings, into);
            long own = new Direct(left, sightings).spread(APPLICATIONS, CLIENTS);
            timers.add(into, "cluster_loss_kubernetes_own", own / 1e9);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void lose(Sightings sightings, Figures into) throws InterruptedException {
        KubeCluster lost = clusters.get(LOST);
        long killed = System.nanoTime();
        portolan.agent(LOST).kill();
        lost.apiServer().kill();
        Await.until(LOST + " to be believed to be down", PATIENCE, this::down);
        double detected = (System.nanoTime() - killed) / 1e9;
        double moved = (sightings.awaitReadySomewhere(names(), PATIENCE) - killed) / 1e9;
        timers.add(into, "cluster_loss_detected", detected, 9);
        timers.add(into, "cluster_loss_all_moved", moved, 12);
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
        timers.add(into, "double_active", twice, 5);
        timers.add(into, "double_active_told", told);
        agent.join();
    }

    private static boolean stopped(JsonObject deployment) {
        return deployment.getAsJsonObject("spec").get("replicas").getAsInt() == 0;
    }

    /** By the times of the applications' policy: what follows, if anything, begins with it. */
    private boolean down() {
        return switch (timers) {
            case FAST ->
                    !portolan.api()
                            .get("/api/v1/tenants/" + BenchApp.TENANT + "/failovers")
                            .json()
                            .getAsJsonArray("items")
                            .isEmpty();
            case USUAL ->
                    portolan.api()
                            .get("/api/v1/clusters/" + LOST)
                            .json()
                            .getAsJsonObject("status")
                            .get("reach")
                            .getAsString()
                            .equals("Unreachable");
        };
    }

    private static void awaitReady(KubeCluster cluster) {
        Await.until(
                "all to be ready on " + cluster.name(),
                PATIENCE,
                () -> ready(cluster) == APPLICATIONS);
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
                "{\"trigger\": \"automatic\", " + timers.policy + "}");
    }

    private static List<String> names() {
        return IntStream.range(0, APPLICATIONS).mapToObj(ClusterLoss::name).toList();
    }

    private static String name(int number) {
        return "app-" + number;
    }
}
