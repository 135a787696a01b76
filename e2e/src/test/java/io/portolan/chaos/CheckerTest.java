package io.portolan.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.chaos.Broken.Rule;
import io.portolan.chaos.Note.Effect;
import io.portolan.chaos.Note.Outcome;
import io.portolan.chaos.Note.Post;
import io.portolan.chaos.Note.Request;
import io.portolan.chaos.Note.Runs;
import io.portolan.chaos.Note.Sign;
import io.portolan.chaos.Note.Told;
import io.portolan.chaos.Note.Verb;
import io.portolan.chaos.Recording.Change;
import io.portolan.chaos.Recording.Held;
import io.portolan.chaos.Recording.Kind;
import io.portolan.chaos.Recording.Operation;
import io.portolan.chaos.Recording.Term;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A good recording, and one bug planted in it for each thing that a rule has to find. */
class CheckerTest {
    private static final String KEY = "t0/a0";

    /** A recording that can be changed. */
    private static final class Draft {
        final List<Note> notes = new ArrayList<>();
        final List<Change> log = new ArrayList<>();
        final List<Term> terms = new ArrayList<>();
        final Map<String, Held> state = new HashMap<>();
        final List<Operation> ends = new ArrayList<>();

        Recording done() {
            return new Recording(notes, log, terms, state, ends);
        }
    }

    private static Draft good() {
        Draft d = new Draft();
        d.notes.add(told(Sign.OPENED, 0, "", 0));
        d.notes.add(told(Sign.LISTED, 10, "", 0));
        d.notes.add(request("w1", Verb.PUT, 0, 1, 2, Outcome.DONE, 11));
        d.notes.add(request("w2", Verb.CREATE, 0, 3, 4, Outcome.REFUSED, 0));
        d.notes.add(request("w3", Verb.UPDATE, 11, 5, 6, Outcome.DONE, 12));
        d.notes.add(told(Sign.PUT, 11, "w1", 11));
        d.notes.add(told(Sign.CLOSED, 11, "", 0));
        d.notes.add(told(Sign.OPENED, 11, "", 0));
        d.notes.add(told(Sign.PUT, 12, "w3", 12));
        d.notes.add(new Request("r1", 0, Verb.GET, KEY, 0, 0, 7, 8, 200, Outcome.DONE, 12, "w3"));
        d.notes.add(request("w4", Verb.PUT, 0, 7, 20, Outcome.UNKNOWN, 0));
        d.notes.add(new Post("f1", 0, 9, 10, 503, Outcome.UNKNOWN, ""));
        d.notes.add(new Post("f1", 1, 11, 12, 201, Outcome.DONE, "o1"));
        d.notes.add(told(Sign.BOOKMARK, 15, "", 0));
        d.notes.add(new Effect("c0", KEY, "w1", 13));
        d.notes.add(new Effect("c0", KEY, "w3", 14));
        d.notes.add(new Runs("c0", "writers/w0", true, 15));
        d.notes.add(new Runs("c0", "writers/w0", false, 16));
        d.notes.add(new Runs("c1", "writers/w0", true, 17));
        d.log.add(application(11, "w1", false));
        d.log.add(application(12, "w3", true));
        d.log.add(change(13, Kind.WORK, "c0/u", "", false, "one", "one", 1, 1));
        d.log.add(change(14, Kind.OPERATION, "o1", "f1", false, "two", "one", 1, 0));
        d.log.add(change(15, Kind.WORK, "c0/u", "", true, "two", "two", 2, 2));
        d.terms.add(new Term(1, "one"));
        d.terms.add(new Term(2, "two"));
        d.state.put(KEY, new Held("w3", 12, false, ""));
        d.ends.add(new Operation("o1", "writers/w0", "Completed", true, ""));
        return d;
    }

    private static Told told(Sign sign, long revision, String value, long own) {
        String key = sign == Sign.PUT || sign == Sign.GONE ? KEY : "";
        return new Told("watcher0", "t0", 0, sign, 0, revision, key, value, own);
    }

    private static Request request(
            String id, Verb verb, long seen, long began, long at, Outcome outcome, long revision) {
        int status = outcome == Outcome.DONE ? 200 : outcome == Outcome.REFUSED ? 412 : 503;
        return new Request(id, 0, verb, KEY, 0, seen, began, at, status, outcome, revision, "");
    }

    private static Change application(long revision, String value, boolean existed) {
        return change(revision, Kind.APPLICATION, KEY, value, existed, "two", "one", 1, 0);
    }

    private static Change change(
            long revision,
            Kind kind,
            String key,
            String value,
            boolean existed,
            String node,
            String leader,
            long epoch,
            long sequence) {
        return new Change(
                revision, 0, kind, key, key, value, false, existed, false, node, leader, epoch,
                epoch, sequence);
    }

    /** A bug, as a recording would show it. */
    enum Bug {
        UNFENCED_WRITE(
                Rule.FENCED,
                d -> d.log.set(4, change(15, Kind.WORK, "c0/u", "", true, "one", "two", 2, 2))),
        WRITE_IN_ANOTHERS_TERM_THAT_WAS_GIVEN_UP(
                Rule.FENCED,
                d -> d.log.set(4, change(15, Kind.WORK, "c0/u", "", true, "one", "", 2, 2))),
        TERM_SKIPPED(Rule.TERMS, d -> d.terms.set(1, new Term(3, "two"))),
        REVISION_MISSING(Rule.LOG, d -> d.log.remove(2)),
        STATE_NOT_LOGGED(Rule.LOG, d -> d.state.put(KEY, new Held("w1", 11, false, ""))),
        ACKNOWLEDGED_WRITE_LOST(
                Rule.ACKNOWLEDGED,
                d -> {
                    d.log.set(1, change(12, Kind.OTHER, "x", "", true, "two", "one", 1, 0));
                    d.state.put(KEY, new Held("w1", 11, false, ""));
                }),
        REFUSED_AND_DONE(Rule.REFUSED, d -> d.log.add(application(16, "w2", true))),
        WRITTEN_TWICE(
                Rule.REFUSED,
                d -> {
                    d.log.add(application(16, "w4", true));
                    d.log.add(application(17, "w1", true));
                }),
        ANSWERED_OUT_OF_ORDER(
                Rule.IN_ORDER,
                d -> d.notes.set(2, request("w1", Verb.PUT, 0, 7, 8, Outcome.DONE, 11))),
        CREATED_OVER(
                Rule.PRECONDITION,
                d -> d.notes.set(4, request("w3", Verb.CREATE, 0, 5, 6, Outcome.DONE, 12))),
        UPDATED_WHAT_HAD_CHANGED(
                Rule.PRECONDITION,
                d -> d.notes.set(4, request("w3", Verb.UPDATE, 9, 5, 6, Outcome.DONE, 12))),
        STALE_READ(
                Rule.READ,
                d ->
                        d.notes.set(
                                9,
                                new Request(
                                        "r1",
                                        0,
                                        Verb.GET,
                                        KEY,
                                        0,
                                        0,
                                        7,
                                        8,
                                        200,
                                        Outcome.DONE,
                                        11,
                                        "w1"))),
        MADE_TWICE(
                Rule.ONCE,
                d -> d.log.add(change(16, Kind.OPERATION, "o2", "f1", false, "two", "two", 2, 0))),
        EVENT_TWICE(Rule.WATCH, d -> d.notes.add(9, told(Sign.PUT, 12, "w3", 12))),
        EVENT_LOST_BEFORE_RESUMING(Rule.WATCH, d -> d.notes.remove(8)),
        EVENTS_OUT_OF_ORDER(
                Rule.WATCH,
                d -> {
                    d.notes.remove(8);
                    d.notes.add(5, told(Sign.PUT, 12, "w3", 12));
                    d.notes.remove(7);
                    d.notes.remove(7);
                }),
        TOLD_OF_A_DELETION_THAT_WAS_NOT(
                Rule.WATCH,
                d ->
                        d.notes.add(
                                9,
                                new Told("watcher0", "t0", 0, Sign.GONE, 0, 13, "t0/a1", "", 0))),
        WATCH_ENDED_BY_A_BUG(Rule.WATCH, d -> d.notes.add(9, told(Sign.REFUSED, 12, "500", 0))),
        WATCH_NOT_AUTHENTICATED(Rule.WATCH, d -> d.notes.add(9, told(Sign.REFUSED, 12, "401", 0))),
        WATCH_TOLD_THAT_HISTORY_IS_GONE(
                Rule.WATCH, d -> d.notes.add(9, told(Sign.COMPACTED, 12, "", 0))),
        OLDER_WORK(
                Rule.WORK,
                d -> d.log.set(4, change(15, Kind.WORK, "c0/u", "", true, "two", "two", 2, 1))),
        APPLIED_AGAIN(Rule.WORK, d -> d.notes.add(new Effect("c0", KEY, "w1", 18))),
        TWO_RUN(
                Rule.ONE_WRITER,
                d -> d.notes.removeIf(n -> n instanceof Runs runs && !runs.runs())),
        STUCK(
                Rule.ENDED,
                d -> d.ends.set(0, new Operation("o1", "writers/w0", "Fencing", false, ""))),
        NEVER_DELIVERED(
                Rule.ENDED,
                d -> d.notes.removeIf(n -> n instanceof Effect e && e.value().equals("w3")));

        private final Rule rule;
        private final Consumer<Draft> planted;

        Bug(Rule rule, Consumer<Draft> planted) {
            this.rule = rule;
            this.planted = planted;
        }
    }

    @Test
    void findsNothingWhereAllIsWell() {
        assertEquals(List.of(), Checker.check(good().done()));
    }

    @Test
    void acceptsWhatWasUnderWayWhenTheTermWasGivenUp() {
        Draft draft = good();
        draft.log.set(4, change(15, Kind.WORK, "c0/u", "", true, "two", "", 2, 2));
        assertEquals(List.of(), Checker.check(draft.done()));
    }

    @Test
    void acceptsThatAWatchIsPutOffAndTellsOfADeletion() {
        Draft draft = good();
        draft.notes.add(9, told(Sign.REFUSED, 12, "503", 0));
        draft.notes.add(10, told(Sign.REFUSED, 12, "429", 0));
        draft.notes.add(told(Sign.GONE, 16, "", 0));
        draft.log.add(
                new Change(
                        16,
                        0,
                        Kind.APPLICATION,
                        KEY,
                        KEY,
                        "",
                        true,
                        true,
                        false,
                        "two",
                        "two",
                        2,
                        0,
                        0));
        draft.state.remove(KEY);
        assertEquals(List.of(), Checker.check(draft.done()));
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void findsWhatWasPlanted(Bug bug) {
        Draft draft = good();
        bug.planted.accept(draft);
        List<Broken> broken = Checker.check(draft.done());
        assertTrue(
                broken.stream().anyMatch(b -> b.rule() == bug.rule),
                () -> "found " + broken + " instead of " + bug.rule);
    }

    @Test
    void eachRuleCanBeBroken() {
        Set<Rule> planted =
                List.of(Bug.values()).stream()
                        .map(bug -> bug.rule)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Rule.class)));
        assertEquals(EnumSet.allOf(Rule.class), planted);
    }
}
