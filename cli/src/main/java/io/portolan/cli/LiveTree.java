package io.portolan.cli;

import io.portolan.model.operation.Failover;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/**
 * Draws an {@link OperationTree} over itself on a terminal, when something changed and each second:
 * a line that is longer than the terminal is wide takes several of its rows. One thread of its own
 * draws; {@link #show} may be called by another.
 */
final class LiveTree implements AutoCloseable {
    private static final long EACH_MILLIS = 1_000;
    private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

    private final PrintStream to;
    private final Clock clock;
    private final Supplier<Terminal> terminal;
    private final Thread ticking;
    private Failover now;
    private int drawn;
    private boolean ended;

    /**
     * @param terminal asked each time
     */
    LiveTree(PrintStream to, Clock clock, Supplier<Terminal> terminal, Failover first) {
        this.to = to;
        this.clock = clock;
        this.terminal = terminal;
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
        Terminal size = terminal.get();
        List<String> lines = size.fitting(OperationTree.lines(now, clock.instant()));
        if (drawn > 0) {
            to.printf(UP_AND_CLEAR, drawn);
        }
        lines.forEach(to::println);
        drawn = size.rows(lines);
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
