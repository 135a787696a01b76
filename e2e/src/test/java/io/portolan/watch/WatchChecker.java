package io.portolan.watch;

import io.portolan.watch.History.Commit;
import io.portolan.watch.History.Reader;
import io.portolan.watch.History.Seen;
import io.portolan.watch.Violation.Guarantee;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Judges a history by etcd's guarantees. Goals: no false alarm, and each broken guarantee named at
 * the event that broke it.
 *
 * <p>Method: a reader has a position, the revision up to which it was told everything. Each event
 * moves the position forward over commits that touch the reader's keys; which commits an event may
 * pass over and which contents it must have follows from the list of commits alone. In the end the
 * reader's own state, replayed from what it was told, is held against the store's.
 */
public final class WatchChecker {
    private final History history;
    private final NavigableMap<Long, Map<String, Optional<String>>> commits = new TreeMap<>();
    private final List<Violation> violations = new ArrayList<>();

    private WatchChecker(History history) {
        this.history = history;
        for (Commit commit : history.commits()) {
            if (commits.put(commit.revision(), commit.changes()) != null) {
                violation(
                        Guarantee.UNIQUE,
                        "all",
                        "two transactions of revision " + commit.revision());
            }
        }
    }

    /** All that was broken; empty when every guarantee held. */
    public static List<Violation> check(History history) {
        WatchChecker checker = new WatchChecker(history);
        history.readers().forEach(reader -> checker.new Judge(reader).judge());
        return List.copyOf(checker.violations);
    }

    private void violation(Guarantee guarantee, String reader, String detail) {
        violations.add(new Violation(guarantee, reader, detail));
    }

    private static <V> Map<String, V> only(Map<String, V> of, Predicate<String> selects) {
        Map<String, V> out = new TreeMap<>();
        of.forEach(
                (key, value) -> {
                    if (selects.test(key)) {
                        out.put(key, value);
                    }
                });
        return out;
    }

    private static void apply(Map<String, Optional<String>> changes, Map<String, String> state) {
        changes.forEach(
                (key, value) ->
                        value.ifPresentOrElse(v -> state.put(key, v), () -> state.remove(key)));
    }

    /** Follows one reader. */
    private final class Judge {
        private final Reader reader;
        private final Map<String, String> state = new HashMap<>();

        /** Every position that it ever had. */
        private final Set<Long> held = new HashSet<>();

        /** Since it connected. */
        private final Set<Long> told = new HashSet<>();

        private OptionalLong position = OptionalLong.empty();
        private boolean resumed;

        Judge(Reader reader) {
            this.reader = reader;
        }

        void judge() {
            for (Seen seen : reader.seen()) {
                switch (seen) {
                    case Seen.Opened(OptionalLong after) -> open(after);
                    case Seen.Listed(long revision, var shown) -> list(revision, shown);
                    case Seen.Changed(long revision, var changes) -> change(revision, changes);
                    case Seen.Bookmarked(long revision) -> bookmark(revision);
                    case Seen.Compacted() -> refused();
                }
            }
            end();
        }

        private void open(OptionalLong after) {
            told.clear();
            resumed = after.isPresent();
            position = after;
            if (resumed && !held.contains(after.getAsLong())) {
                throw new IllegalArgumentException(
                        reader.name()
                                + " resumes at "
                                + after.getAsLong()
                                + ", where it never was");
            }
        }

        private void list(long revision, Map<String, String> shown) {
            Map<String, String> then = new HashMap<>();
            commits.headMap(revision, true).values().forEach(c -> apply(c, then));
            Map<String, String> expected = only(then, reader.selects());
            if (!expected.equals(shown)) {
                violation(
                        Guarantee.ATOMIC,
                        "the list of revision " + revision + " was " + differs(expected, shown));
            }
            state.clear();
            state.putAll(shown);
            reach(revision);
        }

        private void change(long revision, Map<String, Optional<String>> changes) {
            if (position.isEmpty()) {
                violation(Guarantee.ORDERED, "revision " + revision + " came before the list");
            } else if (told.contains(revision)) {
                violation(Guarantee.UNIQUE, "revision " + revision + " came twice");
            } else if (revision <= position.getAsLong()) {
                violation(
                        resumed && told.isEmpty() ? Guarantee.RESUMABLE : Guarantee.ORDERED,
                        "revision " + revision + " came behind " + position.getAsLong());
            } else {
                passed(position.getAsLong(), revision, false, "revision " + revision);
            }
            Map<String, Optional<String>> happened =
                    only(commits.getOrDefault(revision, Map.of()), reader.selects());
            if (!happened.equals(changes)) {
                violation(
                        Guarantee.ATOMIC,
                        "revision " + revision + " was told " + differs(happened, changes));
            }
            apply(changes, state);
            told.add(revision);
            reach(Math.max(revision, position.orElse(revision)));
        }

        private void bookmark(long revision) {
            if (position.isEmpty() || revision < position.getAsLong()) {
                violation(
                        Guarantee.BOOKMARKABLE,
                        "bookmark " + revision + " came behind " + position);
            } else {
                passed(position.getAsLong(), revision, true, "bookmark " + revision);
                reach(revision);
            }
        }

        /** Whether anything of the reader's lies between two positions. */
        private void passed(long from, long to, boolean inclusive, String at) {
            commits.subMap(from, false, to, inclusive)
                    .forEach(
                            (revision, changes) -> {
                                if (!only(changes, reader.selects()).isEmpty()) {
                                    violation(
                                            inclusive
                                                    ? Guarantee.BOOKMARKABLE
                                                    : resumed && told.isEmpty()
                                                            ? Guarantee.RESUMABLE
                                                            : Guarantee.RELIABLE,
                                            "revision " + revision + " is missing before " + at);
                                }
                            });
        }

        private void refused() {
            if (position.isPresent() && position.getAsLong() >= history.horizon()) {
                violation(
                        Guarantee.RESUMABLE,
                        "position "
                                + position.getAsLong()
                                + " was refused, history begins after "
                                + history.horizon());
            }
            position = OptionalLong.empty();
        }

        private void reach(long revision) {
            position = OptionalLong.of(revision);
            held.add(revision);
        }

        private void end() {
            if (position.isEmpty()) {
                violation(Guarantee.COMPLETE, "it never saw a whole state");
                return;
            }
            passed(position.getAsLong(), Long.MAX_VALUE, false, "the end");
            Map<String, String> expected = only(history.end(), reader.selects());
            if (!expected.equals(state)) {
                violation(
                        Guarantee.COMPLETE, "its state in the end is " + differs(expected, state));
            }
        }

        private void violation(Guarantee guarantee, String detail) {
            WatchChecker.this.violation(guarantee, reader.name(), detail);
        }
    }

    private static <V> String differs(Map<String, V> expected, Map<String, V> was) {
        List<String> out = new ArrayList<>();
        Set<String> keys = new HashSet<>(expected.keySet());
        keys.addAll(was.keySet());
        for (String key : keys.stream().sorted().toList()) {
            String right = expected.containsKey(key) ? expected.get(key).toString() : "absent";
            String wrong = was.containsKey(key) ? was.get(key).toString() : "absent";
            if (!right.equals(wrong)) {
                out.add(key + "=" + wrong + " instead of " + right);
            }
        }
        return String.join(", ", out.subList(0, Math.min(5, out.size())));
    }
}
