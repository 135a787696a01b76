package io.portolan.e2e.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Real clusters that were started together on one etcd and end together. */
public final class KubeClusters implements AutoCloseable {
    private final Etcd etcd;
    private final Map<String, KubeCluster> clusters;

    private KubeClusters(Etcd etcd, Map<String, KubeCluster> clusters) {
        this.etcd = etcd;
        this.clusters = clusters;
    }

    /** Starts all clusters side by side and returns when each is ready. */
    public static KubeClusters start(ClusterSpec... specs) {
        KubernetesBinaries binaries = KubernetesBinaries.locate();
        Etcd etcd = Etcd.start(binaries);
        ServiceAccountKey key = ServiceAccountKey.generate();
        Map<String, Future<KubeCluster>> starting = new LinkedHashMap<>();
        try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
            for (ClusterSpec spec : specs) {
                Callable<KubeCluster> start = () -> KubeCluster.start(binaries, etcd, key, spec);
                starting.put(spec.name(), starters.submit(start));
            }
        }
        Map<String, KubeCluster> started = new LinkedHashMap<>();
        List<Throwable> failures = new ArrayList<>();
        starting.forEach(
                (name, future) -> {
                    try {
                        started.put(name, future.get());
                    } catch (ExecutionException e) {
                        failures.add(e.getCause());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        failures.add(e);
                    }
                });
        KubeClusters clusters = new KubeClusters(etcd, started);
        if (!failures.isEmpty()) {
            clusters.close();
            throw new HarnessException("a cluster did not start", failures.getFirst());
        }
        return clusters;
    }

    /** The cluster of that name. */
    public KubeCluster get(String name) {
        KubeCluster cluster = clusters.get(name);
        if (cluster == null) {
            throw new IllegalArgumentException(
                    "no cluster " + name + " among " + clusters.keySet());
        }
        return cluster;
    }

    /** All clusters, in the order of their specs. */
    public List<KubeCluster> all() {
        return List.copyOf(clusters.values());
    }

    public Etcd etcd() {
        return etcd;
    }

    @Override
    public void close() {
        clusters.values().forEach(KubeCluster::close);
        etcd.process().kill();
    }
}
