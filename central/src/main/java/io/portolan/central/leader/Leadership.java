package io.portolan.central.leader;

import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link Candidacy}: one virtual thread talks to the store, one watches the lease. The
 * listener is called on either, never on both at once.
 */
public final class Leadership implements AutoCloseable {
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration AFTER_BUG = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final Membership members;
    private final Candidacy candidacy;
    private final Semaphore wakeCampaigner = new Semaphore(0);
    private final Semaphore wakeWatcher = new Semaphore(0);
    private volatile boolean closing;
    private final Thread campaigner;
    private final Thread watcher;

    private Leadership(
            Store store,
            Function<Runnable, Membership> members,
            Duration lease,
            Candidacy.Listener listener) {
        this.members = members.apply(wakeCampaigner::release);
        this.candidacy =
                new Candidacy(
                        store,
                        this.members,
                        UUID.randomUUID().toString(),
                        () -> UUID.randomUUID().toString(),
                        System::nanoTime,
                        lease,
                        listener);
        this.campaigner =
                Thread.ofVirtual()
                        .name("portolan-leadership")
                        .start(() -> repeat(candidacy::campaign, wakeCampaigner));
        this.watcher =
                Thread.ofVirtual()
                        .name("portolan-lease")
                        .start(() -> repeat(candidacy::watch, wakeWatcher));
    }

    /**
     * Tries to lead from now on, as the members advise. Terms are told to the listener.
     *
     * @param members made from what wakes this one when the advice changes; closed with it
     */
    public static Leadership start(
            Store store, Function<Runnable, Membership> members, Candidacy.Listener listener) {
        return start(store, members, LEASE, listener);
    }

    static Leadership start(
            Store store,
            Function<Runnable, Membership> members,
            Duration lease,
            Candidacy.Listener listener) {
        return new Leadership(store, members, lease, listener);
    }

    private void repeat(Supplier<Duration> step, Semaphore wake) {
        try {
            while (!closing) {
                Duration pause = paused(step);
                if (wake.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                    wake.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The top of a loop: a node whose threads end would neither lead nor give way. */
    private static Duration paused(Supplier<Duration> step) {
        try {
            return step.get();
        } catch (RuntimeException e) {
            LOG.error("bug in the election", e);
            return AFTER_BUG;
        }
    }

    /** Whom this process hears. */
    public Membership members() {
        return members;
    }

    /** The term that this process believes to lead in. For display: only the store knows. */
    public Optional<Term> term() {
        return candidacy.term();
    }

    /** Tells the listener that it leads no more and lets another process lead at once. */
    @Override
    public void close() {
        closing = true;
        candidacy.resign();
        members.close();
        wakeCampaigner.release();
        wakeWatcher.release();
        try {
            campaigner.join(GRACE);
            watcher.join(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
