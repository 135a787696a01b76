package io.portolan.central.leader;

import io.portolan.central.store.Store;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs a {@link Candidacy}: one virtual thread talks to the store, one watches the lease. The
 * listener is called on either, never on both at once.
 */
public final class Leadership implements AutoCloseable {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Candidacy candidacy;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread campaigner;
    private final Thread watcher;

    private Leadership(Candidacy candidacy) {
        this.candidacy = candidacy;
        this.campaigner =
                Thread.ofVirtual()
                        .name("portolan-leadership")
                        .start(() -> repeat(candidacy::campaign));
        this.watcher =
                Thread.ofVirtual().name("portolan-lease").start(() -> repeat(candidacy::watch));
    }

    /** Tries to lead from now on. Terms are told to the listener. */
    public static Leadership start(Store store, Candidacy.Listener listener) {
        return start(store, LEASE, listener);
    }

    static Leadership start(Store store, Duration lease, Candidacy.Listener listener) {
        return new Leadership(
                new Candidacy(
                        store,
                        UUID.randomUUID().toString(),
                        () -> UUID.randomUUID().toString(),
                        System::nanoTime,
                        lease,
                        listener));
    }

    private void repeat(Supplier<Duration> step) {
        try {
            Duration pause = Duration.ZERO;
            while (!closing.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                pause = step.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether this process believes to lead. For display: only the store knows. */
    public boolean leads() {
        return candidacy.term().isPresent();
    }

    /** Tells the listener that it leads no more and lets another process lead at once. */
    @Override
    public void close() {
        closing.countDown();
        candidacy.resign();
        try {
            campaigner.join(GRACE);
            watcher.join(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
