package io.portolan.central.agentlink;

import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Versioned;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.wire.WorkSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.pcollections.TreePMap;

/**
 * One cluster's works as this node knows them: read from the store once, then kept by the change
 * log. Changes that arrive while it is being read are laid aside, so that the follower never waits
 * for the store here.
 */
final class WorkFeed {
    private record Delta(long revision, List<Change.Entry> entries) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** All guarded by the lock. */
    private View known = View.EMPTY;

    private final List<Delta> aside = new ArrayList<>();
    private boolean loaded;
    private boolean over;

    /** Monotonic time of the last question, for the board to forget who no longer asks. */
    private volatile long lastAsked = System.nanoTime();

    /** Where a work stands among its cluster's by the revision that wrote it. */
    private record Place(long revision, String application) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byRevision = Long.compare(revision, other.revision);
            return byRevision != 0 ? byRevision : application.compareTo(other.application);
        }
    }

    /**
     * All works of one instant. Persistent: the next one shares all but what changed.
     *
     * @param revision up to which changes are in it
     * @param written the same works, oldest first, so that a delta costs its own length
     */
    record View(
            long revision,
            TreePMap<Uid, Versioned<Row.WorkRow>> works,
            TreePMap<Place, Work> written,
            WorkSet set) {
        private static final View EMPTY =
                new View(0, TreePMap.empty(), TreePMap.empty(), WorkSet.EMPTY);

        static View of(Store.WorkSnapshot snapshot) {
            View view = EMPTY.at(snapshot.revision());
            for (Versioned<Row.WorkRow> work : snapshot.works()) {
                view = view.plus(work);
            }
            return view;
        }

        private View at(long revision) {
            return new View(revision, works, written, set);
        }

        private View plus(Versioned<Row.WorkRow> versioned) {
            Work work = versioned.row().work();
            View without = minus(work.application());
            return new View(
                    revision,
                    without.works.plus(work.application(), versioned),
                    without.written.plus(
                            new Place(versioned.revision(), work.application().value()), work),
                    without.set.toggled(work));
        }

        private View minus(Uid application) {
            Versioned<Row.WorkRow> former = works.get(application);
            if (former == null) {
                return this;
            }
            return new View(
                    revision,
                    works.minus(application),
                    written.minus(new Place(former.revision(), application.value())),
                    set.toggled(former.row().work()));
        }

        List<Work> plain() {
            return works.values().stream().map(v -> v.row().work()).toList();
        }

        /** What was written after a revision. */
        List<Work> since(long cursor) {
            return List.copyOf(written.tailMap(new Place(cursor + 1, ""), true).values());
        }

        private boolean newer(long cursor) {
            return !written.isEmpty() && written.lastKey().revision() > cursor;
        }

        /** What the agent compares with its own. */
        Digest digest() {
            return set.digest();
        }

        Optional<Versioned<Row.WorkRow>> of(Uid application) {
            return Optional.ofNullable(works.get(application));
        }
    }

    /** Takes what the store says of one instant; newer changes that were laid aside go on top. */
    void load(Store.WorkSnapshot snapshot) {
        lock.lock();
        try {
            if (loaded && snapshot.revision() <= known.revision()) {
                return;
            }
            known = View.of(snapshot);
            loaded = true;
            aside.forEach(d -> apply(d.revision, d.entries));
            aside.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean loaded() {
        lock.lock();
        try {
            return loaded;
        } finally {
            lock.unlock();
        }
    }

    /** The follower's thread brings all that one transaction changed of this cluster's works. */
    void changed(long at, List<Change.Entry> entries) {
        lock.lock();
        try {
            if (!loaded) {
                aside.add(new Delta(at, entries));
                return;
            }
            apply(at, entries);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void apply(long at, List<Change.Entry> entries) {
        if (at <= known.revision()) {
            return;
        }
        View next = known.at(at);
        for (Change.Entry entry : entries) {
            if (!(entry.key() instanceof Row.Key.OfWork key)) {
                continue;
            }
            next =
                    entry.row().isPresent() && entry.row().get() instanceof Row.WorkRow row
                            ? next.plus(new Versioned<>(row, at))
                            : next.minus(key.application());
        }
        known = next;
    }

    /** What is known now. Loaded before. */
    View view() {
        lastAsked = System.nanoTime();
        lock.lock();
        try {
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until some work was written after the cursor, at most so long. */
    View await(long cursor, Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (!over && left > 0 && !known.newer(cursor)) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        return view();
    }

    /** Wakes who waits, for good: this feed is no longer fed. */
    void end() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean unaskedFor(Duration time, long now) {
        return now - lastAsked > time.toNanos();
    }
}
