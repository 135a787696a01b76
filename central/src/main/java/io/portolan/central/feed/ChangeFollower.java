package io.portolan.central.feed;

import io.portolan.central.store.Change;
import io.portolan.central.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Reads the change log once for the whole node, however many watch. The newest changes are kept, so
 * that a watcher who keeps up costs the store nothing; who falls behind reads from the store, and
 * is told when history is gone.
 */
public final class ChangeFollower implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ChangeFollower.class.getName());
    private static final int BATCH = 1_000;
    private static final int KEPT = 4_000;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(250);

    /** Hears everything in order, on the follower's thread: must not block. */
    public interface Listener {
        void changed(Change change);

        /**
         * Changes were missed: what was learned is to be learned anew. Comes again when any
         * listener failed at it, as when the store is away.
         */
        void missed();
    }

    private final Store store;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();

    /** Guarded by the lock: everything after {@code floor} up to {@code position}. */
    private final NavigableMap<Long, Change> kept = new TreeMap<>();

    private long floor;
    private long position;
    private boolean closed;
    private final Thread thread;

    private ChangeFollower(Store store, List<Listener> listeners) {
        this.store = store;
        this.listeners.addAll(listeners);
        this.floor = store.head();
        this.position = floor;
        this.thread = Thread.ofVirtual().name("change-follower").unstarted(this::follow);
    }

    /** Starts at the store's head. */
    public static ChangeFollower start(Store store, List<Listener> listeners) {
        ChangeFollower follower = new ChangeFollower(store, listeners);
        follower.thread.start();
        return follower;
    }

    /** Up to where this node knows. */
    public long position() {
        lock.lock();
        try {
            return position;
        } finally {
            lock.unlock();
        }
    }

    public boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What came after a revision; waits for it, and is empty when nothing came in time or the node
     * shuts down.
     *
     * @throws Store.CompactedException when history does not reach back so far
     */
    public List<Change> after(long revision, Duration wait) throws InterruptedException {
        lock.lock();
        try {
            long left = wait.toNanos();
            while (revision >= floor) {
                List<Change> found = newer(revision);
                if (!found.isEmpty() || closed || left <= 0) {
                    return found;
                }
                left = grown.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        return store.changes(revision, BATCH);
    }

    private List<Change> newer(long revision) {
        return kept.tailMap(revision, false).values().stream().limit(BATCH).toList();
    }

    private void follow() {
        boolean troubled = false;
        boolean lost = false;
        while (!closed()) {
            try {
                if (lost) {
                    restart();
                    lost = false;
                }
                store.awaitChange(position(), POLL);
                List<Change> batch = store.changes(position(), BATCH);
                if (!batch.isEmpty()) {
                    publish(batch);
                }
                troubled = false;
            } catch (Store.CompactedException e) {
                LOG.log(Level.WARNING, "fell behind the change log: {0}", e.getMessage());
                lost = true;
            } catch (Store.StoreException e) {
                if (!troubled) {
                    LOG.log(Level.WARNING, "cannot follow the change log: {0}", e.getMessage());
                }
                troubled = true;
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // The top of the loop: a dead follower would starve every agent of this node. What
                // the batch did to the listeners is not known; most likely it would fail again.
                LOG.log(Level.SEVERE, "bug in a listener of the change log", e);
                lost = true;
                pause();
            }
        }
    }

    private void publish(List<Change> batch) {
        for (Change change : batch) {
            for (Listener listener : listeners) {
                listener.changed(change);
            }
        }
        lock.lock();
        try {
            for (Change change : batch) {
                kept.put(change.revision(), change);
                position = change.revision();
            }
            while (kept.size() > KEPT) {
                floor = kept.pollFirstEntry().getKey();
            }
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Listeners reload after the new position is set, so they see at least that much. Where one of
     * them fails, all are told anew.
     */
    private void restart() {
        long head = store.head();
        lock.lock();
        try {
            kept.clear();
            floor = head;
            position = head;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        listeners.forEach(Listener::missed);
    }

    private void pause() {
        lock.lock();
        try {
            long left = PAUSE.toNanos();
            while (!closed && left > 0) {
                left = grown.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }
}
