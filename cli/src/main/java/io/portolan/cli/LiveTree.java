package io.portolan.cli;

import io.portolan.model.operation.Failover;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;

/**
 * Draws an {@link OperationTree} over itself on a terminal, when something changed and each second.
 * One thread of its own draws; {@link #show} may be called by another.
 */
final class LiveTree implements AutoCloseable {
    private static final long EACH_MILLIS = 1_000;
    private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

    private final PrintStream to;
    private final Clock clock;
    private final Thread ticking;
    private Failover now;
    private int drawn;
    private boolean ended;

    LiveTree(PrintStream to, Clock clock, Failover first) {
        this.to = to;
        this.clock = clock;
        this.now = first;
        draw();
        this.ticking = Thread.ofVirtual().start(this::tick);
    }

    synchronized void show(Failover changed) {
        now = changed;
        draw();
    }

    private synchronized void draw() {
        if (ended) {
            return;
        }
        List<String> lines = OperationTree.lines(now, clock.instant());
        if (drawn > 0) {
            to.printf(UP_AND_CLEAR, drawn);
        }
        lines.forEach(to::println);
        drawn = lines.size();
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(EACH_MILLIS);
                draw();
            }
        } catch (InterruptedException _) {
            // The end of the watch.
        }
    }

    /** What is printed after it stays. */
    @Override
    public synchronized void close() {
        ended = true;
        ticking.interrupt();
    }
}
