package io.portolan.placement.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterSpec.Location;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.placement.Seeds;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Facet;
import io.portolan.placement.select.Completion.Answer;
import io.portolan.placement.select.Selection.Fate;
import io.portolan.placement.select.Selection.Result;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a selection costs, in steps, and what it answers when it may take no more. */
class SelectionTest {
    private static final int LARGE = 10_000;

    static LongStream seeds() {
        return Seeds.upTo(500);
    }

    private static ClusterSnapshot fleet(int size, IntFunction<Location> location) {
        List<Candidate> out = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            out.add(
                    new Candidate(
                            new Uid("uid-%05d".formatted(i)),
                            "c" + i,
                            Map.of(),
                            new ClusterSpec(location.apply(i), List.of(), false),
                            Reach.READY,
                            Set.of(),
                            "",
                            List.of(),
                            false));
        }
        return ClusterSnapshot.of(out);
    }

    private static Topology spread(
            ClusterSnapshot fleet, String over, int minGroups, int maxGroups, int maxSkew) {
        return new Topology(
                fleet.column(new Facet.Value(over)), minGroups, maxGroups, maxSkew, List.of());
    }

    private static int[] order(int size) {
        return IntStream.range(0, size).toArray();
    }

    private static Result choose(
            int size, BitSet current, int wanted, Budget budget, Topology... spreads) {
        return Selection.choose(
                order(size), 0, current, wanted, List.of(spreads), List.of(), budget);
    }

    private static int[] taken(Result result) {
        return IntStream.range(0, result.fates().size())
                .filter(p -> result.fates().get(p) == Fate.TAKEN)
                .toArray();
    }

    /** What the cheap test can choose by itself is searched for by nothing else. */
    @Test
    void aChoiceThatHardlyAnythingBindsIsFoundInOnePass() {
        ClusterSnapshot fleet = fleet(1_000, i -> new Location("p" + i % 2, "r" + i % 10, "", ""));
        Budget budget = new Budget();
        Result result =
                choose(
                        1_000,
                        new BitSet(),
                        100,
                        budget,
                        spread(fleet, "region", 10, Integer.MAX_VALUE, 1),
                        spread(fleet, "provider", 2, Integer.MAX_VALUE, 1));
        assertTrue(result.satisfied());
        assertTrue(budget.walked() > 0);
        assertEquals(budget.walked(), budget.cost());
    }

    /** As many as five regions of two have, found without asking for 9,000, 8,999 and so on. */
    @Test
    void theLargestNumberIsFoundWithoutTryingAll() {
        ClusterSnapshot fleet = fleet(LARGE, i -> new Location("", "r" + i / 2, "", ""));
        Budget budget = new Budget();
        Result result =
                choose(
                        LARGE,
                        new BitSet(),
                        LARGE * 9 / 10,
                        budget,
                        spread(fleet, "region", 1, 5, 10));
        assertEquals(10, taken(result).length);
        assertFalse(result.fates().contains(Fate.UNDECIDED));
        assertTrue(budget.cost() < 50L * LARGE, () -> budget.cost() + " looks");
    }

    /** One region has nearly all: counts go up to its size only where that can be used. */
    @Test
    void aLargeGroupBesideManySmallOnes() {
        ClusterSnapshot fleet =
                fleet(LARGE, i -> new Location("", "r" + Math.max(0, i - LARGE / 2), "", ""));
        Budget budget = new Budget();
        Result result =
                choose(
                        LARGE,
                        new BitSet(),
                        LARGE * 9 / 10,
                        budget,
                        spread(fleet, "region", 3, 4_000, 7));
        assertEquals(4_007, taken(result).length);
        assertFalse(result.fates().contains(Fate.UNDECIDED));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theLargestNumberOfOneSpreadIsTheFirstThatCanBeCompleted(long seed) {
        Random random = new Random(seed);
        int size = 1 + random.nextInt(30);
        ClusterSnapshot fleet = fleet(size, i -> new Location("", "r" + random.nextInt(5), "", ""));
        int minGroups = 1 + random.nextInt(3);
        Topology spread =
                spread(
                        fleet,
                        "region",
                        minGroups,
                        minGroups + random.nextInt(3),
                        random.nextInt(3));
        Groups groups = new Groups(spread, order(size), new Budget());
        for (int i = random.nextInt(3); i > 0; i--) {
            groups.take(random.nextInt(size));
        }
        for (int total = groups.taken(); total <= size; total++) {
            int first = total;
            while (first > groups.taken() && groups.completes(first) == Answer.NO) {
                first--;
            }
            assertEquals(first, groups.most(total), "seed " + seed);
        }
    }

    /** Three keys that cross, and no choice is large enough: one walk down, not one for each. */
    @Test
    void whatIsLeftOpenUnderSeveralSpreadsIsWalkedDownOnce() {
        Random random = new Random(1);
        ClusterSnapshot fleet =
                fleet(
                        LARGE,
                        _ ->
                                new Location(
                                        "p" + random.nextInt(40),
                                        "r" + random.nextInt(60),
                                        "z" + random.nextInt(80),
                                        ""));
        Budget budget = new Budget();
        Result result =
                choose(
                        LARGE,
                        new BitSet(),
                        LARGE * 9 / 10,
                        budget,
                        spread(fleet, "provider", 30, 35, 1),
                        spread(fleet, "region", 50, 55, 1),
                        spread(fleet, "zone", 60, 75, 1));
        assertFalse(result.satisfied());
        assertTrue(result.fates().contains(Fate.UNDECIDED));
        assertFalse(result.fates().contains(Fate.REFUSED), "nobody knows that they cannot be");
        assertTrue(
                budget.cost() < 4L * Budget.STEPS * Budget.LOOKS, () -> budget.cost() + " looks");
    }

    /** Whatever the bound, the choice is whole and no larger than there is one. */
    @Test
    @Tag("long")
    void whereTheBoundIsReachedTheChoiceIsWhole() {
        int completed = 0;
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            int size = 4 + random.nextInt(16);
            ClusterSnapshot fleet =
                    fleet(size, _ -> new Location("", "r" + random.nextInt(4), "", ""));
            int minGroups = 1 + random.nextInt(3);
            Topology spread =
                    spread(
                            fleet,
                            "region",
                            minGroups,
                            minGroups + random.nextInt(2),
                            random.nextInt(2));
            int wanted = 1 + random.nextInt(size);
            BitSet current = new BitSet();
            Result exact = choose(size, current, wanted, new Budget(), spread);
            for (int looks = 0; looks < 300; looks += 20) {
                Budget budget = new Budget(1);
                budget.look(Budget.LOOKS - looks);
                Result result = choose(size, current, wanted, budget, spread);
                String at = "seed " + seed + ", " + looks + " looks";
                int[] taken = taken(result);
                assertTrue(taken.length == 0 || spread.holds(taken), at);
                assertTrue(taken.length <= taken(exact).length, at);
                assertTrue(exact.satisfied() || !result.satisfied(), at);
                completed += result.satisfied() && budget.isSpent() ? 1 : 0;
            }
        }
        assertTrue(completed > 100, "only " + completed + " were completed as they were found");
    }
}
