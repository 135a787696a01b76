package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.fleet.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold for any fleet. Each case is one seed, which its name shows. */
class SchedulerPropertiesTest {
    private static final String[] TRAITS = {
        "", "", "", "", " cordoned", " unreachable", " deleting", " taint=x:NoExecute", " pending"
    };

    static LongStream seeds() {
        return LongStream.range(0, 400);
    }

    /** A fleet small enough that every subset of it can be tried. */
    private static final class World {
        final Random random;
        final List<Candidate> fleet = new ArrayList<>();
        final List<Uid> current = new ArrayList<>();
        final List<Uid> pinned = new ArrayList<>();
        final PlacementPolicySpec policy;

        World(long seed, boolean spread) {
            random = new Random(seed);
            int size = 1 + random.nextInt(9);
            for (int i = 0; i < size; i++) {
                String trait = TRAITS[random.nextInt(TRAITS.length)];
                Candidate c = Fleet.cluster("c" + i + " r" + random.nextInt(4) + trait);
                fleet.add(c);
                if (random.nextInt(3) == 0) {
                    current.add(c.uid());
                }
            }
            if (!current.isEmpty() && random.nextInt(3) == 0) {
                pinned.add(current.getFirst());
            }
            int clusters = 1 + random.nextInt(5);
            policy =
                    spread
                            ? Fleet.spread(
                                    clusters,
                                    1 + random.nextInt(Math.min(3, clusters)),
                                    1 + random.nextInt(2))
                            : Fleet.policy(clusters);
        }

        Needs needs() {
            return Fleet.needs(current, pinned);
        }

        PlacementDecision place() {
            return Fleet.place(fleet, policy, needs());
        }

        List<Candidate> fitting() {
            return fleet.stream()
                    .filter(c -> Eligibility.of(policy, needs()).refusal(c).isEmpty())
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theOrderOfTheFleetDoesNotMatter(long seed) {
        World world = new World(seed, seed % 2 == 0);
        PlacementDecision before = world.place();
        Collections.shuffle(world.fleet, world.random);
        Collections.shuffle(world.current, world.random);
        assertEquals(before, world.place());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aClusterThatDoesNotFitChangesNothing(long seed) {
        World world = new World(seed, seed % 2 == 0);
        PlacementDecision before = world.place();
        world.fleet.add(Fleet.cluster("new r1 cordoned"));
        assertEquals(before.chosen(), world.place().chosen());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void placingAgainMovesNothing(long seed) {
        World world = new World(seed, seed % 2 == 0);
        PlacementDecision first = world.place();
        world.current.clear();
        world.current.addAll(first.chosen());
        assertEquals(first.chosen(), world.place().chosen());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void losingAChosenClusterMovesOnlyWhatWasOnIt(long seed) {
        World world = new World(seed, false);
        world.current.clear();
        world.pinned.clear();
        Set<Uid> before = new HashSet<>(world.place().chosen());
        if (before.isEmpty()) {
            return;
        }
        Uid lost = before.stream().sorted().toList().get(world.random.nextInt(before.size()));
        world.fleet.removeIf(c -> c.uid().equals(lost));
        Set<Uid> after = new HashSet<>(world.place().chosen());
        before.remove(lost);
        assertTrue(after.containsAll(before), () -> before + " -> " + after);
        assertTrue(after.size() <= before.size() + 1);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void choosesOnlyWhatFitsAndKeepsWhatCanStay(long seed) {
        World world = new World(seed, false);
        PlacementDecision decision = world.place();
        Set<Uid> fitting = new HashSet<>(world.fitting().stream().map(Candidate::uid).toList());
        assertTrue(fitting.containsAll(decision.chosen()));
        assertEquals(Math.min(world.policy.clusters(), fitting.size()), decision.chosen().size());
        assertEquals(decision.chosen().size() == world.policy.clusters(), decision.satisfied());
        long kept = decision.chosen().stream().filter(world.current::contains).count();
        long could = world.current.stream().filter(fitting::contains).count();
        assertEquals(Math.min(could, world.policy.clusters()), kept);
        assertEquals(world.fleet.size(), decision.fates().size());
        world.pinned.stream()
                .filter(fitting::contains)
                .forEach(p -> assertTrue(decision.chosen().contains(p)));
    }

    /** Against every subset: is there a choice of the full number that keeps spread and pinned? */
    @ParameterizedTest
    @MethodSource("seeds")
    void aSpreadHoldsExactlyWhenItCan(long seed) {
        World world = new World(seed, true);
        PlacementDecision decision = world.place();
        List<Candidate> fitting = world.fitting();
        Set<Uid> there = new HashSet<>(world.current);
        Set<Uid> mustHold = new HashSet<>(world.pinned);
        mustHold.retainAll(fitting.stream().map(Candidate::uid).toList());
        int clusters = world.policy.clusters();
        Spread spread = world.policy.spread().getFirst();

        Set<Uid> chosen = Set.copyOf(decision.chosen());
        Set<Uid> kept = new HashSet<>(there);
        kept.retainAll(fitting.stream().map(Candidate::uid).toList());
        assertEquals(
                largest(fitting, mustHold, spread, clusters) == clusters,
                decision.satisfied(),
                decision.summary());
        if (decision.satisfied()) {
            assertTrue(holds(members(fitting, chosen), spread));
            assertEquals(clusters, chosen.size());
            assertTrue(chosen.containsAll(mustHold));
            // None of the current clusters that went could have stayed beside those that did.
            Set<Uid> stayed = new HashSet<>(kept);
            stayed.retainAll(chosen);
            for (Uid gone : kept) {
                if (!chosen.contains(gone)) {
                    Set<Uid> more = new HashSet<>(stayed);
                    more.add(gone);
                    assertTrue(largest(fitting, more, spread, clusters) < clusters);
                }
            }
        } else if (kept.size() <= clusters) {
            assertTrue(chosen.containsAll(kept), "nothing is evicted for a spread that cannot be");
            int reachable = largest(fitting, kept, spread, clusters);
            assertEquals(Math.max(kept.size(), reachable), chosen.size(), decision.summary());
        }
    }

    /** The size of the largest subset up to a number that holds these; -1 when there is none. */
    private static int largest(List<Candidate> fitting, Set<Uid> holding, Spread spread, int most) {
        int best = -1;
        for (int bits = 0; bits < 1 << fitting.size(); bits++) {
            List<Candidate> subset = new ArrayList<>();
            for (int i = 0; i < fitting.size(); i++) {
                if ((bits >> i & 1) == 1) {
                    subset.add(fitting.get(i));
                }
            }
            Set<Uid> uids = new HashSet<>(subset.stream().map(Candidate::uid).toList());
            if (subset.size() <= most && uids.containsAll(holding) && holds(subset, spread)) {
                best = Math.max(best, subset.size());
            }
        }
        return best;
    }

    private static List<Candidate> members(List<Candidate> of, Set<Uid> chosen) {
        return of.stream().filter(c -> chosen.contains(c.uid())).toList();
    }

    private static boolean holds(List<Candidate> subset, Spread spread) {
        Map<String, Integer> counts = new HashMap<>();
        subset.forEach(c -> counts.merge(c.spec().location().region(), 1, Integer::sum));
        return counts.size() >= spread.minGroups()
                && Collections.max(counts.values()) - Collections.min(counts.values())
                        <= spread.maxSkew();
    }
}
