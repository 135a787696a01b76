package io.portolan.sim;

import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.central.store.MemoryStore;
import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A fleet of three clusters in three regions, two nodes of central and two applications: one that
 * must never run twice while it has a single writer, and one that may. After each event the
 * invariants of DESIGN.md section 7 that this version can break are checked.
 *
 * <p>Long, because how a life begins, what its user wishes meanwhile and what must hold at its end
 * are of one state: the wishes.
 */
final class Simulation {
    static final String TENANT = "shop";

    private final Script script;
    final World world;
    final MemoryStore store;
    final SimUser user;
    private final Database database;
    private final Wire wire;
    private final Invariants invariants;
    private final Troubles troubles;
    private final Map<String, SimAgent> agents = new LinkedHashMap<>();
    private final Map<String, Wish> wishes = new LinkedHashMap<>();
    private final boolean guarded;
    private final boolean gated;
    private final Optional<Rooms> rooms;
    private final Optional<Standbys> standbys;
    private final Optional<Restores> restores;
    private long woken;

    private static final Optional<Role> STANDBY = Optional.of(Role.STANDBY);
    private static final Optional<Role> QUARANTINED = Optional.of(Role.QUARANTINED);

    private static final String SELF_FENCED =
            ", \"onCentralLoss\": \"selfFence\", \"selfFence\": {\"grant\": \""
                    + SimGuards.GRANT.toSeconds()
                    + "s\"}";

    private static final String REQUESTS = ", \"resources\": {\"cpu\": \"" + Rooms.CPU + "\"}";

    private static final String AUTOMATIC =
            ", \"trigger\": \"automatic\", \"toleration\": \"5s\", \"cooldown\": \""
                    + Restraint.COOLDOWN.toMinutes()
                    + "m\"";

    private static final String GATED =
            SimHooks.POLICY + ", \"approvals\": {\"count\": 1, \"for\": [\"failover\"]}";

    /** What the user wants of an application. */
    record Wish(String name, int version, int replicas, int clusters, boolean single) {
        /**
         * @param requests of its pods
         * @param more what its policy says
         */
        String spec(String requests, String more) {
            return """
            {"components": [{"name": "%s", "container":
               {"image": "example/%s:%d", "command": ["/run"], "replicas": %d, "ports": [8080]%s}}],
             "placement": {"clusters": %d},
             "disasterRecovery": {"writers": %s}}
            """
                    .formatted(
                            name,
                            name,
                            version,
                            replicas,
                            requests,
                            clusters,
                            (single ? "\"single\"" : "\"many\"" + AUTOMATIC) + more);
        }
    }

    private Simulation(Script script, Plant plant) {
        this.script = script;
        this.guarded = script.has(Script.GUARD) && (script.seed() % 3 == 2 || plant.guarded());
        this.gated = script.has(Script.GATES) && (script.seed() % 4 == 1 || plant.gated());
        boolean roomy =
                script.has(Script.ROOM) && among(plant, script.seed() % 5 == 3, plant.roomy());
        boolean levels =
                script.has(Script.STANDBYS)
                        && among(plant, script.seed() % 4 == 2, plant.standing());
        this.standbys = levels ? Optional.of(new Standbys(script.seed())) : Optional.empty();
        this.world = new World(script.seed());
        this.store = new MemoryStore(world);
        SimHooks hooks = new SimHooks(world, plant);
        this.database = new Database(world, store, plant);
        this.user = new SimUser(world, store, database);
        this.rooms =
                roomy
                        ? Optional.of(new Rooms(store, database, TENANT, this::fail))
                        : Optional.empty();
        this.wire = new Wire(world, store, database, plant);
        user.put(Kind.TENANT, "", TENANT, "{}");
        for (String region : script.regions()) {
            Uid uid = declare(region);
            Dice sizes = new Dice(script.seed() ^ (region + " machines").hashCode());
            SimCluster cluster =
                    new SimCluster(
                            world,
                            region,
                            script.seed() * 31 + agents.size(),
                            () -> roomy ? Rooms.machine(sizes) : "32");
            Conduct conduct = new Conduct(uid, this::fail);
            SimAgent agent =
                    new SimAgent(world, uid, cluster, roomy, wire, conduct, clock(region), plant);
            agents.put(region, agent);
            if (guarded) {
                new SimGuards(world, agent, wire, clock(region + " guards"), plant);
            }
        }
        List<SimCentral> nodes =
                Stream.of("central-a", "central-b")
                        .map(
                                n ->
                                        new SimCentral(
                                                world, store, database, hooks, n, clock(n), rooms,
                                                plant))
                        .toList();
        List<SimAgent> all = List.copyOf(agents.values());
        this.invariants =
                new Invariants(
                        world,
                        store,
                        database,
                        TENANT,
                        wire,
                        all,
                        gated ? Optional.of(new Gates(user, hooks, this::fail)) : Optional.empty(),
                        this::fail);
        this.troubles = new Troubles(this, world, plant, all, nodes, wire, database, hooks);
        boolean restored =
                script.has(Script.RESTORES)
                        && standbys.isEmpty()
                        && among(plant, script.seed() % 5 == 1, plant.restores());
        this.restores =
                restored
                        ? Optional.of(
                                new Restores(
                                        this,
                                        world,
                                        plant,
                                        nodes,
                                        wire,
                                        new Dice(script.seed() * 31 + Script.RESTORES.hashCode())))
                        : Optional.empty();
        world.check(this::wake);
        world.check(invariants::check);
    }

    /** A planted fault is looked for in plain lives, where it does not show in others only. */
    private static boolean among(Plant plant, boolean share, boolean shows) {
        return plant == Plant.NONE ? share : shows;
    }

    private SimClock clock(String process) {
        Dice dice = new Dice(script.seed() ^ process.hashCode());
        return new SimClock(world, dice, !script.has(Script.DRIFT));
    }

    /**
     * What was done in a life in which every invariant held.
     *
     * @param events that happened in it
     * @param age of the fleet at its end
     */
    record Lived(long events, Duration age) {}

    /**
     * Lives a script to its end: trouble, calm, and removal.
     *
     * @throws Violation where an invariant does not hold
     */
    static Lived live(Script script, Plant plant) {
        Simulation simulation = new Simulation(script, plant);
        simulation.trouble(plant);
        simulation.calm();
        simulation.granted();
        simulation.settled();
        simulation.goneWithoutTrace();
        return new Lived(simulation.world.events(), simulation.world.age());
    }

    /** Each cluster has a region's name, and is alone in it. */
    Uid declare(String region) {
        String spec = "{\"location\": {\"region\": \"" + region + "\"}}";
        return user.put(Kind.CLUSTER, "", region, spec);
    }

    String region(SimAgent agent) {
        return agents.entrySet().stream()
                .filter(e -> e.getValue() == agent)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    List<String> regions() {
        return script.regions();
    }

    /** Trouble, on top of applications that were just made. */
    private void trouble(Plant plant) {
        world.run(Duration.ofSeconds(8));
        if (script.has(Script.SINGLE)) {
            wish(new Wish(Script.SINGLE, 1, 2, 2, true));
        }
        if (script.has(Script.MANY)) {
            wish(new Wish(Script.MANY, 1, 3, 2, false));
        }
        world.faults(script.has(Script.FAULTS) ? plant.loss() : 0);
        restores.ifPresent(r -> r.begin(script.span()));
        Set<Troubles.Kind> kinds = plant.kinds();
        if (restores.isPresent()) {
            kinds.removeAll(Restores.NOT_BESIDE);
        }
        for (Script.Strike strike : script.strikes()) {
            world.runUntil(strike.at());
            troubles.strike(List.copyOf(kinds), new Dice(strike.seed()));
        }
    }

    // ---- what the user does

    private void wish(Wish wish) {
        String single = (guarded ? SELF_FENCED : "") + (gated ? GATED : "");
        String level = standbys.map(l -> l.policy(wish.version(), wish.single())).orElse("");
        Uid uid =
                user.put(
                        Kind.APPLICATION,
                        TENANT,
                        wish.name(),
                        wish.spec(
                                rooms.isPresent() ? REQUESTS : "",
                                (wish.single() ? single : "") + level));
        world.note("wanted: " + wish + " as " + uid);
        wishes.put(wish.name(), wish);
        invariants.wanted(wish.name(), uid, wish.single());
    }

    Map<String, Wish> wished() {
        return new LinkedHashMap<>(wishes);
    }

    /** Central knows nothing that is newer than these wishes. */
    void restored(Map<String, Wish> then) {
        wishes.putAll(then);
        wire.restored(agents.values());
        agentsRestored();
        invariants.restored();
        then.forEach(
                (name, w) ->
                        user.find(TENANT, name)
                                .ifPresent(r -> invariants.wanted(name, r.uid(), w.single())));
    }

    /** To be told again when nothing of before is on its way any more. */
    void agentsRestored() {
        agents.values().forEach(SimAgent::restored);
    }

    /** The user finds that it is not as it was wanted last. */
    void writeAgain(Map<String, Wish> lost) {
        lost.forEach(
                (name, w) -> {
                    if (there(name) && !w.equals(wishes.get(name))) {
                        wish(w);
                    }
                });
    }

    private boolean there(String name) {
        return wishes.containsKey(name)
                && !database.down()
                && user.find(TENANT, name).filter(r -> !r.metadata().deleting()).isPresent();
    }

    void edit(String name, Dice dice) {
        Wish w = wishes.get(name);
        if (there(name)) {
            int clusters = dice.chance(0.3) ? 1 + dice.pick(3) : w.clusters();
            int replicas = 1 + dice.pick(3);
            wish(new Wish(name, w.version() + 1, replicas, clusters, w.single()));
        }
    }

    void toggleWriters() {
        Wish w = wishes.get(Script.SINGLE);
        if (there(Script.SINGLE)) {
            wish(new Wish(Script.SINGLE, w.version(), w.replicas(), w.clusters(), !w.single()));
        }
    }

    /** Deletes it, and makes another one of its name when it is gone. */
    void recreate(String name) {
        if (there(name)) {
            world.note(name + " is deleted");
            user.delete(TENANT, name);
            makeAgain(name);
        }
    }

    private void makeAgain(String name) {
        world.after(
                Duration.ofSeconds(1),
                "make again",
                () -> {
                    if (database.down() || user.exists(TENANT, name)) {
                        makeAgain(name);
                    } else {
                        wish(wishes.get(name));
                    }
                });
    }

    Optional<Failover> operation(String name) {
        return store.operation(TENANT, name).map(v -> v.row().operation());
    }

    List<Failover> operations() {
        return database.operations(TENANT);
    }

    /** Where somebody wants a failover to go: here and there to wherever there is room. */
    String target(Dice dice) {
        String named = dice.pick(regions());
        return rooms.isPresent() && dice.chance(0.4) ? "" : named;
    }

    /**
     * Whether its cluster has orders for pods of a ledger whose writer is elsewhere. Of one with
     * many writers a standby may run some.
     */
    boolean wouldStart(SimAgent agent) {
        boolean writer =
                !unsettled()
                        && user.find(TENANT, Script.SINGLE)
                                .flatMap(r -> store.assignment(r.uid()))
                                .filter(a -> a.row().assignment().active().contains(agent.uid()))
                                .isPresent();
        boolean stands =
                standbys.isPresent()
                        && Optional.ofNullable(wishes.get(Script.SINGLE))
                                .filter(w -> !w.single())
                                .isPresent();
        return !writer
                && !stands
                && agent.cluster().listed("apps/v1", "Deployment").stream()
                        .filter(d -> d.name().equals(Script.SINGLE))
                        .anyMatch(d -> !Integer.valueOf(0).equals(d.at("spec", "replicas")));
    }

    /** Whether central may not know since a restore where the ledger is. */
    private boolean unsettled() {
        return store.restored().isPresent()
                && user.find(TENANT, Script.SINGLE)
                        .flatMap(r -> store.assignment(r.uid()))
                        .filter(
                                a ->
                                        a.row().assignment().epoch()
                                                < store.restored().get().revision())
                        .isPresent();
    }

    /** What is left of a life that is over, and keeps an application from its own, as that says. */
    List<KubeObject> inTheWay(SimAgent agent) {
        return wishes.keySet().stream()
                .flatMap(name -> status(name).stream())
                .flatMap(s -> s.clusters().stream())
                .filter(c -> c.cluster().equals(region(agent)))
                .flatMap(c -> c.troubles().stream())
                .filter(t -> t.reason().equals("BelongsToAnother"))
                .flatMap(
                        t ->
                                agent
                                        .cluster()
                                        .listed(t.object().apiVersion(), t.object().kind())
                                        .stream()
                                        .filter(o -> o.ref().equals(t.object())))
                .filter(o -> !knows(new Uid(o.label("portolan.io/application-uid"))))
                .toList();
    }

    /** Whether this life of an application is neither over nor to end. */
    boolean knows(Uid application) {
        return wishes.keySet().stream()
                .flatMap(name -> user.find(TENANT, name).stream())
                .filter(r -> !r.metadata().deleting())
                .anyMatch(r -> r.uid().equals(application));
    }

    /** Where the ledger is to run; any where it is nowhere. */
    SimAgent writer(Dice dice) {
        return user.find(TENANT, Script.SINGLE)
                .flatMap(r -> store.assignment(r.uid()))
                .flatMap(a -> a.row().assignment().active().stream().findFirst())
                .flatMap(c -> agents.values().stream().filter(a -> a.uid().equals(c)).findFirst())
                .orElseGet(() -> dice.pick(List.copyOf(agents.values())));
    }

    /** Who could take a ledger that nobody runs, when nothing is under way: best a standby. */
    Optional<SimAgent> heir() {
        return user.find(TENANT, Script.SINGLE)
                .filter(r -> operations().stream().noneMatch(o -> live(o, r.uid())))
                .flatMap(r -> store.assignment(r.uid()))
                .map(a -> a.row().assignment())
                .filter(a -> a.active().isEmpty())
                .flatMap(
                        a ->
                                agents.values().stream()
                                        .filter(agent -> !role(a, agent).equals(QUARANTINED))
                                        .max(
                                                Comparator.comparing(
                                                        agent -> role(a, agent).equals(STANDBY))));
    }

    private static Optional<Role> role(Assignment assignment, SimAgent agent) {
        return assignment.member(agent.uid()).map(Assignment.Member::role);
    }

    // ---- how it ends

    /** Ends all trouble and lets everything settle. */
    void calm() {
        world.note("calm");
        world.calm();
        troubles.heal();
        world.run(Duration.ofMinutes(4));
        troubles.heal();
        troubles.clean();
        troubles.decide(false);
        world.run(Duration.ofMinutes(2));
        // Also what was of a life that could only end now.
        troubles.clean();
        troubles.unpark();
        world.run(Duration.ofSeconds(20));
        troubles.decide(false);
        world.run(Duration.ofSeconds(20));
        if (restores.isPresent()) {
            // A role that nobody has since a restore may need somebody's word.
            for (int i = 0; i < 3; i++) {
                troubles.decide(false);
                world.run(Duration.ofSeconds(30));
            }
        }
        troubles.decide(true);
        world.run(Duration.ofMinutes(4));
    }

    private void wake() {
        if (store.head() != woken) {
            woken = store.head();
            agents.values().forEach(SimAgent::wake);
        }
    }

    /** A guard's way to central may take so long, both ways, that its grant runs out meanwhile. */
    private void granted() {
        for (int i = 0; i < 6 && guarded && waits(); i++) {
            world.run(Duration.ofSeconds(5));
        }
    }

    private boolean waits() {
        return user.find(TENANT, Script.SINGLE)
                .flatMap(r -> store.assignment(r.uid()))
                .map(a -> a.row().assignment())
                .filter(
                        a ->
                                agents.values().stream()
                                        .anyMatch(
                                                agent ->
                                                        a.active().contains(agent.uid())
                                                                && agent.cluster()
                                                                        .running(Script.SINGLE)
                                                                        .isEmpty()))
                .isPresent();
    }

    /** Invariants 5, 6, 8 and 19, once all is calm: everything is where it should be. */
    void settled() {
        for (String name : wishes.keySet()) {
            Resource<?> resource =
                    user.find(TENANT, name)
                            .orElseThrow(
                                    () -> failure(Invariant.STUCK, name + " was never made again"));
            Uid uid = resource.uid();
            Assignment assignment = store.assignment(uid).orElseThrow().row().assignment();
            if (operations().stream().anyMatch(o -> live(o, uid))) {
                throw failure(
                        Invariant.STUCK, name + " has an operation that never ends" + stories());
            }
            for (SimAgent agent : agents.values()) {
                boolean active = assignment.active().contains(agent.uid());
                boolean kept =
                        !wishes.get(name).single() && wire.orphans(agent.uid()).contains(uid);
                boolean right =
                        standbys.isPresent() && role(assignment, agent).equals(STANDBY)
                                ? stands(wishes.get(name), assignment, agent)
                                : active != agent.cluster().running(name).isEmpty();
                if (!right && !kept && !(active && tight(agent.uid()))) {
                    throw failure(
                            Invariant.SAME_END,
                            name
                                    + " on "
                                    + agent.uid()
                                    + " runs "
                                    + agent.cluster().running(name).stream()
                                            .map(p -> p.ref())
                                            .toList()
                                    + " while "
                                    + assignment.members()
                                    + works(agent.uid())
                                    + "\nits agent says "
                                    + wire.reported(agent.uid(), uid));
                }
            }
            Health health = status(name).map(ApplicationStatus::health).orElse(Health.UNKNOWN);
            placed(name, assignment);
            boolean mayBeNowhere = assignment.epoch() == 0 || !wishes.get(name).single();
            boolean crowded =
                    assignment.active().isEmpty()
                            ? rooms.isPresent()
                                    && mayBeNowhere
                                    && !assignment.decision().satisfied()
                            : assignment.active().stream().anyMatch(this::tight);
            if ((assignment.active().isEmpty() || health != Health.HEALTHY) && !crowded) {
                throw failure(
                        Invariant.ACCOUNTED_FOR,
                        name + " is " + status(name) + " of " + assignment.members());
            }
            for (Assignment.Member member : assignment.members()) {
                if (member.role() == Role.QUARANTINED && !doubted(member.cluster(), uid)) {
                    throw failure(
                            Invariant.SAME_END,
                            name + " is quarantined for ever: " + assignment.members());
                }
            }
        }
    }

    /**
     * Whether a standby runs what its level says, as far as pods find room; unless one too many.
     */
    private boolean stands(Wish wish, Assignment assignment, SimAgent agent) {
        StandbyLevel level = standbys.orElseThrow().level(wish.version(), wish.single());
        boolean chosen = assignment.decision().chosen().contains(agent.uid());
        int wanted = chosen ? Standbys.pods(level, wish.replicas()) : 0;
        int running = agent.cluster().running(wish.name()).size();
        return running == wanted || (running < wanted && tight(agent.uid()));
    }

    /** Whether a pod there may wait for room. */
    private boolean tight(Uid cluster) {
        return rooms.filter(r -> r.tight(cluster)).isPresent();
    }

    /** Who is not where it wants to be found no room there. */
    private void placed(String name, Assignment assignment) {
        List<Uid> open =
                assignment.decision().satisfied()
                        ? List.of()
                        : rooms.map(r -> r.open(assignment.application())).orElse(List.of());
        if (!open.isEmpty()) {
            throw failure(
                    Invariant.ACCOUNTED_FOR,
                    name + " is not on " + open + ", where there is room: " + status(name));
        }
    }

    /** Whether its agent names pods that it saw go and not end: that never heals by itself. */
    private boolean doubted(Uid cluster, Uid application) {
        return wire.reported(cluster, application)
                .flatMap(s -> s.demotion())
                .filter(d -> !d.proves())
                .isPresent();
    }

    private static boolean live(Failover operation, Uid application) {
        return operation.application().equals(application) && !operation.state().ended();
    }

    /** Deletes both applications; when it returns, no cluster holds anything of them. */
    void goneWithoutTrace() {
        wishes.keySet().forEach(name -> user.delete(TENANT, name));
        world.run(Duration.ofMinutes(3));
        for (String name : wishes.keySet()) {
            if (user.exists(TENANT, name)) {
                throw failure(Invariant.SAME_END, name + " is still there: " + status(name));
            }
        }
        for (SimAgent agent : agents.values()) {
            List<String> left = new ArrayList<>();
            for (TypeRef type :
                    List.of(
                            new TypeRef("apps/v1", "Deployment"),
                            new TypeRef("v1", "Service"),
                            new TypeRef("v1", "Pod"))) {
                agent.cluster()
                        .api()
                        .list(
                                type,
                                "",
                                o -> {
                                    if (!kept(agent, o)) {
                                        left.add(
                                                o.ref()
                                                        + " of "
                                                        + o.label("portolan.io/application-uid"));
                                    }
                                });
            }
            agent.cluster().machines().running("").stream()
                    .filter(p -> !kept(agent, p))
                    .forEach(p -> left.add("running " + p.ref()));
            if (!left.isEmpty()) {
                throw failure(Invariant.SAME_END, agent.uid() + " still holds " + left);
            }
            if (!store.works(agent.uid()).works().isEmpty()) {
                throw failure(Invariant.SAME_END, "works left: " + works(agent.uid()));
            }
        }
    }

    /** What nobody asked for is told and stays, for absence never deletes. */
    private boolean kept(SimAgent agent, KubeObject object) {
        String uid = object.label("portolan.io/application-uid");
        return !uid.isEmpty() && wire.orphans(agent.uid()).contains(new Uid(uid));
    }

    private Optional<ApplicationStatus> status(String name) {
        return store.find(ResourceKey.application(TENANT, name))
                .flatMap(d -> d.status())
                .map(v -> (ApplicationStatus) v.row().status());
    }

    private String stories() {
        StringBuilder out = new StringBuilder();
        for (Failover operation : operations()) {
            if (!operation.state().ended()) {
                out.append("; ")
                        .append(operation.name())
                        .append(' ')
                        .append(operation.state())
                        .append(" waits for ")
                        .append(operation.waitingFor());
            }
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

    private void fail(Invariant invariant, String what) {
        throw failure(invariant, what);
    }

    Violation failure(Invariant invariant, String what) {
        return new Violation(
                invariant,
                what,
                "after " + world.age() + " of e2e/simulate " + script + "\n" + world.trace());
    }
}
