package io.portolan.e2e.bench;

import io.portolan.e2e.harness.KubeCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The same Deployments, applied by a client that does nothing but apply: what the API servers
 * themselves cost.
 */
final class Direct {
    static final String NAMESPACE = "direct";

    private final List<KubeCluster> clusters;
    private final Sightings sightings;

    Direct(List<KubeCluster> clusters, Sightings sightings) {
        this.clusters = clusters;
        this.sightings = sightings;
        clusters.forEach(cluster -> cluster.createNamespace(NAMESPACE));
    }

    /**
     * One Deployment a second, to all clusters at once: nanoseconds from sending to the last watch.
     */
    List<Long> idle(int count) throws InterruptedException {
        List<String> names = Load.names("direct-idle", count);
        Map<String, Long> sent = new ConcurrentHashMap<>();
        try (ExecutorService perCluster = Executors.newVirtualThreadPerTaskExecutor()) {
            Load.paced(
                    names,
                    Duration.ofSeconds(1),
                    name -> {
                        sent.put(name, System.nanoTime());
                        applyEverywhere(perCluster, name);
                    });
        }
        sightings.awaitEverywhere(names, Duration.ofSeconds(60));
        return names.stream().map(name -> sightings.last(name) - sent.get(name)).toList();
    }

    /** Nanoseconds until all clusters have all Deployments. */
    long burst(int count, int clients) throws InterruptedException {
        List<String> names = Load.names("direct-burst", count);
        long begin = System.nanoTime();
        try (ExecutorService perCluster = Executors.newVirtualThreadPerTaskExecutor()) {
            Load.burst(names, clients, name -> applyEverywhere(perCluster, name));
        }
        sightings.awaitEverywhere(names, Duration.ofMinutes(10));
        return names.stream().mapToLong(sightings::last).max().orElseThrow() - begin;
    }

    /** Nanoseconds until all Deployments, each on one of the clusters, are ready. */
    long spread(int count, int clients) throws InterruptedException {
        List<String> names = Load.names("direct-spread", count);
        AtomicInteger turn = new AtomicInteger();
        long begin = System.nanoTime();
        Load.burst(
                names,
                clients,
                name -> {
                    KubeCluster next = clusters.get(turn.getAndIncrement() % clusters.size());
                    DirectClient.applyDeployment(next, NAMESPACE, name, deployment(name));
                });
        return sightings.awaitReadySomewhere(names, Duration.ofMinutes(10)) - begin;
    }

    private void applyEverywhere(ExecutorService perCluster, String name) {
        String json = deployment(name);
        List<Future<?>> applying = new ArrayList<>();
        for (KubeCluster cluster : clusters) {
            applying.add(
                    perCluster.submit(
                            () -> DirectClient.applyDeployment(cluster, NAMESPACE, name, json)));
        }
        for (Future<?> apply : applying) {
            try {
                apply.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    static String deployment(String name) {
        return """
                {"apiVersion": "apps/v1", "kind": "Deployment",
                 "metadata": {"name": "%1$s", "namespace": "direct", "labels": {"app.kubernetes.io/name": "%1$s"}},
                 "spec": {"replicas": 1, "selector": {"matchLabels": {"app.kubernetes.io/name": "%1$s"}},
                  "template": {"metadata": {"labels": {"app.kubernetes.io/name": "%1$s"}},
                   "spec": {"containers": [{"name": "main", "image": "example/app:1",
                     "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"memory": "16Mi"}}}]}}}}
                """
                .formatted(name);
    }
}
