package io.portolan.placement.assign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.placement.Seeds;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ApportionmentTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10 | 1 1       | 0 | 99 | 5 5",
                "10 | 1 1 1     | 0 | 99 | 4 3 3",
                "11 | 1 1 1     | 0 | 99 | 4 4 3",
                "10 | 3 1 1     | 0 | 99 | 6 2 2",
                "10 | 3 1 1     | 0 | 5  | 5 3 2",
                "10 | 1000 1 1  | 0 | 99 | 10 0 0",
                "10 | 1000 1 1  | 1 | 99 | 8 1 1",
                "10 | 1000 1 1  | 1 | 4  | 4 3 3",
                "2  | 1 1 1     | 1 | 99 | 1 1 0",
                "5  | 9 1 1     | 4 | 99 | 3 1 1",
                "0  | 1 1       | 1 | 99 | 0 0",
                "20 | 1 1       | 0 | 8  | 8 8",
                "7  | 2 3 5     | 0 | 99 | 1 2 4",
                "100 | 1        | 0 | 99 | 99",
            })
    void dividesByLargestRemainder(int total, String weights, int min, int max, String parts) {
        assertArrayEquals(numbers(parts), divide(total, numbers(weights), min, max));
    }

    private static int[] numbers(String text) {
        return Stream.of(text.strip().split(" +")).mapToInt(Integer::parseInt).toArray();
    }

    static LongStream seeds() {
        return Seeds.upTo(2_000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void keepsItsPromises(long seed) {
        Random random = new Random(seed);
        int n = 1 + random.nextInt(6);
        int[] weights = IntStream.range(0, n).map(_ -> 1 + random.nextInt(20)).toArray();
        int total = random.nextInt(60);
        int min = random.nextInt(4);
        int max = random.nextInt(3) == 0 ? Integer.MAX_VALUE : min + random.nextInt(20);
        int[] parts = divide(total, weights, min, max);

        int least = Math.min(min, total / n);
        long most = Math.max(least, max);
        assertEquals(Math.min(total, most * n), IntStream.of(parts).sum(), "all is divided");
        for (int i = 0; i < n; i++) {
            assertTrue(least <= parts[i] && parts[i] <= most, Arrays.toString(parts));
            for (int j = 0; j < n; j++) {
                if (weights[i] > weights[j]) {
                    assertTrue(parts[i] >= parts[j], "more weight never gets less");
                }
            }
        }
        double sum = IntStream.of(weights).sum();
        boolean bound =
                IntStream.of(weights)
                        .anyMatch(w -> total * w / sum < least || total * w / sum > most);
        for (int i = 0; i < n && !bound; i++) {
            assertTrue(Math.abs(parts[i] - total * weights[i] / sum) < 1, "near its exact share");
        }
    }

    /** How far from the exact shares no other division within the bounds can be nearer. */
    @ParameterizedTest
    @MethodSource("seeds")
    void noOtherDivisionIsNearer(long seed) {
        Random random = new Random(seed);
        int[] weights = IntStream.range(0, 3).map(_ -> 1 + random.nextInt(9)).toArray();
        int total = random.nextInt(15);
        int[] parts = divide(total, weights, 0, Integer.MAX_VALUE);
        for (int a = 0; a <= total; a++) {
            for (int b = 0; a + b <= total; b++) {
                int[] other = {a, b, total - a - b};
                assertTrue(
                        distance(parts, weights, total) <= distance(other, weights, total) + 1e-9,
                        () -> Arrays.toString(parts) + " against " + Arrays.toString(other));
            }
        }
    }

    private static double distance(int[] parts, int[] weights, int total) {
        double sum = IntStream.of(weights).sum();
        return IntStream.range(0, parts.length)
                .mapToDouble(i -> Math.pow(parts[i] - total * weights[i] / sum, 2))
                .sum();
    }

    /** With the same bounds for each; where there is less than the minima, what all can have. */
    private static int[] divide(int total, int[] weights, int min, int max) {
        int least = weights.length == 0 ? 0 : Math.min(min, total / weights.length);
        int[] mins = new int[weights.length];
        int[] maxs = new int[weights.length];
        Arrays.fill(mins, least);
        Arrays.fill(maxs, Math.max(least, max));
        return Apportionment.divide(total, weights, mins, maxs);
    }
}
