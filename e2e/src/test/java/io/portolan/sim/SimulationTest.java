package io.portolan.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Some of the lives that {@code e2e/simulate} lives, and one of each planted fault. */
class SimulationTest {
    private static final int LIVES = 200;

    /**
     * Any change to central or the agent may change what happens in a life, so that another seed
     * than the recorded one finds the fault. So many are tried.
     */
    private static final int TRIED = 25;

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

    static Stream<Plant> recordedFaults() throws IOException {
        return recorded().keySet().stream().map(Plant::valueOf);
    }

    /** {@code e2e/simulate --planted --json} on the file finds and records them anew. */
    @ParameterizedTest
    @MethodSource("recordedFaults")
    void theRecordedSeedFindsThePlantedFault(Plant plant) throws IOException {
        long recorded = recorded().get(plant.name()).getAsLong();
        boolean found =
                LongStream.range(recorded, recorded + TRIED)
                        .mapToObj(seed -> broken(Script.of(seed, plant.span()), plant))
                        .flatMap(Optional::stream)
                        .anyMatch(plant::foundBy);
        assertTrue(found, plant + " is not found from seed " + recorded + " on");
    }

    private static JsonObject recorded() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        SimulationTest.class.getResourceAsStream("/sim/planted.json"))) {
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject()
                    .getAsJsonObject("seeds");
        }
    }
}
