package io.portolan.central;

import io.portolan.central.http.Route;
import io.portolan.central.store.Store;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A running central node. Also runs inside another process, as in developer mode. When its database
 * turns out to be another than it was (restored, or a standby that was promoted) it drops all that
 * it remembers and begins anew at the same address.
 */
public final class Central implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Central.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();

    // Guarded by the lock.
    private Wiring wiring;
    private boolean closed;
    private int attempts;

    /** Which attempt made the present wiring; 0 while none has. */
    private int life;

    private Central(Wiring wiring) {
        this.wiring = wiring;
    }

    private Central(Config config) {
        lock.lock();
        try {
            int attempt = ++attempts;
            this.wiring = Wiring.on(config, () -> anew(config, attempt));
            this.life = attempt;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts everything; when it returns, the node answers.
     *
     * @throws Config.ConfigException when the database cannot be used as configured
     */
    public static Central start(Config config) {
        return new Central(config);
    }

    /** Starts on a store that somebody else opened and closes. */
    public static Central start(Config config, Store store) {
        return new Central(Wiring.on(config, store));
    }

    /** By a thread of its own: who found it out may be one that has to end first. */
    private void anew(Config config, int ended) {
        var _ =
                Thread.ofPlatform()
                        .name("portolan-anew")
                        .daemon()
                        .start(() -> restart(config, ended));
    }

    private void restart(Config config, int ended) {
        lock.lock();
        try {
            if (ended != life) {
                // Of a beginning that failed; what came of a later one is sound.
                return;
            }
            Config same = config.onPort(wiring.address().getPort());
            long generation = wiring.generation();
            wiring.drop();
            while (!closed && !started(same, generation)) {
                var _ = closing.await(PAUSE.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private boolean started(Config config, long generation) {
        try {
            int attempt = ++attempts;
            wiring = Wiring.on(config, () -> anew(config, attempt), generation);
            life = attempt;
            LOG.log(
                    Level.WARNING,
                    "began anew on store generation {0}, after {1}",
                    new Object[] {Long.toString(wiring.generation()), Long.toString(generation)});
            return true;
        } catch (Config.ConfigException e) {
            LOG.log(Level.WARNING, "cannot begin anew yet: {0}", e.getMessage());
            return false;
        } catch (RuntimeException e) {
            // The top of a loop: a node that gave up here would never serve again.
            LOG.log(Level.WARNING, "cannot begin anew yet", e);
            return false;
        }
    }

    private Wiring wiring() {
        lock.lock();
        try {
            return wiring;
        } finally {
            lock.unlock();
        }
    }

    public URI address() {
        return wiring().address();
    }

    /**
     * @throws java.util.NoSuchElementException where this node was given none and other nodes of
     *     its database have an admin
     */
    public String adminToken() {
        return wiring().adminToken().orElseThrow();
    }

    /** All that it serves. */
    List<Route> routes() {
        return wiring().routes();
    }

    /** Stops answering, releases leadership, closes what was opened. Harmless when repeated. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
            wiring.close();
        } finally {
            lock.unlock();
        }
    }
}
