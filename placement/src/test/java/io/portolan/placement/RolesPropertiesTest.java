package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.model.placement.Standbys;
import io.portolan.model.wire.Codec;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.select.TieBreak;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Active cluster and standbys against every active cluster and every subset of a small fleet. Each
 * case is one seed, which its name shows.
 */
class RolesPropertiesTest {
    private static final String[] KEYS = {"region", "provider", "rack"};

    static LongStream seeds() {
        return Seeds.upTo(1_000);
    }

    private static final class World {
        final Random random;
        final List<Candidate> fleet = new ArrayList<>();
        final List<Uid> current = new ArrayList<>();
        final List<Uid> pinned = new ArrayList<>();
        final List<String> apart;
        final List<Spread> spread;
        final int clusters;

        World(long seed) {
            random = new Random(seed);
            int size = 2 + random.nextInt(6);
            for (int i = 0; i < size; i++) {
                Candidate c =
                        Fleet.cluster(
                                "c%d r%d provider=p%d%s"
                                        .formatted(
                                                i,
                                                random.nextInt(3),
                                                random.nextInt(3),
                                                random.nextInt(3) == 0
                                                        ? ""
                                                        : " label=rack:k" + random.nextInt(3)));
                fleet.add(c);
                if (random.nextInt(3) == 0) {
                    current.add(c.uid());
                }
            }
            if (!current.isEmpty() && random.nextInt(3) > 0) {
                pinned.add(current.get(random.nextInt(current.size())));
            }
            clusters = 2 + random.nextInt(3);
            List<String> keys = new ArrayList<>(List.of(KEYS));
            Collections.shuffle(keys, random);
            apart = List.copyOf(keys.subList(0, 1 + random.nextInt(2)));
            spread =
                    random.nextBoolean()
                            ? List.of()
                            : List.of(
                                    new Spread(
                                            keys.get(random.nextInt(2)),
                                            1 + random.nextInt(2),
                                            1 + random.nextInt(2)));
        }

        PlacementPolicySpec policy() {
            return Codec.strict()
                    .read(
                            Codec.strict()
                                    .text(
                                            Map.of(
                                                    "clusters",
                                                    clusters,
                                                    "spread",
                                                    spread,
                                                    "standbys",
                                                    new Standbys(apart))),
                            PlacementPolicySpec.class);
        }

        PlacementDecision place() {
            return Fleet.place(fleet, policy(), Fleet.needs(current, pinned).withRoles());
        }

        Candidate get(Uid uid) {
            return fleet.stream().filter(c -> c.uid().equals(uid)).findFirst().orElseThrow();
        }

        boolean apart(Uid active, Uid standby) {
            return apart.stream()
                    .allMatch(
                            key -> {
                                Optional<String> a = get(active).value(key);
                                Optional<String> s = get(standby).value(key);
                                return a.isPresent() && s.isPresent() && !a.equals(s);
                            });
        }

        /** Whether some subset of the full number has this one active and keeps everything. */
        boolean possible(Uid active) {
            for (int bits = 0; bits < 1 << fleet.size(); bits++) {
                if (Integer.bitCount(bits) == clusters) {
                    int chosen = bits;
                    List<Candidate> subset = new ArrayList<>();
                    for (int i = 0; i < fleet.size(); i++) {
                        if ((chosen >> i & 1) == 1) {
                            subset.add(fleet.get(i));
                        }
                    }
                    if (subset.stream().anyMatch(c -> c.uid().equals(active))
                            && subset.stream()
                                    .allMatch(c -> c.uid().equals(active) || apart(active, c.uid()))
                            && spread.stream().allMatch(s -> keeps(s, subset))) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    private static boolean keeps(Spread spread, List<Candidate> subset) {
        Map<String, Integer> counts = new HashMap<>();
        for (Candidate c : subset) {
            if (c.value(spread.over()).isEmpty()) {
                return false;
            }
            counts.merge(c.value(spread.over()).get(), 1, Integer::sum);
        }
        return counts.size() >= spread.minGroups()
                && Collections.max(counts.values()) - Collections.min(counts.values())
                        <= spread.maxSkew();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void findsRolesExactlyWhenThereAreSome(long seed) {
        World world = new World(seed);
        PlacementDecision decision = world.place();
        Collection<Uid> actives =
                world.pinned.isEmpty()
                        ? world.fleet.stream().map(Candidate::uid).toList()
                        : world.pinned;
        // A pinned cluster is taken even where a spread could not count it.
        boolean unknown =
                world.pinned.stream()
                        .anyMatch(
                                p ->
                                        world.spread.stream()
                                                .anyMatch(
                                                        s ->
                                                                world.get(p)
                                                                        .value(s.over())
                                                                        .isEmpty()));
        if (!unknown && world.current.stream().allMatch(c -> hasAll(world, c))) {
            assertEquals(
                    actives.stream().anyMatch(world::possible),
                    decision.satisfied(),
                    decision.summary());
        }
        if (decision.chosen().size() > 1) {
            Uid active = decision.order().getFirst();
            assertEquals(new HashSet<>(decision.chosen()), new HashSet<>(decision.order()));
            assertTrue(world.pinned.isEmpty() || world.pinned.contains(active));
            for (Fate fate : decision.fates()) {
                boolean standby = fate.chosen() && !fate.cluster().equals(active);
                if (standby && fate.reason() != Reason.STANDBY) {
                    assertTrue(world.apart(active, fate.cluster()), fate::detail);
                }
                if (standby && fate.reason() == Reason.STANDBY) {
                    assertFalse(world.apart(active, fate.cluster()));
                    assertTrue(world.current.contains(fate.cluster()), "stays, never comes");
                    assertFalse(decision.satisfied());
                }
            }
        }
    }

    /** A current cluster stays although a spread cannot count it; the subsets here do not. */
    private static boolean hasAll(World world, Uid cluster) {
        return world.spread.stream().allMatch(s -> world.get(cluster).value(s.over()).isPresent());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theBestThatLeavesStandbysIsActive(long seed) {
        World world = new World(seed);
        world.current.clear();
        world.pinned.clear();
        PlacementDecision decision = world.place();
        if (decision.satisfied()) {
            long rank = rank(decision.order().getFirst());
            for (Candidate better : world.fleet) {
                if (rank(better.uid()) < rank) {
                    assertFalse(world.possible(better.uid()), better::name);
                }
            }
        }
    }

    private static long rank(Uid cluster) {
        // The order is by the upper half of the rank; unsigned, as there.
        return TieBreak.rank(42, cluster) >>> 41;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void placingAgainMovesNothingAndTheOrderOfTheFleetDoesNotMatter(long seed) {
        World world = new World(seed);
        PlacementDecision first = world.place();
        Collections.shuffle(world.fleet, world.random);
        assertEquals(first, world.place());
        if (first.chosen().size() > 1) {
            world.current.clear();
            world.current.addAll(first.chosen());
            world.pinned.clear();
            world.pinned.add(first.order().getFirst());
            PlacementDecision second = world.place();
            assertEquals(first.chosen(), second.chosen());
            assertEquals(first.order(), second.order());
        }
    }

    /** Of several that are active none shares with a standby what is kept apart. */
    @ParameterizedTest
    @MethodSource("seeds")
    void severalAreActiveAndTheOthersStandByApart(long seed) {
        World world = new World(seed);
        int actives = 2;
        PlacementDecision first =
                Fleet.place(
                        world.fleet,
                        world.policy(),
                        Fleet.needs(world.current, world.pinned).withRoles(actives));
        if (first.chosen().size() <= actives) {
            assertEquals(List.of(), first.order(), "no standby, no turns");
            return;
        }
        assertEquals(new HashSet<>(first.chosen()), new HashSet<>(first.order()));
        List<Uid> active = first.order().subList(0, actives);
        assertTrue(active.containsAll(chosen(first, world.pinned)), () -> first.order().toString());
        for (Fate fate : first.fates()) {
            if (fate.chosen() && !active.contains(fate.cluster())) {
                boolean apart = active.stream().allMatch(a -> world.apart(a, fate.cluster()));
                assertEquals(fate.reason() != Reason.STANDBY, apart, fate::detail);
            }
        }
        PlacementDecision second =
                Fleet.place(
                        world.fleet,
                        world.policy(),
                        Fleet.needs(first.chosen(), active).withRoles(actives));
        assertEquals(first.chosen(), second.chosen());
        assertEquals(first.order(), second.order());
    }

    private static List<Uid> chosen(PlacementDecision decision, List<Uid> clusters) {
        return clusters.stream().filter(decision.chosen()::contains).toList();
    }

    @Test
    void manyKindsOfClustersReachTheBoundAndItIsSaid() {
        List<Candidate> fleet = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            fleet.add(Fleet.cluster("c%d r%d".formatted(i, i)));
        }
        PlacementPolicySpec policy =
                Codec.strict()
                        .read(
                                "{\"clusters\":3,\"standbys\":{\"apart\":[\"region\"]},"
                                        + "\"spread\":{\"over\":\"jurisdiction\",\"minGroups\":2}}",
                                PlacementPolicySpec.class);
        PlacementDecision decision = Fleet.place(fleet, policy, Fleet.needs().withRoles());
        assertFalse(decision.satisfied());
        Set<Reason> reasons = decision.counts().keySet();
        assertTrue(reasons.contains(Reason.UNDECIDED), decision.summary());
    }
}
