package io.portolan.sim;

import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.central.agentlink.GrantRoutes;
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
import java.util.ArrayList;
import java.util.HashMap;
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

    private final World world;
    private final MemoryStore store;
    private final Plant plant;
    private final Map<Uid, Store.WorkSnapshot> former = new HashMap<>();
    private final Map<Uid, Set<Uid>> orphans = new HashMap<>();
    private final Map<Uid, Map<Uid, WorkStatus>> reported = new HashMap<>();
    private boolean down;

    Wire(World world, MemoryStore store, Plant plant) {
        this.world = world;
        this.store = store;
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

    /** Answers {@code SessionLost} where a route would answer 401. */
    Event guarded(long id, Supplier<Event> call) {
        try {
            return call.get();
        } catch (Over _) {
            return new Event.SessionLost(id);
        }
    }

    AgentMessages.Welcome hello(Uid cluster, AgentMessages.Hello hello) {
        long session = store.openSession(cluster);
        store.heard(Map.of(cluster, session));
        List<Uid> quarantined =
                plant == Plant.LEFTOVERS_UNSEEN
                        ? List.of()
                        : Quarantine.of(store, hello, store.works(cluster).plain());
        return new AgentMessages.Welcome(
                session,
                hello.protocolMax(),
                store.generation(),
                5,
                quarantined,
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
            return Optional.of(world.chance(0.5) ? partial(snapshot) : sync(older, full, poll));
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
                snapshot, true, snapshot.plain().stream().filter(_ -> world.chance(0.4)).toList());
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
        store.heard(Map.of(cluster, session));
        return new Event.BeatDone(id);
    }

    /** As central's route makes them of the works that fence themselves. */
    AgentMessages.Grants grants(Uid cluster) {
        return GrantRoutes.of(store.selfFencing(List.of(cluster)).getOrDefault(cluster, List.of()));
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
                store.commit(
                        new Authority.Agent(cluster, report.session(), report.batch()),
                        preconditions,
                        writes);
        return switch (result) {
            case CommitResult.Committed _ -> {
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
        return plant != Plant.LEFTOVERS_UNSEEN
                ? o
                : new Observation(
                        o.agentVersion(),
                        o.kubernetesVersion(),
                        o.capacity(),
                        o.apiKinds(),
                        List.of());
    }

    private WorkStatus told(WorkStatus s) {
        return plant != Plant.LYING_AGENT || s.role() == Role.ACTIVE
                ? s
                : new WorkStatus(
                        s.application(),
                        s.cluster(),
                        s.role(),
                        s.generation(),
                        s.epoch(),
                        s.sequence(),
                        s.appliedSequence(),
                        s.removed(),
                        s.health(),
                        s.message(),
                        s.inventory(),
                        s.readyReplicas(),
                        s.desiredReplicas(),
                        s.troubles(),
                        s.conditions(),
                        Optional.of(new WorkStatus.Demotion(s.sequence(), s.epoch(), List.of())),
                        s.pods(),
                        s.guarded());
    }

    private Optional<Versioned<Row.WorkRow>> work(Uid cluster, Uid application) {
        return store.works(cluster).works().stream()
                .filter(w -> w.row().work().application().equals(application))
                .findFirst();
    }
}
