package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.Check;
import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.Codec;
import io.portolan.placement.fleet.Candidate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Scenarios as people read them: a title, a policy, where the application is ({@code on}, {@code
 * pinned}), its replicas, the fleet in the words of {@link Fleet}, and after an arrow the decision
 * with every fate. The seed is always the same.
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
        String policy = "{}";
        List<Uid> on = List.of();
        List<Uid> pinned = List.of();
        Map<String, Integer> replicas = new TreeMap<>();
        List<Candidate> fleet = new ArrayList<>();
        for (String line : given.lines().skip(1).toList()) {
            String rest = line.substring(line.indexOf(' ') + 1).strip();
            switch (line.strip().split(" ")[0]) {
                case "policy" -> policy = rest;
                case "on" -> on = Fleet.uids(rest.split(" "));
                case "pinned" -> pinned = Fleet.uids(rest.split(" "));
                case "replicas" -> {
                    String[] words = rest.split(" ");
                    replicas.put(words[0], Integer.parseInt(words[1]));
                }
                case "->", "" -> {}
                default -> fleet.add(Fleet.cluster(line.strip()));
            }
        }
        PlacementPolicySpec spec = Codec.strict().read(policy, PlacementPolicySpec.class);
        Check check = Check.root();
        spec.check(check);
        assertEquals(List.of(), check.problems());
        return given + "\n" + told(Fleet.place(fleet, spec, Fleet.needs(on, pinned, replicas)));
    }

    private static String told(PlacementDecision decision) {
        StringBuilder out = new StringBuilder();
        out.append(decision.satisfied() ? "satisfied: " : "not satisfied: ")
                .append(decision.summary());
        decision.nearest().ifPresent(n -> out.append("\nnearest: ").append(n));
        if (decision.mayReturn()) {
            out.append("\nmay return");
        }
        for (Fate fate : decision.fates()) {
            out.append("\n  ")
                    .append(fate.chosen() ? "+ " : "- ")
                    .append(fate.name())
                    .append(' ')
                    .append(fate.reason())
                    .append(": ")
                    .append(fate.detail());
        }
        return out.toString();
    }
}
