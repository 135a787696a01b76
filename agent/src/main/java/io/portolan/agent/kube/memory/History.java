package io.portolan.agent.kube.memory;

import io.portolan.model.app.KubeObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest changes in the order in which they happened; older ones are forgotten. */
final class History {
    private static final int KEPT = 20_000;

    private final Deque<Change> changes = new ArrayDeque<>();
    private long version = 1;
    private long forgotten;

    /**
     * @param before state until then, null for a new object
     * @param after state since then; of a removal, the last state under the removal's version
     */
    record Change(long version, @Nullable KubeObject before, KubeObject after, boolean removed) {}

    long version() {
        return version;
    }

    String nextVersion() {
        return Long.toString(++version);
    }

    void set(@Nullable KubeObject before, KubeObject after) {
        add(new Change(version, before, after, false));
    }

    void removed(KubeObject last) {
        add(new Change(version, last, last, true));
    }

    /** The changes since a version, empty when some of them are forgotten. */
    Optional<List<Change>> since(long from) {
        if (from < forgotten) {
            return Optional.empty();
        }
        List<Change> found = new ArrayList<>();
        for (var newest = changes.descendingIterator(); newest.hasNext(); ) {
            Change change = newest.next();
            if (change.version <= from) {
                break;
            }
            found.add(change);
        }
        return Optional.of(found.reversed());
    }

    void forget() {
        changes.clear();
        forgotten = version;
    }

    private void add(Change change) {
        changes.addLast(change);
        if (changes.size() > KEPT) {
            forgotten = changes.removeFirst().version;
        }
    }
}
