package io.portolan.sim;

import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.wire.AgentMessages.Grant;
import io.portolan.model.wire.AgentMessages.Grants;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The guards of one cluster's pods, as images/guard has them: each starts its process when it holds
 * a grant, counts that on its own clock from before it asked, and has ended the process when it is
 * over. They live as long as their containers do, whatever becomes of agent and API server.
 */
final class SimGuards {
    static final Duration GRANT = Duration.ofSeconds(30);

    private static final Duration ASKS = GRANT.dividedBy(6);

    /** Before the grant ends the process is killed. */
    private static final Duration MARGIN = Duration.ofMillis(500);

    private static final int SLOWEST_MILLIS = 20_000;

    private final World world;
    private final SimAgent agent;
    private final Wire wire;
    private final SimClock clock;
    private final boolean fromReceipt;
    private final Map<String, Instant> until = new HashMap<>();
    private final Set<String> asking = new HashSet<>();

    SimGuards(World world, SimAgent agent, Wire wire, SimClock clock, Plant plant) {
        this.world = world;
        this.agent = agent;
        this.wire = wire;
        this.clock = clock;
        this.fromReceipt = plant == Plant.GRANT_FROM_RECEIPT;
        agent.cluster().guarded(this::runs);
        world.every(ASKS, "guards", this::ask);
    }

    private static boolean guarded(KubeObject pod) {
        return pod.at("spec", "volumes") instanceof List<?> volumes && !volumes.isEmpty();
    }

    private boolean runs(KubeObject pod) {
        return !guarded(pod) || until.getOrDefault(pod.uid(), Instant.MIN).isAfter(clock.instant());
    }

    private void ask() {
        for (KubeObject pod : agent.cluster().machines().running("")) {
            if (guarded(pod) && asking.add(pod.uid())) {
                ask(pod);
            }
        }
    }

    /** By way of the agent; the way there and back may take long, and either may be lost. */
    private void ask(KubeObject pod) {
        Instant asked = clock.instant();
        world.after(
                delay(),
                "guard asks",
                () -> {
                    Grants said = said();
                    world.after(
                            delay(),
                            "guard hears",
                            () -> {
                                asking.remove(pod.uid());
                                hear(pod, fromReceipt ? clock.instant() : asked, said);
                            });
                });
    }

    private Grants said() {
        boolean lost = !agent.hears() || wire.down() || world.fault();
        return lost ? new Grants(List.of(), List.of()) : wire.grantsToGuards(agent.uid());
    }

    private Duration delay() {
        if (!world.dice().chance(0.15)) {
            return world.latency();
        }
        int slow = world.dice().pick(SLOWEST_MILLIS);
        return Duration.ofMillis(world.isCalm() ? slow / 1_000 : slow);
    }

    private void hear(KubeObject pod, Instant from, Grants said) {
        Uid application = new Uid(pod.label("portolan.io/application-uid"));
        if (said.revoked().contains(application)) {
            until.put(pod.uid(), clock.instant());
        }
        said.granted().stream()
                .filter(g -> g.application().equals(application))
                .map(Grant::millis)
                .forEach(
                        life ->
                                until.merge(
                                        pod.uid(),
                                        from.plusMillis(life).minus(MARGIN),
                                        (a, b) -> a.isAfter(b) ? a : b));
        agent.cluster().disturbed();
    }
}
