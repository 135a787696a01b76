package io.portolan.agent.link;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The pauses between tries to reach central. Those that grew while it was away end when a sign of
 * life, which waits for no pause, is answered again: the signs of a fleet are spread over their
 * interval, so that it does not return at one moment. Safe for use by many threads.
 */
public final class Pauses {
    private boolean away;
    private long returns;

    /**
     * What became of a sign of life. Only the first that is taken after one that was not ends
     * pauses: whoever is refused while signs are taken has to wait.
     */
    public synchronized void sign(boolean taken) {
        if (taken && away) {
            returns++;
            notifyAll();
        }
        away = !taken;
    }

    /** Waits for so long, or until central is back. */
    public synchronized void rest(Duration pause) throws InterruptedException {
        long began = System.nanoTime();
        long before = returns;
        long left = pause.toNanos();
        while (left > 0 && returns == before) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = pause.toNanos() - (System.nanoTime() - began);
        }
    }
}
