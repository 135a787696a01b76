package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Proc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One application of 3,000 objects on one real API server: first, unchanged, one changed. */
final class ApplyScenario {
    private static final int OBJECTS = 3_000;
    private static final int CHANGES = 5;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Pattern LOOKED =
            Pattern.compile("looked through " + OBJECTS + " ConfigMap in (\\d+) ms");

    private ApplyScenario() {}

    static void measure(Figures into) {
        try (KubeClusters clusters = KubeClusters.start(ClusterSpec.apiOnly("eu-west", "eu-west"));
                Postgres postgres = Postgres.start();
                Portolan portolan =
                        Portolan.start(postgres.freshDatabase("bench"), clusters.all());
                ConfigMapWatch watch = ConfigMapWatch.on(clusters.get("eu-west"))) {
            portolan.createTenant(BenchApp.TENANT);
            Proc agent = portolan.agent("eu-west").process();
            String[] values = new String[OBJECTS];
            Arrays.fill(values, "first");

            long begin = System.nanoTime();
            put(portolan.api(), values);
            Await.until("all objects", LONG, () -> watch.count("first") == OBJECTS);
            into.add("first_apply_s", "s", (watch.lastNanos() - begin) / 1e9, 30);
            portolan.api().awaitHealth(BenchApp.TENANT, "large", "Healthy", LONG);

            List<Long> accepted = new ArrayList<>();
            List<Long> changed = new ArrayList<>();
            for (int i = 1; i <= CHANGES; i++) {
                int at = i * (OBJECTS / CHANGES) - 1;
                String value = "changed-" + i;
                values[at] = value;
                long sent = System.nanoTime();
                put(portolan.api(), values);
                accepted.add(System.nanoTime() - sent);
                Await.until("the changed object", LONG, () -> watch.count(value) == 1);
                changed.add(watch.lastNanos() - sent);
                portolan.api().awaitHealth(BenchApp.TENANT, "large", "Healthy", LONG);
            }
            into.add("one_changed_ms", "ms", Percentile.ms(changed, 50), 500);
            into.add("one_changed_accepted_ms", "ms", Percentile.ms(accepted, 50));
            into.add("agent_peak_rss_mb", "mb", agent.peakResidentBytes() / 1048576.0, 160);
            into.add("unchanged_resync_ms", "ms", resync(clusters.get("eu-west"), agent), 300);
        }
    }

    /**
     * An API server that started anew has no history to go on from, so the agent lists and compares
     * everything. The agent's own word is taken for how long that took, from the request to the
     * last comparison.
     */
    private static double resync(KubeCluster cluster, Proc agent) {
        agent.pause();
        // Else the agent would know the newest version, and have missed nothing.
        cluster.live()
                .create(
                        "v1/configmaps",
                        "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"newer\", \"namespace\": \"default\"}}");
        cluster.apiServer().restart();
        cluster.live().list("v1/configmaps", BenchApp.TENANT, "portolan.io/managed=true");
        agent.resume();
        Matcher said = LOOKED.matcher(agent.awaitLine(LOOKED.pattern(), Duration.ofMinutes(2)));
        if (!said.find()) {
            throw new IllegalStateException("the line that was found has no figure");
        }
        return Double.parseDouble(said.group(1));
    }

    private static void put(Api api, String[] values) {
        StringBuilder objects = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            objects.append(i == 0 ? "" : ",")
                    .append(
                            """
                            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "part-%1$04d", "labels": {"part": "%1$04d"}},
                             "data": {"value": "%2$s", "more": "one of the objects of a large application, of a usual size"}}
                            """
                                    .formatted(i, values[i]));
        }
        api.put(
                        Api.application(BenchApp.TENANT, "large"),
                        """
                        {"apiVersion": "portolan.io/v1", "kind": "Application", "metadata": {"tenant": "bench", "name": "large"},
                         "spec": {"components": [{"name": "parts", "manifests": [%s]}]}}
                        """
                                .formatted(objects))
                .expect(200);
    }
}
