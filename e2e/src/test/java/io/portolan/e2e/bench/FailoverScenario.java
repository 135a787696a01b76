package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.TcpProxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * From the start of the operator's command, as a process, to its end, which is when central has
 * verified the target's health. For the unplanned one the source is cut off and known to be
 * unreachable before the command is given: {@code detect} is the time that this took, which is no
 * part of the figure.
 */
final class FailoverScenario {
    private static final int ROUNDS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String MANY = "{\"writers\": \"many\"}";
    private static final String SINGLE = "{\"writers\": \"single\"}";

    private FailoverScenario() {}

    static void measure(Figures into) {
        try (KubeClusters clusters =
                        KubeClusters.start(
                                ClusterSpec.working("eu-west", "eu-west"),
                                ClusterSpec.working("eu-north", "eu-north"),
                                ClusterSpec.working("us-east", "us-east"));
                Postgres postgres = Postgres.start();
                Portolan portolan =
                        Portolan.start(postgres.freshDatabase("bench"), clusters.all())) {
            portolan.createTenant(BenchApp.TENANT);
            List<Phases> planned = new ArrayList<>();
            List<Phases> unplanned = new ArrayList<>();
            List<Phases> single = new ArrayList<>();
            for (int round = 1; round <= ROUNDS; round++) {
                planned.add(planned(portolan, "planned-" + round, MANY));
                single.add(planned(portolan, "single-" + round, SINGLE));
                unplanned.add(unplanned(portolan, "unplanned-" + round));
            }
            Phases.median(planned).add("stateless_planned", 3, into);
            Phases.median(unplanned).add("stateless_unplanned", 3, into);
            Phases.median(single).add("single_writer_planned", 5, into);
            into.add("pods_own_start_s", "s", podsOwnStart(clusters.get("us-east")) / 1e9);
        }
        SelfFenced.measure(into);
        ClusterLoss.measure(into);
    }

    private static Phases planned(Portolan portolan, String name, String policy) {
        return command(portolan, name, other(start(portolan, name, policy)), Duration.ZERO);
    }

    private static Phases unplanned(Portolan portolan, String name) {
        String source = start(portolan, name, MANY);
        TcpProxy wire = portolan.agent(source).toCentral();
        long cut = System.nanoTime();
        wire.cut();
        try {
            awaitReach(portolan.api(), source, "Unreachable");
            Duration detected = Duration.ofNanos(System.nanoTime() - cut);
            return command(portolan, name, other(source), detected);
        } finally {
            wire.restore();
            awaitReach(portolan.api(), source, "Ready");
        }
    }

    private static String other(String cluster) {
        return cluster.equals("eu-west") ? "us-east" : "eu-west";
    }

    /** Runs the application on one of the two and tells on which. */
    private static String start(Portolan portolan, String name, String policy) {
        BenchApp.put(portolan.api(), name, "name in (eu-west, us-east)", policy);
        portolan.api().awaitHealth(BenchApp.TENANT, name, "Healthy", PATIENCE);
        return portolan.api()
                .status(BenchApp.TENANT, name)
                .getAsJsonArray("clusters")
                .get(0)
                .getAsJsonObject()
                .get("cluster")
                .getAsString();
    }

    /** Fails it over by the command line. */
    static Phases command(Portolan portolan, String name, String target, Duration detected) {
        Instant began = Instant.now();
        Duration took =
                portolan.cli(
                                "failover",
                                BenchApp.TENANT + "/" + name,
                                "--to",
                                target,
                                "--reason",
                                "bench")
                        .expect(0)
                        .took();
        return Phases.of(portolan.api(), name, detected, began, took);
    }

    static void awaitReach(Api api, String cluster, String reach) {
        Await.until(
                cluster + " to be " + reach,
                PATIENCE,
                () ->
                        api.get("/api/v1/clusters/" + cluster)
                                .json()
                                .getAsJsonObject("status")
                                .get("reach")
                                .getAsString()
                                .equals(reach));
    }

    /** What a Deployment takes to be ready when nobody but Kubernetes has a part in it. */
    private static long podsOwnStart(KubeCluster cluster) {
        cluster.createNamespace(Direct.NAMESPACE);
        long begin = System.nanoTime();
        DirectClient.applyDeployment(
                cluster, Direct.NAMESPACE, "own-start", Direct.deployment("own-start"));
        cluster.live().awaitReady(Direct.NAMESPACE, "own-start", 1, PATIENCE);
        return System.nanoTime() - begin;
    }
}
