package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.placement.Explanation.Row;
import io.portolan.placement.Explanation.Rule;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The full table says of each cluster what the decision says, and more. */
class ExplanationTest {
    /** As {@link Fleet#place} has it. */
    private static final long SEED = 42;

    static LongStream seeds() {
        return Seeds.upTo(600);
    }

    private static Explanation explain(Scenario.Given given) {
        return Scheduler.explain(
                ClusterSnapshot.of(given.fleet()), given.policy(), given.needs(), SEED);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void itIsTheDecision(long seed) {
        Property.holds(
                seed,
                Cases::all,
                (given, random) -> {
                    PlacementDecision decision = given.place();
                    Explanation table = explain(given);
                    assertEquals(decision, table.decision(), "all fates are kept of a small fleet");
                    assertEquals(given.fleet().size(), table.rows().size());
                    for (Row row : table.rows()) {
                        Fate fate = fate(decision, row);
                        assertEquals(fate.chosen(), row.chosen());
                        assertEquals(fate.reason(), row.reason());
                        assertEquals(fate.detail(), row.detail());
                        assertEquals(fate.replicas(), row.replicas());
                        assertEquals(fate.scores(), row.scores());
                        switch (fate.reason()) {
                            case KEPT, CHOSEN, NOT_NEEDED, UNDECIDED ->
                                    assertEquals(0, row.failed());
                            case SPREAD, STANDBY -> {}
                            case GROUP -> assertEquals(row.group().isEmpty(), row.failed() > 0);
                            case SELECTOR,
                                    TENANT,
                                    DATA_RESIDENCY,
                                    CORDONED,
                                    TAINTED,
                                    NOT_JOINED,
                                    UNREACHABLE,
                                    API_KINDS,
                                    AFFINITY,
                                    CAPACITY,
                                    PREEMPTED,
                                    EXCLUDED,
                                    DELETING ->
                                    assertTrue(row.failed() > 0, row::toString);
                        }
                    }
                    List<Integer> ranks =
                            table.rows().stream().flatMap(r -> r.rank().stream()).sorted().toList();
                    assertEquals(IntStream.rangeClosed(1, table.fitting()).boxed().toList(), ranks);
                    List<Candidate> shuffled = new ArrayList<>(given.fleet());
                    Collections.shuffle(shuffled, random);
                    assertEquals(
                            table,
                            Scheduler.explain(
                                    ClusterSnapshot.of(shuffled),
                                    given.policy(),
                                    given.needs(),
                                    SEED));
                });
    }

    private static Fate fate(PlacementDecision decision, Row row) {
        return decision.fates().stream()
                .filter(f -> f.cluster().equals(row.cluster()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyRuleThatKeepsAClusterAwayIsTold() {
        Row row =
                table("bad us-east cordoned taint=x:NoSchedule unreachable", "good eu-west")
                        .rows()
                        .getLast();
        assertEquals(
                List.of(
                        "where: region = eu-west: the policy asks for region = eu-west, here it is"
                                + " us-east",
                        "taints: its taint x:NoSchedule is not tolerated",
                        "not cordoned: an operator has cordoned it",
                        "agent is heard: its agent is not heard"),
                row.rules().stream()
                        .filter(r -> !r.holds())
                        .map(r -> r.rule() + ": " + r.detail())
                        .toList());
        assertEquals(Optional.empty(), row.rank());
        assertEquals(
                List.of("not being deleted", "has an agent", "API kinds"),
                row.rules().stream().filter(Rule::holds).map(Rule::rule).toList());
    }

    @Test
    void whatIsThereStaysWhereNothingNewMayCome() {
        Explanation table =
                Scheduler.explain(
                        ClusterSnapshot.of(Fleet.of("c1 eu-west cordoned", "c2 eu-west")),
                        Fleet.policy("region = eu-west", 1),
                        Fleet.needs("c1"),
                        0);
        Row there = table.rows().getFirst();
        assertEquals("c1", there.name());
        Rule cordon =
                there.rules().stream()
                        .filter(r -> r.rule().equals("not cordoned"))
                        .findFirst()
                        .orElseThrow();
        assertTrue(cordon.holds());
        assertEquals("keeps newcomers away: an operator has cordoned it", cordon.detail());
        assertEquals(Optional.of(1), there.rank());
        assertEquals(Optional.of(2), table.rows().getLast().rank());
    }

    @Test
    void nearestComeFirst() {
        Explanation table =
                table(
                        "far us-east cordoned",
                        "near eu-west cordoned",
                        "b eu-west",
                        "a eu-west",
                        "lost eu-west cordoned unreachable");
        assertEquals(
                List.of("near", "far", "lost"),
                table.rows().stream().skip(2).map(Row::name).toList());
        assertTrue(table.rows().getFirst().chosen());
        assertFalse(table.rows().get(1).chosen());
        assertTrue(
                table.rows().get(0).tieBreak() < table.rows().get(1).tieBreak(),
                "of equally good ones the smaller number is chosen");
    }

    @Test
    void noClusterOfALargeFleetIsLeftOut() {
        List<Candidate> fleet =
                Fleet.of(
                        IntStream.range(0, 700)
                                .mapToObj(i -> "c" + i + (i < 300 ? " eu-west" : " us-east"))
                                .toArray(String[]::new));
        Explanation table =
                Scheduler.explain(
                        ClusterSnapshot.of(fleet),
                        Fleet.policy("region = eu-west", 2),
                        Fleet.needs(),
                        7);
        PlacementDecision stored =
                Scheduler.place(
                        ClusterSnapshot.of(fleet),
                        Fleet.policy("region = eu-west", 2),
                        Fleet.needs(),
                        7);
        assertEquals(700, table.rows().size());
        assertEquals(
                700, table.rows().stream().map(Row::cluster).collect(Collectors.toSet()).size());
        assertTrue(stored.fates().size() < 700, "the stored decision keeps the nearest");
        assertEquals(stored.chosen(), table.decision().chosen());
        assertEquals(stored.summary(), table.decision().summary());
        assertEquals(stored.counts(), table.decision().counts());
        assertEquals(300, table.fitting());
    }

    @Test
    void onlyRowsThatAreAskedForAreBuiltAndTheDecisionIsOfAll() {
        ClusterSnapshot fleet =
                ClusterSnapshot.of(Fleet.of("c1 eu-west", "c2 eu-west", "c3 us-east"));
        Explanation all =
                Scheduler.explain(fleet, Fleet.policy("region = eu-west", 1), Fleet.needs(), 0);
        Explanation one =
                Scheduler.explain(
                        fleet, Fleet.policy("region = eu-west", 1), Fleet.needs(), 0, "c3"::equals);
        assertEquals(all.rows().stream().filter(r -> r.name().equals("c3")).toList(), one.rows());
        assertEquals(1, one.rows().size());
        assertEquals(all.decision(), one.decision());
        assertEquals(2, one.fitting());
    }

    private static Explanation table(String... fleet) {
        return Scheduler.explain(
                ClusterSnapshot.of(Fleet.of(fleet)),
                Fleet.policy("region = eu-west", 1),
                Fleet.needs(),
                0);
    }

    private static Explanation explained(String policy, String... lines) {
        Scenario.Given given = new Scenario("one", policy, List.of(lines)).read();
        return explain(given);
    }

    private static List<String> rules(Row row) {
        return row.rules().stream().map(Rule::rule).toList();
    }

    @Test
    void rulesSayWhatTheyAskFor() {
        List<String> rules =
                rules(
                        explained(
                                        "{\"where\":\"tier = gold\",\"groups\":{\"order\":[\"provider = own\",\"provider = aws\"]},"
                                                + "\"affinity\":[{\"application\":\"cache\",\"over\":\"region\"},{\"applications\":\"tier = batch\",\"apart\":true}],"
                                                + "\"capacity\":{\"headroom\":\"10%\",\"unknown\":\"refuses\"}}",
                                        "residency EU CH",
                                        "requests web 1500m/6Gi",
                                        "c1 eu-west label=tier:gold room=8/32Gi")
                                .rows()
                                .getFirst());
        assertTrue(rules.contains("data residency: CH, EU"), rules::toString);
        assertTrue(rules.contains("where: tier = gold"), rules::toString);
        assertTrue(rules.contains("one of 2 groups"), rules::toString);
        assertTrue(rules.contains("affinity: affinity cache"), rules::toString);
        assertTrue(
                rules.contains("room: 1.5 CPU, 6 GiB, and 10% headroom, of known room"),
                rules::toString);
    }

    @Test
    void roomIsAskedForInNumbersOfEachCluster() {
        Explanation table =
                explained(
                        "{}",
                        "requests web 1/1Gi",
                        "requests node 100m/64Mi",
                        "c1 eu-west room=8/32Gi nodes=10",
                        "c2 eu-west room=8/32Gi nodes=1");
        for (Row row : table.rows()) {
            assertTrue(
                    rules(row)
                            .contains(
                                    row.name().equals("c1")
                                            ? "room: 2 CPU, 1.6 GiB"
                                            : "room: 1.1 CPU, 1.1 GiB"),
                    () -> rules(row).toString());
        }
    }

    @Test
    void aRowTellsItsGroupFromOne() {
        Explanation table =
                explained(
                        "{\"groups\":{\"order\":[\"provider = own\",\"provider = aws\"],\"overflow\":true}}",
                        "c1 eu-west provider=aws",
                        "c2 eu-west provider=own",
                        "c3 eu-west provider=gcp");
        assertEquals(
                List.of("c2 Optional[1]", "c1 Optional[2]", "c3 Optional.empty"),
                table.rows().stream().map(r -> r.name() + " " + r.group()).toList());
    }

    /** A spread takes a worse one before a better one. */
    @Test
    void theChosenComeBeforeWhatIsBetterAndWasRefused() {
        Explanation table =
                explained(
                        "{\"clusters\":2,\"spread\":{\"over\":\"region\",\"minGroups\":2},"
                                + "\"prefer\":[{\"lowest\":\"cost\",\"weight\":100}]}",
                        "a1 eu-west label=cost:1",
                        "a2 eu-west label=cost:2",
                        "b1 us-east label=cost:9");
        assertEquals(
                List.of("a1 1", "b1 3", "a2 2"),
                table.rows().stream().map(r -> r.name() + " " + r.rank().orElseThrow()).toList());
    }
}
