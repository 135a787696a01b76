package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What {@code docs/concepts/placement.md} tells of its policies is what the engine decides: each
 * policy in YAML with the decision behind it, over the fleet that is written there.
 */
class ConceptsTest {
    private static final Path PAGE =
            Path.of(System.getProperty("portolan.root", ".."), "docs/concepts/placement.md");
    private static final Pattern FLEET = Pattern.compile("```fleet\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORKED =
            Pattern.compile(
                    "### (\\d+\\. [^\n]*)\n(?:(?!\n### ).)*?```yaml\n(.*?)```\n\n```decision\n(.*?)```",
                    Pattern.DOTALL);

    private record Worked(String title, String yaml, String decision) {}

    private static List<Worked> worked() throws IOException {
        List<Worked> out = new ArrayList<>();
        Matcher matcher = WORKED.matcher(Files.readString(PAGE));
        while (matcher.find()) {
            out.add(new Worked(matcher.group(1), matcher.group(2), matcher.group(3)));
        }
        return out;
    }

    @TestFactory
    Stream<DynamicTest> policies() throws IOException {
        Matcher fleet = FLEET.matcher(Files.readString(PAGE));
        assertEquals(true, fleet.find(), "no fleet");
        List<String> clusters = fleet.group(1).lines().toList();
        return worked().stream()
                .map(
                        w ->
                                DynamicTest.dynamicTest(
                                        w.title,
                                        () -> assertEquals(w.decision, decided(w, clusters))));
    }

    @Test
    void thereAreTwelve() throws IOException {
        assertEquals(12, worked().size());
    }

    /** What is said of the application, and the decision. */
    static String decided(Worked worked, List<String> clusters) throws IOException {
        List<String> said = worked.decision.lines().takeWhile(line -> !line.equals("->")).toList();
        List<String> lines = new ArrayList<>(said);
        lines.addAll(clusters);
        String policy =
                new ObjectMapper().writeValueAsString(new YAMLMapper().readTree(worked.yaml));
        String told = Scenario.told(new Scenario(worked.title, policy, lines).read().place());
        return String.join("", said.stream().map(l -> l + "\n").toList()) + "->\n" + told + "\n";
    }
}
