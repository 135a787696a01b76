package io.portolan.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Some of the lives that {@code e2e/simulate} lives. */
class SimulationTest {
    private static final int LIVES = 200;

    private static final Logger AGENT = Logger.getLogger("io.portolan.agent");

    @BeforeAll
    static void quiet() {
        AGENT.setLevel(Level.WARNING);
    }

    @Test
    void noTroubleBreaksAnInvariant() {
        List<String> broken =
                LongStream.rangeClosed(1, LIVES)
                        .parallel()
                        .mapToObj(seed -> Script.of(seed, Duration.ofMinutes(3)))
                        .flatMap(script -> broken(script, Plant.NONE).stream())
                        .map(Violation::getMessage)
                        .toList();
        assertTrue(broken.isEmpty(), () -> String.join("\n\n", broken));
    }

    private static Optional<Violation> broken(Script script, Plant plant) {
        try {
            Simulation.live(script, plant);
            return Optional.empty();
        } catch (Violation violation) {
            return Optional.of(violation);
        }
    }

    @Test
    void equalScriptsMakeEqualLives() {
        Script script = Script.of(11, Duration.ofMinutes(1));
        assertEquals(Simulation.live(script, Plant.NONE), Simulation.live(script, Plant.NONE));
    }
}
