package io.portolan.central.agentlink;

import io.portolan.central.http.Problem;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Versioned;
import io.portolan.central.store.Write;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.placement.Assignment;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an agent was told in decisions that were lost when the database was restored. It is kept as
 * the agent's report, and the leader decides what follows.
 */
public final class LaterOrders {
    private LaterOrders() {}

    /**
     * Keeps what the store does not know. To be asked for before the session is open: whoever has
     * been heard since the restore has told all that it knows.
     *
     * @param works what is stored for the cluster
     * @return the applications of which the agent was told later than the store knows
     */
    public static Set<Uid> kept(
            Store store, Uid cluster, Hello hello, List<Versioned<Row.WorkRow>> works) {
        Optional<Store.Restored> restored = store.restored();
        Set<Uid> later = new TreeSet<>();
        List<Write> writes = new ArrayList<>();
        for (Holding holding : hello.holdings()) {
            if (restored.filter(r -> holding.epoch() < r.revision()).isEmpty()) {
                continue;
            }
            long known =
                    store.assignment(holding.application())
                            .map(Versioned::row)
                            .map(a -> a.assignment().epoch())
                            .orElseGet(() -> exists(store, holding) ? 0 : Long.MAX_VALUE);
            if (holding.epoch() > known) {
                later.add(holding.application());
            }
            boolean active = holding.role() == Role.ACTIVE && !active(works, holding);
            if (holding.epoch() > known || (active && holding.epoch() == known)) {
                writes.add(new Write.Put(new Row.WorkStatusRow(status(cluster, holding))));
            }
        }
        List<Precondition> seen = new ArrayList<>();
        for (Versioned<Row.WorkRow> work : works) {
            if (restored.filter(r -> lost(work.row().work(), hello, r)).isPresent()) {
                taken(store, work, seen, writes);
            }
        }
        if (!writes.isEmpty()
                && !(store.commit(new Authority.Api(Optional.empty()), seen, writes)
                        instanceof CommitResult.Committed)) {
            throw Problem.unavailable("what the agent was told cannot be kept: say it again")
                    .refusal();
        }
        return later;
    }

    /** One that is there and was assigned nothing when the copy was taken. */
    private static boolean exists(Store store, Holding holding) {
        return store.find(ResourceKey.application(holding.tenant(), holding.name()))
                .filter(d -> d.resource().row().resource().uid().equals(holding.application()))
                .isPresent();
    }

    /**
     * Whether a single writer was taken from the cluster in a decision that was lost. An agent that
     * lost its disk does not know.
     */
    private static boolean lost(Work work, Hello hello, Store.Restored restored) {
        return work.singleWriter()
                && work.role() == Role.ACTIVE
                && !work.tombstone()
                && work.epoch() < restored.revision()
                && hello.cursor() > 0
                && hello.holdings().stream()
                        .noneMatch(
                                h ->
                                        h.application().equals(work.application())
                                                && (h.role() == Role.ACTIVE
                                                        || h.epoch() < work.epoch()));
    }

    /** It must not be told to run what it may have lost to another. */
    private static void taken(
            Store store,
            Versioned<Row.WorkRow> seen,
            List<Precondition> preconditions,
            List<Write> writes) {
        Work work = seen.row().work();
        Optional<Versioned<Row.AssignmentRow>> assigned = store.assignment(work.application());
        if (assigned.isEmpty() || assigned.get().row().assignment().epoch() != work.epoch()) {
            return;
        }
        Assignment was = assigned.get().row().assignment();
        Row next =
                new Row.AssignmentRow(
                        new Assignment(
                                was.application(),
                                was.epoch(),
                                was.members().stream()
                                        .map(
                                                m ->
                                                        m.cluster().equals(work.cluster())
                                                                ? m.with(Role.QUARANTINED)
                                                                : m)
                                        .toList(),
                                was.decision()));
        preconditions.add(new Precondition(next.key(), assigned.get().revision()));
        writes.add(new Write.Put(next));
        preconditions.add(new Precondition(seen.row().key(), seen.revision()));
        writes.add(
                new Write.Put(
                        new Row.WorkRow(work.quarantined().withSequence(work.sequence() + 1))));
    }

    private static boolean active(List<Versioned<Row.WorkRow>> works, Holding holding) {
        return works.stream()
                .map(w -> w.row().work())
                .anyMatch(
                        w ->
                                w.application().equals(holding.application())
                                        && w.role() == Role.ACTIVE
                                        && !w.tombstone());
    }

    private static WorkStatus status(Uid cluster, Holding held) {
        return new WorkStatus(
                held.application(),
                cluster,
                held.role(),
                0,
                held.epoch(),
                held.sequence(),
                0,
                false,
                Health.UNKNOWN,
                "told before the database was restored",
                0,
                0,
                0,
                List.of(),
                List.of(),
                Optional.empty());
    }
}
