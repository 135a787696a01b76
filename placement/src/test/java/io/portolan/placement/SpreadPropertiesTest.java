package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.fleet.Candidate;
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
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several spreads at once against every subset of a small fleet. Zones lie within regions;
 * providers and the label cross them. Each case is one seed, which its name shows.
 */
class SpreadPropertiesTest {
    private static final String[] KEYS = {"region", "zone", "provider", "feed"};

    static LongStream seeds() {
        return LongStream.range(0, 1_000);
    }

    private static final class World {
        final Random random;
        final List<Candidate> fleet = new ArrayList<>();
        final List<Uid> current = new ArrayList<>();
        final List<Uid> pinned = new ArrayList<>();
        final PlacementPolicySpec policy;

        World(long seed) {
            random = new Random(seed);
            int size = 2 + random.nextInt(8);
            for (int i = 0; i < size; i++) {
                int region = random.nextInt(3);
                Candidate c =
                        Fleet.cluster(
                                "c%d r%d zone=r%d-%d provider=p%d label=feed:f%d"
                                        .formatted(
                                                i,
                                                region,
                                                region,
                                                random.nextInt(2),
                                                random.nextInt(3),
                                                random.nextInt(2)));
                fleet.add(c);
                if (random.nextInt(3) == 0) {
                    current.add(c.uid());
                }
            }
            if (!current.isEmpty() && random.nextInt(3) == 0) {
                pinned.add(current.getFirst());
            }
            int clusters = 1 + random.nextInt(6);
            List<String> keys = new ArrayList<>(List.of(KEYS));
            Collections.shuffle(keys, random);
            List<Spread> spreads = new ArrayList<>();
            for (String key : keys.subList(0, 2 + random.nextInt(2))) {
                int min = 1 + random.nextInt(Math.min(3, clusters));
                spreads.add(
                        new Spread(
                                key,
                                min,
                                random.nextBoolean()
                                        ? Optional.empty()
                                        : Optional.of(min + random.nextInt(2)),
                                1 + random.nextInt(2),
                                random.nextInt(4) == 0));
            }
            policy = Fleet.spread(clusters, spreads.toArray(Spread[]::new));
        }

        PlacementDecision place() {
            return Fleet.place(fleet, policy, Fleet.needs(current, pinned));
        }

        List<Spread> hard() {
            return policy.spread().stream().filter(s -> !s.soft()).toList();
        }

        List<Candidate> members(Collection<Uid> uids) {
            return fleet.stream().filter(c -> uids.contains(c.uid())).toList();
        }

        /** Whether some subset of this size holds these and keeps the spreads. */
        boolean possible(int size, Collection<Uid> holding, List<Spread> spreads) {
            for (int bits = 0; bits < 1 << fleet.size(); bits++) {
                if (Integer.bitCount(bits) == size) {
                    int chosen = bits;
                    List<Candidate> subset = new ArrayList<>();
                    for (int i = 0; i < fleet.size(); i++) {
                        if ((chosen >> i & 1) == 1) {
                            subset.add(fleet.get(i));
                        }
                    }
                    Set<Uid> uids = new HashSet<>(subset.stream().map(Candidate::uid).toList());
                    if (uids.containsAll(holding) && spreads.stream().allMatch(keeps(subset))) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    private static Predicate<Spread> keeps(List<Candidate> subset) {
        return spread -> {
            Map<String, Integer> counts = new HashMap<>();
            subset.forEach(c -> counts.merge(c.value(spread.over()).orElse(""), 1, Integer::sum));
            return counts.size() >= spread.minGroups()
                    && counts.size() <= spread.maxGroups().orElse(Integer.MAX_VALUE)
                    && (counts.isEmpty()
                            || Collections.max(counts.values()) - Collections.min(counts.values())
                                    <= spread.maxSkew());
        };
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void findsAChoiceExactlyWhenThereIsOne(long seed) {
        World world = new World(seed);
        PlacementDecision decision = world.place();
        List<Candidate> chosen = world.members(decision.chosen());
        int wanted = world.policy.clusters();

        assertFalse(decision.counts().containsKey(Reason.UNDECIDED), decision.summary());
        assertEquals(
                world.possible(wanted, world.pinned, world.hard()),
                decision.satisfied(),
                decision.summary());
        assertTrue(decision.chosen().containsAll(world.pinned));
        Set<Uid> kept = new HashSet<>(world.current);
        kept.retainAll(decision.chosen());
        if (decision.satisfied()) {
            assertTrue(world.hard().stream().allMatch(keeps(chosen)), decision.summary());
            assertEquals(wanted, chosen.size());
            for (Uid gone : world.current) {
                Set<Uid> more = new HashSet<>(kept);
                if (more.add(gone)) {
                    assertFalse(
                            world.possible(wanted, more, world.hard()),
                            () -> gone + " could have stayed beside " + kept);
                }
            }
        } else if (world.current.size() <= wanted) {
            assertTrue(decision.chosen().containsAll(world.current), "nothing is evicted");
            for (int more = chosen.size() + 1; more < wanted; more++) {
                assertFalse(world.possible(more, world.current, world.hard()), "more could be");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void keepsTheFirstSoftSpreadWhereThatMovesNothing(long seed) {
        World world = new World(seed);
        Optional<Spread> soft = world.policy.spread().stream().filter(Spread::soft).findFirst();
        PlacementDecision decision = world.place();
        if (soft.isEmpty() || !decision.satisfied()) {
            return;
        }
        Set<Uid> kept = new HashSet<>(world.current);
        kept.retainAll(decision.chosen());
        List<Spread> both = new ArrayList<>(world.hard());
        both.add(soft.get());
        assertEquals(
                world.possible(world.policy.clusters(), kept, both),
                !decision.summary().contains("not spread over " + soft.get().over()),
                decision.summary());
        if (!decision.summary().contains("not spread over")) {
            assertTrue(
                    world.policy.spread().stream()
                            .allMatch(keeps(world.members(decision.chosen()))));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void placingAgainMovesNothingAndTheOrderOfTheFleetDoesNotMatter(long seed) {
        World world = new World(seed);
        PlacementDecision first = world.place();
        Collections.shuffle(world.fleet, world.random);
        assertEquals(first, world.place());
        world.current.clear();
        world.current.addAll(first.chosen());
        assertEquals(first.chosen(), world.place().chosen());
    }
}
