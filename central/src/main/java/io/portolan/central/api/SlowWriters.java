package io.portolan.central.api;

import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.sse.SseSink;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Puts a deadline on each write to a watcher: a virtual thread that is interrupted while it writes
 * to a socket closes it.
 */
final class SlowWriters implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SlowWriters.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Duration patience;
    private final LongAdder cutOff = new LongAdder();
    private final Set<Pen> pens = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService guard =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("slow-watchers").factory());

    SlowWriters() {
        this(PATIENCE, LOOK);
    }

    /**
     * @param patience how long one write may take
     * @param look how often is looked
     */
    SlowWriters(Duration patience, Duration look) {
        this.patience = patience;
        var _ =
                guard.scheduleWithFixedDelay(
                        this::look, look.toMillis(), look.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How many took too long. */
    long cutOff() {
        return cutOff.sum();
    }

    Pen pen(SseSink sink) {
        Pen pen = new Pen(sink);
        pens.add(pen);
        return pen;
    }

    int open() {
        return pens.size();
    }

    private void look() {
        long now = System.nanoTime();
        for (Pen pen : pens) {
            if (pen.stuck(now)) {
                if (!pen.cutOff) {
                    LOG.log(Level.INFO, "cut off a watcher that took nothing for {0}", patience);
                    cutOff.increment();
                }
                // Again where it has not ended yet.
                pen.cutOff = true;
                pen.thread.interrupt();
            }
        }
    }

    /** Writes for one watcher. Owned by the thread that made it. */
    final class Pen implements AutoCloseable {
        private final SseSink sink;
        private final Thread thread = Thread.currentThread();

        /** Written by the owner, read by the guard; 0 while nothing is being written. */
        private volatile long since;

        /** Owned by the guard. */
        private boolean cutOff;

        private Pen(SseSink sink) {
            this.sink = sink;
        }

        void emit(SseEvent event) {
            since = System.nanoTime() | 1;
            try {
                sink.emit(event);
            } finally {
                since = 0;
            }
        }

        private boolean stuck(long now) {
            long began = since;
            return began != 0 && now - began > patience.toNanos();
        }

        @Override
        public void close() {
            pens.remove(this);
        }
    }

    @Override
    public void close() {
        guard.shutdownNow();
        pens.forEach(pen -> pen.thread.interrupt());
    }
}
