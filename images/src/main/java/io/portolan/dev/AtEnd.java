package io.portolan.dev;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * What is to be undone when the process ends, in whatever way: the newest first, each once. When an
 * interrupt ends it, the JVM's shutdown does it, and waits for what is just being opened.
 */
final class AtEnd implements AutoCloseable {
    /** Opens something that outlives the process if nobody closes it. */
    @FunctionalInterface
    interface Opening<T> {
        T open() throws IOException;
    }

    private final Deque<Runnable> undone = new ArrayDeque<>();
    private volatile boolean interrupted;
    private boolean ended;

    AtEnd() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::shutdown, "shutdown"));
    }

    private void shutdown() {
        interrupted = true;
        close();
    }

    /** Whether it is the JVM's shutdown that ends it: what fails now, fails for that. */
    boolean interrupted() {
        return interrupted;
    }

    /**
     * @throws DevException when the end has come, before or meanwhile
     */
    synchronized <T> T open(Opening<T> opening, Consumer<T> undo) throws IOException {
        if (ended) {
            throw new DevException("interrupted");
        }
        T opened = opened(opening);
        undone.push(() -> undo.accept(opened));
        return opened;
    }

    private <T> T opened(Opening<T> opening) throws IOException {
        try {
            return opening.open();
        } catch (RuntimeException e) {
            // Libraries that want a shutdown hook of their own fail when it is too late for one.
            throw interrupted ? new DevException("interrupted") : e;
        }
    }

    /** Until somebody else has ended it. */
    synchronized void await() throws InterruptedException {
        while (!ended) {
            wait();
        }
    }

    /**
     * Goes on when something cannot be undone.
     *
     * @throws RuntimeException the first that was met
     */
    @Override
    public synchronized void close() {
        ended = true;
        notifyAll();
        if (!undone.isEmpty()) {
            try {
                undone.pop().run();
            } finally {
                close();
            }
        }
    }
}
