package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.fleet.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How good the chosen are against every choice of the same number that keeps the spreads and the
 * same current clusters: no other is better at the first cluster in which they differ, so with n
 * newcomers their points are at least an n-th of the most that could be had, and all of it where no
 * spread binds.
 */
class ScoreBoundTest {
    static LongStream seeds() {
        return Seeds.upTo(1_000);
    }

    /**
     * @param chosen of the newcomers, most first
     * @param others the same of every other choice
     */
    private record Points(int[] chosen, List<int[]> others) {
        int sum() {
            return Arrays.stream(chosen).sum();
        }

        int most() {
            return others.stream().mapToInt(o -> Arrays.stream(o).sum()).max().orElse(0);
        }
    }

    private static Points points(Scenario.Given given, PlacementDecision decision) {
        Oracle oracle = Oracle.of(given);
        Map<Uid, Integer> of = new HashMap<>();
        decision.fates()
                .forEach(
                        f ->
                                of.put(
                                        f.cluster(),
                                        f.scores().values().stream().mapToInt(n -> n).sum()));
        Set<Uid> kept = oracle.fitting(given.needs().current());
        kept.addAll(oracle.fitting(given.needs().pinned()));
        kept.retainAll(decision.chosen());
        List<Spread> hard = given.policy().spread().stream().filter(s -> !s.soft()).toList();
        List<int[]> others = new ArrayList<>();
        for (List<Candidate> choice : oracle.choices(given.policy().clusters(), kept, hard)) {
            others.add(sorted(choice.stream().map(Candidate::uid).toList(), kept, of));
        }
        return new Points(sorted(decision.chosen(), kept, of), others);
    }

    private static int[] sorted(List<Uid> choice, Set<Uid> kept, Map<Uid, Integer> of) {
        return choice.stream()
                .filter(c -> !kept.contains(c))
                .mapToInt(c -> -of.getOrDefault(c, 0))
                .sorted()
                .map(n -> -n)
                .toArray();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noOtherChoiceIsBetterWhereTheyFirstDiffer(long seed) {
        List<Function<Random, Scenario>> kinds = List.of(Cases::nested, Cases::crossing);
        Property.holds(
                seed,
                kinds.get((int) (seed % 2)),
                (given, _) -> {
                    PlacementDecision decision = given.place();
                    if (!decision.satisfied()) {
                        return;
                    }
                    Points points = points(given, decision);
                    for (int[] other : points.others) {
                        assertTrue(
                                Arrays.compare(points.chosen, other) >= 0,
                                () ->
                                        Arrays.toString(points.chosen)
                                                + " against "
                                                + Arrays.toString(other));
                    }
                    assertTrue((long) points.sum() * points.chosen.length >= points.most());
                });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whereNothingBindsNoneHasMorePoints(long seed) {
        Property.holds(
                seed,
                Cases::unbound,
                (given, _) -> {
                    PlacementDecision decision = given.place();
                    if (decision.satisfied()) {
                        Points points = points(given, decision);
                        assertEquals(points.most(), points.sum());
                    }
                });
    }

    /** The bound cannot be better: one region has the best cluster and nothing else. */
    @Test
    void anEarlierClusterIsWorthAllThatComeAfterIt() {
        Scenario.Given given =
                Scenario.parse(
                                """
                                # Best first
                                policy {"clusters":2,"spread":{"over":"region","minGroups":1,"maxGroups":1,"maxSkew":1},"prefer":[{"lowest":"cost","weight":100}]}
                                  a1 r0 label=cost:0
                                  a2 r0 label=cost:100
                                  b1 r1 label=cost:1
                                  b2 r1 label=cost:1
                                ->
                                """)
                        .read();
        Points points = points(given, given.place());
        assertEquals(100, points.sum());
        assertEquals(198, points.most());
    }

    /** What is lost in practice: nearly nothing. */
    @Test
    @Tag("long")
    void onTheWholeLittleIsLost() {
        for (Function<Random, Scenario> kind :
                List.<Function<Random, Scenario>>of(Cases::nested, Cases::crossing)) {
            long had = 0;
            long most = 0;
            int less = 0;
            int cases = 0;
            for (long seed = 0; seed < 2_000; seed++) {
                Scenario.Given given = kind.apply(new Random(seed)).read();
                PlacementDecision decision = given.place();
                if (decision.satisfied()) {
                    Points points = points(given, decision);
                    cases++;
                    had += points.sum();
                    most += points.most();
                    less += points.sum() < points.most() ? 1 : 0;
                }
            }
            System.out.printf(
                    "score bound: %d cases, %d below the most, %.2f %% of the points%n",
                    cases, less, 100.0 * had / most);
            assertTrue(had >= 0.98 * most, had + " of " + most);
        }
    }
}
