package io.portolan.sim;

import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.central.agentlink.GrantRoutes;
import io.portolan.central.agentlink.LaterOrders;
import io.portolan.central.agentlink.Memories;
import io.portolan.central.agentlink.Quarantine;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Versioned;
import io.portolan.central.store.Write;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.cluster.ClusterStatus.Orphan;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import io.portolan.model.wire.WorkSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Central's side of the agent protocol without HTTP: sessions, deltas, batches in order. */
final class Wire {
    /** The session is over. */
    private static final class Over extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** From this on nobody takes a cluster for heard. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final World world;
    private final MemoryStore store;
    private final Database database;
    private final Plant plant;
    private final Map<Uid, Store.WorkSnapshot> former = new HashMap<>();
    private final Map<Uid, Set<Uid>> orphans = new HashMap<>();
    private final Map<Uid, Set<Uid>> stops = new HashMap<>();
    private final Map<Uid, Set<Instant>> heard = new HashMap<>();
    private final Map<Uid, Instant> again = new HashMap<>();
    private final Map<Uid, Map<Uid, WorkStatus>> reported = new HashMap<>();
    private boolean down;
    private boolean repeating;

    Wire(World world, MemoryStore store, Database database, Plant plant) {
        this.world = world;
        this.store = store;
        this.database = database;
        this.plant = plant;
    }

    /** While down, no node of central answers an agent. */
    void down(boolean down) {
        world.note(down ? "central stops answering" : "central answers again");
        this.down = down;
    }

    boolean down() {
        return down;
    }

    /** What a cluster's agent last said of an application. */
    Optional<WorkStatus> reported(Uid cluster, Uid application) {
        return Optional.ofNullable(reported.getOrDefault(cluster, Map.of()).get(application));
    }

    /** Applications that a cluster's agent says nobody asked it for. */
    Set<Uid> orphans(Uid cluster) {
        return orphans.getOrDefault(cluster, Set.of());
    }

    /** The uids of pods that central keeps for a cluster's agent. */
    Set<String> remembered(Uid cluster) {
        return store.reported(cluster).stream()
                .flatMap(s -> s.pods().stream())
                .map(p -> p.substring(0, p.indexOf('\t')))
                .collect(Collectors.toSet());
    }

    /** Whether central noted at this very moment that it heard the cluster. */
    boolean heardAt(Uid cluster, Instant at) {
        return heard.getOrDefault(cluster, Set.of()).contains(at);
    }

    /** Since when a cluster is heard again after a silence; absent where it never was silent. */
    Optional<Instant> heardAgain(Uid cluster) {
        return Optional.ofNullable(again.get(cluster));
    }

    /** Whatever it said is a sign of life. */
    private void hear(Uid cluster, long session) {
        boolean silent =
                Optional.ofNullable(store.silences().get(cluster))
                        .filter(s -> s.since().compareTo(SILENCE) > 0)
                        .isPresent();
        store.heard(Map.of(cluster, session));
        if (silent) {
            again.put(cluster, world.instant());
        }
        heard.computeIfAbsent(cluster, _ -> new HashSet<>()).add(world.instant());
    }

    /** Central has heard only what its database holds. */
    void restored(Collection<SimAgent> agents) {
        former.clear();
        reported.clear();
        agents.forEach(a -> restored(a.uid()));
    }

    private void restored(Uid cluster) {
        Map<Uid, WorkStatus> known = new HashMap<>();
        store.reported(cluster).forEach(s -> known.put(s.application(), s));
        reported.put(cluster, known);
    }

    /** Whom a cluster was to be told to stop at the welcome that it just got. */
    Set<Uid> mustStop(Uid cluster) {
        return stops.getOrDefault(cluster, Set.of());
    }

    /** A request that comes once more, whose answer nobody waits for. */
    void repeated(Supplier<Event> call) {
        repeating = true;
        var _ = call.get();
        repeating = false;
    }

    /** Answers {@code SessionLost} where a route would answer 401, and fails with the store. */
    Event guarded(long id, Supplier<Event> call, Event failed) {
        if (database.down()) {
            return failed;
        }
        try {
            return call.get();
        } catch (Over _) {
            return new Event.SessionLost(id);
        }
    }

    AgentMessages.Welcome hello(Uid cluster, AgentMessages.Hello hello) {
        Set<Uid> later = LaterOrders.kept(store, cluster, hello, store.works(cluster).works());
        if (store.restored().isPresent()) {
            restored(cluster);
        }
        long session = store.openSession(cluster);
        hear(cluster, session);
        List<Uid> quarantined = Quarantine.of(store, hello, store.works(cluster).plain(), later);
        if (!repeating) {
            stops.put(cluster, Set.copyOf(quarantined));
        }
        return new AgentMessages.Welcome(
                session,
                hello.protocolMax(),
                store.generation(),
                5,
                plant == Plant.LEFTOVERS_UNSEEN || plant == Plant.WELCOME_BEFORE_QUARANTINE
                        ? List.of()
                        : quarantined,
                plant == Plant.FORGETFUL_CENTRAL
                        ? List.of()
                        : Memories.of(store, cluster, hello, store.works(cluster).plain()));
    }

    /** Empty while there is nothing to tell and time to wait. */
    Optional<AgentMessages.Sync> poll(Uid cluster, Effect.Poll poll, boolean timeUp) {
        if (!store.sessionOpen(cluster, poll.session())) {
            throw new Over();
        }
        Store.WorkSnapshot snapshot = store.works(cluster);
        Store.WorkSnapshot older = former.getOrDefault(cluster, snapshot);
        former.put(cluster, snapshot);
        boolean full = poll.cursor() == 0 || poll.generation() != store.generation();
        if (world.fault()) {
            return Optional.of(
                    world.dice().chance(0.5) ? partial(snapshot) : sync(older, full, poll));
        }
        AgentMessages.Sync sync = sync(snapshot, full, poll);
        return !full && sync.works().isEmpty() && !timeUp ? Optional.empty() : Optional.of(sync);
    }

    private AgentMessages.Sync sync(Store.WorkSnapshot from, boolean full, Effect.Poll poll) {
        return answer(
                from,
                full,
                from.works().stream()
                        .filter(w -> full || w.revision() > poll.cursor())
                        .map(w -> w.row().work())
                        .toList());
    }

    /** Calls itself the full set and is not. */
    private AgentMessages.Sync partial(Store.WorkSnapshot snapshot) {
        return answer(
                snapshot,
                true,
                snapshot.plain().stream().filter(_ -> world.dice().chance(0.4)).toList());
    }

    private AgentMessages.Sync answer(Store.WorkSnapshot from, boolean full, List<Work> works) {
        return new AgentMessages.Sync(
                store.generation(),
                from.revision(),
                full,
                works,
                WorkSet.of(from.plain()).digest(),
                Map.of());
    }

    Content content(Uid cluster, Digest digest) {
        if (!store.mayRead(cluster, digest)) {
            throw new Over();
        }
        return Codec.lenient().read(store.content(digest).orElseThrow(), Content.class);
    }

    Event heartbeat(Uid cluster, long session, long id) {
        hear(cluster, session);
        return new Event.BeatDone(id, List.of());
    }

    /** Nothing while the store does not answer. */
    AgentMessages.Grants grantsToGuards(Uid cluster) {
        return database.down() ? new AgentMessages.Grants(List.of(), List.of()) : grants(cluster);
    }

    /** As central's route makes them of the works that fence themselves. */
    AgentMessages.Grants grants(Uid cluster) {
        return GrantRoutes.of(
                store.selfFencing(List.of(cluster)).getOrDefault(cluster, List.of()),
                store.restored(),
                store.restored()
                        .map(r -> Duration.between(r.at(), world.instant()))
                        .orElse(Duration.ZERO));
    }

    Event report(Uid cluster, long id, AgentMessages.Report report) {
        List<Precondition> preconditions = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        for (WorkStatus status : report.statuses()) {
            work(cluster, status.application())
                    .ifPresent(
                            work -> {
                                preconditions.add(
                                        new Precondition(work.row().key(), work.revision()));
                                writes.add(new Write.Put(new Row.WorkStatusRow(told(status))));
                            });
        }
        report.observation()
                .ifPresent(
                        o -> writes.add(new Write.Put(new Row.ObservationRow(cluster, seen(o)))));
        CommitResult result =
                repeating && plant == Plant.REPORTS_REPEATED
                        ? store.commit(new Authority.Api(Optional.empty()), List.of(), writes)
                        : store.commit(
                                new Authority.Agent(cluster, report.session(), report.batch()),
                                preconditions,
                                writes);
        return switch (result) {
            case CommitResult.Committed _ -> {
                hear(cluster, report.session());
                for (Write write : writes) {
                    if (write instanceof Write.Put(Row.ObservationRow(var _, Observation o))) {
                        orphans.put(
                                cluster,
                                o.left().stream()
                                        .map(Orphan::application)
                                        .collect(Collectors.toSet()));
                    }
                    if (write instanceof Write.Put(Row.WorkStatusRow(WorkStatus status))) {
                        reported.computeIfAbsent(cluster, _ -> new HashMap<>())
                                .put(status.application(), status);
                    }
                }
                yield new Event.ReportAcked(id, new AgentMessages.ReportAck(report.batch()));
            }
            case CommitResult.OutOfOrder(long last) -> new Event.ReportRejected(id, last);
            case CommitResult.Fenced _ -> new Event.SessionLost(id);
            case CommitResult.Conflict(var message) ->
                    throw new IllegalStateException("one thread, no race: " + message);
            case CommitResult.Replayed _,
                    CommitResult.KeyReused _,
                    CommitResult.Unknown _,
                    CommitResult.Unavailable _ ->
                    throw new IllegalStateException("not from memory: " + result);
        };
    }

    private Observation seen(Observation o) {
        return plant == Plant.LEFTOVERS_UNSEEN ? Altered.with(o, "orphans", List.of()) : o;
    }

    private WorkStatus told(WorkStatus s) {
        return plant != Plant.LYING_AGENT || s.role() == Role.ACTIVE
                ? s
                : Altered.with(
                        s,
                        "demotion",
                        Optional.of(new WorkStatus.Demotion(s.sequence(), s.epoch(), List.of())));
    }

    private Optional<Versioned<Row.WorkRow>> work(Uid cluster, Uid application) {
        return store.works(cluster).works().stream()
                .filter(w -> w.row().work().application().equals(application))
                .findFirst();
    }
}
