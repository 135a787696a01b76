package io.portolan.central.api;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The changes that wait for one watcher, as revisions: a number each, and at most so many. Filled
 * by the {@link WatchHub}, emptied by the watcher's own thread.
 */
final class Subscription implements AutoCloseable {
    static final int MOST_WAITING = 4_096;

    /** What a watcher finds. */
    sealed interface Next {
        record News(Told told) implements Next {}

        /** Nothing of its own up to there. */
        record Quiet(long position) implements Next {}

        /** Told so long ago that it is no longer kept: it is in the log. */
        record Forgotten(long revision) implements Next {}

        /** Too much of its own has waited for too long. */
        record TooSlow() implements Next {}

        /** History was missed by the node itself. */
        record Lost() implements Next {}

        record Ended() implements Next {}
    }

    private enum State {
        OPEN,
        TOO_SLOW,
        LOST,
        ENDED
    }

    private final WatchHub hub;
    private final Interest interest;
    private final long since;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();

    // Guarded by the lock.
    private final Deque<Long> waiting = new ArrayDeque<>();
    private State state = State.OPEN;

    Subscription(WatchHub hub, Interest interest, long since) {
        this.hub = hub;
        this.interest = interest;
        this.since = since;
    }

    Interest interest() {
        return interest;
    }

    /** Everything after this revision comes here. */
    long since() {
        return since;
    }

    void offer(long revision) {
        lock.lock();
        try {
            if (state != State.OPEN) {
                return;
            }
            waiting.addLast(revision);
            if (waiting.size() > MOST_WAITING) {
                waiting.clear();
                state = State.TOO_SLOW;
            }
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void lose() {
        end(State.LOST);
    }

    void end() {
        end(State.ENDED);
    }

    private void end(State how) {
        lock.lock();
        try {
            if (state == State.OPEN) {
                state = how;
            }
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Next next(Duration atMost) throws InterruptedException {
        long revision;
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (waiting.isEmpty() && state == State.OPEN && left > 0) {
                left = moved.awaitNanos(left);
            }
            if (state != State.OPEN) {
                return switch (state) {
                    case TOO_SLOW -> new Next.TooSlow();
                    case LOST -> new Next.Lost();
                    case OPEN, ENDED -> new Next.Ended();
                };
            }
            // Read before the look at what waits: whatever came up to there was handed out before.
            long position = hub.position();
            if (waiting.isEmpty()) {
                return new Next.Quiet(Math.max(since, position));
            }
            revision = waiting.removeFirst();
        } finally {
            lock.unlock();
        }
        Optional<Told> told = hub.at(revision);
        return told.isPresent() ? new Next.News(told.get()) : new Next.Forgotten(revision);
    }

    @Override
    public void close() {
        hub.remove(this);
    }
}
