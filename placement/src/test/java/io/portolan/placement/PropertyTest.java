package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** A failure is told small, in words that {@code scenarios/placement.txt} understands. */
class PropertyTest {
    /** Something that is not so: that three clusters are never chosen together with one in r1. */
    private static void wrong(Scenario.Given given, Random random) {
        assertFalse(
                given.place().chosen().size() >= 3
                        && Oracle.of(given).members(given.place().chosen()).stream()
                                .anyMatch(c -> c.spec().location().region().equals("r1")));
    }

    private static long failing() {
        for (long seed = 0; seed < 1_000; seed++) {
            try {
                wrong(Cases.all(new Random(seed)).read(), new Random(seed));
            } catch (AssertionError _) {
                return seed;
            }
        }
        throw new IllegalStateException("no case chooses three clusters");
    }

    @Test
    void tellsTheSmallestCaseThatFails() {
        AssertionError told =
                assertThrows(
                        AssertionError.class,
                        () -> Property.holds(failing(), Cases::all, PropertyTest::wrong));
        String text = told.getMessage();
        Scenario smallest = Scenario.parse(text.substring(text.indexOf("# ")));
        assertTrue(text.startsWith("seed " + failing() + ", smallest case that fails:"), text);
        assertEquals("{\"clusters\":3}", smallest.policy(), text);
        assertEquals(3, smallest.lines().size(), text);
        assertEquals(
                1, smallest.lines().stream().filter(l -> l.matches("c[0-9] r1")).count(), text);
        assertEquals(2, smallest.lines().stream().filter(l -> l.matches("c[0-9]")).count(), text);
    }

    @Test
    void whatItTellsIsAScenario() {
        AssertionError told =
                assertThrows(
                        AssertionError.class,
                        () -> Property.holds(failing(), Cases::all, PropertyTest::wrong));
        String text = told.getMessage().substring(told.getMessage().indexOf("# "));
        assertEquals(text.strip(), ScenarioTest.run(text), text);
    }

    @Test
    void saysNothingWhereItHolds() {
        Property.holds(1, Cases::all, (_, _) -> {});
    }
}
