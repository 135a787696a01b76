package io.portolan.sim;

import static io.portolan.model.operation.Control.Kind.RETRY;
import static io.portolan.model.operation.Control.Kind.SKIP;

import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.operation.Failover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What breaks and what people do, one thing at a time, chosen by the seed. */
final class Troubles {
    enum Kind {
        AGENT_CRASH,
        AGENT_FREEZE,
        AGENT_CUT,
        AGENT_DEAF,
        AGENT_DISK,
        AGENT_DISK_BACK,
        WATCHES_LAG,
        CENTRAL_CRASH,
        CENTRAL_CRASH_AT_COMMIT,
        CENTRAL_FREEZE,
        CENTRAL_USURPED,
        CENTRAL_OUTAGE,
        STORE_DOWN,
        CLOCK_SET,
        KUBERNETES_DOWN,
        NODE_LOSS,
        POD_FORCED,
        OBJECT_DELETED,
        SITE_LOSS,
        SITE_FORGOTTEN,
        FAILOVER,
        FAILOVER_OF_WEB,
        RELOCATE,
        FAILBACK,
        ABORT,
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
    private final Database database;
    private final SimHooks hooks;
    private final Set<SimAgent> lost = new HashSet<>();

    Troubles(
            Simulation sim,
            World world,
            Plant plant,
            List<SimAgent> agents,
            List<SimCentral> nodes,
            Wire wire,
            Database database,
            SimHooks hooks) {
        this.sim = sim;
        this.world = world;
        this.plant = plant;
        this.agents = agents;
        this.nodes = nodes;
        this.wire = wire;
        this.database = database;
        this.hooks = hooks;
    }

    /** What the dice choose of these; failovers often, for the others get in their way. */
    void strike(List<Kind> kinds, Dice dice) {
        List<Kind> choice = new ArrayList<>(kinds);
        for (int i = 0; i < 4; i++) {
            choice.add(Kind.FAILOVER);
        }
        Kind kind = dice.pick(choice);
        world.note("-- " + kind);
        strike(kind, dice);
    }

    private void strike(Kind kind, Dice dice) {
        SimAgent agent = dice.chance(0.5) ? sim.writer(dice) : dice.pick(agents);
        SimCentral node = dice.pick(nodes);
        String app = dice.chance(0.7) ? Script.SINGLE : Script.MANY;
        switch (kind) {
            case AGENT_CRASH -> agent.crash();
            case AGENT_FREEZE -> agent.freeze(dice.span(1, 60));
            case AGENT_CUT -> {
                agent.cut(true);
                world.after(dice.span(5, 90), "mend", () -> agent.cut(false));
            }
            case AGENT_DEAF -> {
                agent.deafen();
                world.after(dice.span(5, 60), "mend", () -> agent.cut(false));
            }
            case AGENT_DISK -> agent.loseDisk();
            case AGENT_DISK_BACK -> agent.setBack();
            case WATCHES_LAG -> agent.lagging(dice.span(1, 20));
            case CENTRAL_CRASH -> node.crash(dice.span(0, 8));
            case CENTRAL_CRASH_AT_COMMIT -> {
                int nth = dice.pick(8);
                nodes.forEach(n -> n.crashAtCommit(nth));
            }
            case CENTRAL_FREEZE -> node.freeze(dice.span(5, 40));
            case CENTRAL_USURPED -> {
                nodes.getFirst().usurp(nodes.getLast());
                nodes.getLast().usurp(nodes.getFirst());
            }
            case CENTRAL_OUTAGE -> {
                Duration span = dice.span(30, 90);
                nodes.forEach(n -> n.crash(span));
                wire.down(true);
                world.after(dice.span(10, 90), "central", () -> wire.down(false));
            }
            case STORE_DOWN -> {
                database.down(true);
                world.after(dice.span(1, 40), "store", () -> database.down(false));
            }
            case CLOCK_SET -> clockSet(agent, node, dice);
            case KUBERNETES_DOWN -> {
                if (!lost.contains(agent)) {
                    agent.cluster().down(true);
                    world.note(agent.uid() + " Kubernetes down");
                    world.after(dice.span(1, 30), "up", () -> up(agent));
                }
            }
            case NODE_LOSS -> nodeLoss(agent, dice.pick(agent.cluster().machines().names()), dice);
            case POD_FORCED -> podsForced(agent, dice);
            case OBJECT_DELETED -> objectDeleted(agent, dice);
            case SITE_LOSS -> siteLoss(agent, () -> siteBack(agent), dice);
            case SITE_FORGOTTEN -> siteLoss(agent, () -> forgotten(agent, 12, dice), dice);
            case FAILOVER -> failover(dice);
            case FAILOVER_OF_WEB -> {
                var _ = sim.user.failover(Simulation.TENANT, Script.MANY, sim.target(dice));
            }
            case RELOCATE ->
                    followed(sim.user.relocate(Simulation.TENANT, app, sim.target(dice)), dice);
            case FAILBACK -> followed(sim.user.failback(Simulation.TENANT, app), dice);
            case ABORT ->
                    sim.operations().stream()
                            .filter(f -> !f.state().ended())
                            .forEach(f -> sim.user.abort(Simulation.TENANT, f.name()));
            case EDIT -> sim.edit(app, dice);
            case WRITERS -> sim.toggleWriters();
            case RECREATE -> sim.recreate(app);
        }
    }

    /** By seconds as a clock that is kept does it, or by minutes as a person does. */
    private static void clockSet(SimAgent agent, SimCentral node, Dice dice) {
        Duration forward = dice.span(-120, 240);
        if (dice.chance(0.7)) {
            agent.set(forward);
        } else {
            node.set(forward);
        }
    }

    private void up(SimAgent agent) {
        if (!lost.contains(agent)) {
            agent.cluster().down(false);
        }
    }

    /** Its kubelet falls silent; then it may go on, restart, or be given up and removed. */
    private void nodeLoss(SimAgent agent, String node, Dice dice) {
        if (lost.contains(agent)) {
            return;
        }
        SimCluster cluster = agent.cluster();
        boolean off = dice.chance(0.4);
        world.note(node + (off ? " loses power" : " is cut off"));
        if (off) {
            cluster.machines().off(node);
        } else {
            cluster.machines().cut(node);
        }
        cluster.disturbed();
        if (dice.chance(0.4)) {
            world.after(
                    dice.span(0, 100),
                    "give up",
                    () -> {
                        world.note(node + " is removed");
                        cluster.removeNode(node);
                    });
        } else if (dice.chance(0.5)) {
            world.after(dice.span(0, 100), "force", () -> podsForcedOn(agent, node));
        }
        if (dice.chance(0.5)) {
            world.after(dice.span(0, 60), "fail over", () -> failover(dice));
        }
        boolean boots = off || dice.chance(0.5);
        world.after(dice.span(10, 150), "node back", () -> nodeBack(agent, node, boots));
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

    private void podsForced(SimAgent agent, Dice dice) {
        for (KubeObject pod : agent.cluster().pods()) {
            if (dice.chance(0.7)) {
                world.note(agent.uid() + " " + pod.name() + " is deleted by force");
                agent.cluster().api().vanish(pod.ref());
            }
        }
        agent.cluster().disturbed();
    }

    /** Somebody removes a Deployment by hand: drift. */
    private void objectDeleted(SimAgent agent, Dice dice) {
        List<KubeObject> deployments = agent.cluster().listed("apps/v1", "Deployment");
        if (!deployments.isEmpty()) {
            KubeObject one = dice.pick(deployments);
            world.note(agent.uid() + " " + one.ref() + " is deleted by hand");
            var _ = agent.cluster().api().delete(one.ref(), one.uid());
        }
    }

    /**
     * All power goes. A user fails over what ran there and attests what is true. Power comes back
     * as a runbook says: first what can be told to stop, then what would start.
     */
    private void siteLoss(SimAgent agent, Runnable then, Dice dice) {
        if (!lost.add(agent)) {
            return;
        }
        world.note(agent.uid() + " is lost");
        agent.die();
        agent.cluster().down(true);
        SimCluster cluster = agent.cluster();
        cluster.machines().names().forEach(n -> cluster.machines().off(n));
        cluster.disturbed();
        world.after(dice.span(1, 60), "fail over", () -> failover(dice));
        world.after(dice.span(60, 120), "site back", then);
    }

    /**
     * It is given up as soon as central allows it. Then it comes back after all, joins anew, and
     * power returns when its agent has had some time.
     */
    private void forgotten(SimAgent agent, int tries, Dice dice) {
        String name = sim.region(agent);
        if (sim.user.forget(name)) {
            world.note(name + " is forgotten");
            agent.become(sim.declare(name), dice.chance(0.5));
            agent.cluster().down(false);
            agent.cut(false);
            agent.revive();
            awaitStop(agent, agent.sessions(), led());
        } else if (tries == 0) {
            siteBack(agent);
        } else {
            world.after(Duration.ofSeconds(10), "forget", () -> forgotten(agent, tries - 1, dice));
        }
    }

    /**
     * @param led whether a leader could tell its agent to stop what it holds
     */
    private void awaitStop(SimAgent agent, long sessions, boolean led) {
        world.after(
                Duration.ofSeconds(60),
                "power",
                () -> {
                    boolean ledNow = led();
                    if (agent.sessions() == sessions || !led || !ledNow) {
                        awaitStop(agent, sessions, ledNow);
                        return;
                    }
                    lost.remove(agent);
                    agent.cluster().machines().names().forEach(n -> nodeBack(agent, n, true));
                });
    }

    private boolean led() {
        return nodes.stream().anyMatch(SimCentral::leads);
    }

    private void siteBack(SimAgent agent) {
        world.note(agent.uid() + " comes back");
        agent.cluster().down(false);
        long sessions = agent.sessions();
        agent.revive();
        powered(agent, sessions);
    }

    /** Nothing is switched on that would start what runs elsewhere. */
    private void powered(SimAgent agent, long sessions) {
        world.after(
                plant.powerAfter(),
                "power",
                () -> {
                    boolean mayWait = plant != Plant.QUARANTINE_FORGOTTEN;
                    if (agent.sessions() == sessions || (mayWait && sim.wouldStart(agent))) {
                        powered(agent, sessions);
                        return;
                    }
                    lost.remove(agent);
                    agent.cluster().machines().names().forEach(n -> nodeBack(agent, n, true));
                });
    }

    private void failover(Dice dice) {
        followed(sim.user.failover(Simulation.TENANT, Script.SINGLE, sim.target(dice)), dice);
    }

    /** Whoever began it changes their mind now and then, and looks after it. */
    private void followed(Optional<String> operation, Dice dice) {
        operation.ifPresent(
                name -> {
                    if (dice.chance(0.3)) {
                        world.after(
                                Duration.ofMillis(dice.pick(8_000)),
                                "abort",
                                () -> sim.user.abort(Simulation.TENANT, name));
                    }
                    boolean partly = dice.chance(0.5);
                    for (int i = 1; i <= 8; i++) {
                        world.after(
                                Duration.ofSeconds(i * 10L),
                                "look",
                                () -> attestIfTrue(name, partly));
                    }
                    for (int i = 1; i <= 24; i++) {
                        world.after(
                                Duration.ofSeconds(i * 10L),
                                "look after",
                                () -> lookAfter(name, dice));
                    }
                });
    }

    /** Somebody agrees, and what stands still is tried again; sooner or later. */
    private void lookAfter(String name, Dice dice) {
        if (dice.chance(0.15)) {
            sim.user.approve(Simulation.TENANT, name);
        }
        if (dice.chance(0.15)) {
            sim.user.say(Simulation.TENANT, name, RETRY);
        }
    }

    /**
     * Only for sites without power, which cannot start anything before they are heard again.
     *
     * @param partly also where others are asked too
     */
    private void attestIfTrue(String operation, boolean partly) {
        List<Uid> asked = sim.operation(operation).map(sim.user::asked).orElse(List.of());
        List<Uid> dark =
                plant == Plant.FALSE_ATTESTATION
                        ? asked
                        : asked.stream().filter(this::dark).toList();
        if (!dark.isEmpty() && (partly || dark.size() == asked.size())) {
            sim.user.attest(Simulation.TENANT, operation, dark);
        }
    }

    private boolean dark(Uid cluster) {
        return lost.stream().anyMatch(a -> a.uid().equals(cluster));
    }

    /** Heals everything that is broken. */
    void heal() {
        wire.down(false);
        database.down(false);
        hooks.heal();
        for (SimAgent agent : agents) {
            agent.cut(false);
            up(agent);
            if (!lost.contains(agent)) {
                for (String node : agent.cluster().machines().names()) {
                    nodeBack(agent, node, world.dice().chance(0.5));
                }
            }
        }
    }

    /**
     * A person removes what is left of applications that nobody knows any more, as the condition of
     * the cluster says: by hand, and with an agent that does not remember it. Or what stands in the
     * way of an application, as that says.
     */
    void clean() {
        for (SimAgent agent : agents) {
            for (KubeObject left : sim.inTheWay(agent)) {
                world.note(left.ref() + " of nobody is removed from " + agent.uid());
                agent.cluster().api().delete(left.ref(), left.uid());
            }
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

    /**
     * A word on operations that wait for what only a person can know. An abort gives the role back,
     * but for one that nobody had.
     *
     * @param last whether it is the last one
     */
    void decide(boolean last) {
        for (Failover operation : sim.operations()) {
            if (operation.state().ended()) {
                continue;
            }
            if (operation.waitingFor().isEmpty()) {
                throw sim.failure(
                        Invariant.STUCK, operation.name() + " waits and does not say for what");
            }
            sim.user.approve(Simulation.TENANT, operation.name());
            if (operation.state().committed()) {
                goOn(operation.name(), last);
                continue;
            }
            List<Uid> asked = sim.user.asked(operation);
            boolean stopped = stopped(asked);
            world.note(operation.name() + " waits for " + operation.waitingFor());
            boolean parked = operation.plan().filter(p -> p.sources().isEmpty()).isPresent();
            boolean counts = stopped && operation.paused().isEmpty();
            if (counts && !last) {
                sim.user.attest(Simulation.TENANT, operation.name(), asked);
            } else if (counts && parked) {
                // When it asks: a word from before does not count.
                world.after(
                        Duration.ofSeconds(20),
                        "attest",
                        () -> sim.user.attest(Simulation.TENANT, operation.name(), asked));
            } else {
                sim.user.abort(Simulation.TENANT, operation.name());
            }
        }
    }

    /** Behind its commit it goes only forward, if need be without what hooks did. */
    private void goOn(String operation, boolean last) {
        for (int i = 0; i < 4; i++) {
            world.after(
                    Duration.ofSeconds(i * 20L),
                    "go on",
                    () -> sim.user.say(Simulation.TENANT, operation, last ? SKIP : RETRY));
        }
    }

    private boolean stopped(List<Uid> clusters) {
        return agents.stream()
                .filter(a -> clusters.contains(a.uid()))
                .allMatch(a -> a.cluster().running(Script.SINGLE).isEmpty());
    }

    /** Where nobody has the role, for want of proof, a person gives it to who can take it. */
    void unpark() {
        sim.heir()
                .ifPresent(a -> sim.user.failover(Simulation.TENANT, Script.SINGLE, sim.region(a)));
    }
}
