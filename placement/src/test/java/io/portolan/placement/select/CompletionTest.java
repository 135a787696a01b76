package io.portolan.placement.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterSpec.Location;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Facet;
import io.portolan.placement.select.Completion.Answer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What the exact searches and the cheap test answer, against every subset of small fleets: the
 * sizes of their complete choices are counted by hand, without the classes that are tested.
 */
class CompletionTest {
    private static final int CASES = 400;
    private static final String[] KEYS = {"region", "zone", "provider"};

    /**
     * Some clusters, some spreads, and what was taken.
     *
     * @param choices the complete choices that hold what was taken, as bits by cluster
     */
    private record Case(
            String said, int size, List<Topology> spreads, int taken, List<Integer> choices) {
        static Case of(Random random, int size, int spreads, boolean weighted, boolean nested) {
            List<Candidate> clusters = new ArrayList<>();
            StringBuilder said = new StringBuilder();
            for (int i = 0; i < size; i++) {
                String region = "r" + random.nextInt(3);
                String zone = (nested ? region : "") + "z" + random.nextInt(3);
                String provider = nested ? "p" + region.charAt(1) / 2 : "p" + random.nextInt(2);
                clusters.add(cluster(i, new Location(provider, region, zone, "")));
                said.append(" %s/%s/%s".formatted(provider, region, zone));
            }
            ClusterSnapshot fleet = ClusterSnapshot.of(clusters);
            List<Topology> topologies = new ArrayList<>();
            for (int s = 0; s < spreads; s++) {
                var column = fleet.column(new Facet.Value(KEYS[s]));
                int minGroups = 1 + random.nextInt(2);
                topologies.add(
                        new Topology(
                                column,
                                minGroups,
                                random.nextBoolean()
                                        ? Integer.MAX_VALUE
                                        : minGroups + random.nextInt(2),
                                random.nextInt(3),
                                weighted
                                        ? IntStream.range(0, column.values().size())
                                                .mapToObj(_ -> 1 + random.nextInt(3))
                                                .toList()
                                        : List.of()));
            }
            int taken = few(size, random, 4);
            return new Case(
                    "%s, %s, taken %s".formatted(said, topologies, Integer.toBinaryString(taken)),
                    size,
                    topologies,
                    taken,
                    IntStream.range(0, 1 << size)
                            .filter(choice -> (choice & taken) == taken)
                            .filter(choice -> topologies.stream().allMatch(t -> keeps(t, choice)))
                            .boxed()
                            .toList());
        }

        int[] clusters() {
            return IntStream.range(0, size).toArray();
        }

        Completion begun() {
            Completion out = Completion.of(spreads, clusters(), new Budget());
            members(taken).forEach(out::take);
            return out;
        }

        boolean completes(int with, int total) {
            return choices.stream().anyMatch(c -> (c & with) == with && many(c) == total);
        }
    }

    private static Candidate cluster(int i, Location location) {
        return new Candidate(
                new Uid("uid-%02d".formatted(i)),
                "c" + i,
                Map.of(),
                new ClusterSpec(location, List.of(), false),
                Reach.READY,
                Set.of(),
                "",
                List.of(),
                false);
    }

    private static IntStream members(int choice) {
        return BitSet.valueOf(new long[] {choice}).stream();
    }

    /** Each of so many with a chance of one in {@code of}. */
    private static int few(int size, Random random, int of) {
        return IntStream.range(0, size).filter(_ -> random.nextInt(of) == 0).map(i -> 1 << i).sum();
    }

    private static int many(int choice) {
        return Integer.bitCount(choice);
    }

    /** As {@code docs/reference.md} says it: groups that are used, counts divided by weights. */
    private static boolean keeps(Topology spread, int choice) {
        int[] counts = new int[spread.groups()];
        members(choice).forEach(i -> counts[spread.groupOf(i)]++);
        int[] used = IntStream.range(0, counts.length).filter(g -> counts[g] > 0).toArray();
        // Weights are 1 to 3, so sixths are whole.
        int[] loads = IntStream.of(used).map(g -> counts[g] * 6 / spread.weight(g)).toArray();
        int most = IntStream.of(loads).max().orElse(0);
        int least = IntStream.of(loads).min().orElse(0);
        return used.length >= spread.minGroups()
                && used.length <= spread.maxGroups()
                && most - least <= 6 * spread.maxSkew();
    }

    private static List<Case> cases() {
        List<Case> out = new ArrayList<>();
        for (long seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            out.add(
                    Case.of(
                            random,
                            1 + random.nextInt(8),
                            random.nextInt(4),
                            random.nextInt(3) == 0,
                            random.nextBoolean()));
        }
        return out;
    }

    @Test
    void aChoiceIsCompletedExactlyWhereThereIsOne() {
        for (Case c : cases()) {
            Completion begun = c.begun();
            assertEquals(many(c.taken), begun.taken(), c.said);
            int most = begun.taken();
            for (int total = 0; total <= c.size + 1; total++) {
                boolean there = c.completes(c.taken, total);
                most = there ? total : most;
                assertEquals(Answer.of(there), begun.completes(total), c.said + ", total " + total);
                if (total >= begun.taken()) {
                    assertEquals(most, begun.most(total), c.said + ", most of " + total);
                }
            }
        }
    }

    @Test
    void oneMoreIsAskedForByItself() {
        for (Case c : cases()) {
            Completion begun = c.begun();
            for (int total = 0; total <= c.size + 1; total++) {
                for (int i = 0; i < c.size; i++) {
                    int with = c.taken | 1 << i;
                    if (with != c.taken) {
                        assertEquals(
                                Answer.of(c.completes(with, total)),
                                begun.completesWith(i, total),
                                c.said + ", with " + i + " to " + total);
                    }
                }
            }
            assertEquals(many(c.taken), begun.taken(), "nothing was taken by asking");
        }
    }

    /** What was found last completes the choice where the bound is reached before the next. */
    @Test
    void whatWasFoundIsACompleteChoice() {
        int found = 0;
        for (Case c : cases()) {
            for (int total = many(c.taken); total <= c.size && !c.spreads.isEmpty(); total++) {
                Completion begun = c.begun();
                if (begun.completes(total) != Answer.YES) {
                    continue;
                }
                found++;
                int choice = c.taken;
                for (int i = 0; i < c.size; i++) {
                    if ((choice & 1 << i) == 0 && begun.found(i)) {
                        begun.take(i);
                        choice |= 1 << i;
                    }
                }
                assertEquals(total, many(choice), c.said);
                assertTrue(c.choices.contains(choice), c.said + ", found " + choice);
            }
        }
        assertTrue(found > CASES, "only " + found + " were found");
    }

    /** The cheap test refuses nothing that could be had. */
    @Test
    void theTallyIsNeverWrongAboutANo() {
        for (Case c : cases()) {
            Tally tally = new Tally(c.spreads);
            members(c.taken).forEach(tally::take);
            assertEquals(many(c.taken), tally.taken(), c.said);
            assertEquals(c.choices.contains(c.taken), tally.holds(), c.said);
            for (int total = 0; total <= c.size; total++) {
                for (int i = 0; i < c.size; i++) {
                    int with = c.taken | 1 << i;
                    if (with != c.taken && !tally.allows(i, total)) {
                        assertEquals(false, c.completes(with, total), c.said + ", with " + i);
                    }
                }
            }
        }
    }

    /**
     * Where no group is too small and counts may differ, the cheap test is as good as the exact.
     */
    @Test
    void whereGroupsAreLargeTheTallyIsExact() {
        int refused = 0;
        for (long seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            List<Candidate> clusters = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                clusters.add(cluster(i, new Location("", "r" + i % 3, "", "")));
            }
            var column = ClusterSnapshot.of(clusters).column(new Facet.Value("region"));
            int weight = 1 + random.nextInt(3);
            int minGroups = 1 + random.nextInt(3);
            Topology spread =
                    new Topology(
                            column,
                            minGroups,
                            minGroups + random.nextInt(4 - minGroups),
                            1 + random.nextInt(2),
                            random.nextBoolean() ? List.of() : List.of(weight, weight, weight));
            int taken = few(12, random, 8);
            int total = 1 + random.nextInt(4);
            Tally tally = new Tally(List.of(spread));
            members(taken).forEach(tally::take);
            for (int i = 0; i < 12; i++) {
                int with = taken | 1 << i;
                if (with != taken) {
                    boolean there =
                            IntStream.range(0, 1 << 12)
                                    .anyMatch(
                                            choice ->
                                                    (choice & with) == with
                                                            && many(choice) == total
                                                            && keeps(spread, choice));
                    assertEquals(
                            there,
                            tally.allows(i, total),
                            "seed %d, with %d of %s".formatted(seed, i, spread));
                    refused += there ? 0 : 1;
                }
            }
        }
        assertTrue(refused > CASES, "only " + refused + " were refused");
    }
}
