package io.portolan.placement.assign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.placement.Seeds;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SharesTest {
    private static final int[] NO_MIN = {0, 0, 0};
    private static final int[] AMPLE = {100, 100, 100};

    static LongStream seeds() {
        return Seeds.upTo(2_000);
    }

    private record Case(int total, int[] has, int[] weights, int[] min, int[] max) {
        static Case of(long seed) {
            Random random = new Random(seed);
            int n = 1 + random.nextInt(5);
            int[] max = IntStream.range(0, n).map(_ -> random.nextInt(12)).toArray();
            int least = random.nextInt(3);
            int[] min = IntStream.of(max).map(m -> Math.min(m, least)).toArray();
            int[] has =
                    IntStream.range(0, n)
                            .map(i -> min[i] + random.nextInt(max[i] - min[i] + 1))
                            .toArray();
            int[] weights = IntStream.range(0, n).map(_ -> 1 + random.nextInt(50)).toArray();
            int total = IntStream.of(min).sum() + random.nextInt(40);
            return new Case(total, has, weights, min, max);
        }

        private int[][] all() {
            return new int[][] {
                Shares.weighted(total, weights, min, max),
                Shares.kept(total, has, weights, min, max),
                Shares.filled(total, has, min, max)
            };
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void partsAddUpWithinTheirBounds(long seed) {
        Case c = Case.of(seed);
        int most = Math.min(c.total, IntStream.of(c.max).sum());
        for (int[] parts : c.all()) {
            assertEquals(most, IntStream.of(parts).asLongStream().sum(), () -> "seed " + seed);
            for (int i = 0; i < parts.length; i++) {
                assertTrue(parts[i] >= c.min[i] && parts[i] <= c.max[i], "seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingThatRunsIsTakenWhileThereIsEnoughForAll(long seed) {
        Case c = Case.of(seed);
        int[] kept = Shares.kept(c.total, c.has, c.weights, c.min, c.max);
        int[] filled = Shares.filled(c.total, c.has, c.min, c.max);
        boolean grows = IntStream.of(c.has).sum() <= c.total;
        for (int i = 0; i < c.has.length; i++) {
            if (grows) {
                assertTrue(kept[i] >= c.has[i] && filled[i] >= c.has[i], "seed " + seed);
            } else {
                assertTrue(kept[i] <= c.has[i] && filled[i] <= c.has[i], "seed " + seed);
            }
        }
        assertArrayEquals(kept, Shares.kept(c.total, kept, c.weights, c.min, c.max));
        assertArrayEquals(filled, Shares.filled(c.total, filled, c.min, c.max));
    }

    /** Sums that no int holds: the parts add up to the whole all the same. */
    @ParameterizedTest
    @MethodSource("seeds")
    void largeNumbersAddUp(long seed) {
        Random random = new Random(seed);
        int n = 1 + random.nextInt(3_000);
        int total = 1 + random.nextInt(Integer.MAX_VALUE - 1);
        int[] max = IntStream.range(0, n).map(_ -> random.nextInt(total)).toArray();
        int[] has = IntStream.of(max).map(m -> random.nextInt(m + 1)).toArray();
        int[] weights = IntStream.range(0, n).map(_ -> 1 + random.nextInt(100_000)).toArray();
        Case c = new Case(total, has, weights, new int[n], max);
        long most = Math.min(total, IntStream.of(max).asLongStream().sum());
        for (int[] parts : c.all()) {
            assertEquals(most, IntStream.of(parts).asLongStream().sum(), () -> "seed " + seed);
            for (int i = 0; i < n; i++) {
                assertTrue(parts[i] >= 0 && parts[i] <= max[i], "seed " + seed);
            }
        }
    }

    @Test
    void whatHasNoPlaceIsDividedByWeights() {
        assertArrayEquals(
                new int[] {6, 3, 3},
                Shares.kept(12, new int[] {2, 2, 2}, new int[] {4, 1, 1}, NO_MIN, AMPLE));
    }

    @Test
    void whereThereIsLessEachGivesUpInProportion() {
        assertArrayEquals(
                new int[] {4, 2, 0},
                Shares.kept(6, new int[] {8, 4, 0}, new int[] {1, 1, 9}, NO_MIN, AMPLE));
        assertArrayEquals(
                new int[] {6, 0, 0}, Shares.filled(6, new int[] {8, 4, 0}, NO_MIN, AMPLE));
    }
}
