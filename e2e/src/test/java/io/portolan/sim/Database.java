package io.portolan.sim;

import io.portolan.central.store.Authority;
import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Versioned;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.operation.Failover;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The store as central's nodes and the operators meet it: it may be down. Where a second live
 * operation is planted, it is kept from the constraint that would refuse it.
 */
final class Database {
    private static final String HIDDEN = "-hidden";

    private final World world;
    private final MemoryStore store;
    private final boolean unconstrained;
    private final Set<Uid> hidden = new HashSet<>();
    private boolean down;

    Database(World world, MemoryStore store, Plant plant) {
        this.world = world;
        this.store = store;
        this.unconstrained = plant == Plant.TWO_OPERATIONS;
    }

    void down(boolean down) {
        world.note(down ? "the store is down" : "the store is up");
        this.down = down;
    }

    boolean down() {
        return down;
    }

    long head() {
        return store.head();
    }

    CommitResult commit(Authority authority, List<Precondition> preconditions, List<Write> writes) {
        CommitResult result =
                store.commit(authority, preconditions, writes.stream().map(this::stored).toList());
        if (unconstrained
                && result instanceof CommitResult.Conflict(String why)
                && why.contains("is live")) {
            writes.forEach(w -> operation(w).ifPresent(f -> hidden.add(f.uid())));
            return store.commit(
                    authority, preconditions, writes.stream().map(this::stored).toList());
        }
        return result;
    }

    Store.Snapshot snapshot() {
        Store.Snapshot snapshot = store.snapshot();
        return hidden.isEmpty()
                ? snapshot
                : new Store.Snapshot(
                        snapshot.revision(),
                        snapshot.rows().stream().<Versioned<?>>map(v -> told(v)).toList(),
                        snapshot.restored());
    }

    List<Change> changes(long after, int atMost) {
        List<Change> changes = store.changes(after, atMost);
        return hidden.isEmpty() ? changes : changes.stream().map(this::told).toList();
    }

    /** All of a tenant, newest first. */
    List<Failover> operations(String tenant) {
        return store.operations(tenant, 1_000).stream()
                .map(v -> told(v.row().operation()))
                .toList();
    }

    private static Optional<Failover> operation(Write write) {
        return write instanceof Write.Put(Row.OperationRow(Failover f))
                ? Optional.of(f)
                : Optional.empty();
    }

    private Write stored(Write write) {
        return operation(write)
                .filter(f -> hidden.contains(f.uid()))
                .<Write>map(
                        f ->
                                new Write.Put(
                                        new Row.OperationRow(
                                                of(f, f.application().value() + HIDDEN))))
                .orElse(write);
    }

    private Failover told(Failover f) {
        return hidden.contains(f.uid()) ? of(f, f.application().value().replace(HIDDEN, "")) : f;
    }

    private static Failover of(Failover f, String application) {
        return Altered.with(f, "application", new Uid(application));
    }

    private Row told(Row row) {
        return row instanceof Row.OperationRow(Failover f) ? new Row.OperationRow(told(f)) : row;
    }

    private Versioned<?> told(Versioned<?> version) {
        return new Versioned<>(told(version.row()), version.revision());
    }

    private Change told(Change change) {
        return new Change(
                change.revision(),
                change.entries().stream()
                        .map(e -> Altered.with(e, "row", e.row().map(this::told)))
                        .toList());
    }
}
