package io.portolan.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Time and chance. Everything that happens is an entry of one queue, in an order that the seed
 * settles.
 */
final class World implements InstantSource {
    private record Entry(Instant at, long order, String what, Runnable act) {}

    private static final int REMEMBERED = 60;

    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparing(Entry::order));
    private final List<String> trace = new ArrayList<>();
    private final List<Runnable> checks = new ArrayList<>();
    private final Random random;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long order;
    private double faults;

    World(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** How likely each answer is lost. */
    void faults(double likelihood) {
        this.faults = likelihood;
    }

    boolean fault() {
        return chance(faults);
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

    /** Mostly a few milliseconds, now and then much longer. */
    Duration latency() {
        return chance(0.02)
                ? Duration.ofMillis(200 + random.nextInt(4_000))
                : Duration.ofMillis(1 + random.nextInt(15));
    }

    void after(Duration delay, String what, Runnable act) {
        queue.add(new Entry(now.plus(delay), order++, what, act));
    }

    void at(Instant at, String what, Runnable act) {
        queue.add(new Entry(at.isBefore(now) ? now : at, order++, what, act));
    }

    void every(Duration period, String what, Runnable act) {
        after(
                period,
                what,
                () -> {
                    act.run();
                    every(period, what, act);
                });
    }

    /** Runs after each event. */
    void check(Runnable check) {
        checks.add(check);
    }

    void note(String what) {
        trace.add(now + " " + what);
        if (trace.size() > REMEMBERED) {
            trace.removeFirst();
        }
    }

    /** The last things that were noted, for a failure's message. */
    String trace() {
        return String.join("\n", trace);
    }

    void run(Duration span) {
        Instant end = now.plus(span);
        while (!queue.isEmpty() && !queue.peek().at().isAfter(end)) {
            Entry next = queue.poll();
            now = next.at();
            next.act().run();
            checks.forEach(Runnable::run);
        }
        now = end;
    }
}
