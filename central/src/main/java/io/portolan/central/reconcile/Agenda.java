package io.portolan.central.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is to be looked at, and when: keys in order of their arrival, operations before all others,
 * what only an agent's report touched after them: while there is something to decide it waits, so
 * that one look answers the reports of several clusters. A key waits while the image is behind its
 * own last write, and after a failure. Owned by {@link LoopCore}.
 */
final class Agenda {
    private static final Duration LEAST_WAIT = Duration.ofMillis(20);
    private static final Duration MOST_WAIT = Duration.ofSeconds(5);

    /** A status is never older than this because of other applications' decisions. */
    private static final Duration LATEST = Duration.ofMillis(500);

    /** A step looks at no more keys than its batch of writes and the looks that come to nothing. */
    private static final int ENOUGH = LoopCore.BATCH + LoopCore.IDLE_LOOKS;

    private final LinkedHashSet<Key> urgent = new LinkedHashSet<>();
    private final LinkedHashSet<Key> usual = new LinkedHashSet<>();

    /** What a new leader looks through, of which nothing is known to have changed. */
    private final LinkedHashSet<Key> later = new LinkedHashSet<>();

    /** What was only reported on, and since when. */
    private final LinkedHashMap<Key, Instant> reported = new LinkedHashMap<>();

    private final Map<Key, Long> behind = new HashMap<>();
    private final Map<Key, Integer> failures = new HashMap<>();
    private final Map<Key, Instant> notBefore = new HashMap<>();
    private final Map<Key, Instant> due = new HashMap<>();

    /** With how many keys together those go whose last commit failed. */
    private final Map<Key, Integer> company = new HashMap<>();

    /** What happened to those that wait. */
    private final Map<Key, Cause> causes = new HashMap<>();

    /** What had happened to those whose commit is under way. */
    private final Map<Key, Cause> told = new HashMap<>();

    void clear() {
        causes.clear();
        told.clear();
        urgent.clear();
        usual.clear();
        later.clear();
        reported.clear();
        behind.clear();
        failures.clear();
        notBefore.clear();
        due.clear();
        company.clear();
    }

    int size() {
        return urgent.size() + usual.size() + later.size() + reported.size();
    }

    /** To be looked at when nothing else is to be. */
    void eventually(Key key) {
        if (!lane(key).contains(key) && !reported.containsKey(key)) {
            later.add(key);
            happened(key, Cause.LEADER);
        }
    }

    /**
     * Something happened that it waits for.
     *
     * @param words for people; empty where there is nothing to say
     */
    void happened(Key key, String words) {
        if (!words.isEmpty()) {
            causes.compute(key, (_, c) -> c == null ? Cause.of(words) : c.then(words));
        }
    }

    /** What happened since it was last decided, in words. */
    Optional<String> cause(Key key) {
        return Optional.ofNullable(causes.get(key)).map(Cause::words);
    }

    /** Nothing came of the decision: what led to it leads to the next one. */
    private void untold(Key key) {
        Cause before = told.remove(key);
        if (before != null) {
            causes.merge(key, before, (now, then) -> then.then(now));
        }
    }

    void add(Key key) {
        reported.remove(key);
        later.remove(key);
        lane(key).add(key);
    }

    /** An agent said something of it, which changes its status at most. */
    void reported(Key key, Instant now) {
        LinkedHashSet<Key> lane = lane(key);
        if (lane == urgent || company.containsKey(key)) {
            news(key);
        } else if (!lane.contains(key)) {
            later.remove(key);
            reported.putIfAbsent(key, now);
        }
    }

    /** Something new is known of it: what failed for lack of it may be tried at once. */
    void news(Key key) {
        add(key);
        if (company.containsKey(key)) {
            notBefore.remove(key);
        }
    }

    void done(Key key, Optional<Instant> requeueAt) {
        lane(key).remove(key);
        later.remove(key);
        reported.remove(key);
        told.remove(key);
        Cause known = causes.remove(key);
        if (known != null) {
            told.put(key, known);
        }
        requeueAt.ifPresentOrElse(at -> due.put(key, at), () -> due.remove(key));
    }

    /** Its write stands: it waits until the image has it. */
    void wrote(Key key, long revision) {
        settled(key);
        behind.put(key, revision);
    }

    void settled(Key key) {
        failures.remove(key);
        notBefore.remove(key);
        company.remove(key);
        told.remove(key);
    }

    void reached(long revision) {
        behind.values().removeIf(awaited -> awaited <= revision);
    }

    /** Their commit failed: next time half of them go together at most. */
    void halve(List<Key> keys) {
        for (Key key : keys) {
            company.put(key, Math.max(1, keys.size() / 2));
            untold(key);
            add(key);
        }
    }

    /** So many keys may share its next commit, itself counted. */
    int company(Key key) {
        return company.getOrDefault(key, Integer.MAX_VALUE);
    }

    void failed(Key key, Instant now) {
        int count = failures.merge(key, 1, Integer::sum);
        Duration wait = LEAST_WAIT.multipliedBy(1L << Math.min(count - 1, 10));
        notBefore.put(key, now.plus(wait.compareTo(MOST_WAIT) < 0 ? wait : MOST_WAIT));
        untold(key);
        add(key);
    }

    /** Puts back what was to be looked at again by now. */
    void wake(Instant now) {
        List<Key> woken =
                due.entrySet().stream()
                        .filter(e -> !e.getValue().isAfter(now))
                        .sorted(
                                Map.Entry.<Key, Instant>comparingByValue()
                                        .thenComparing(e -> e.getKey().toString()))
                        .map(Map.Entry::getKey)
                        .toList();
        woken.forEach(due::remove);
        woken.forEach(this::add);
    }

    /** What may be looked at now, in order; of a flood more than one step will look at. */
    List<Key> ready(Instant now) {
        List<Key> out = new ArrayList<>();
        Stream.concat(urgent.stream(), usual.stream())
                .filter(key -> free(key, now))
                .limit(ENOUGH)
                .forEach(out::add);
        if (out.size() == ENOUGH) {
            return out;
        }
        Duration patience = out.isEmpty() ? Duration.ZERO : LATEST;
        reported.forEach(
                (key, since) -> {
                    if (free(key, now) && !since.plus(patience).isAfter(now)) {
                        out.add(key);
                    }
                });
        later.stream().filter(key -> free(key, now)).limit(ENOUGH).forEach(out::add);
        return out;
    }

    /** Whether {@link #ready} is not empty. */
    boolean busy(Instant now) {
        return Stream.of(urgent, usual, reported.keySet(), later)
                .flatMap(Collection::stream)
                .anyMatch(key -> free(key, now));
    }

    private boolean free(Key key, Instant now) {
        return !behind.containsKey(key) && !notBefore.getOrDefault(key, Instant.MIN).isAfter(now);
    }

    /** When to look again if nothing happens. */
    Optional<Instant> next() {
        List<Instant> times = new ArrayList<>(due.values());
        notBefore.forEach(
                (key, at) -> {
                    if (lane(key).contains(key)) {
                        times.add(at);
                    }
                });
        return times.stream().min(Comparator.naturalOrder());
    }

    private LinkedHashSet<Key> lane(Key key) {
        return switch (key) {
            case Key.OfOperation _ -> urgent;
            case Key.OfApplication _, Key.OfCluster _ -> usual;
        };
    }
}
