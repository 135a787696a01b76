package io.portolan.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;

/**
 * True time and what happens in it. Everything that happens is an entry of one queue, in an order
 * that the seed settles.
 */
final class World implements InstantSource {
    private record Entry(Instant at, long order, String what, Runnable act) {}

    /** Enough to see how it came; a shrunk life is shorter than that. */
    private static final int REMEMBERED = 120;

    static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Entry> queue =
            new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparing(Entry::order));
    private final Deque<String> trace = new ArrayDeque<>();
    private final List<Runnable> checks = new ArrayList<>();
    private final Dice dice;
    private Instant now = BEGINNING;
    private long order;
    private long events;
    private double faults;
    private boolean calm;

    World(long seed) {
        this.dice = new Dice(seed);
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** What decides latencies and lost answers. */
    Dice dice() {
        return dice;
    }

    /** How likely each answer is lost. */
    void faults(double likelihood) {
        this.faults = likelihood;
    }

    /** From now on nothing is slow but by its own fault. */
    void calm() {
        faults = 0;
        calm = true;
    }

    boolean isCalm() {
        return calm;
    }

    boolean fault() {
        return dice.chance(faults);
    }

    /** Mostly a few milliseconds, now and then much longer. */
    Duration latency() {
        return dice.chance(0.02)
                ? Duration.ofMillis(200 + dice.pick(4_000))
                : Duration.ofMillis(1 + dice.pick(15));
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

    /** How many things have happened. */
    long events() {
        return events;
    }

    /** How much time has passed. */
    Duration age() {
        return Duration.between(BEGINNING, now);
    }

    void note(String what) {
        Duration at = age();
        trace.add(
                "%3d:%02d.%03d %s"
                        .formatted(at.toMinutes(), at.toSecondsPart(), at.toMillisPart(), what));
        if (trace.size() > REMEMBERED) {
            trace.removeFirst();
        }
    }

    /** The last things that were noted, for a failure's message. */
    String trace() {
        return String.join("\n", trace);
    }

    void run(Duration span) {
        runUntil(now.plus(span));
    }

    void runUntil(Instant end) {
        while (!queue.isEmpty() && !queue.peek().at().isAfter(end)) {
            Entry next = queue.poll();
            now = next.at();
            events++;
            next.act().run();
            checks.forEach(Runnable::run);
        }
        now = end.isBefore(now) ? now : end;
    }
}
