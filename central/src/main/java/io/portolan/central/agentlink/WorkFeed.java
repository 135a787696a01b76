package io.portolan.central.agentlink;

import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Versioned;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private TreePMap<Uid, Versioned<Row.WorkRow>> works = TreePMap.empty();

    private final List<Delta> aside = new ArrayList<>();
    private boolean loaded;
    private long revision;
    private boolean over;

    /** Monotonic time of the last question, for the board to forget who no longer asks. */
    private volatile long lastAsked = System.nanoTime();

    /**
     * All works of one instant.
     *
     * @param revision up to which changes are in it
     */
    record View(long revision, TreePMap<Uid, Versioned<Row.WorkRow>> works) {
        static View of(Store.WorkSnapshot snapshot) {
            return new View(snapshot.revision(), byApplication(snapshot));
        }

        List<Work> plain() {
            return works.values().stream().map(v -> v.row().work()).toList();
        }

        /** What was written after a revision. */
        List<Work> since(long cursor) {
            return works.values().stream()
                    .filter(v -> v.revision() > cursor)
                    .map(v -> v.row().work())
                    .toList();
        }

        Optional<Versioned<Row.WorkRow>> of(Uid application) {
            return Optional.ofNullable(works.get(application));
        }
    }

    private static TreePMap<Uid, Versioned<Row.WorkRow>> byApplication(
            Store.WorkSnapshot snapshot) {
        Map<Uid, Versioned<Row.WorkRow>> all = new HashMap<>();
        snapshot.works().forEach(v -> all.put(v.row().work().application(), v));
        return TreePMap.from(all);
    }

    /** Takes what the store says of one instant; newer changes that were laid aside go on top. */
    void load(Store.WorkSnapshot snapshot) {
        lock.lock();
        try {
            if (loaded && snapshot.revision() <= revision) {
                return;
            }
            works = byApplication(snapshot);
            revision = snapshot.revision();
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
        if (at <= revision) {
            return;
        }
        for (Change.Entry entry : entries) {
            if (!(entry.key() instanceof Row.Key.OfWork key)) {
                continue;
            }
            if (entry.row().isPresent() && entry.row().get() instanceof Row.WorkRow row) {
                works = works.plus(key.application(), new Versioned<>(row, at));
            } else {
                works = works.minus(key.application());
            }
        }
        revision = at;
    }

    /** What is known now. Loaded before. */
    View view() {
        lastAsked = System.nanoTime();
        lock.lock();
        try {
            return new View(revision, works);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until some work was written after the cursor, at most so long. */
    View await(long cursor, Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (!over
                    && left > 0
                    && works.values().stream().noneMatch(v -> v.revision() > cursor)) {
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
