package io.portolan.e2e.bench;

import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Proc;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * From the moment when central's acceptance is in the client's hands until the watches of the
 * clusters see the Deployment. The clients of the burst send the next application when the last was
 * accepted, they do not wait for the clusters.
 */
final class ThreadScenario {
    private static final int IDLE = 30;
    private static final int BURST = 1_000;
    private static final int CLIENTS = 8;
    private static final int CLUSTERS = 3;

    private ThreadScenario() {}

    static void measure(Figures into) throws InterruptedException {
        try (KubeClusters clusters =
                        KubeClusters.start(
                                ClusterSpec.apiOnly("eu-west", "eu-west"),
                                ClusterSpec.apiOnly("eu-north", "eu-north"),
                                ClusterSpec.apiOnly("us-east", "us-east"));
                Sightings sightings = Sightings.on(clusters.all())) {
            long burst = throughPortolan(into, clusters, sightings);
            // Central and agents have ended: the limit is measured without them.
            Direct direct = new Direct(clusters.all(), sightings);
            into.add("direct_idle_p50_ms", "ms", Percentile.ms(direct.idle(IDLE), 50));
            long directBurst = direct.burst(BURST, CLIENTS);
            into.add("direct_total_s", "s", directBurst / 1e9);
            into.add("burst_over_direct", "ratio", (double) burst / directBurst, 1.5);
        }
    }

    private static long throughPortolan(Figures into, KubeClusters clusters, Sightings sightings)
            throws InterruptedException {
        try (Postgres postgres = Postgres.start();
                Portolan portolan =
                        Portolan.start(postgres.freshDatabase("bench"), clusters.all())) {
            portolan.createTenant(BenchApp.TENANT);
            List<String> warming = Load.names("warm", 20);
            warming.forEach(name -> send(portolan, name));
            sightings.awaitEverywhere(warming, Duration.ofSeconds(120));

            Map<String, Long> accepted = new ConcurrentHashMap<>();
            List<String> idle = Load.names("idle", IDLE);
            Load.paced(
                    idle, Duration.ofSeconds(1), name -> accepted.put(name, send(portolan, name)));
            sightings.awaitEverywhere(idle, Duration.ofSeconds(60));
            List<Long> last =
                    idle.stream().map(name -> sightings.last(name) - accepted.get(name)).toList();
            into.add("idle_p50_ms", "ms", Percentile.ms(last, 50), 40);
            into.add("idle_p99_ms", "ms", Percentile.ms(last, 99), 75);
            into.add(
                    "idle_first_p50_ms",
                    "ms",
                    Percentile.ms(
                            idle.stream().map(n -> sightings.first(n) - accepted.get(n)).toList(),
                            50));

            List<String> burst = Load.names("burst", BURST);
            Duration cpu = cpu(portolan);
            Duration centralCpu = portolan.central().process().cpuTime();
            long begin = System.nanoTime();
            Load.burst(burst, CLIENTS, name -> accepted.put(name, send(portolan, name)));
            long allAccepted = System.nanoTime();
            sightings.awaitEverywhere(burst, Duration.ofMinutes(10));
            long total = burst.stream().mapToLong(sightings::last).max().orElseThrow() - begin;
            List<Long> late =
                    burst.stream().map(name -> sightings.last(name) - accepted.get(name)).toList();
            into.add("burst_p50_ms", "ms", Percentile.ms(late, 50));
            into.add("burst_p99_ms", "ms", Percentile.ms(late, 99));
            into.add("burst_accepted_s", "s", (allAccepted - begin) / 1e9);
            into.add("burst_total_s", "s", total / 1e9);
            into.add("burst_cpu_s", "s", cpu(portolan).minus(cpu).toMillis() / 1e3);
            into.add(
                    "burst_central_cpu_s",
                    "s",
                    portolan.central().process().cpuTime().minus(centralCpu).toMillis() / 1e3);
            return total;
        }
    }

    /** {@link System#nanoTime()} when central had accepted. */
    private static long send(Portolan portolan, String name) {
        BenchApp.put(portolan.api(), name, CLUSTERS, "");
        return System.nanoTime();
    }

    private static Duration cpu(Portolan portolan) {
        Stream<Proc> agents = portolan.agents().stream().map(agent -> agent.process());
        return Stream.concat(Stream.of(portolan.central().process()), agents)
                .map(Proc::cpuTime)
                .reduce(Duration.ZERO, Duration::plus);
    }
}
