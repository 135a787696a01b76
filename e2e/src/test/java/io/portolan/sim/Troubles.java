package io.portolan.sim;

import io.portolan.central.store.Row;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.operation.Failover;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What breaks and what people do, one thing at a time, chosen by the seed. */
final class Troubles {
    enum Kind {
        AGENT_CRASH,
        AGENT_CUT,
        AGENT_DISK,
        WATCHES_LAG,
        CENTRAL_CRASH,
        CENTRAL_FREEZE,
        CENTRAL_OUTAGE,
        KUBERNETES_DOWN,
        NODE_LOSS,
        POD_FORCED,
        OBJECT_DELETED,
        SITE_LOSS,
        SITE_FORGOTTEN,
        FAILOVER,
        FAILOVER_OF_WEB,
        EDIT,
        WRITERS,
        RECREATE
    }

    private final Simulation sim;
    private final World world;
    private final Plant plant;
    private final List<SimAgent> agents;
    private final List<SimCentral> nodes;
    private final Wire wire;
    private final Set<SimAgent> lost = new HashSet<>();

    Troubles(
            Simulation sim,
            World world,
            Plant plant,
            List<SimAgent> agents,
            List<SimCentral> nodes,
            Wire wire) {
        this.sim = sim;
        this.world = world;
        this.plant = plant;
        this.agents = agents;
        this.nodes = nodes;
        this.wire = wire;
    }

    void strike(Kind kind) {
        SimAgent agent = world.chance(0.5) ? sim.writer() : world.pick(agents);
        switch (kind) {
            case AGENT_CRASH -> agent.crash();
            case AGENT_CUT -> {
                agent.cut(true);
                world.after(span(5, 90), "mend", () -> agent.cut(false));
            }
            case AGENT_DISK -> agent.loseDisk();
            case WATCHES_LAG -> agent.lagging(span(1, 20));
            case CENTRAL_CRASH -> world.pick(nodes).crash(span(0, 8));
            case CENTRAL_FREEZE -> world.pick(nodes).freeze(span(5, 40));
            case CENTRAL_OUTAGE -> {
                nodes.forEach(n -> n.crash(span(30, 90)));
                wire.down(true);
                world.after(span(10, 90), "central", () -> wire.down(false));
            }
            case KUBERNETES_DOWN -> {
                if (!lost.contains(agent)) {
                    agent.cluster().api().down(true);
                    world.note(agent.uid() + " Kubernetes down");
                    world.after(span(1, 30), "up", () -> up(agent));
                }
            }
            case NODE_LOSS -> nodeLoss(agent, world.pick(agent.cluster().machines().names()));
            case POD_FORCED -> podsForced(agent);
            case OBJECT_DELETED -> objectDeleted(agent);
            case SITE_LOSS -> siteLoss(agent, () -> siteBack(agent));
            case SITE_FORGOTTEN -> siteLoss(agent, () -> forgotten(agent, 12));
            case FAILOVER -> failover(world.pick(sim.regions()));
            case FAILOVER_OF_WEB -> {
                var _ = sim.user.failover(Simulation.TENANT, "web", world.pick(sim.regions()));
            }
            case EDIT -> sim.edit(world.chance(0.7) ? "ledger" : "web");
            case WRITERS -> sim.toggleWriters();
            case RECREATE -> sim.recreate(world.chance(0.8) ? "ledger" : "web");
        }
    }

    private Duration span(int least, int more) {
        return Duration.ofMillis(least * 1_000L + world.pick(more * 1_000));
    }

    private void up(SimAgent agent) {
        if (!lost.contains(agent)) {
            agent.cluster().api().down(false);
        }
    }

    /** Its kubelet falls silent; then it may go on, restart, or be given up and removed. */
    private void nodeLoss(SimAgent agent, String node) {
        if (lost.contains(agent)) {
            return;
        }
        SimCluster cluster = agent.cluster();
        boolean off = world.chance(0.4);
        world.note(node + (off ? " loses power" : " is cut off"));
        if (off) {
            cluster.machines().off(node);
        } else {
            cluster.machines().cut(node);
        }
        cluster.disturbed();
        if (world.chance(0.4)) {
            world.after(
                    span(0, 100),
                    "give up",
                    () -> {
                        world.note(node + " is removed");
                        cluster.removeNode(node);
                    });
        } else if (world.chance(0.5)) {
            world.after(span(0, 100), "force", () -> podsForcedOn(agent, node));
        }
        if (world.chance(0.5)) {
            world.after(span(0, 60), "fail over", () -> failover(world.pick(sim.regions())));
        }
        boolean boots = off || world.chance(0.5);
        world.after(span(10, 150), "node back", () -> nodeBack(agent, node, boots));
    }

    private void nodeBack(SimAgent agent, String node, boolean boots) {
        if (lost.contains(agent)) {
            return;
        }
        world.note(node + (boots ? " boots" : " is back"));
        if (boots) {
            agent.cluster().machines().boot(node);
        } else {
            agent.cluster().machines().join(node);
        }
        agent.cluster().disturbed();
    }

    private void podsForcedOn(SimAgent agent, String node) {
        for (KubeObject pod : agent.cluster().pods()) {
            if (node.equals(pod.at("spec", "nodeName"))) {
                world.note(agent.uid() + " " + pod.name() + " is deleted by force");
                agent.cluster().api().vanish(pod.ref());
            }
        }
        agent.cluster().disturbed();
    }

    private void podsForced(SimAgent agent) {
        for (KubeObject pod : agent.cluster().pods()) {
            if (world.chance(0.7)) {
                world.note(agent.uid() + " " + pod.name() + " is deleted by force");
                agent.cluster().api().vanish(pod.ref());
            }
        }
        agent.cluster().disturbed();
    }

    /** Somebody removes a Deployment by hand: drift. */
    private void objectDeleted(SimAgent agent) {
        List<KubeObject> deployments = agent.cluster().listed("apps/v1", "Deployment");
        if (!deployments.isEmpty()) {
            KubeObject one = world.pick(deployments);
            world.note(agent.uid() + " " + one.ref() + " is deleted by hand");
            var _ = agent.cluster().api().delete(one.ref(), one.uid());
        }
    }

    /**
     * All power goes. A user fails over what ran there and attests what is true. Power comes back
     * as a runbook says: first what can be told to stop, then what would start.
     */
    private void siteLoss(SimAgent agent, Runnable then) {
        if (!lost.add(agent)) {
            return;
        }
        world.note(agent.uid() + " is lost");
        agent.die();
        agent.cluster().api().down(true);
        SimCluster cluster = agent.cluster();
        cluster.machines().names().forEach(n -> cluster.machines().off(n));
        cluster.disturbed();
        world.after(span(1, 60), "fail over", () -> failover(world.pick(sim.regions())));
        world.after(span(60, 120), "site back", then);
    }

    /**
     * It is given up as soon as central allows it. Then it comes back after all, joins anew, and
     * power returns when its agent has had some time.
     */
    private void forgotten(SimAgent agent, int tries) {
        String name = sim.region(agent);
        if (sim.user.forget(name)) {
            world.note(name + " is forgotten");
            agent.become(sim.declare(name), world.chance(0.5));
            agent.cluster().api().down(false);
            agent.cut(false);
            agent.revive();
            awaitStop(agent, agent.sessions());
        } else if (tries == 0) {
            siteBack(agent);
        } else {
            world.after(Duration.ofSeconds(10), "forget", () -> forgotten(agent, tries - 1));
        }
    }

    private void awaitStop(SimAgent agent, long sessions) {
        world.after(
                Duration.ofSeconds(60),
                "power",
                () -> {
                    if (agent.sessions() == sessions) {
                        awaitStop(agent, sessions);
                        return;
                    }
                    lost.remove(agent);
                    agent.cluster().machines().names().forEach(n -> nodeBack(agent, n, true));
                });
    }

    private void siteBack(SimAgent agent) {
        world.note(agent.uid() + " comes back");
        agent.cluster().api().down(false);
        long sessions = agent.sessions();
        agent.revive();
        powered(agent, sessions);
    }

    /** Nothing is switched on that would start what runs elsewhere. */
    private void powered(SimAgent agent, long sessions) {
        world.after(
                Duration.ofSeconds(15),
                "power",
                () -> {
                    if (agent.sessions() == sessions || sim.wouldStart(agent)) {
                        powered(agent, sessions);
                        return;
                    }
                    lost.remove(agent);
                    agent.cluster().machines().names().forEach(n -> nodeBack(agent, n, true));
                });
    }

    private void failover(String to) {
        sim.user
                .failover(Simulation.TENANT, "ledger", to)
                .ifPresent(
                        operation -> {
                            if (world.chance(0.3)) {
                                world.after(
                                        Duration.ofMillis(world.pick(8_000)),
                                        "abort",
                                        () -> sim.user.abort(Simulation.TENANT, operation));
                            }
                            for (int i = 1; i <= 8; i++) {
                                world.after(
                                        Duration.ofSeconds(i * 10L),
                                        "look",
                                        () -> attestIfTrue(operation));
                            }
                        });
    }

    /** Only for sites without power, which cannot start anything before they are heard again. */
    void attestIfTrue(String operation) {
        List<Uid> sources = sim.operation(operation).map(sim.user::asked).orElse(List.of());
        boolean dark = sources.stream().allMatch(this::dark) || plant == Plant.FALSE_ATTESTATION;
        if (!sources.isEmpty() && dark) {
            sim.user.attest(Simulation.TENANT, operation);
        }
    }

    private boolean dark(Uid cluster) {
        return lost.stream().anyMatch(a -> a.uid().equals(cluster));
    }

    /** Heals everything that is broken. */
    void heal() {
        wire.down(false);
        for (SimAgent agent : agents) {
            agent.cut(false);
            up(agent);
            if (!lost.contains(agent)) {
                for (String node : agent.cluster().machines().names()) {
                    nodeBack(agent, node, world.chance(0.5));
                }
            }
        }
    }

    /**
     * A person removes what is left of applications that nobody knows any more, as the condition of
     * the cluster says: by hand, and with an agent that does not remember it.
     */
    void clean() {
        for (SimAgent agent : agents) {
            for (Uid left : wire.orphans(agent.uid())) {
                if (!sim.knows(left)) {
                    world.note(agent.uid() + " is cleaned of " + left);
                    agent.loseDisk();
                    for (String kind : List.of("apps/v1 Deployment", "v1 Service")) {
                        String[] type = kind.split(" ");
                        agent.cluster().listed(type[0], type[1]).stream()
                                .filter(
                                        o ->
                                                o.label("portolan.io/application-uid")
                                                        .equals(left.value()))
                                .forEach(o -> agent.cluster().api().delete(o.ref(), o.uid()));
                    }
                }
            }
        }
    }

    /** The last word on operations that wait for what only a person can know. */
    void decide() {
        for (Row.OperationRow row : sim.operations()) {
            Failover operation = row.operation();
            if (operation.state().ended()) {
                continue;
            }
            if (operation.waitingFor().isEmpty()) {
                throw sim.failure(operation.name() + " waits and does not say for what");
            }
            boolean stopped = stopped(sim.user.asked(operation));
            world.note(operation.name() + " waits for " + operation.waitingFor());
            if (stopped && operation.evidence().isEmpty()) {
                sim.user.attest(Simulation.TENANT, operation.name());
            } else {
                sim.user.abort(Simulation.TENANT, operation.name());
            }
        }
    }

    private boolean stopped(List<Uid> clusters) {
        return agents.stream()
                .filter(a -> clusters.contains(a.uid()))
                .allMatch(a -> a.cluster().running("ledger").isEmpty());
    }

    /** Where nobody has the role, for want of proof, a person gives it to who can take it. */
    void unpark() {
        agents.stream()
                .filter(a -> sim.standsBy(a))
                .findFirst()
                .ifPresent(a -> sim.user.failover(Simulation.TENANT, "ledger", sim.region(a)));
    }
}
