package io.portolan.central.whatif;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Store;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps the answer to every loss current beside the loop: always on the node that leads, from the
 * image that it decides from, and on another one from when it was asked until nobody asked for
 * {@link #REMEMBERED}.
 *
 * <p>One thread of the lowest priority. After each piece of work it rests for nineteen times as
 * long as that took ({@link #SHARE}), so that it takes a twentieth of one core. Only while somebody
 * waits for the first answers, and no longer than {@link #PATIENCE}, it does not rest.
 */
public final class Standing implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Standing.class.getName());

    /** It works for one part in so many of the time of one core. */
    static final int SHARE = 20;

    /** How long who asks waits for first answers. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    /** How often a newer image is looked at, at most. */
    private static final Duration LOOK = Duration.ofMillis(500);

    /** How often it is looked whether an answer has got old, where nothing changes. */
    private static final Duration AGE = Duration.ofSeconds(5);

    /** How often what is known is told while there is more to come. */
    private static final Duration TELL = Duration.ofSeconds(1);

    /**
     * What is known.
     *
     * @param revision of the fleet that was looked at last; 0 before
     * @param pending domains whose answers are missing or are to be made anew
     * @param missing domains that have no answer yet: nothing can be said of the whole
     */
    public record Answers(long revision, int pending, int missing, List<Loss> losses) {
        static final Answers NONE = new Answers(0, 0, 0, List.of());

        public Answers {
            losses = List.copyOf(losses);
        }

        /** Whether anything was looked at. */
        public boolean known() {
            return revision > 0;
        }
    }

    private final Supplier<Optional<FleetImage>> led;
    private final Supplier<FleetImage> followed;
    private final InstantSource clock;
    private final Consumer<Answers> told;
    private final Thread thread;
    private final LongAdder busyNanos = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Answers answers = Answers.NONE;
    private volatile boolean begun;
    private volatile boolean closed;

    /** Owned by the thread; outlives a sweep that failed, or numbers would outlive the lead. */
    private boolean leads;

    // Guarded by the lock.
    private Optional<Long> askedAt = Optional.empty();
    private int waiting;

    private Standing(
            Supplier<Optional<FleetImage>> led,
            Supplier<FleetImage> followed,
            InstantSource clock,
            Consumer<Answers> told) {
        this.led = led;
        this.followed = followed;
        this.clock = clock;
        this.told = told;
        this.thread = Thread.ofPlatform().name("losses").daemon().unstarted(this::run);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    /**
     * @param led the image that this node decides from, while it leads
     * @param followed the fleet as it is, on any node
     * @param told hears the answers of the node that leads, and of none when it leads no more
     */
    public static Standing start(
            Supplier<Optional<FleetImage>> led,
            Supplier<FleetImage> followed,
            InstantSource clock,
            Consumer<Answers> told) {
        Standing standing = new Standing(led, followed, clock, told);
        standing.thread.start();
        return standing;
    }

    /** The answers; waits for the first ones of a node that was not asked before. */
    public Answers answers() throws InterruptedException {
        long left = PATIENCE.toNanos();
        lock.lockInterruptibly();
        waiting++;
        try {
            askedAt = Optional.of(System.nanoTime());
            changed.signalAll();
            while (!begun && left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
            return answers;
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    /** For how long it has worked, in seconds. */
    public double busySeconds() {
        return busyNanos.sum() / 1e9;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Sweep sweep = new Sweep();
        while (!closed) {
            try {
                switch (sweep.go()) {
                    case WORKED -> {}
                    case RESTS -> pause(LOOK.toNanos());
                    case UNASKED -> {
                        sweep = new Sweep();
                        pause(LOOK.toNanos());
                    }
                }
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException e) {
                // Also a bug: the answers get old, which they tell, and nothing else suffers.
                LOG.log(
                        e instanceof Store.StoreException ? Level.DEBUG : Level.WARNING,
                        "cannot tell what a loss would do",
                        e);
                sweep = new Sweep();
                pauseAfter(e);
            }
        }
    }

    private enum Went {
        WORKED,
        /** Nothing is due for now. */
        RESTS,
        /** This node does not lead and nobody asks it. */
        UNASKED
    }

    /**
     * Looks at the newest image from time to time and makes what is due over it, never longer at
     * the one than at the other. Owned by the thread.
     */
    private final class Sweep {
        private final Losses losses = new Losses();
        private long revision;
        private long looking;
        private long making;
        private Optional<Long> lookedAt = Optional.empty();
        private long toldAt = System.nanoTime();

        Went go() throws InterruptedException {
            Optional<FleetImage> mine = led.get();
            if (leads && mine.isEmpty()) {
                told.accept(Answers.NONE);
            }
            leads = mine.isPresent();
            if (!leads && !asked()) {
                publish(Answers.NONE, false, false);
                return Went.UNASKED;
            }
            long start = System.nanoTime();
            boolean looked = look(mine, start);
            looking += looked ? System.nanoTime() - start : 0;
            boolean made = losses.step(clock.instant());
            long took = System.nanoTime() - start;
            making += looked ? 0 : took;
            busyNanos.add(took);
            boolean all = losses.pending() == 0;
            if ((looked || made) && (all || past(toldAt, TELL))) {
                toldAt = System.nanoTime();
                publish(
                        new Answers(
                                revision,
                                losses.pending(),
                                losses.missing(),
                                List.copyOf(losses.answers())),
                        leads,
                        begun || all);
            }
            pause(took * (SHARE - 1));
            return made ? Went.WORKED : Went.RESTS;
        }

        private boolean look(Optional<FleetImage> mine, long now) {
            if (losses.pending() > 0 && (making < looking || !lookedBefore(LOOK))) {
                return false;
            }
            FleetImage image = mine.orElseGet(followed);
            if (image.revision() == revision && !lookedBefore(AGE)) {
                return false;
            }
            revision = image.revision();
            looking = 0;
            making = 0;
            lookedAt = Optional.of(now);
            losses.see(image, clock.instant());
            return true;
        }

        private boolean lookedBefore(Duration time) {
            return lookedAt.map(at -> past(at, time)).orElse(true);
        }

        private static boolean past(long since, Duration time) {
            return System.nanoTime() - since > time.toNanos();
        }
    }

    private boolean asked() {
        lock.lock();
        try {
            askedAt = askedAt.filter(at -> System.nanoTime() - at < REMEMBERED.toNanos());
            return askedAt.isPresent();
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param tells whether it is for the numbers too
     * @param all whether nothing is missing, or was once: whoever waits is answered
     */
    private void publish(Answers next, boolean tells, boolean all) {
        lock.lock();
        try {
            answers = next;
            begun = all;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (tells) {
            told.accept(next);
        }
    }

    /** Not while somebody waits for what is not there yet. */
    private void pause(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (left > 0 && (waiting == 0 || begun) && !closed) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A store that is down is not asked in a hurry. */
    private void pauseAfter(RuntimeException e) {
        try {
            Thread.sleep(e instanceof Store.StoreException ? LOOK : AGE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
