package io.portolan.placement.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.placement.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterSnapshotTest {
    private static final List<Facet<?>> FACETS =
            List.of(
                    new Facet.Value("region"),
                    new Facet.Value("name"),
                    new Facet.Value("tier"),
                    new Facet.Reached(),
                    new Facet.Cordoned());

    static LongStream seeds() {
        return Seeds.upTo(50);
    }

    private static Candidate cluster(int number, Random random) {
        return new Candidate(
                new Uid("uid-" + number),
                "c" + number,
                random.nextBoolean() ? Map.of() : Map.of("tier", "t" + random.nextInt(50)),
                new ClusterSpec(
                        new ClusterSpec.Location("", "r" + random.nextInt(40), "", ""),
                        List.of(),
                        random.nextBoolean()),
                Reach.values()[random.nextInt(4)],
                Set.of(),
                "",
                List.of(),
                false);
    }

    /** A fleet that followed its changes is the fleet that was made anew. */
    @ParameterizedTest
    @MethodSource("seeds")
    void changesLeadWhereAFreshFleetBegins(long seed) {
        Random random = new Random(seed);
        Map<Uid, Candidate> clusters = new TreeMap<>();
        ClusterSnapshot followed = ClusterSnapshot.of(List.of());
        for (int step = 0; step < 200; step++) {
            Set<Uid> changed = new HashSet<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                Candidate c = cluster(random.nextInt(20), random);
                changed.add(c.uid());
                if (random.nextInt(20) == 0) {
                    clusters.remove(c.uid());
                } else {
                    clusters.put(c.uid(), c);
                }
            }
            followed = followed.next(clusters, changed);
            ClusterSnapshot fresh = ClusterSnapshot.of(clusters.values());
            assertEquals(fresh, followed);
            for (Facet<?> facet : FACETS) {
                assertEquals(shown(fresh, facet), shown(followed, facet));
            }
        }
    }

    private static <F> List<F> shown(ClusterSnapshot fleet, Facet<F> facet) {
        Column<F> column = fleet.column(facet);
        List<F> out = new ArrayList<>();
        for (int i = 0; i < fleet.size(); i++) {
            out.add(column.value(i));
        }
        return out;
    }

    @Test
    void whatIsWorkedOutIsKeptUntilTheFleetChanges() {
        Random random = new Random(1);
        Candidate one = cluster(1, random);
        ClusterSnapshot fleet = ClusterSnapshot.of(List.of(one));
        int[] first = fleet.keep("asker", int[].class, () -> new int[1]);
        assertSame(first, fleet.keep("asker", int[].class, () -> new int[2]));

        Candidate other = cluster(1, random);
        ClusterSnapshot next = fleet.next(Map.of(one.uid(), other), Set.of(one.uid()));
        assertEquals(2, next.keep("asker", int[].class, () -> new int[2]).length);
        assertSame(next, next.next(Map.of(one.uid(), other), Set.of(one.uid())));
        assertEquals(Optional.of("c1"), next.column(new Facet.Value("name")).value(0));
        assertEquals(-1, next.index(new Uid("uid-0")));
    }
}
