package io.portolan.central.reconcile;

import io.portolan.central.store.Change;
import io.portolan.central.store.Store;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * What a leader hears of the store: the snapshot, then every change after it, and each second the
 * silences. Two threads for each time of leading, which end with it.
 */
final class Following {
    private static final Logger LOG = System.getLogger(Following.class.getName());
    private static final Duration CHANGE_WAIT = Duration.ofSeconds(1);
    private static final Duration SILENCE_POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int CHANGES_AT_ONCE = 500;

    private final Store store;
    private final Supplier<Optional<String>> trouble;
    private final BiConsumer<Leading, Event.Led> begun;
    private final BiConsumer<Leading, Event> told;
    private final LongAdder rowsRead = new LongAdder();

    /**
     * @param trouble what tells that the network of this node itself is ill
     * @param begun told of each snapshot; may block
     * @param told of all else; may block
     */
    Following(
            Store store,
            Supplier<Optional<String>> trouble,
            BiConsumer<Leading, Event.Led> begun,
            BiConsumer<Leading, Event> told) {
        this.store = store;
        this.trouble = trouble;
        this.begun = begun;
        this.told = told;
    }

    /** Returns at once. */
    void start(Leading by) {
        Thread.ofVirtual().name("changes").start(() -> read(by));
    }

    /** Rows of snapshots. */
    long rowsRead() {
        return rowsRead.sum();
    }

    private void read(Leading by) {
        long after = begin(by);
        Thread.ofVirtual().name("silences").start(() -> listen(by));
        while (!by.over()) {
            try {
                store.awaitChange(after, CHANGE_WAIT);
                List<Change> changes = store.changes(after, CHANGES_AT_ONCE);
                if (!changes.isEmpty()) {
                    told.accept(by, new Event.Changed(after, changes));
                    after = changes.getLast().revision();
                }
            } catch (Store.CompactedException e) {
                LOG.log(Level.WARNING, "the change log ends before this image: reading anew", e);
                after = begin(by);
            } catch (RuntimeException e) {
                // Any: a leader that renews its lease and hears no news would be worse than none.
                complain(by, "cannot read changes", e);
                pause(by, PAUSE);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private long begin(Leading by) {
        while (!by.over()) {
            try {
                Store.Snapshot snapshot = store.snapshot();
                rowsRead.add(snapshot.rows().size());
                begun.accept(by, new Event.Led(by.term(), snapshot, store.silences()));
                return snapshot.revision();
            } catch (RuntimeException e) {
                // Any, as for its changes.
                complain(by, "cannot read the fleet", e);
                pause(by, PAUSE);
            }
        }
        return 0;
    }

    private void listen(Leading by) {
        while (!by.over()) {
            pause(by, SILENCE_POLL);
            if (by.over()) {
                return;
            }
            try {
                told.accept(by, new Event.Heard(store.silences(), trouble.get()));
            } catch (RuntimeException e) {
                // Any: what the leader last heard gets old, and the brake holds for it.
                complain(by, "cannot ask for silences", e);
            }
        }
    }

    private static void complain(Leading by, String what, RuntimeException e) {
        LOG.log(Leading.level(Optional.of(by)), what, e);
    }

    private static void pause(Leading by, Duration time) {
        try {
            if (!by.over()) {
                Thread.sleep(time);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
