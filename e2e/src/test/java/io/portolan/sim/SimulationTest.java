package io.portolan.sim;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays from a seed: {@code ./mvnw -pl e2e -am verify -Dtest=SimulationTest
 * -Dportolan.sim.seed=17}; {@code -Dportolan.sim.runs=1000} hunts longer.
 */
class SimulationTest {
    static LongStream seeds() {
        Long one = Long.getLong("portolan.sim.seed");
        return one != null
                ? LongStream.of(one)
                : LongStream.rangeClosed(1, Integer.getInteger("portolan.sim.runs", 25));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void lostAnswersCrashesAndCutsNeverRunASingleWriterTwiceAndAllSettles(long seed) {
        Simulation simulation = new Simulation(seed);
        simulation.world.run(Duration.ofSeconds(5));
        simulation.applications();
        simulation.world.faults(0.03);
        for (int i = 0; i < 25; i++) {
            simulation.world.run(Duration.ofMillis(simulation.world.pick(15_000)));
            simulation.mischief();
        }
        simulation.calm();
        simulation.settled();
        simulation.goneWithoutTrace();
    }
}
