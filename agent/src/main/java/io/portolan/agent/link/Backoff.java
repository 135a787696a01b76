package io.portolan.agent.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"): uniform between nothing
 * and a bound that doubles. The first loss is waited for too, so that a fleet that lost its central
 * at one moment does not return at one moment.
 */
public final class Backoff {
    private final RandomGenerator random;
    private final Duration first;
    private final Duration most;

    public Backoff(RandomGenerator random, Duration first, Duration most) {
        this.random = random;
        this.first = first;
        this.most = most;
    }

    /**
     * @param failures in a row so far; after none there is nothing to wait for
     */
    public Duration before(int failures) {
        if (failures == 0) {
            return Duration.ZERO;
        }
        long bound = Math.min(most.toMillis(), first.toMillis() << Math.min(failures - 1, 20));
        return Duration.ofMillis(random.nextLong(bound + 1));
    }
}
