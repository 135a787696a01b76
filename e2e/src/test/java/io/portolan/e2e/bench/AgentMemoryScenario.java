package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Proc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An agent's resident memory on a real API server, when everything is applied and the agent has
 * come to rest. Split by what the pages are: files (the JDK's and the libraries' code, which agents
 * on one machine share) and the rest, which is its own.
 */
final class AgentMemoryScenario {
    private static final double MIB = 1 << 20;

    /**
     * Longer than an agent at rest takes to look at its heap twice and to trim what malloc kept.
     */
    private static final Duration STEADY = Duration.ofSeconds(20);

    private static final long STEADY_BYTES = 512 << 10;

    private AgentMemoryScenario() {}

    static void measure(Figures into) throws InterruptedException {
        try (KubeClusters clusters = KubeClusters.start(ClusterSpec.apiOnly("eu-west", "eu-west"));
                Sightings sightings = Sightings.on(clusters.all());
                Postgres postgres = Postgres.start();
                Portolan portolan =
                        Portolan.start(postgres.freshDatabase("bench"), clusters.all())) {
            portolan.createTenant(BenchApp.TENANT);
            Proc agent = portolan.agent("eu-west").process();
            step(into, portolan, sightings, agent, 0, 1, 64);
            step(into, portolan, sightings, agent, 1, 100, 80);
            step(into, portolan, sightings, agent, 100, 1_000, 110);
        }
    }

    private static void step(
            Figures into,
            Portolan portolan,
            Sightings sightings,
            Proc agent,
            int from,
            int to,
            double goal)
            throws InterruptedException {
        List<String> names = Load.names("memory", to).subList(from, to);
        Load.burst(names, 4, name -> BenchApp.put(portolan.api(), name, 1, ""));
        sightings.awaitEverywhere(names, Duration.ofMinutes(5));
        awaitRest(agent);
        into.add("agent_rss_" + to + "_mb", "mb", agent.residentBytes() / MIB, goal);
        into.add("agent_rss_" + to + "_files_mb", "mb", agent.residentFileBytes() / MIB);
        into.add(
                "agent_rss_" + to + "_own_mb",
                "mb",
                (agent.residentBytes() - agent.residentFileBytes()) / MIB);
    }

    /** Until the memory has stayed where it is: work is done, and what it left is given back. */
    private static void awaitRest(Proc agent) {
        AtomicLong level = new AtomicLong();
        AtomicLong since = new AtomicLong();
        Await.until(
                "the agent's memory to be steady",
                Duration.ofMinutes(3),
                () -> {
                    long now = agent.residentBytes();
                    if (Math.abs(now - level.get()) > STEADY_BYTES) {
                        level.set(now);
                        since.set(System.nanoTime());
                    }
                    return System.nanoTime() - since.get() > STEADY.toNanos();
                });
    }
}
