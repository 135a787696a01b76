package io.portolan.agent.core;

import io.portolan.model.Uid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What is due when. One entry per thing; the earlier time wins until it was due. */
final class Agenda {
    /** What can be due. */
    sealed interface Due {
        /** Some object of the application may be tried again. */
        record Retry(Uid application) implements Due {}

        record NamespaceRetry(String name) implements Due {}

        /** Look again whether the application still runs pods. */
        record Demotion(Uid application) implements Due {}

        /** What ran once has ended, and its pod had its time to say something. */
        record LastWords(Uid application) implements Due {}

        /** Nothing of the application may have been taken away for long. */
        record Peace(Uid application) implements Due {}

        record Reports() implements Due {}

        record Inventories() implements Due {}

        /** Central had its time to answer: heal from what is known. */
        record ActAlone() implements Due {}

        record Hello() implements Due {}

        record Heartbeat() implements Due {}

        /** What fences itself is to be granted again, or stopped. */
        record Grants() implements Due {}

        /** Central answers at once while it has nothing to wait with: not in a circle. */
        record Poll() implements Due {}

        /** A kind could not be listed for the sweep. */
        record Sweep() implements Due {}

        record Discovery() implements Due {}

        record Measurement() implements Due {}
    }

    private record Entry(Instant at, long order, Due due) {}

    private final TreeSet<Entry> entries =
            new TreeSet<>(Comparator.comparing(Entry::at).thenComparing(Entry::order));
    private final Map<Due, Entry> byDue = new HashMap<>();
    private long order;

    void put(Due due, Instant at) {
        Entry former = byDue.get(due);
        if (former == null || at.isBefore(former.at)) {
            if (former != null) {
                entries.remove(former);
            }
            Entry entry = new Entry(at, order++, due);
            entries.add(entry);
            byDue.put(due, entry);
        }
    }

    boolean has(Due due) {
        return byDue.containsKey(due);
    }

    List<Due> take(Instant now) {
        List<Due> due = new ArrayList<>();
        while (!entries.isEmpty() && !entries.first().at.isAfter(now)) {
            Entry entry = entries.pollFirst();
            byDue.remove(entry.due);
            due.add(entry.due);
        }
        return due;
    }

    Optional<Instant> next() {
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.first().at);
    }
}
