package io.portolan.central.reconcile;

import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import io.portolan.dr.HookAnswer;
import io.portolan.model.Uid;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the core is told. */
public sealed interface Event {
    /** From now on this node decides, from this image on. */
    record Led(Term term, Store.Snapshot snapshot, Map<Uid, Store.Silence> silences)
            implements Event {}

    /** From now on it does not. */
    record Deposed() implements Event {}

    /**
     * What came into the store.
     *
     * @param after the revision that these changes follow without a gap
     */
    record Changed(long after, List<Change> changes) implements Event {
        public Changed {
            changes = List.copyOf(changes);
        }
    }

    /**
     * How long each cluster has been silent.
     *
     * @param trouble what tells that it is this node's own network that is ill
     */
    record Heard(Map<Uid, Store.Silence> silences, Optional<String> trouble) implements Event {
        public Heard(Map<Uid, Store.Silence> silences) {
            this(silences, Optional.empty());
        }
    }

    /** How a {@link Effect.Commit} ended. */
    record Committed(long id, CommitResult result) implements Event {}

    /** What came of an {@link Effect.Act}. */
    record Acted(long id, HookAnswer answer) implements Event {}

    /** The time of a {@link Effect.Timer} has come. */
    record TimerFired(long id) implements Event {}
}
