package io.portolan.chaos;

import io.portolan.chaos.Broken.Rule;
import io.portolan.chaos.Note.Sign;
import io.portolan.chaos.Note.Told;
import io.portolan.chaos.Recording.Change;
import io.portolan.chaos.Recording.Held;
import io.portolan.chaos.Recording.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What each watcher was told, against the log: of each change of its tenant's applications, once,
 * in order, as it was changed, and in the end it knows what is there.
 */
final class WatchRules {
    /** Of a node that has no room or is left, or whose database does not answer. */
    private static final Set<String> LATER = Set.of("429", "503");

    private final Recording recording;
    private final String tenant;
    private final List<Told> told;
    private final List<Broken> broken;

    /** By revision: what was done to the tenant's applications. */
    private final NavigableMap<Long, List<Change>> changes = new TreeMap<>();

    private final Map<String, String> state = new HashMap<>();
    private final Set<String> since = new HashSet<>();

    /** Nobody need be told of what lies at or below: a list showed it. */
    private long floor = -1;

    private long position;
    private long last;

    private WatchRules(Recording recording, List<Told> told, List<Broken> broken) {
        this.recording = recording;
        this.tenant = told.getFirst().tenant();
        this.told = told;
        this.broken = broken;
        for (Change change : recording.log()) {
            if (change.kind() == Kind.APPLICATION && change.key().startsWith(tenant + "/")) {
                changes.computeIfAbsent(change.revision(), _ -> new ArrayList<>()).add(change);
            }
        }
    }

    static List<Broken> check(Recording recording) {
        Map<String, List<Told>> watchers = new LinkedHashMap<>();
        for (Told told : recording.of(Told.class)) {
            watchers.computeIfAbsent(told.watcher(), _ -> new ArrayList<>()).add(told);
        }
        List<Broken> broken = new ArrayList<>();
        watchers.values().forEach(all -> new WatchRules(recording, all, broken).check());
        return broken;
    }

    private void check() {
        for (Told event : told) {
            switch (event.sign()) {
                case OPENED -> open(event);
                case LISTED -> list(event);
                case PUT, GONE -> change(event);
                case BOOKMARK -> bookmark(event);
                case COMPACTED -> broken("refused, and nothing was compacted", event);
                case REFUSED -> refused(event);
                case CLOSED -> {}
            }
        }
        end();
    }

    private void open(Told event) {
        last = event.revision();
        if (event.revision() == 0) {
            state.clear();
            since.clear();
            floor = -1;
        } else if (event.revision() != position) {
            throw new IllegalArgumentException(event + " resumes elsewhere than at " + position);
        }
    }

    private void list(Told event) {
        floor = event.revision();
        position = floor;
        last = floor;
    }

    private void change(Told event) {
        if (event.revision() == 0) {
            show(event);
            return;
        }
        if (event.revision() < last) {
            broken("it came behind " + last, event);
        }
        if (!since.add(event.revision() + " " + event.key())) {
            broken("it came twice", event);
        }
        if (event.revision() > last) {
            missing(event, last, event.revision());
            last = event.revision();
        }
        position = event.revision();
        if (event.sign() == Sign.PUT && !wrote(event)) {
            broken("it shows what was not written there", event);
        }
        if (event.sign() == Sign.GONE && !deleted(event)) {
            broken("it was not deleted there", event);
        }
        show(event);
    }

    private void show(Told event) {
        if (event.sign() == Sign.GONE) {
            state.remove(event.key());
        } else {
            state.put(event.key(), event.value());
        }
    }

    /**
     * It shows the application as its revision left it; a change of its status shows the
     * application as it was known.
     */
    private boolean wrote(Told event) {
        boolean ofResource =
                changes.getOrDefault(event.revision(), List.of()).stream()
                        .anyMatch(c -> c.key().equals(event.key()));
        return (!ofResource || event.own() == event.revision())
                && changes.getOrDefault(event.own(), List.of()).stream()
                        .anyMatch(
                                c ->
                                        c.key().equals(event.key())
                                                && c.value().equals(event.value()));
    }

    private boolean deleted(Told event) {
        return changes.getOrDefault(event.revision(), List.of()).stream()
                .anyMatch(c -> c.key().equals(event.key()) && c.gone());
    }

    /** Whatever strikes, central says that it is for later, or loses the connection. */
    private void refused(Told event) {
        if (!LATER.contains(event.value())) {
            broken("refused with " + event.value(), event);
        }
    }

    private void bookmark(Told event) {
        if (event.revision() < last) {
            broken("a bookmark behind " + last, event);
            return;
        }
        missing(event, last, event.revision() + 1);
        last = event.revision();
        position = last;
    }

    /** Whether all was told that lies at or after one revision and before another. */
    private void missing(Told event, long from, long to) {
        for (List<Change> at : changes.subMap(from, true, to, false).values()) {
            for (Change change : at) {
                if (change.revision() > floor
                        && (change.existed() || !change.gone())
                        && !since.contains(change.revision() + " " + change.key())) {
                    broken(change + " is missing before it", event);
                }
            }
        }
    }

    private void end() {
        Map<String, String> expected = new TreeMap<>();
        recording
                .state()
                .forEach(
                        (String key, Held held) -> {
                            if (key.startsWith(tenant + "/")) {
                                expected.put(key, held.value());
                            }
                        });
        if (!expected.equals(new TreeMap<>(state))) {
            broken.add(
                    Broken.of(
                            Rule.WATCH,
                            told.getFirst().watcher()
                                    + " knows in the end "
                                    + new TreeMap<>(state)
                                    + " instead of "
                                    + expected,
                            told.subList(Math.max(0, told.size() - 5), told.size()).toArray()));
        }
    }

    private void broken(String detail, Told event) {
        int at = told.indexOf(event);
        broken.add(
                Broken.of(Rule.WATCH, detail, told.subList(Math.max(0, at - 5), at + 1).toArray()));
    }
}
