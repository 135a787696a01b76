package io.portolan.sim;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Chance of one seed. Each trouble has its own, so that leaving one out changes no other. */
final class Dice {
    private final Random random;

    Dice(long seed) {
        this.random = new Random(seed);
    }

    boolean chance(double likelihood) {
        return random.nextDouble() < likelihood;
    }

    int pick(int bound) {
        return random.nextInt(bound);
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** At least so many seconds, and up to so many more. */
    Duration span(int least, int more) {
        return Duration.ofMillis(least * 1_000L + pick(more * 1_000));
    }

    long seed() {
        return random.nextLong();
    }
}
