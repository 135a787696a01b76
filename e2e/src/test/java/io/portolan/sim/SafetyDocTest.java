package io.portolan.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/design/safety.md names exists. */
class SafetyDocTest {
    private static final Path ROOT =
            Path.of(System.getProperty("portolan.root", "..")).toAbsolutePath().normalize();

    private static final Pattern MEMBER =
            Pattern.compile("`([A-Z][A-Za-z]+)([.#])([a-z][A-Za-z]+)`");

    private static final Pattern PLANT = Pattern.compile("\\b[A-Z]{2,}(?:_[A-Z]+)+\\b");

    private final String doc = read(ROOT.resolve("docs/design/safety.md"));
    private final Map<String, List<Path>> sources = sources();

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, List<Path>> sources() {
        List<Path> all = new ArrayList<>();
        for (String module :
                List.of("shared-model", "placement", "dr-policies", "central", "agent", "e2e")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src"))) {
                files.filter(f -> f.toString().endsWith(".java")).forEach(all::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all.stream().collect(Collectors.groupingBy(f -> f.getFileName().toString()));
    }

    @Test
    void everyMethodThatItNamesExists() {
        List<String> missing =
                matches(MEMBER).filter(m -> !exists(m)).map(m -> m.group()).distinct().toList();

        assertTrue(missing.isEmpty(), missing::toString);
    }

    private boolean exists(MatchResult named) {
        boolean test = named.group(2).equals("#");
        Pattern method =
                Pattern.compile(
                        (test ? "void " : "[A-Za-z>\\])] *(?:\\b|^)")
                                + named.group(3)
                                + (test ? "\\(" : "[(),]"),
                        Pattern.MULTILINE);
        return sources.getOrDefault(named.group(1) + ".java", List.of()).stream()
                .filter(f -> test == (f.toString().contains("/test/") && isTest(f)))
                .anyMatch(f -> method.matcher(read(f)).find());
    }

    private static boolean isTest(Path file) {
        return !file.getParent().endsWith("sim") || file.toString().endsWith("Test.java");
    }

    private Stream<MatchResult> matches(Pattern pattern) {
        Matcher matcher = pattern.matcher(doc);
        return matcher.results();
    }

    @Test
    void everyPlantedFaultIsNamed() {
        assertEquals(
                new TreeSet<>(Plant.faults().stream().map(Plant::name).toList()),
                matches(PLANT)
                        .map(MatchResult::group)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everyInvariantHasItsPart() {
        List<String> parts =
                matches(Pattern.compile("(?m)^## (\\d+)\\. ")).map(m -> m.group(1)).toList();

        assertEquals(IntStream.rangeClosed(1, 20).mapToObj(Integer::toString).toList(), parts);
        for (Invariant invariant : Invariant.values()) {
            assertTrue(
                    doc.contains("| " + invariant.number() + " |"),
                    () -> invariant + " in the table");
        }
    }
}
