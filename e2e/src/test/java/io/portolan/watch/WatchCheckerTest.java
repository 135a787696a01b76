package io.portolan.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.portolan.watch.History.Commit;
import io.portolan.watch.History.Reader;
import io.portolan.watch.History.Seen;
import io.portolan.watch.Violation.Guarantee;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A small history, told right and in each wrong way. */
class WatchCheckerTest {
    private static final Commit ONE = new Commit(1, Map.of("a", put("1"), "b", put("1")));
    private static final Commit TWO = new Commit(2, Map.of("c", put("2")));
    private static final Commit THREE = new Commit(3, Map.of("a", put("3"), "b", gone()));
    private static final Commit FOUR = new Commit(4, Map.of("a", put("4")));
    private static final Map<String, String> END = Map.of("a", "4", "c", "2");

    private static Optional<String> put(String value) {
        return Optional.of(value);
    }

    private static Optional<String> gone() {
        return Optional.empty();
    }

    private static Seen told(Commit commit) {
        return new Seen.Changed(commit.revision(), commit.changes());
    }

    private static Seen nothingYet() {
        return new Seen.Listed(0, Map.of());
    }

    private static Set<Guarantee> broken(Seen... seen) {
        return broken(Set.of("a", "b", "c"), 0, seen);
    }

    private static Set<Guarantee> broken(Set<String> keys, long horizon, Seen... seen) {
        return WatchChecker.check(
                        new History(
                                List.of(ONE, TWO, THREE, FOUR),
                                List.of(new Reader("r", keys::contains, Arrays.asList(seen))),
                                END,
                                horizon))
                .stream()
                .map(Violation::guarantee)
                .collect(Collectors.toSet());
    }

    @Test
    void acceptsWhatIsRight() {
        assertEquals(
                Set.of(),
                broken(
                        Seen.Opened.anew(),
                        nothingYet(),
                        told(ONE),
                        new Seen.Bookmarked(1),
                        told(TWO),
                        told(THREE),
                        Seen.Opened.after(1),
                        told(TWO),
                        told(THREE),
                        Seen.Opened.after(3),
                        new Seen.Bookmarked(3),
                        told(FOUR),
                        new Seen.Bookmarked(9)));
    }

    @Test
    void acceptsAListAndWhatFollows() {
        assertEquals(
                Set.of(),
                broken(
                        Seen.Opened.anew(),
                        new Seen.Listed(3, Map.of("a", "3", "c", "2")),
                        told(FOUR)));
    }

    @Test
    void acceptsThatOthersKeysAreNotTold() {
        assertEquals(
                Set.of(),
                broken(
                        Set.of("c"),
                        0,
                        Seen.Opened.anew(),
                        nothingYet(),
                        told(TWO),
                        new Seen.Bookmarked(4)));
    }

    @Test
    void seesWhatIsOutOfOrder() {
        assertEquals(
                Set.of(Guarantee.ORDERED, Guarantee.RELIABLE),
                broken(
                        Seen.Opened.anew(),
                        nothingYet(),
                        told(ONE),
                        told(THREE),
                        told(TWO),
                        told(FOUR)));
    }

    @Test
    void seesWhatComesTwice() {
        assertEquals(
                Set.of(Guarantee.UNIQUE),
                broken(
                        Seen.Opened.anew(),
                        nothingYet(),
                        told(ONE),
                        told(TWO),
                        told(TWO),
                        told(THREE),
                        told(FOUR)));
    }

    @Test
    void seesWhatIsMissing() {
        assertEquals(
                Set.of(Guarantee.RELIABLE, Guarantee.COMPLETE),
                broken(Seen.Opened.anew(), nothingYet(), told(ONE), told(THREE), told(FOUR)));
        assertEquals(
                Set.of(Guarantee.RELIABLE, Guarantee.COMPLETE),
                broken(Seen.Opened.anew(), nothingYet(), told(ONE), told(TWO), told(THREE)));
    }

    @Test
    void seesATransactionThatWasTorn() {
        assertEquals(
                Set.of(Guarantee.ATOMIC, Guarantee.UNIQUE),
                broken(
                        Seen.Opened.anew(),
                        nothingYet(),
                        new Seen.Changed(1, Map.of("a", put("1"))),
                        new Seen.Changed(1, Map.of("b", put("1"))),
                        told(TWO),
                        told(THREE),
                        told(FOUR)));
    }

    @Test
    void seesAListOfTwoMoments() {
        assertEquals(
                Set.of(Guarantee.ATOMIC),
                broken(
                        Seen.Opened.anew(),
                        new Seen.Listed(2, Map.of("a", "3", "b", "1", "c", "2")),
                        told(THREE),
                        told(FOUR)));
    }

    @Test
    void seesAValueFromTheFuture() {
        assertEquals(
                Set.of(Guarantee.ATOMIC),
                broken(
                        Seen.Opened.anew(),
                        nothingYet(),
                        told(ONE),
                        told(TWO),
                        new Seen.Changed(3, Map.of("a", put("4"), "b", gone())),
                        told(FOUR)));
    }

    @Test
    void seesAResumptionThatSkipsOrRepeats() {
        assertEquals(
                Set.of(Guarantee.RESUMABLE, Guarantee.COMPLETE),
                broken(
                        Seen.Opened.anew(),
                        nothingYet(),
                        told(ONE),
                        Seen.Opened.after(1),
                        told(THREE),
                        told(FOUR)));
        assertEquals(
                Set.of(Guarantee.RESUMABLE),
                broken(
                        Seen.Opened.anew(),
                        nothingYet(),
                        told(ONE),
                        told(TWO),
                        Seen.Opened.after(2),
                        told(TWO),
                        told(THREE),
                        told(FOUR)));
    }

    @Test
    void seesARefusalWithoutReason() {
        Seen[] seen = {
            Seen.Opened.anew(),
            nothingYet(),
            told(ONE),
            Seen.Opened.after(1),
            new Seen.Compacted(),
            Seen.Opened.anew(),
            new Seen.Listed(4, END)
        };
        assertEquals(Set.of(), broken(Set.of("a", "b", "c"), 2, seen));
        assertEquals(Set.of(Guarantee.RESUMABLE), broken(Set.of("a", "b", "c"), 1, seen));
    }

    @Test
    void seesABookmarkThatPromisesTooMuch() {
        assertEquals(
                Set.of(Guarantee.BOOKMARKABLE, Guarantee.ORDERED),
                broken(
                        Seen.Opened.anew(),
                        nothingYet(),
                        told(ONE),
                        new Seen.Bookmarked(2),
                        told(TWO),
                        told(THREE),
                        told(FOUR)));
    }

    @Test
    void refusesAReaderThatInventsItsPosition() {
        assertThrows(
                IllegalArgumentException.class,
                () -> broken(Seen.Opened.anew(), nothingYet(), Seen.Opened.after(2)));
    }
}
