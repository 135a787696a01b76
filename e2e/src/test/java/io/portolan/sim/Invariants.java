package io.portolan.sim;

import io.portolan.central.store.MemoryStore;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.Running;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.dr.Evidence;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The invariants of DESIGN.md section 7 that are judged after each event on what really runs and on
 * what is stored: 1, 2, 3, 7, 8, 9, 13, 18 and 19. {@link Conduct} judges those of an agent.
 */
final class Invariants {
    private static final class App {
        final String name;
        final Uid uid;
        boolean single;
        long epoch;
        Optional<Uid> writer = Optional.empty();

        /** Who was active when it was last looked at as a single writer. */
        Optional<List<Uid>> active = Optional.empty();

        /** Who was active in each epoch of a single writer. */
        final Map<Long, Set<List<Uid>>> given = new HashMap<>();

        /** Epochs in which it had many writers, too. */
        final Set<Long> ofMany = new HashSet<>();

        /** The last epoch of before a restore of the database. */
        long lost;

        /** What each agent had been told when it reported last. */
        final Map<SimAgent, Told> told = new HashMap<>();

        /** Clusters of the time of many writers that have not shown since that they stopped. */
        final Set<Uid> left = new HashSet<>();

        App(String name, Uid uid) {
            this.name = name;
            this.uid = uid;
        }
    }

    /** Of what an agent reports, and how often its disk was lost or set back by then. */
    private record Told(Uid cluster, int disks, long epoch, long sequence) {}

    private record Seen(SimCluster.State cluster, int life, boolean alive) {}

    /** What agents get to know is looked at so often where nothing else happens. */
    private static final Duration LOOK = Duration.ofMillis(500);

    /** Longer than a commit is on its way that was decided before a cluster was heard. */
    private static final Duration NEWS = Duration.ofSeconds(40);

    private final World world;
    private final MemoryStore store;
    private final Database database;
    private final String tenant;
    private final Wire wire;
    private final Collection<SimAgent> agents;
    private final BiConsumer<Invariant, String> fails;
    private final Map<String, App> apps = new TreeMap<>();
    private final Map<SimAgent, Uid> born = new HashMap<>();
    private final Map<SimAgent, Lore> lores = new HashMap<>();
    private final Map<Uid, List<Work>> works = new HashMap<>();
    private final Map<String, Failover.State> states = new HashMap<>();
    private final Restraint restraint;
    private final Optional<Gates> gates;
    private List<Failover> operations = List.of();
    private final Map<SimAgent, Seen> seen = new HashMap<>();
    private Instant judged = Instant.MIN;
    private long judgedHead = -1;
    private long head = -1;

    Invariants(
            World world,
            MemoryStore store,
            Database database,
            String tenant,
            Wire wire,
            Collection<SimAgent> agents,
            Optional<Gates> gates,
            BiConsumer<Invariant, String> fails) {
        this.world = world;
        this.store = store;
        this.database = database;
        this.tenant = tenant;
        this.wire = wire;
        this.agents = agents;
        this.gates = gates;
        this.fails = fails;
        this.restraint = new Restraint(store, fails);
        agents.forEach(a -> born.put(a, a.uid()));
    }

    /** The user made or changed an application. */
    void wanted(String name, Uid uid, boolean single) {
        App app = apps.get(name);
        if (app == null || !app.uid.equals(uid)) {
            app = new App(name, uid);
            apps.put(name, app);
        } else if (single && !app.single) {
            app.left.addAll(where(name));
            app.left.addAll(active(uid));
            app.left.addAll(standing(uid));
            app.writer = Optional.empty();
        } else if (!single) {
            app.left.clear();
        }
        app.single = single;
    }

    /**
     * Central's database knows only what it knew once. Who has the role by what agents know keeps
     * it, and epochs go on beyond all that were given.
     */
    void restored() {
        head = -1;
        for (App app : apps.values()) {
            app.lost = Math.max(app.lost, app.epoch);
            app.epoch = 0;
            app.active = Optional.empty();
            app.told.clear();
            world.note(
                    app.name
                            + " is restored with "
                            + assignment(app.uid)
                                    .map(a -> a.epoch() + " " + roles(a))
                                    .orElse("nothing")
                            + ", agents hold "
                            + agents.stream()
                                    .map(
                                            a ->
                                                    a.uid()
                                                            + a.told(app.uid)
                                                                    .map(
                                                                            w ->
                                                                                    " "
                                                                                            + w
                                                                                                    .role()
                                                                                            + " "
                                                                                            + w
                                                                                                    .epoch()
                                                                                            + (w
                                                                                                            .singleWriter()
                                                                                                    ? ""
                                                                                                    : " of many"))
                                                                    .orElse(" nothing"))
                                    .toList());
            agents.stream()
                    .filter(a -> a.told(app.uid).filter(Invariants::ofMany).isPresent())
                    .forEach(a -> app.left.add(a.uid()));
            app.writer = writer(app);
        }
    }

    private Optional<Uid> writer(App app) {
        Optional<Work> latest =
                agents.stream()
                        .flatMap(a -> a.told(app.uid).stream())
                        .max(Comparator.comparingLong(Work::epoch));
        if (latest.filter(w -> app.ofMany.contains(w.epoch())).isPresent()) {
            return Optional.empty();
        }
        Optional<Assignment> stored = assignment(app.uid);
        boolean known =
                stored.filter(a -> latest.filter(w -> w.epoch() > a.epoch()).isEmpty()).isPresent();
        return known
                ? stored.get().active().stream().findFirst()
                : latest.filter(w -> w.role() == Role.ACTIVE && w.singleWriter())
                        .map(Work::cluster);
    }

    private static List<String> roles(Assignment a) {
        return a.members().stream().map(m -> m.cluster() + " " + m.role()).toList();
    }

    private List<Uid> where(String name) {
        return agents.stream()
                .filter(a -> !a.cluster().running(name).isEmpty())
                .map(SimAgent::uid)
                .toList();
    }

    private List<Uid> active(Uid application) {
        return assignment(application).map(Assignment::active).orElse(List.of());
    }

    /** Where it stands by and runs something. */
    private List<Uid> standing(Uid application) {
        return agents.stream()
                .map(SimAgent::uid)
                .filter(c -> work(c, application).filter(Invariants::stands).isPresent())
                .toList();
    }

    private static boolean stands(Work work) {
        return work.role() == Role.STANDBY && work.running() != Running.NOTHING;
    }

    private Optional<Assignment> assignment(Uid application) {
        return store.assignment(application).map(v -> v.row().assignment());
    }

    void check() {
        if (store.head() != head) {
            head = store.head();
            agents.forEach(a -> works.put(a.uid(), store.works(a.uid()).plain()));
            operations = database.operations(tenant);
            operations.forEach(this::note);
            apps.values().forEach(this::stored);
            apps.values().forEach(this::operated);
            apps.values().forEach(this::reported);
        }
        if (moved()) {
            apps.values().forEach(this::look);
            apps.values().stream().filter(a -> a.single).forEach(this::truth);
        }
    }

    /** Whether anything may run otherwise, or be known otherwise, than when it was last judged. */
    private boolean moved() {
        boolean moved = head != judgedHead || !judged.plus(LOOK).isAfter(world.instant());
        judgedHead = head;
        for (SimAgent agent : agents) {
            Seen now = new Seen(agent.cluster().state(), agent.life(), agent.alive());
            moved |= !now.equals(seen.put(agent, now));
        }
        if (moved) {
            judged = world.instant();
        }
        return moved;
    }

    private void look(App app) {
        for (SimAgent agent : agents) {
            lore(agent).look(app.uid, agent.cluster().running(app.name));
        }
    }

    private Lore lore(SimAgent agent) {
        return lores.computeIfAbsent(agent, _ -> new Lore(world, agent));
    }

    private void stored(App app) {
        assignment(app.uid).ifPresent(a -> assigned(app, a));
        app.left.removeIf(
                c ->
                        work(c, app.uid).filter(w -> w.role() != Role.ACTIVE).isPresent()
                                && stopped(c, app.uid)
                                && work(c, app.uid).orElseThrow().epoch() > app.lost);
    }

    private static boolean ofMany(Work told) {
        return told.role() == Role.ACTIVE && !told.singleWriter();
    }

    /** Invariants 2 and 3. */
    private void assigned(App app, Assignment now) {
        if (now.epoch() < app.epoch) {
            fails.accept(
                    Invariant.EPOCHS,
                    app.name + ": epoch fell from " + app.epoch + " to " + now.epoch());
        }
        boolean risen = now.epoch() > app.epoch;
        app.epoch = now.epoch();
        if (!app.single || !decidedAsSingle(app)) {
            app.ofMany.add(now.epoch());
            app.active = Optional.empty();
            return;
        }
        Optional<List<Uid>> before = app.active;
        app.active = Optional.of(now.active());
        if (now.active().isEmpty()) {
            return;
        }
        if (!risen && before.filter(a -> !a.equals(now.active())).isPresent()) {
            fails.accept(
                    Invariant.EPOCHS,
                    app.name + " becomes active on " + now.active() + " in epoch " + now.epoch());
        }
        if (now.epoch() <= app.lost) {
            // Of a role that many had in it, whoever tells first has it.
            if (app.ofMany.contains(now.epoch())) {
                return;
            }
            Set<List<Uid>> then = app.given.getOrDefault(now.epoch(), Set.of(now.active()));
            if (!then.contains(now.active())) {
                fails.accept(
                        Invariant.EPOCHS,
                        app.name
                                + " was active on "
                                + then
                                + " in epoch "
                                + now.epoch()
                                + ", and is on "
                                + now.active());
            }
            return;
        }
        app.given.computeIfAbsent(now.epoch(), _ -> new HashSet<>()).add(now.active());
        if (now.active().size() > 1) {
            fails.accept(Invariant.EPOCHS, app.name + " has two active clusters: " + now.members());
        }
        Uid next = now.active().getFirst();
        if (app.writer.filter(w -> !w.equals(next)).isPresent()) {
            promoted(app, now, next);
        }
        app.writer = Optional.of(next);
    }

    private void promoted(App app, Assignment now, Uid next) {
        Optional<Evidence> proof =
                operations(app.uid).stream()
                        .filter(f -> f.epochAfter() == now.epoch())
                        .flatMap(f -> f.evidence().stream())
                        .filter(Evidence::fencesSingleWriter)
                        .findFirst();
        if (proof.isEmpty()) {
            fails.accept(Invariant.PROOF, app.name + " is promoted on " + next + " without proof");
        }
        words(proof.orElseThrow()).forEach(word -> kept(app, word));
    }

    private static List<Evidence.Attested> words(Evidence evidence) {
        return switch (evidence) {
            case Evidence.Attested word -> List.of(word);
            case Evidence.All all -> all.parts().stream().flatMap(p -> words(p).stream()).toList();
            case Evidence _ -> List.of();
        };
    }

    /** Who is heard speaks for itself, whatever was said while it was silent. */
    private void kept(App app, Evidence.Attested word) {
        for (Uid cluster : word.clusters()) {
            boolean heard =
                    wire.heardAgain(cluster)
                            .filter(word.at()::isBefore)
                            .filter(at -> at.plus(NEWS).isBefore(world.instant()))
                            .isPresent();
            if (heard) {
                fails.accept(
                        Invariant.PROOF,
                        app.name
                                + " is promoted on the word for "
                                + cluster
                                + ", which is heard since "
                                + wire.heardAgain(cluster).orElseThrow());
            }
        }
    }

    /** Not while the works still say that it may have many writers. */
    private boolean decidedAsSingle(App app) {
        return works.values().stream()
                .flatMap(List::stream)
                .filter(w -> w.application().equals(app.uid) && !w.tombstone())
                .allMatch(Work::singleWriter);
    }

    private List<Failover> operations(Uid application) {
        return operations.stream().filter(f -> f.application().equals(application)).toList();
    }

    /** Invariants 8, 9, 13, 18 and 19. */
    private void operated(App app) {
        List<Failover> all = operations(app.uid);
        restraint.check(app.name, all);
        List<Failover> live = all.stream().filter(f -> !f.state().ended()).toList();
        if (live.size() > 1) {
            fails.accept(
                    Invariant.ONE_OPERATION,
                    app.name
                            + " has two live operations: "
                            + live.stream().map(Failover::name).toList());
        }
        for (Failover operation : live) {
            boolean ahead =
                    operation.evidence().isPresent()
                            && assignment(app.uid)
                                    .filter(a -> a.epoch() < operation.epochAfter())
                                    .isPresent();
            if (ahead) {
                fails.accept(
                        Invariant.SAME_END,
                        operation.name() + " is committed, and its assignment is not");
            }
        }
    }

    private void note(Failover operation) {
        Failover.State before = states.put(operation.name(), operation.state());
        if (before == operation.state()) {
            return;
        }
        world.note(operation.name() + " is in " + operation.state());
        gates.ifPresent(g -> g.check(operation));
        switch (operation.state()) {
            case REVOKING, FENCING, PROMOTING, VERIFYING -> {
                if (operation.steps().getLast().deadline().isEmpty()) {
                    fails.accept(
                            Invariant.STUCK,
                            operation.name() + " waits in " + operation.state() + " for ever");
                }
            }
            case COMPLETED -> recomputed(operation);
            case Failover.State _ -> {}
        }
    }

    /** Invariant 18. */
    private void recomputed(Failover operation) {
        Failover.Report report = operation.report().orElseThrow();
        Instant end =
                operation.steps().stream()
                        .filter(
                                s ->
                                        s.state() == Failover.State.VERIFYING
                                                || s.state() == Failover.State.SWITCHING_TRAFFIC)
                        .flatMap(s -> s.endedAt().stream())
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
        Optional<Instant> service = operation.plan().orElseThrow().lastService();
        Optional<Duration> rto =
                unverified(operation) ? Optional.empty() : service.map(s -> between(s, end));
        if (!report.commandToHealthy().equals(between(operation.requestedAt(), end))
                || !report.rto().equals(rto)) {
            fails.accept(
                    Invariant.RECOMPUTED,
                    operation.name() + " reports " + report + " of " + operation.steps());
        }
        if (service.filter(s -> !witnessed(operation, s)).isPresent()) {
            fails.accept(
                    Invariant.RECOMPUTED,
                    operation.name() + ": nobody proved service at " + service.get());
        }
    }

    /** Whether somebody passed over what would have told that it serves. */
    private static boolean unverified(Failover operation) {
        return operation.controls().stream()
                .filter(c -> c.kind() == Control.Kind.SKIP)
                .anyMatch(c -> operation.steps().get(c.step()).state() == Failover.State.VERIFYING);
    }

    private static Duration between(Instant from, Instant to) {
        return from.isAfter(to) ? Duration.ZERO : Duration.between(from, to);
    }

    /** When a source was heard, or its role was taken. */
    private boolean witnessed(Failover operation, Instant service) {
        return operation.plan().orElseThrow().sources().stream()
                        .anyMatch(c -> wire.heardAt(c, service))
                || operation.steps().stream().anyMatch(s -> s.startedAt().equals(service));
    }

    /** Invariant 7: a report never undoes a newer one, but of an agent that lost its memory. */
    private void reported(App app) {
        for (SimAgent agent : agents) {
            wire.reported(agent.uid(), app.uid)
                    .ifPresent(
                            s -> {
                                Told now =
                                        new Told(
                                                agent.uid(),
                                                agent.disksLost(),
                                                s.epoch(),
                                                s.sequence());
                                Told before = app.told.get(agent);
                                if (before == null || before.sequence != now.sequence) {
                                    app.told.put(agent, now);
                                }
                                if (before != null
                                        && before.cluster.equals(now.cluster)
                                        && before.disks == now.disks
                                        && (app.lost == 0
                                                || (now.epoch > app.lost
                                                        && now.epoch == before.epoch))
                                        && before.sequence > now.sequence) {
                                    fails.accept(
                                            Invariant.REPEATED,
                                            "a report of "
                                                    + app.name
                                                    + " on "
                                                    + agent.uid()
                                                    + " undoes a newer one: "
                                                    + s.sequence()
                                                    + " after "
                                                    + before.sequence);
                                }
                            });
        }
    }

    /** Invariant 1, and that nobody's word of a stop is false. */
    private void truth(App app) {
        List<String> where = new ArrayList<>();
        boolean excused = true;
        for (SimAgent agent : agents) {
            var running =
                    agent.cluster().running(app.name).stream()
                            .filter(p -> !lore(agent).excuses(p, app.uid))
                            .filter(p -> !forgotten(agent, app, p))
                            .toList();
            if (running.isEmpty()) {
                continue;
            }
            where.add(
                    agent.uid()
                            + " "
                            + running.stream().map(p -> p.name() + "@" + p.uid()).toList());
            excused &= app.left.contains(agent.uid());
            if (running.stream().anyMatch(p -> own(app, p.label("portolan.io/application-uid")))) {
                honest(app, agent.uid());
            }
        }
        if (where.size() > 1 && !excused) {
            fails.accept(Invariant.ONE_WRITER, app.name + " runs twice: " + where);
        }
    }

    /**
     * Of an application that was deleted, in a cluster that was forgotten before it had removed it
     * and has joined again: an orphan, kept and told.
     */
    private boolean forgotten(SimAgent agent, App app, KubeObject pod) {
        return !agent.uid().equals(born.get(agent))
                && !own(app, pod.label("portolan.io/application-uid"));
    }

    private static boolean own(App app, String uid) {
        return app.uid.value().equals(uid);
    }

    private void honest(App app, Uid cluster) {
        Optional<Work> work = work(cluster, app.uid);
        // What was said of an order of before a restore is of before it, too.
        if (work.filter(w -> w.epoch() > app.lost).isPresent()
                && work.filter(Work::singleWriter).isPresent()
                && stopped(cluster, app.uid)) {
            fails.accept(
                    Invariant.PROOF,
                    app.name
                            + " runs on "
                            + cluster
                            + ", whose agent said that it is stopped: "
                            + wire.reported(cluster, app.uid).flatMap(WorkStatus::demotion));
        }
    }

    private Optional<Work> work(Uid cluster, Uid application) {
        return works.getOrDefault(cluster, List.of()).stream()
                .filter(w -> w.application().equals(application))
                .findFirst();
    }

    /** Whether the agent's last word is that nothing runs, as this work wants it. */
    private boolean stopped(Uid cluster, Uid application) {
        Optional<Work> work = work(cluster, application);
        Optional<WorkStatus> status =
                wire.reported(cluster, application)
                        .filter(s -> work.isPresent() && s.sequence() >= work.get().sequence());
        if (work.isEmpty() || status.isEmpty()) {
            return false;
        }
        return work.get().tombstone()
                ? status.get().removed()
                : work.get().role() != Role.ACTIVE
                        && status.get()
                                .demotion()
                                .filter(d -> d.sequence() >= work.get().sequence())
                                .filter(d -> d.epoch() == work.get().epoch())
                                .filter(WorkStatus.Demotion::proves)
                                .isPresent();
    }
}
