package io.portolan.sim;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays from a seed: {@code ./mvnw -pl e2e -am verify -Dtest=SimulationTest
 * -Dportolan.sim.seed=17}; {@code -Dportolan.sim.runs=1000} hunts longer.
 */
class SimulationTest {
    private static final int TROUBLES = 25;

    static LongStream seeds() {
        Long one = Long.getLong("portolan.sim.seed");
        return one != null
                ? LongStream.of(one)
                : LongStream.rangeClosed(1, Integer.getInteger("portolan.sim.runs", 12));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void lostAnswersCrashesAndCutsNeverRunASingleWriterTwiceAndAllSettles(long seed) {
        Simulation simulation = new Simulation(seed);
        simulation.live(TROUBLES);
        simulation.calm();
        simulation.settled();
        simulation.goneWithoutTrace();
    }

    @Test
    void anAgentThatLiesAboutItsDemotionIsFound() {
        AssertionError found =
                assertThrows(
                        AssertionError.class,
                        () -> {
                            for (long seed = 1; seed <= 10; seed++) {
                                new Simulation(seed, true).live(TROUBLES);
                            }
                        });
        assertTrue(found.getMessage().contains("a single writer runs twice"), found::getMessage);
    }
}
