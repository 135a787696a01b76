package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Live;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Postgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Objects that are deleted and edited by hand in turn, one after the other: from when the API
 * server is asked for the damage until its watch told of the repair.
 */
final class DriftScenario {
    private static final int OBJECTS = 200;
    private static final Duration LONG = Duration.ofMinutes(2);

    private DriftScenario() {}

    static void measure(Figures into) {
        try (KubeClusters clusters = KubeClusters.start(ClusterSpec.apiOnly("eu-west", "eu-west"));
                Postgres postgres = Postgres.start();
                Portolan portolan =
                        Portolan.start(postgres.freshDatabase("bench"), clusters.all());
                ConfigMapWatch watch = ConfigMapWatch.on(clusters.get("eu-west"))) {
            portolan.createTenant(BenchApp.TENANT);
            put(portolan.api());
            Await.until("all objects", LONG, () -> watch.count("ours") == OBJECTS);
            portolan.api().awaitHealth(BenchApp.TENANT, "drift", "Healthy", LONG);
            Live live = clusters.get("eu-west").live();
            List<Long> deleted = new ArrayList<>();
            List<Long> edited = new ArrayList<>();
            for (int i = 0; i < OBJECTS; i++) {
                String name = "part-%04d".formatted(i);
                boolean delete = i % 2 == 0;
                long before = watch.of(name).nanos();
                long sent = System.nanoTime();
                if (delete) {
                    live.delete("v1/configmaps", BenchApp.TENANT, name);
                } else {
                    live.mergePatch(
                            "v1/configmaps",
                            BenchApp.TENANT,
                            name,
                            "{\"data\": {\"value\": \"theirs\"}}");
                }
                Await.until(
                        "the repair of " + name,
                        LONG,
                        () ->
                                watch.of(name).nanos() > before
                                        && !watch.of(name).type().equals("DELETED")
                                        && watch.of(name).value().equals("ours"));
                (delete ? deleted : edited).add(watch.of(name).nanos() - sent);
            }
            List<Long> all = new ArrayList<>(deleted);
            all.addAll(edited);
            into.add("repair_p50_ms", "ms", Percentile.ms(all, 50));
            into.add("repair_p99_ms", "ms", Percentile.ms(all, 99), 500);
            into.add("repair_deleted_p50_ms", "ms", Percentile.ms(deleted, 50));
            into.add("repair_edited_p50_ms", "ms", Percentile.ms(edited, 50));
        }
    }

    private static void put(Api api) {
        StringBuilder objects = new StringBuilder();
        for (int i = 0; i < OBJECTS; i++) {
            objects.append(i == 0 ? "" : ",")
                    .append(
                            """
                            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "part-%04d"}, "data": {"value": "ours"}}
                            """
                                    .formatted(i));
        }
        api.put(
                        Api.application(BenchApp.TENANT, "drift"),
                        """
                        {"apiVersion": "portolan.io/v1", "kind": "Application", "metadata": {"tenant": "bench", "name": "drift"},
                         "spec": {"components": [{"name": "parts", "manifests": [%s]}]}}
                        """
                                .formatted(objects))
                .expect(200);
    }
}
