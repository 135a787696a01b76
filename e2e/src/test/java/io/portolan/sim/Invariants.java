package io.portolan.sim;

import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Row;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The invariants 1, 2, 3, 9 and 13 of DESIGN.md section 7, judged after each event on what really
 * runs and on what is stored.
 */
final class Invariants {
    private static final class App {
        final String name;
        final Uid uid;
        boolean single;
        long epoch;
        Optional<Uid> writer = Optional.empty();

        /** Clusters of the time of many writers that have not shown since that they stopped. */
        final Set<Uid> left = new HashSet<>();

        App(String name, Uid uid) {
            this.name = name;
            this.uid = uid;
        }
    }

    private final World world;
    private final MemoryStore store;
    private final String tenant;
    private final Wire wire;
    private final Collection<SimAgent> agents;
    private final Consumer<String> fails;
    private final Map<String, App> apps = new TreeMap<>();
    private final Map<SimAgent, Uid> born = new HashMap<>();
    private final Map<SimAgent, Lore> lores = new HashMap<>();
    private final Map<Uid, List<Work>> works = new HashMap<>();
    private final Restraint restraint;
    private long head = -1;

    Invariants(
            World world,
            MemoryStore store,
            String tenant,
            Wire wire,
            Collection<SimAgent> agents,
            Consumer<String> fails) {
        this.world = world;
        this.store = store;
        this.tenant = tenant;
        this.wire = wire;
        this.agents = agents;
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
            app.writer = Optional.empty();
        } else if (!single) {
            app.left.clear();
        }
        app.single = single;
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

    private Optional<Assignment> assignment(Uid application) {
        return store.assignment(application).map(v -> v.row().assignment());
    }

    void check() {
        if (store.head() != head) {
            head = store.head();
            agents.forEach(a -> works.put(a.uid(), store.works(a.uid()).plain()));
            apps.values().forEach(this::stored);
            oneOperation();
        }
        apps.values().forEach(this::look);
        apps.values().stream().filter(a -> a.single).forEach(this::truth);
    }

    private void look(App app) {
        for (SimAgent agent : agents) {
            lore(agent).look(app.uid, agent.cluster().running(app.name));
        }
    }

    private Lore lore(SimAgent agent) {
        return lores.computeIfAbsent(agent, _ -> new Lore(world, agent, wire));
    }

    private void stored(App app) {
        assignment(app.uid).ifPresent(a -> assigned(app, a));
        app.left.removeIf(
                c ->
                        work(c, app.uid).filter(w -> w.role() != Role.ACTIVE).isPresent()
                                && stopped(c, app.uid));
    }

    /** Invariants 2 and 3. */
    private void assigned(App app, Assignment now) {
        if (now.epoch() < app.epoch) {
            fails.accept(app.name + ": epoch fell from " + app.epoch + " to " + now.epoch());
        }
        app.epoch = now.epoch();
        if (!app.single || now.active().isEmpty() || !decidedAsSingle(app)) {
            return;
        }
        if (now.active().size() > 1) {
            fails.accept(app.name + " has two active clusters: " + now.members());
        }
        Uid next = now.active().getFirst();
        if (app.writer.filter(w -> !w.equals(next)).isPresent() && !proved(app, now)) {
            fails.accept(app.name + " is promoted on " + next + " without proof");
        }
        app.writer = Optional.of(next);
    }

    /** Not while the works still say that it may have many writers. */
    private boolean decidedAsSingle(App app) {
        return works.values().stream()
                .flatMap(List::stream)
                .filter(w -> w.application().equals(app.uid) && !w.tombstone())
                .allMatch(Work::singleWriter);
    }

    private boolean proved(App app, Assignment now) {
        return operations(app.uid).stream()
                .anyMatch(
                        f ->
                                f.epochAfter() == now.epoch()
                                        && f.evidence()
                                                .filter(e -> e.fencesSingleWriter())
                                                .isPresent());
    }

    private List<Failover> operations(Uid application) {
        return store.operations(tenant, 1_000).stream()
                .map(v -> v.row())
                .map(Row.OperationRow::operation)
                .filter(f -> f.application().equals(application))
                .toList();
    }

    /** Invariant 9. */
    private void oneOperation() {
        for (App app : apps.values()) {
            List<Failover> operations = operations(app.uid);
            restraint.check(app.name, operations);
            long live = operations.stream().filter(f -> !f.state().ended()).count();
            if (live > 1) {
                fails.accept(app.name + " has " + live + " live operations");
            }
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
            fails.accept("a single writer runs twice: " + where);
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
        if (work.filter(Work::singleWriter).isPresent() && stopped(cluster, app.uid)) {
            fails.accept(
                    app.name
                            + " runs on "
                            + cluster
                            + ", whose agent said that it is stopped: "
                            + wire.reported(cluster, app.uid));
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
