package io.portolan.sim;

import io.portolan.agent.kube.memory.MemoryCluster;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Row;
import io.portolan.model.Kind;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.placement.Assignment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fleet of three clusters in three regions with two applications, one that must never run twice
 * and one that may. After each event the invariants of DESIGN.md section 7 that this version can
 * break are checked; the numbers are those of the list there.
 */
final class Simulation {
    private static final String TENANT = "shop";
    private static final List<String> REGIONS = List.of("eu-west", "eu-north", "us-east");
    private static final String LEDGER =
            """
            {"components": [{"name": "ledger", "container":
               {"image": "example/ledger:%d", "replicas": 2, "ports": [8080]}}],
             "placement": {"clusters": 2},
             "disasterRecovery": {"writers": "single"}}
            """;
    private static final String WEB =
            """
            {"components": [{"name": "web", "container":
               {"image": "example/web:%d", "replicas": 3}}],
             "placement": {"clusters": 2}}
            """;

    private final long seed;
    final World world;
    final MemoryStore store;
    final SimCentral central;
    final SimUser user;
    final Map<String, SimAgent> agents = new LinkedHashMap<>();
    private final Map<Uid, Long> epochs = new HashMap<>();
    private final Map<Uid, Long> checkedVersions = new HashMap<>();
    private Uid ledger = new Uid("none");
    private int version = 1;

    Simulation(long seed) {
        this(seed, false);
    }

    /**
     * @param lying plants a fault that the invariants must find
     */
    Simulation(long seed, boolean lying) {
        this.seed = seed;
        this.world = new World(seed);
        this.store = new MemoryStore(world);
        this.user = new SimUser(world, store);
        Wire wire = new Wire(store, lying);
        user.put(Kind.TENANT, "", TENANT, "{}");
        for (String region : REGIONS) {
            Uid uid =
                    user.put(
                            Kind.CLUSTER,
                            "",
                            region,
                            "{\"location\": {\"region\": \"" + region + "\"}}");
            MemoryCluster cluster =
                    new MemoryCluster(
                            MemoryCluster.Settings.defaults()
                                    .withSeed(seed + agents.size())
                                    .withPods(Duration.ofMillis(300), Duration.ofMillis(700)),
                            world.instant());
            cluster.node(region + "-1", "32", "64Gi");
            agents.put(region, new SimAgent(world, uid, cluster, wire));
            world.every(
                    Duration.ofMillis(100),
                    "cluster",
                    () -> {
                        cluster.tick(world.instant());
                        cluster.deliver();
                    });
        }
        this.central = new SimCentral(world, store);
        world.check(this::invariants);
    }

    void applications() {
        ledger = user.put(Kind.APPLICATION, TENANT, "ledger", LEDGER.formatted(version));
        user.put(Kind.APPLICATION, TENANT, "web", WEB.formatted(version));
    }

    /** A life full of trouble, on top of applications that were just made. */
    void live(int troubles) {
        world.run(Duration.ofSeconds(5));
        applications();
        world.faults(0.03);
        for (int i = 0; i < troubles; i++) {
            world.run(Duration.ofMillis(world.pick(15_000)));
            mischief();
        }
    }

    /** One thing that somebody does, or that breaks. */
    void mischief() {
        switch (world.pick(9)) {
            case 0 -> central.crash();
            case 1, 2 -> world.pick(List.copyOf(agents.values())).crash();
            case 3 -> {
                SimAgent agent = world.pick(List.copyOf(agents.values()));
                agent.cut(true);
                world.after(Duration.ofSeconds(5 + world.pick(90)), "mend", () -> agent.cut(false));
            }
            case 4, 5 ->
                    user.failover(TENANT, "ledger", true, world.pick(REGIONS))
                            .ifPresent(this::perhapsAbort);
            case 6 -> user.failover(TENANT, "web", false, world.pick(REGIONS));
            case 7 -> {
                version++;
                user.put(Kind.APPLICATION, TENANT, "ledger", LEDGER.formatted(version));
            }
            case 8 -> {
                SimAgent agent = world.pick(List.copyOf(agents.values()));
                agent.cluster().down(true);
                world.note(agent.uid() + " Kubernetes down");
                world.after(
                        Duration.ofSeconds(1 + world.pick(20)),
                        "up",
                        () -> agent.cluster().down(false));
            }
        }
    }

    private void perhapsAbort(String operation) {
        if (world.chance(0.3)) {
            world.after(
                    Duration.ofMillis(world.pick(4_000)),
                    "abort",
                    () -> user.abort(TENANT, operation));
        }
    }

    /** Ends all trouble and lets everything settle. */
    void calm() {
        world.note("calm");
        world.faults(0);
        agents.values()
                .forEach(
                        a -> {
                            a.cut(false);
                            a.cluster().down(false);
                        });
        world.run(Duration.ofMinutes(8));
    }

    private void invariants() {
        boolean clusterMoved = false;
        for (SimAgent agent : agents.values()) {
            long now = agent.cluster().version();
            clusterMoved |= !Long.valueOf(now).equals(checkedVersions.put(agent.uid(), now));
        }
        if (clusterMoved) {
            onceAtMost();
        }
        epochsRise();
    }

    /** Invariant 1. */
    private void onceAtMost() {
        List<String> where = new ArrayList<>();
        agents.forEach(
                (name, agent) -> {
                    List<String> pods = agent.running(ledger);
                    if (!pods.isEmpty()) {
                        where.add(name + " " + pods);
                    }
                });
        if (where.size() > 1) {
            throw failure("a single writer runs twice: " + where);
        }
    }

    /** Invariant 2: never back, and of a single writer at most one active cluster. */
    private void epochsRise() {
        store.assignment(ledger)
                .ifPresent(
                        v -> {
                            Assignment a = v.row().assignment();
                            Long former = epochs.put(ledger, a.epoch());
                            if (former != null && former > a.epoch()) {
                                throw failure("epoch fell from " + former + " to " + a.epoch());
                            }
                            if (a.active().size() > 1) {
                                throw failure("two active clusters: " + a.members());
                            }
                        });
    }

    /** Invariants 5, 6, 9 and 19, once all is calm: everything is where it should be. */
    void settled() {
        for (String name : List.of("ledger", "web")) {
            Uid uid = new Uid("uid-" + name);
            Assignment assignment = store.assignment(uid).orElseThrow().row().assignment();
            long live =
                    store.operations(TENANT, 1_000).stream()
                            .map(o -> o.row().operation())
                            .filter(o -> o.application().equals(uid) && !o.state().ended())
                            .count();
            if (live > 0) {
                throw failure(name + " has an operation that never ends: " + operations());
            }
            for (SimAgent agent : agents.values()) {
                boolean active =
                        assignment
                                .member(agent.uid())
                                .filter(m -> m.role() == Role.ACTIVE)
                                .isPresent();
                if (active == agent.running(uid).isEmpty()) {
                    throw failure(
                            name
                                    + " on "
                                    + agent.uid()
                                    + " runs "
                                    + agent.running(uid)
                                    + " while "
                                    + assignment.members()
                                    + works(agent.uid()));
                }
            }
            Health health = status(name).map(ApplicationStatus::health).orElse(Health.UNKNOWN);
            if (assignment.active().isEmpty() || health != Health.HEALTHY) {
                throw failure(name + " is " + status(name) + " of " + assignment.members());
            }
        }
    }

    /** Deletes both applications; when it returns, no cluster holds anything of them. */
    void goneWithoutTrace() {
        user.delete(TENANT, "ledger");
        user.delete(TENANT, "web");
        world.run(Duration.ofMinutes(3));
        for (String name : List.of("ledger", "web")) {
            if (user.exists(TENANT, name)) {
                throw failure(name + " is still there: " + status(name));
            }
        }
        for (SimAgent agent : agents.values()) {
            for (String kind : List.of("apps/v1 Deployment", "v1 Service", "v1 Pod")) {
                String[] type = kind.split(" ");
                agent.cluster()
                        .list(
                                new io.portolan.agent.kube.KubeApi.TypeRef(type[0], type[1]),
                                "",
                                o -> {
                                    throw failure(agent.uid() + " still holds " + o.ref());
                                });
            }
            if (!store.works(agent.uid()).works().isEmpty()) {
                throw failure("works left: " + works(agent.uid()));
            }
        }
    }

    Optional<ApplicationStatus> status(String name) {
        return store.find(io.portolan.model.ResourceKey.application(TENANT, name))
                .flatMap(d -> d.status())
                .map(v -> (ApplicationStatus) v.row().status());
    }

    private String operations() {
        StringBuilder out = new StringBuilder();
        for (var o : store.operations(TENANT, 5)) {
            Row.OperationRow row = o.row();
            out.append('\n')
                    .append(row.operation().name())
                    .append(' ')
                    .append(row.operation().state())
                    .append(" waits for ")
                    .append(row.operation().waitingFor());
        }
        return out.toString();
    }

    private String works(Uid cluster) {
        StringBuilder out = new StringBuilder();
        for (Work work : store.works(cluster).plain()) {
            out.append("\n  ").append(work);
        }
        return out.toString();
    }

    AssertionError failure(String what) {
        return new AssertionError(
                "seed " + seed + " at " + world.instant() + ": " + what + "\n" + world.trace());
    }
}
