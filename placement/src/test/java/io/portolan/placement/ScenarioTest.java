package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Scenarios as people read them: what {@link Scenario} says, and after an arrow the decision with
 * every fate. The seed is always the same.
 */
class ScenarioTest {
    @TestFactory
    Stream<DynamicTest> scenarios() throws IOException {
        return Stream.of(read().split("\n(?=# )"))
                .map(
                        text ->
                                DynamicTest.dynamicTest(
                                        text.lines().findFirst().orElse("").substring(2),
                                        () -> assertEquals(text.strip(), run(text))));
    }

    private static String read() throws IOException {
        try (InputStream in = ScenarioTest.class.getResourceAsStream("/scenarios/placement.txt")) {
            if (in == null) {
                throw new AssertionError("no scenarios");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The same text with the decision that is made. */
    static String run(String text) {
        String given = text.substring(0, text.indexOf("->") + 2);
        return given + "\n" + Scenario.told(Scenario.parse(text).read().place());
    }
}
