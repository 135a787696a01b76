package io.portolan.sim;

import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Versioned;
import io.portolan.central.store.Write;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import io.portolan.model.wire.WorkSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Central's side of the agent protocol without HTTP: sessions, deltas, batches in order. */
final class Wire {
    /** The session is over. */
    private static final class Over extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final MemoryStore store;
    private final boolean lying;

    /**
     * @param lying a planted fault: whoever is told to stop claims at once that it did
     */
    Wire(MemoryStore store, boolean lying) {
        this.store = store;
        this.lying = lying;
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
                store.works(cluster).plain().stream()
                        .filter(w -> w.role() == Role.QUARANTINED)
                        .map(Work::application)
                        .toList();
        return new AgentMessages.Welcome(
                session, hello.protocolMax(), store.generation(), 5, quarantined);
    }

    /** Empty while there is nothing to tell and time to wait. */
    Optional<Event> poll(Uid cluster, Effect.Poll poll, boolean timeUp) {
        if (!store.sessionOpen(cluster, poll.session())) {
            return Optional.of(new Event.SessionLost(poll.id()));
        }
        var snapshot = store.works(cluster);
        boolean full = poll.cursor() == 0 || poll.generation() != store.generation();
        List<Work> delta =
                snapshot.works().stream()
                        .filter(w -> full || w.revision() > poll.cursor())
                        .map(w -> w.row().work())
                        .toList();
        if (!full && delta.isEmpty() && !timeUp) {
            return Optional.empty();
        }
        return Optional.of(
                new Event.SyncArrived(
                        poll.id(),
                        new AgentMessages.Sync(
                                store.generation(),
                                snapshot.revision(),
                                full,
                                delta,
                                WorkSet.digest(snapshot.plain()),
                                Map.of())));
    }

    Content content(Uid cluster, Digest digest) {
        if (!store.mayRead(cluster, digest)) {
            throw new Over();
        }
        return Codec.lenient().read(store.content(digest).orElseThrow(), Content.class);
    }

    void heartbeat(Uid cluster, long session) {
        store.heard(Map.of(cluster, session));
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
                .ifPresent(o -> writes.add(new Write.Put(new Row.ObservationRow(cluster, o))));
        CommitResult result =
                store.commit(
                        new Authority.Agent(cluster, report.session(), report.batch()),
                        preconditions,
                        writes);
        return switch (result) {
            case CommitResult.Committed _ ->
                    new Event.ReportAcked(id, new AgentMessages.ReportAck(report.batch()));
            case CommitResult.OutOfOrder(long last) -> new Event.ReportRejected(id, last);
            case CommitResult.Fenced _ -> new Event.SessionLost(id);
            case CommitResult.Conflict(var message) ->
                    throw new IllegalStateException("one thread, no race: " + message);
            case CommitResult.Replayed _, CommitResult.Unknown _, CommitResult.Unavailable _ ->
                    throw new IllegalStateException("not from memory: " + result);
        };
    }

    private WorkStatus told(WorkStatus s) {
        return !lying || s.role() == Role.ACTIVE
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
                        Optional.of(new WorkStatus.Demotion(s.sequence(), s.epoch(), List.of())));
    }

    private Optional<Versioned<Row.WorkRow>> work(Uid cluster, Uid application) {
        return store.works(cluster).works().stream()
                .filter(w -> w.row().work().application().equals(application))
                .findFirst();
    }
}
