package io.portolan.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShrinkingTest {
    private static final Script LONG = Script.of(5, Duration.ofMinutes(10));
    private static final Violation FOUND = new Violation(Invariant.PROOF, "first", "");

    @Test
    void onlyWhatTheViolationNeedsIsLeft() {
        Shrinking.Shrunk shrunk =
                Shrinking.of(
                        LONG,
                        FOUND,
                        script ->
                                script.has("7") && script.has("31") && script.has(Script.MANY)
                                        ? Optional.of(new Violation(Invariant.PROOF, "smaller", ""))
                                        : Optional.empty());

        assertEquals(
                List.of(7, 31),
                shrunk.script().strikes().stream().map(Script.Strike::number).toList());
        assertEquals(List.of(Script.MANY, "7", "31"), shrunk.script().leavable());
        assertEquals("invariant 3: smaller", shrunk.violation().brief());
    }

    @Test
    void anotherInvariantIsAnotherFinding() {
        Shrinking.Shrunk shrunk =
                Shrinking.of(
                        LONG, FOUND, _ -> Optional.of(new Violation(Invariant.STUCK, "other", "")));

        assertEquals(LONG, shrunk.script());
    }

    @Test
    void leavingAStrikeOutMovesNoOther() {
        List<Script.Strike> all = LONG.strikes();

        List<Script.Strike> less = LONG.without(List.of("1", "3")).strikes();

        assertEquals(all.get(1), less.getFirst());
        assertEquals(all.subList(3, all.size()), less.subList(1, less.size()));
    }

    @Test
    void whatIsWrittenIsRead() {
        Script script = LONG.without(List.of("faults", "web", "1", "2", "3", "9", "11", "12"));

        assertEquals(
                "--seeds 1 --from 5 --hours 0.16666666666666666 --without faults,web,1-3,9,11-12",
                script.toString());
        assertEquals(script.without(), Script.read("faults,web,1-3,9,11-12"));
        assertEquals(Set.of("4"), Script.read("4"));
        assertThrows(IllegalArgumentException.class, () -> Script.read("everything"));
    }
}
