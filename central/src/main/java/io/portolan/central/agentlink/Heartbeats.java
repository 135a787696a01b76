package io.portolan.central.agentlink;

import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Gathers signs of life and tells the store of them in one batch at a time. */
final class Heartbeats implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Heartbeats.class.getName());
    private static final Duration GATHERED = Duration.ofMillis(500);

    private final Store store;
    private final ScheduledExecutorService writer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("heartbeats").factory());

    /** Guarded by this: the newest session heard of each cluster since the last batch. */
    private Map<Uid, Long> gathered = new HashMap<>();

    Heartbeats(Store store) {
        this.store = store;
        var _ =
                writer.scheduleWithFixedDelay(
                        this::flush,
                        GATHERED.toMillis(),
                        GATHERED.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    synchronized void heard(Uid cluster, long session) {
        gathered.merge(cluster, session, Math::max);
    }

    /** For the first sign after a hello: an agent that returns is not left waiting. */
    void heardNow(Uid cluster, long session) {
        store.heard(Map.of(cluster, session));
    }

    private void flush() {
        Map<Uid, Long> batch;
        synchronized (this) {
            if (gathered.isEmpty()) {
                return;
            }
            batch = gathered;
            gathered = new HashMap<>();
        }
        try {
            store.heard(batch);
        } catch (RuntimeException e) {
            // Any: a round that throws would be the last one, and all clusters would seem silent.
            // Kept for the next round: silence that is not theirs must not count against them.
            LOG.log(
                    e instanceof Store.StoreException ? Level.FINE : Level.SEVERE,
                    "heartbeats wait",
                    e);
            batch.forEach(this::heard);
        }
    }

    @Override
    public void close() {
        writer.shutdown();
        flush();
    }
}
