package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.fleet.Candidate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Spreads against every subset of a small fleet. Each case is one seed, which its name shows. */
class SpreadPropertiesTest {
    static LongStream seeds() {
        return Seeds.upTo(1_000);
    }

    /** Of each kind of case. */
    private static void holds(long seed, Property property) {
        List<Function<Random, Scenario>> kinds =
                List.of(
                        Cases::spreads,
                        Cases::weighted,
                        Cases::oneSpread,
                        Cases::nested,
                        Cases::crossing);
        Property.holds(seed, kinds.get((int) (seed % kinds.size())), property);
    }

    private static List<Spread> hard(Scenario.Given given) {
        return given.policy().spread().stream().filter(s -> !s.soft()).toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void findsAChoiceExactlyWhenThereIsOne(long seed) {
        holds(seed, SpreadPropertiesTest::findsAChoiceExactlyWhenThereIsOne);
    }

    private static void findsAChoiceExactlyWhenThereIsOne(Scenario.Given given, Random random) {
        PlacementDecision decision = given.place();
        Oracle oracle = Oracle.of(given);
        int wanted = given.policy().clusters();
        List<Candidate> chosen = oracle.members(decision.chosen());
        Set<Uid> pinned = oracle.fitting(given.needs().pinned());
        Set<Uid> current = oracle.fitting(given.needs().current());

        assertFalse(decision.counts().containsKey(Reason.UNDECIDED), decision.summary());
        assertEquals(decision.chosen().size(), chosen.size(), "one is chosen that does not fit");
        assertEquals(
                oracle.possible(wanted, pinned, hard(given)),
                decision.satisfied(),
                decision.summary());
        assertTrue(decision.chosen().containsAll(pinned), "what is pinned is chosen");
        if (decision.satisfied()) {
            assertTrue(hard(given).stream().allMatch(s -> Oracle.keeps(chosen, s)));
            assertEquals(wanted, chosen.size());
            Set<Uid> kept = new HashSet<>(current);
            kept.retainAll(decision.chosen());
            for (Uid gone : current) {
                Set<Uid> more = new HashSet<>(kept);
                if (more.add(gone)) {
                    assertFalse(
                            oracle.possible(wanted, more, hard(given)),
                            () -> gone + " could have stayed beside " + kept);
                }
            }
        } else if (current.size() <= wanted) {
            assertTrue(decision.chosen().containsAll(current), "nothing is evicted");
            for (int more = chosen.size() + 1; more < wanted; more++) {
                assertFalse(oracle.possible(more, current, hard(given)), "more could be");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void keepsTheFirstSoftSpreadWhereThatMovesNothing(long seed) {
        Property.holds(seed, Cases::spreads, SpreadPropertiesTest::keepsTheFirstSoftSpread);
        Property.holds(seed, Cases::weighted, SpreadPropertiesTest::keepsTheFirstSoftSpread);
    }

    private static void keepsTheFirstSoftSpread(Scenario.Given given, Random random) {
        Optional<Spread> soft = given.policy().spread().stream().filter(Spread::soft).findFirst();
        PlacementDecision decision = given.place();
        if (soft.isEmpty() || !decision.satisfied()) {
            return;
        }
        Oracle oracle = Oracle.of(given);
        Set<Uid> kept = oracle.fitting(given.needs().current());
        kept.retainAll(decision.chosen());
        List<Spread> both = new ArrayList<>(hard(given));
        both.add(soft.get());
        assertEquals(
                oracle.possible(given.policy().clusters(), kept, both),
                !decision.summary().contains("not spread over " + soft.get().over()),
                decision.summary());
        if (!decision.summary().contains("not spread over")) {
            List<Candidate> chosen = oracle.members(decision.chosen());
            assertTrue(given.policy().spread().stream().allMatch(s -> Oracle.keeps(chosen, s)));
        }
    }
}
