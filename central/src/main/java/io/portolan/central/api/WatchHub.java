package io.portolan.central.api;

import io.portolan.central.api.Told.Before;
import io.portolan.central.api.Told.Touched;
import io.portolan.central.feed.ChangeFollower;
import io.portolan.central.store.Change;
import io.portolan.central.store.Store;
import io.portolan.model.Kind;
import io.portolan.model.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the watchers of this node which changes are theirs. Goals: a change costs as much as it has
 * watchers, however many watch; a document is written as JSON once; nobody who is slow keeps
 * memory.
 *
 * <p>Method: one thread follows the change log. Watchers are found by kind, name or a label that
 * they ask for. They are given revisions; what was told under a revision is kept here for the
 * newest ones only, and whoever has not fetched it by then reads the log.
 */
final class WatchHub implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(WatchHub.class.getName());
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int MOST_KEPT = 4_096;
    private static final int MOST_BYTES = 16 << 20;

    private final ChangeFollower follower;
    private final Showing showing;
    private final LongAdder cutOff = new LongAdder();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Map<Interest.Topic, Set<Subscription>> index = new HashMap<>();
    private final Map<Kind, Set<Subscription>> byKind = new EnumMap<>(Kind.class);
    private final TreeMap<Long, Told> kept = new TreeMap<>();
    private int weight;
    private boolean over;

    /** Written under the lock, after what came up to it was handed out. */
    private volatile long position;

    private WatchHub(ChangeFollower follower, Showing showing) {
        this.follower = follower;
        this.showing = showing;
        this.position = follower.position();
    }

    static WatchHub start(ChangeFollower follower, Showing showing) {
        WatchHub hub = new WatchHub(follower, showing);
        Thread.ofVirtual().name("watch-hub").start(hub::run);
        return hub;
    }

    /** How many let too much wait. */
    long cutOff() {
        return cutOff.sum();
    }

    void tooSlow() {
        cutOff.increment();
    }

    /** Up to where watchers were told. */
    long position() {
        return position;
    }

    /** From now on: what comes after {@link Subscription#since}. */
    Subscription subscribe(Interest interest) {
        lock.lock();
        try {
            Subscription made = new Subscription(this, interest, position);
            byKind.computeIfAbsent(interest.kind(), _ -> new HashSet<>()).add(made);
            for (Interest.Topic topic : interest.topics()) {
                index.computeIfAbsent(topic, _ -> new LinkedHashSet<>()).add(made);
            }
            if (over) {
                made.end();
            }
            return made;
        } finally {
            lock.unlock();
        }
    }

    void remove(Subscription subscription) {
        lock.lock();
        try {
            Interest interest = subscription.interest();
            byKind.getOrDefault(interest.kind(), new HashSet<>()).remove(subscription);
            for (Interest.Topic topic : interest.topics()) {
                @Nullable Set<Subscription> there = index.get(topic);
                if (there != null && there.remove(subscription) && there.isEmpty()) {
                    index.remove(topic);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** What was told under a revision; empty when that is too long ago. */
    Optional<Told> at(long revision) {
        lock.lock();
        try {
            return Optional.ofNullable(kept.get(revision));
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (closing.getCount() > 0 && !follower.closed()) {
                step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void step() throws InterruptedException {
        try {
            for (Change change : follower.after(position, WAIT)) {
                tell(change);
            }
        } catch (Store.CompactedException e) {
            LOG.log(Level.WARNING, "watchers must list again: {0}", e.getMessage());
            lose();
        } catch (Store.StoreException e) {
            LOG.log(Level.FINE, "watchers wait for the store: {0}", e.getMessage());
            pause();
        } catch (RuntimeException e) {
            // The top of the loop: a dead hub would starve every watcher of this node.
            LOG.log(Level.SEVERE, "bug while telling watchers", e);
            lose();
        }
    }

    /**
     * All or nothing: what fails is told again from its beginning. Shown without the lock, since
     * the store may have to be asked for it.
     */
    private void tell(Change change) {
        boolean done = false;
        while (!done) {
            Set<Kind> kinds = watched();
            Told told =
                    showing.told(change, key -> kinds.contains(key.kind()), Selector.EVERYTHING);
            done = handedOut(told, kinds);
        }
    }

    /** False when somebody has begun to watch a kind that was not shown. */
    private boolean handedOut(Told told, Set<Kind> shown) {
        lock.lock();
        try {
            if (!shown.containsAll(watched())) {
                return false;
            }
            Set<Subscription> concerned = new LinkedHashSet<>();
            told.touched().forEach(t -> concerned(t, concerned));
            if (!concerned.isEmpty()) {
                keep(told);
                concerned.forEach(s -> s.offer(told.revision()));
            }
            position = told.revision();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private Set<Kind> watched() {
        lock.lock();
        try {
            Set<Kind> kinds = EnumSet.noneOf(Kind.class);
            byKind.forEach(
                    (kind, all) -> {
                        if (!all.isEmpty()) {
                            kinds.add(kind);
                        }
                    });
            return kinds;
        } finally {
            lock.unlock();
        }
    }

    private void concerned(Touched touched, Set<Subscription> into) {
        Kind kind = touched.key().kind();
        if (touched.before() instanceof Before.Unknown) {
            into.addAll(byKind.getOrDefault(kind, Set.of()));
            return;
        }
        add(new Interest.Topic.Every(kind), into);
        add(new Interest.Topic.Named(kind, touched.key().name()), into);
        if (touched.before() instanceof Before.Labelled(Map<String, String> labels)) {
            labels.forEach((k, v) -> add(new Interest.Topic.Labelled(kind, k, v), into));
        }
        touched.after()
                .ifPresent(
                        d ->
                                d.labels()
                                        .forEach(
                                                (k, v) ->
                                                        add(
                                                                new Interest.Topic.Labelled(
                                                                        kind, k, v),
                                                                into)));
    }

    private void add(Interest.Topic topic, Set<Subscription> into) {
        into.addAll(index.getOrDefault(topic, Set.of()));
    }

    private void keep(Told told) {
        kept.put(told.revision(), told);
        weight += told.weight();
        while (kept.size() > MOST_KEPT || (weight > MOST_BYTES && kept.size() > 1)) {
            weight -= kept.pollFirstEntry().getValue().weight();
        }
    }

    /** Nobody can be told what was missed. */
    private void lose() {
        lock.lock();
        try {
            showing.forget();
            position = follower.position();
            List<Subscription> all = new ArrayList<>();
            byKind.values().forEach(all::addAll);
            all.forEach(Subscription::lose);
        } finally {
            lock.unlock();
        }
    }

    private void pause() throws InterruptedException {
        var _ = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void end() {
        lock.lock();
        try {
            over = true;
            byKind.values().forEach(all -> all.forEach(Subscription::end));
        } finally {
            lock.unlock();
        }
    }

    /** Lets all watchers go. */
    @Override
    public void close() {
        closing.countDown();
        end();
    }
}
