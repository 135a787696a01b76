package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Proc;
import java.time.Duration;
import java.util.List;

/**
 * An agent's resident memory on a real API server, when everything is applied and the agent has
 * come to rest. Split by what the pages are: files (the JDK's and the libraries' code, which agents
 * on one machine share) and the rest, which is its own.
 */
final class AgentMemoryScenario {
    private static final double MIB = 1 << 20;
    private static final Duration REST = Duration.ofSeconds(3);

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

    /** Rest is three seconds of which the agent used less than a tenth. */
    private static void awaitRest(Proc agent) {
        Await.until(
                "the agent to rest",
                Duration.ofMinutes(2),
                () -> {
                    Duration before = agent.cpuTime();
                    Thread.sleep(REST);
                    return agent.cpuTime().minus(before).compareTo(REST.dividedBy(10)) < 0;
                });
    }
}
