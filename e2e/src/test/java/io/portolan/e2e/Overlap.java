package io.portolan.e2e;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/** Samples a condition that must never hold, as fast as it can, until closed. */
final class Overlap implements AutoCloseable {
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final FutureTask<Boolean> sampling;

    private Overlap(Callable<Boolean> condition) {
        sampling =
                new FutureTask<>(
                        () -> {
                            while (open.get()) {
                                if (condition.call()) {
                                    return true;
                                }
                            }
                            return false;
                        });
    }

    static Overlap watch(Callable<Boolean> condition) {
        Overlap overlap = new Overlap(condition);
        Thread.ofVirtual().start(overlap.sampling);
        return overlap;
    }

    boolean seen() throws Exception {
        open.set(false);
        return sampling.get();
    }

    @Override
    public void close() {
        open.set(false);
    }
}
