package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.model.wire.Codec;
import io.portolan.placement.filter.Neighbours;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Affinity against the plain reading of it: clusters that break a term are as good as cordoned.
 * Each case is one seed, which its name shows.
 */
class AffinityPropertiesTest {
    private static final List<String> KEYS = List.of("cluster", "region", "provider", "rack");

    static LongStream seeds() {
        return Seeds.upTo(500);
    }

    private static final class World {
        final Random random;
        final List<String> lines = new ArrayList<>();
        final List<Uid> current = new ArrayList<>();
        final List<Affinity> terms = new ArrayList<>();
        final List<List<Integer>> where = new ArrayList<>();
        final int clusters;
        final List<Spread> spread;

        World(long seed) {
            random = new Random(seed);
            int size = 2 + random.nextInt(7);
            for (int i = 0; i < size; i++) {
                lines.add(
                        "c%d r%d provider=p%d%s"
                                .formatted(
                                        i,
                                        random.nextInt(3),
                                        random.nextInt(2),
                                        random.nextBoolean()
                                                ? " label=rack:k" + random.nextInt(2)
                                                : ""));
                if (random.nextInt(4) == 0) {
                    current.add(Fleet.uid("c" + i));
                }
            }
            clusters = 1 + random.nextInt(4);
            spread =
                    random.nextBoolean()
                            ? List.of()
                            : List.of(new Spread("region", 1 + random.nextInt(clusters), 1));
            int number = 1 + random.nextInt(2);
            for (int t = 0; t < number; t++) {
                terms.add(
                        new Affinity(
                                Optional.of("app" + t),
                                Optional.empty(),
                                KEYS.get(random.nextInt(KEYS.size())),
                                random.nextBoolean(),
                                Optional.empty()));
                List<Integer> on = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    if (random.nextInt(3) == 0) {
                        on.add(i);
                    }
                }
                where.add(on);
            }
        }

        List<Candidate> fleet() {
            return Fleet.of(lines.toArray(String[]::new));
        }

        PlacementPolicySpec policy(List<Affinity> affinity) {
            return AffinityPropertiesTest.policy(clusters, spread, affinity);
        }

        List<Neighbours> near(List<Candidate> fleet) {
            List<Neighbours> out = new ArrayList<>();
            for (int t = 0; t < terms.size(); t++) {
                List<Candidate> on = new ArrayList<>();
                where.get(t).forEach(i -> on.add(fleet.get(i)));
                Collections.shuffle(on, random);
                out.add(Neighbours.of(terms.get(t), true, false, on));
            }
            return out;
        }

        /** Whether the cluster keeps each term, read from the document of the feature. */
        boolean keeps(List<Candidate> fleet, Candidate cluster) {
            for (int t = 0; t < terms.size(); t++) {
                String key = terms.get(t).over();
                boolean shares =
                        where.get(t).stream()
                                .map(fleet::get)
                                .anyMatch(
                                        o ->
                                                key.equals("cluster")
                                                        ? o.uid().equals(cluster.uid())
                                                        : cluster.value(key).isPresent()
                                                                && cluster.value(key)
                                                                        .equals(o.value(key)));
                if (shares == terms.get(t).apart()) {
                    return false;
                }
            }
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aClusterThatBreaksATermIsAsGoodAsCordoned(long seed) {
        World world = new World(seed);
        List<Candidate> fleet = world.fleet();
        Needs needs = Fleet.needs(world.current, List.of());
        PlacementDecision decision =
                Fleet.place(fleet, world.policy(world.terms), needs.near(world.near(fleet)));

        List<String> lines = new ArrayList<>();
        for (int i = 0; i < fleet.size(); i++) {
            lines.add(world.lines.get(i) + (world.keeps(fleet, fleet.get(i)) ? "" : " cordoned"));
        }
        PlacementDecision cordoned =
                Fleet.place(Fleet.of(lines.toArray(String[]::new)), world.policy(List.of()), needs);
        assertEquals(cordoned.chosen(), decision.chosen(), decision.summary());
        assertEquals(cordoned.satisfied(), decision.satisfied());
        assertEquals(
                cordoned.counts().getOrDefault(Reason.CORDONED, 0),
                decision.counts().getOrDefault(Reason.AFFINITY, 0));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void preferredTermsTurnNobodyAwayAndOrderTheOthers(long seed) {
        World world = new World(seed);
        List<Candidate> fleet = world.fleet();
        List<Affinity> preferred =
                world.terms.stream()
                        .map(
                                t ->
                                        new Affinity(
                                                t.application(),
                                                t.applications(),
                                                t.over(),
                                                t.apart(),
                                                Optional.of(10)))
                        .toList();
        Needs needs = Fleet.needs().near(world.near(fleet));
        PlacementDecision decision = Fleet.place(fleet, world.policy(preferred), needs);
        assertEquals(
                Fleet.place(fleet, world.policy(List.of()), Fleet.needs()).satisfied(),
                decision.satisfied());
        if (world.spread.isEmpty()) {
            int worst = points(decision.fates().stream().filter(Fate::chosen).toList(), false);
            int best = points(decision.fates().stream().filter(f -> !f.chosen()).toList(), true);
            assertTrue(worst >= best, () -> decision.fates().toString());
        }
    }

    private static int points(List<Fate> fates, boolean highest) {
        return fates.stream()
                .mapToInt(f -> f.scores().values().stream().mapToInt(Integer::intValue).sum())
                .reduce((a, b) -> highest ? Math.max(a, b) : Math.min(a, b))
                .orElse(highest ? 0 : Integer.MAX_VALUE);
    }

    @Test
    void applicationsWithEqualNeighboursShareTheirAnswers() {
        List<Candidate> clusters = Fleet.of("c1 r1", "c2 r1", "c3 r2");
        ClusterSnapshot fleet = ClusterSnapshot.of(clusters);
        Affinity term =
                new Affinity(
                        Optional.of("cache"), Optional.empty(), "region", false, Optional.empty());
        PlacementPolicySpec policy = policy(1, List.of(), List.of(term));
        Verdicts first = verdicts(fleet, policy, term, List.of(clusters.get(0)));
        assertSame(first, verdicts(fleet, policy, term, List.of(clusters.get(1))));
        assertSame(first, verdicts(fleet, policy, term, List.of(clusters.get(1), clusters.get(0))));
        assertNotSame(first, verdicts(fleet, policy, term, clusters));
    }

    private static PlacementPolicySpec policy(
            int clusters, List<Spread> spread, List<Affinity> affinity) {
        String json =
                Codec.strict()
                        .text(Map.of("clusters", clusters, "spread", spread, "affinity", affinity));
        return Codec.strict().read(json, PlacementPolicySpec.class);
    }

    private static Verdicts verdicts(
            ClusterSnapshot fleet, PlacementPolicySpec policy, Affinity term, List<Candidate> on) {
        Needs needs = Fleet.needs().near(List.of(Neighbours.of(term, true, false, on)));
        return Verdicts.of(fleet, needs.asked(policy));
    }
}
