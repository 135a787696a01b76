package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Moves to something better are proposed, gain what they must, and do not swing. */
class ProposalTest {
    private static final long SEED = 42;

    static LongStream seeds() {
        return Seeds.upTo(1_600);
    }

    private static Optional<Proposal> proposal(Scenario.Given given) {
        return Proposal.of(ClusterSnapshot.of(given.fleet()), given.policy(), given.needs(), SEED);
    }

    /** Of what is divided it has nothing there yet. */
    private static Map<String, Integer> none(Claim claim) {
        Map<String, Integer> out = new TreeMap<>();
        claim.requests().workloads().keySet().forEach(w -> out.put(w, 0));
        return out;
    }

    /** Standing there, as a proposal counts it. */
    private static PlacementDecision on(Scenario.Given given, List<Uid> clusters) {
        ClusterSnapshot fleet = ClusterSnapshot.of(given.fleet());
        Needs alone = Proposal.alone(fleet, given.needs());
        Claim claim = alone.claim();
        Map<Uid, Map<String, Integer>> parts = new TreeMap<>(claim.parts());
        clusters.forEach(c -> parts.putIfAbsent(c, none(claim)));
        Claim nothing = claim.in(claim.room(), parts);
        return Scheduler.place(fleet, given.policy(), alone.claiming(nothing).on(clusters), SEED);
    }

    private static Quality quality(Scenario.Given given, List<Uid> clusters) {
        return Quality.of(ClusterSnapshot.of(given.fleet()), given.policy(), on(given, clusters));
    }

    /** It stands where placement lets it, as after the loop has settled. */
    private static Scenario.Given settled(Scenario.Given given) {
        List<Uid> stands = given.place().chosen();
        return new Scenario.Given(
                given.said(), given.policy(), given.needs().on(stands), given.fleet());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsProposedIsBetterAndLegalAndLast(long seed) {
        Property.holds(
                seed,
                Cases::all,
                (read, _) -> {
                    Scenario.Given given = settled(read);
                    Optional<Proposal> proposal = proposal(given);
                    if (proposal.isEmpty()) {
                        return;
                    }
                    List<Uid> to = proposal.get().to();
                    assertEquals(given.needs().current(), proposal.get().from(), "it stands there");
                    PlacementDecision there = on(given, to);
                    assertEquals(
                            new TreeSet<>(to),
                            new TreeSet<>(there.chosen()),
                            "placement keeps it there, so no hard rule is broken");
                    Quality before = quality(given, given.needs().current());
                    Quality after = quality(given, to);
                    int structure = after.structure(before);
                    assertTrue(structure >= 0);
                    assertEquals(after.total() - before.total(), proposal.get().gain());
                    assertEquals(after.more(before), proposal.get().gains());
                    assertTrue(
                            structure > 0
                                    || proposal.get().gain()
                                            >= given.policy()
                                                    .rebalancing()
                                                    .gainUnder(given.policy()));
                    assertEquals(structure > 0, !proposal.get().reasons().isEmpty());
                    assertFalse(proposal.get().joins().isEmpty());
                    Scenario.Given moved = moved(given, there.chosen());
                    assertEquals(Optional.empty(), proposal(moved), "it does not move again");
                });
    }

    /** It stands elsewhere, and takes its room there. */
    private static Scenario.Given moved(Scenario.Given given, List<Uid> to) {
        ClusterSnapshot fleet = ClusterSnapshot.of(given.fleet());
        Claim claim = Proposal.alone(fleet, given.needs()).claim();
        Map<Integer, Cell> cells = new TreeMap<>();
        for (Uid cluster : to) {
            int i = fleet.index(cluster);
            Cell cell = claim.room().cell(i);
            Amount own = claim.requests().all().on(cell.nodes());
            cells.put(i, cell.without(Amount.NONE.minus(own)));
        }
        Claim there = claim.in(claim.room().with(cells), Map.of());
        return new Scenario.Given(
                given.said(), given.policy(), given.needs().on(to).claiming(there), given.fleet());
    }

    @Test
    @Tag("long")
    void theRandomCasesHaveProposals() {
        AtomicInteger proposed = new AtomicInteger();
        seeds().forEach(
                        seed ->
                                Property.holds(
                                        seed,
                                        Cases::all,
                                        (read, _) ->
                                                proposal(settled(read))
                                                        .ifPresent(
                                                                _ -> proposed.incrementAndGet())));
        assertTrue(proposed.get() > 60, () -> "only " + proposed);
    }

    private static Scenario.Given given(String policy, String... lines) {
        return new Scenario("one", policy, List.of(lines)).read();
    }

    private static final String CHEAP =
            "{\"prefer\":[{\"lowest\":\"cost\",\"weight\":100}],\"rebalance\":{\"minGain\":%d}}";

    @Test
    void whatItTakesItselfMakesItNeitherStayNorSwing() {
        String policy =
                "{\"prefer\":[{\"free\":\"most\",\"weight\":100}],\"rebalance\":{\"minGain\":10}}";
        assertEquals(
                Optional.empty(),
                proposal(
                        given(
                                policy,
                                "on c1",
                                "requests web 4/4Gi",
                                "c1 eu-west room=10/10Gi used=4/4Gi",
                                "c2 eu-west room=10/10Gi used=1/1Gi")),
                "it would take there what it takes here");
        Proposal proposal =
                proposal(
                                given(
                                        policy,
                                        "on c1",
                                        "requests web 4/4Gi",
                                        "c1 eu-west room=10/10Gi used=8/8Gi",
                                        "c2 eu-west room=10/10Gi used=1/1Gi"))
                        .orElseThrow();
        assertEquals(Map.of("most free", 30), proposal.gains());
    }

    @Test
    void nobodyIsDrivenOutForIt() {
        String preempts =
                "{\"clusters\":2,\"priority\":{\"value\":100,\"preempts\":true},"
                        + "\"prefer\":[{\"lowest\":\"cost\",\"weight\":100}]}";
        String dear = "c1 eu-west cordoned room=4/8Gi used=2/2Gi label=cost:90";
        String fair = "c2 eu-west room=4/8Gi used=2/2Gi label=cost:50";
        assertEquals(
                Optional.empty(),
                proposal(
                        given(
                                preempts,
                                "on c1 c2",
                                "requests web 2/2Gi",
                                dear,
                                fair,
                                "c3 eu-west room=4/8Gi used=4/8Gi gives=batch:5:2/4Gi"
                                        + " label=cost:1")));
        assertTrue(
                proposal(
                                given(
                                        preempts,
                                        "on c1 c2",
                                        "requests web 2/2Gi",
                                        dear,
                                        fair,
                                        "c3 eu-west room=4/8Gi label=cost:1"))
                        .isPresent(),
                "into free room it would go");
    }

    @Test
    void aCheaperClusterIsProposedWithItsGainByPreference() {
        Proposal proposal =
                proposal(
                                given(
                                        CHEAP.formatted(25),
                                        "on c1",
                                        "c1 eu-west label=cost:10",
                                        "c2 eu-west label=cost:2",
                                        "c3 eu-west label=cost:30"))
                        .orElseThrow();
        assertEquals(List.of(Fleet.uid("c1")), proposal.leaves());
        assertEquals(List.of(Fleet.uid("c2")), proposal.joins());
        assertEquals(29, proposal.gain());
        assertEquals(Map.of("lowest cost", 29), proposal.gains());
        assertEquals("29 points more: lowest cost 29", proposal.why());
    }

    @Test
    void lessThanTheLeastGainMovesNothing() {
        String[] fleet = {
            "on c1",
            "c1 eu-west label=cost:10",
            "c2 eu-west label=cost:2",
            "c3 eu-west label=cost:30"
        };
        assertEquals(Optional.empty(), proposal(given(CHEAP.formatted(30), fleet)));
        assertTrue(proposal(given(CHEAP.formatted(29), fleet)).isPresent());
        assertEquals(
                Optional.empty(),
                proposal(
                        given(
                                "{\"prefer\":[{\"lowest\":\"cost\",\"weight\":100}],"
                                        + "\"rebalance\":{\"apply\":\"never\"}}",
                                fleet)));
    }

    @Test
    void ofSeveralClustersOnlyThoseAreLeftThatCostMoreThanTheyGain() {
        Proposal proposal =
                proposal(
                                given(
                                        "{\"clusters\":2,\"prefer\":[{\"lowest\":\"cost\",\"weight\":100}],"
                                                + "\"rebalance\":{\"minGain\":20}}",
                                        "on c1 c2",
                                        "c1 eu-west label=cost:2",
                                        "c2 eu-west label=cost:100",
                                        "c3 eu-west label=cost:0",
                                        "c4 eu-west label=cost:1"))
                        .orElseThrow();
        assertEquals(List.of(Fleet.uid("c2")), proposal.leaves());
        assertEquals(List.of(Fleet.uid("c3")), proposal.joins());
    }

    @Test
    void aSoftSpreadAndAnEarlierGroupAreWorthAMoveWithoutPoints() {
        Proposal spread =
                proposal(
                                given(
                                        "{\"clusters\":2,\"spread\":{\"over\":\"region\",\"minGroups\":2,\"soft\":true}}",
                                        "on c1 c2",
                                        "c1 eu-west",
                                        "c2 eu-west",
                                        "c3 eu-north"))
                        .orElseThrow();
        assertEquals(List.of("the soft spread over region holds"), spread.reasons());
        assertEquals(1, spread.leaves().size(), "one of them stays");
        Proposal group =
                proposal(
                                given(
                                        "{\"groups\":{\"order\":[\"provider = own\",\"provider = aws\"],\"overflow\":true}}",
                                        "on c1",
                                        "c1 eu-west provider=aws",
                                        "c2 eu-west provider=own"))
                        .orElseThrow();
        assertEquals("more wanted groups", group.why());
    }

    @Test
    void thousandsArePutBackInAFewSteps() {
        for (int n : new int[] {0, 1, 63, 64, 65, 128, 129, 900, 10_000}) {
            List<Uid> clusters =
                    IntStream.range(0, n).mapToObj(i -> Fleet.uid("c%05d".formatted(i))).toList();
            List<List<Uid>> steps = Proposal.steps(clusters);
            assertEquals(clusters, steps.stream().flatMap(List::stream).toList());
            assertTrue(steps.size() <= 64, () -> n + " in " + steps.size());
            assertTrue(n > 64 || steps.size() == n, "one at a time where they are few");
        }
    }

    /** 65 that cost 10 points each stay, but for those that are put back with dearer ones. */
    @Test
    void ofManyClustersThoseStayThatCostLess() {
        List<String> lines = new ArrayList<>();
        StringBuilder on = new StringBuilder("on");
        for (int i = 0; i < 130; i++) {
            String name = "c%03d".formatted(i);
            on.append(' ').append(name);
            lines.add(name + " eu-west label=cost:" + (i < 65 ? 10 : 100));
            lines.add("n%03d eu-west label=cost:0".formatted(i));
        }
        lines.addFirst(on.toString());
        Proposal proposal =
                proposal(
                                given(
                                        "{\"clusters\":130,\"prefer\":[{\"lowest\":\"cost\",\"weight\":100}],"
                                                + "\"rebalance\":{\"minGain\":20}}",
                                        lines.toArray(String[]::new)))
                        .orElseThrow();
        assertEquals(67, proposal.leaves().size());
        assertTrue(
                proposal.leaves()
                        .containsAll(
                                IntStream.range(65, 130)
                                        .mapToObj(i -> Fleet.uid("c%03d".formatted(i)))
                                        .toList()));
        assertEquals(67, proposal.joins().size());
    }

    @Test
    void whereAllReplicasFitIsBetterThanWhereSomeDo() {
        String divided = "{\"replicas\":{\"divide\":\"freeCapacity\"}}";
        Proposal proposal =
                proposal(
                                given(
                                        divided,
                                        "on c1",
                                        "replicas web 5",
                                        "requests web 1/1Gi",
                                        "has c1 web 3",
                                        "c1 eu-west room=3/3Gi used=3/3Gi",
                                        "c2 eu-west room=8/8Gi"))
                        .orElseThrow();
        assertEquals(Fleet.uids("c2"), proposal.to());
        assertEquals("all that was asked for is found", proposal.why());
    }

    /** Its room has shrunk below what it runs: it still runs, and nowhere else it would. */
    @Test
    void whatRunsWholeIsNotMovedToWhereSomeOfItWouldNot() {
        String cheap =
                "{\"prefer\":[{\"lowest\":\"cost\",\"weight\":100}],"
                        + "\"replicas\":{\"divide\":\"freeCapacity\"}}";
        String[] fleet = {
            "on c1",
            "replicas web 5",
            "requests web 1/1Gi",
            "has c1 web 5",
            "c1 eu-west room=3/3Gi used=5/5Gi label=cost:90",
            "c2 eu-west room=4/4Gi label=cost:10"
        };
        assertEquals(Optional.empty(), proposal(given(cheap, fleet)));
        fleet[3] = "has c1 web 2";
        fleet[4] = "c1 eu-west room=3/3Gi used=2/2Gi label=cost:90";
        assertEquals(
                "100 points more: lowest cost 100",
                proposal(given(cheap, fleet)).orElseThrow().why(),
                "what does not run whole may go where it does not either");
    }
}
