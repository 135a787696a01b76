package io.portolan.central.reconcile;

import io.portolan.central.image.Held;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.dr.HookCall;
import io.portolan.model.Digest;
import io.portolan.model.operation.EventRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a reconciler wants committed, all or nothing.
 *
 * @param preconditions the rows that it was decided from, as they were seen
 * @param requeueAt look again then, if nothing changed before
 * @param calls of hooks, that are to be made now: none beside a write, for a call is made of what
 *     is stored
 */
public record Outcome(
        List<Precondition> preconditions,
        List<Write> writes,
        Optional<Instant> requeueAt,
        List<HookCall> calls) {
    public static final Outcome NOTHING = waiting(Optional.empty());

    public Outcome {
        preconditions = List.copyOf(preconditions);
        writes = List.copyOf(writes);
        calls = List.copyOf(calls);
        if (!writes.isEmpty() && !calls.isEmpty()) {
            throw new IllegalArgumentException("a call before its intent is stored");
        }
    }

    public static Outcome waiting(Optional<Instant> until) {
        return new Outcome(List.of(), List.of(), until, List.of());
    }

    /** The same, with these calls to be made. */
    public Outcome calling(List<HookCall> now) {
        return new Outcome(preconditions, writes, requeueAt, now);
    }

    /** Collects an outcome. Owned by one reconciliation. */
    public static final class Draft {
        private final Set<Precondition> preconditions = new LinkedHashSet<>();
        private final Set<Digest> contents = new LinkedHashSet<>();
        private final List<Write> writes = new ArrayList<>();

        public void require(Held<?> seen) {
            preconditions.add(seen.unchanged());
        }

        public void require(Precondition precondition) {
            preconditions.add(precondition);
        }

        /** Writes a row that was seen so, or was seen not to be there. */
        public void put(Row row, Optional<? extends Held<?>> seen) {
            preconditions.add(
                    seen.map(Held::unchanged).orElseGet(() -> Precondition.absent(row.key())));
            writes.add(new Write.Put(row));
        }

        public void delete(Held<?> seen) {
            preconditions.add(seen.unchanged());
            writes.add(new Write.Delete(seen.key()));
        }

        public void content(Digest digest, byte[] bytes) {
            if (contents.add(digest)) {
                writes.add(new Write.PutContent(digest, bytes));
            }
        }

        /** Only beside a guarded write: a commit in doubt that is tried again then tells once. */
        public void event(EventRecord event) {
            writes.add(new Write.AddEvent(event));
        }

        public boolean empty() {
            return writes.isEmpty();
        }

        public Outcome finish() {
            return finish(Optional.empty());
        }

        public Outcome finish(Optional<Instant> requeueAt) {
            return writes.isEmpty()
                    ? waiting(requeueAt)
                    : new Outcome(List.copyOf(preconditions), writes, requeueAt, List.of());
        }
    }
}
