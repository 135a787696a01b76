package io.portolan.agent;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Gives memory back after work. A collector that nobody allocates for never runs, so what a burst
 * left behind would stay resident for as long as the agent rests.
 */
final class HeapTrim implements AutoCloseable {
    private static final Duration LOOKS = Duration.ofSeconds(5);
    private static final long MIB = 1 << 20;

    /** Allocated between two looks by an agent that only waits. Bytes. */
    private static final long QUIET = MIB / 2;

    /** Less is not worth a collection. Bytes of heap that are committed. */
    private static final long WORTH = 2 * MIB;

    private final ScheduledExecutorService looks =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("heap-trim").factory());

    private long usedBefore;
    private long committedAtLast;

    /** Looks every few seconds until closed. */
    static HeapTrim start() {
        HeapTrim trim = new HeapTrim();
        var _ =
                trim.looks.scheduleWithFixedDelay(
                        trim::look, LOOKS.toMillis(), LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        return trim;
    }

    private void look() {
        Runtime runtime = Runtime.getRuntime();
        long committed = runtime.totalMemory();
        if (due(committed, committed - runtime.freeMemory())) {
            System.gc();
            collected(runtime.totalMemory(), runtime.totalMemory() - runtime.freeMemory());
        }
    }

    /**
     * Whether to collect now: the heap has grown since the last time, and nobody is at work.
     *
     * @param committed bytes that the heap has of the machine
     * @param used bytes of these that hold objects, dead ones included
     */
    boolean due(long committed, long used) {
        boolean quiet = Math.abs(used - usedBefore) < QUIET;
        usedBefore = used;
        return quiet && committed >= committedAtLast + WORTH;
    }

    /** What the collection left. */
    void collected(long committed, long used) {
        committedAtLast = committed;
        usedBefore = used;
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
