package io.portolan.chaos;

import io.portolan.chaos.Broken.Rule;
import io.portolan.chaos.Note.Outcome;
import io.portolan.chaos.Note.Request;
import io.portolan.chaos.Note.Verb;
import io.portolan.chaos.Recording.Change;
import io.portolan.chaos.Recording.Held;
import io.portolan.chaos.Recording.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Applications as registers. Each write carries an id, and revisions order all writes, so that no
 * search for an order is needed: the one that the log tells has to explain every answer.
 */
final class WriteRules {
    private final List<Broken> broken = new ArrayList<>();
    private final List<Request> requests;
    private final Map<String, List<Change>> byValue = new HashMap<>();

    /** By key, then revision. */
    private final Map<String, NavigableMap<Long, Change>> registers = new HashMap<>();

    private final Recording recording;

    private WriteRules(Recording recording) {
        this.recording = recording;
        this.requests = recording.of(Request.class);
        Map<String, String> last = new HashMap<>();
        for (Change change : recording.log()) {
            if (change.kind() == Kind.APPLICATION) {
                registers
                        .computeIfAbsent(change.key(), _ -> new TreeMap<>())
                        .put(change.revision(), change);
                // A deletion marks what another request wrote.
                boolean writes = !change.gone() && !change.deleting();
                if (writes && !change.value().equals(last.get(change.key()))) {
                    byValue.computeIfAbsent(change.value(), _ -> new ArrayList<>()).add(change);
                }
                last.put(change.key(), change.gone() ? "" : change.value());
            }
        }
    }

    static List<Broken> check(Recording recording) {
        WriteRules rules = new WriteRules(recording);
        rules.log();
        rules.answers();
        rules.order();
        rules.reads();
        return rules.broken;
    }

    private void log() {
        long last = 0;
        for (Change change : recording.log()) {
            if (last > 0 && change.revision() > last + 1) {
                broken(Rule.LOG, "nothing is logged of revision " + (last + 1), change);
            }
            last = Math.max(last, change.revision());
        }
        registers.forEach(
                (key, changes) -> {
                    Change end = changes.lastEntry().getValue();
                    Held held = recording.state().get(key);
                    boolean same =
                            held == null
                                    ? end.gone()
                                    : !end.gone()
                                            && held.revision() == end.revision()
                                            && held.value().equals(end.value());
                    if (!same) {
                        broken(Rule.LOG, key + " is " + held + " in the end", end);
                    }
                });
        recording.state().keySet().stream()
                .filter(key -> !registers.containsKey(key))
                .forEach(key -> broken(Rule.LOG, key + " is there and was never logged"));
    }

    private void answers() {
        byValue.forEach(
                (value, changes) -> {
                    if (changes.size() > 1) {
                        broken(Rule.REFUSED, value + " was written twice", changes.toArray());
                    }
                });
        for (Request request : requests) {
            if (request.verb() == Verb.GET) {
                continue;
            }
            List<Change> made = byValue.getOrDefault(request.id(), List.of());
            switch (request.outcome()) {
                case REFUSED -> {
                    if (!made.isEmpty()) {
                        broken(Rule.REFUSED, "refused, and done", request, made.getFirst());
                    }
                }
                case DONE -> acknowledged(request);
                case UNKNOWN -> made.forEach(change -> precondition(request, change));
            }
        }
    }

    private void acknowledged(Request request) {
        Change there = register(request.key()).get(request.revision());
        boolean deletes = request.verb() == Verb.DELETE;
        if (there == null) {
            broken(Rule.ACKNOWLEDGED, "acknowledged, and not in the log", request);
        } else if (deletes ? !(there.gone() || there.deleting()) : !wrote(request, there)) {
            broken(Rule.ACKNOWLEDGED, "another change is logged there", request, there);
        } else {
            precondition(request, there);
        }
    }

    private static boolean wrote(Request request, Change there) {
        return there.value().equals(request.id()) && !there.gone();
    }

    private void precondition(Request request, Change made) {
        var before = register(request.key()).lowerEntry(made.revision());
        boolean absent = before == null || before.getValue().gone();
        if (request.verb() == Verb.CREATE && !absent) {
            broken(Rule.PRECONDITION, "it was there", request, before.getValue(), made);
        }
        if (request.verb() == Verb.UPDATE
                && (before == null || before.getKey() != request.seen())) {
            broken(Rule.PRECONDITION, "it had changed", request, String.valueOf(before), made);
        }
    }

    /**
     * Writes of all keys, since all share one counter. A deletion that was under way already is
     * acknowledged at its revision, so it need not come after what was before it.
     */
    private void order() {
        List<Request> done =
                requests.stream()
                        .filter(r -> r.verb() != Verb.GET && r.outcome() == Outcome.DONE)
                        .toList();
        List<Request> begun =
                done.stream()
                        .filter(r -> r.verb() != Verb.DELETE)
                        .sorted(Comparator.comparingLong(Request::began))
                        .toList();
        List<Request> ended = done.stream().sorted(Comparator.comparingLong(Request::at)).toList();
        int next = 0;
        Optional<Request> newest = Optional.empty();
        for (Request request : begun) {
            while (next < ended.size() && ended.get(next).at() < request.began()) {
                Request before = ended.get(next++);
                if (newest.isEmpty() || before.revision() > newest.get().revision()) {
                    newest = Optional.of(before);
                }
            }
            if (newest.isPresent() && request.revision() <= newest.get().revision()) {
                broken(
                        Rule.IN_ORDER,
                        "it came before what was answered already",
                        newest.get(),
                        request);
            }
        }
    }

    private void reads() {
        Map<String, List<Request>> writes = new HashMap<>();
        for (Request request : requests) {
            if (request.verb() != Verb.GET && request.outcome() == Outcome.DONE) {
                writes.computeIfAbsent(request.key(), _ -> new ArrayList<>()).add(request);
            }
        }
        for (Request read : requests) {
            if (read.verb() != Verb.GET || read.outcome() != Outcome.DONE) {
                continue;
            }
            var known =
                    writes.getOrDefault(read.key(), List.of()).stream()
                            .filter(w -> w.at() < read.began())
                            .max(Comparator.comparingLong(Request::revision));
            known.ifPresent(write -> notOlder(read, write));
            Change there = register(read.key()).get(read.revision());
            if (read.revision() > 0 && (there == null || !there.value().equals(read.value()))) {
                broken(Rule.READ, "it read what was never written", read, String.valueOf(there));
            }
        }
    }

    private void notOlder(Request read, Request write) {
        if (read.revision() == 0) {
            // Gone, which has to have happened after the write.
            boolean went =
                    register(read.key()).tailMap(write.revision(), true).values().stream()
                            .anyMatch(Change::gone);
            if (!went) {
                broken(Rule.READ, "it was not found", write, read);
            }
        } else if (read.revision() < write.revision()) {
            broken(Rule.READ, "it read what was older", write, read);
        }
    }

    private NavigableMap<Long, Change> register(String key) {
        return registers.getOrDefault(key, new TreeMap<>());
    }

    private void broken(Rule rule, String detail, Object... slice) {
        broken.add(Broken.of(rule, detail, slice));
    }
}
