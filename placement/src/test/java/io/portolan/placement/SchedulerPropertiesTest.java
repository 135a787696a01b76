package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A count without spreads, over clusters of every state. Each case is one seed. */
class SchedulerPropertiesTest {
    static LongStream seeds() {
        return Seeds.upTo(400);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void choosesOnlyWhatFitsAndKeepsWhatCanStay(long seed) {
        Property.holds(
                seed,
                Cases::counts,
                (given, _) -> {
                    PlacementDecision decision = given.place();
                    Oracle oracle = Oracle.of(given);
                    Set<Uid> chosen = new HashSet<>(decision.chosen());
                    int wanted = given.policy().clusters();
                    assertEquals(chosen.size(), oracle.members(chosen).size());
                    assertEquals(Math.min(wanted, oracle.fitting().size()), chosen.size());
                    assertEquals(chosen.size() == wanted, decision.satisfied());
                    assertTrue(chosen.containsAll(oracle.fitting(given.needs().pinned())));
                    Set<Uid> could = oracle.fitting(given.needs().current());
                    Set<Uid> kept = new HashSet<>(could);
                    kept.retainAll(chosen);
                    assertEquals(Math.min(could.size(), wanted), kept.size());
                    assertEquals(given.fleet().size(), decision.fates().size());
                });
    }
}
