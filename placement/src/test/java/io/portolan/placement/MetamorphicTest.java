package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How decisions change, or do not, when what is asked changes. Each case is one seed, which its
 * name shows.
 */
class MetamorphicTest {
    private static final Pattern REGION = Pattern.compile("\\br([0-9])");
    private static final Pattern CLUSTER = Pattern.compile("\\bc([0-9])\\b");

    static LongStream seeds() {
        return Seeds.upTo(1_000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theOrderInWhichThingsAreToldDoesNotMatter(long seed) {
        Property.holds(
                seed,
                Cases::all,
                (given, random) -> {
                    List<String> lines = new ArrayList<>(given.said().lines());
                    Collections.shuffle(lines, random);
                    List<Uid> current = new ArrayList<>(given.needs().current());
                    Collections.shuffle(current, random);
                    Scenario shuffled = new Scenario("", given.said().policy(), lines).on(current);
                    assertEquals(given.place(), shuffled.read().place());
                });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aSecondRunDecidesTheSame(long seed) {
        Property.holds(
                seed,
                Cases::all,
                (given, _) -> {
                    ClusterSnapshot fleet = ClusterSnapshot.of(given.fleet());
                    PlacementDecision first =
                            Scheduler.place(fleet, given.policy(), given.needs(), 42);
                    assertEquals(first, Scheduler.place(fleet, given.policy(), given.needs(), 42));
                    assertEquals(first, given.place());
                });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aClusterThatDoesNotFitChangesNothing(long seed) {
        Property.holds(
                seed,
                Cases::all,
                (given, _) -> {
                    List<String> lines = new ArrayList<>(given.said().lines());
                    lines.add("new r1 cordoned label=cost:9999 room=64/256Gi");
                    Scenario more = new Scenario("", given.said().policy(), lines);
                    assertEquals(chosen(given.place()), chosen(more.read().place()));
                });
    }

    /** Of regions and their zones: what spreads compare is only whether they are the same. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whatRegionsAreCalledDoesNotMatter(long seed) {
        Property.holds(
                seed,
                Cases::nested,
                (given, _) -> assertEquals(chosen(given.place()), chosen(renamed(given, REGION))));
    }

    /** Ties fall otherwise, and nothing else changes. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whatClustersAreCalledOnlyBreaksTies(long seed) {
        Property.holds(
                seed,
                Cases::all,
                (given, _) -> {
                    PlacementDecision before = given.place();
                    PlacementDecision after = renamed(given, CLUSTER);
                    if (given.policy().groups().isEmpty()) {
                        assertEquals(before.satisfied(), after.satisfied());
                        assertEquals(before.chosen().size(), after.chosen().size());
                    }
                    if (given.policy().spread().isEmpty()) {
                        assertEquals(points(before), points(after));
                    }
                });
    }

    private static PlacementDecision renamed(Scenario.Given given, Pattern what) {
        UnaryOperator<String> other =
                text ->
                        what.matcher(text)
                                .replaceAll(m -> "n" + (9 - Integer.parseInt(m.group(1))) + "x");
        Scenario said = given.said();
        return new Scenario(
                        said.title(),
                        other.apply(said.policy()),
                        said.lines().stream().map(other).toList())
                .read()
                .place();
    }

    /** Of the chosen, in order. */
    private static List<Integer> points(PlacementDecision decision) {
        return decision.fates().stream()
                .filter(PlacementDecision.Fate::chosen)
                .map(f -> f.scores().values().stream().mapToInt(n -> n).sum())
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void placingAgainMovesNothing(long seed) {
        Property.holds(
                seed,
                Cases::all,
                (given, _) -> {
                    PlacementDecision first = given.place();
                    assertEquals(chosen(first), chosen(on(given, first.chosen()).read().place()));
                });
    }

    private static Scenario on(Scenario.Given given, List<Uid> clusters) {
        return given.said().on(clusters);
    }

    /** Where nothing binds clusters to each other: no spread, no groups. */
    @ParameterizedTest
    @MethodSource("seeds")
    void losingAChosenClusterMovesOnlyWhatWasOnIt(long seed) {
        Property.holds(
                seed,
                Cases::unbound,
                (given, random) -> {
                    Set<Uid> before = new HashSet<>(given.place().chosen());
                    if (before.isEmpty()) {
                        return;
                    }
                    List<Uid> sorted = before.stream().sorted().toList();
                    Uid lost = sorted.get(random.nextInt(sorted.size()));
                    Scenario.Given then = on(given, sorted).read();
                    Set<Uid> after =
                            chosen(
                                    then.place(
                                            then.fleet().stream()
                                                    .filter(c -> !c.uid().equals(lost))
                                                    .toList()));
                    before.remove(lost);
                    assertTrue(after.containsAll(before), () -> before + " -> " + after);
                    assertTrue(after.size() <= before.size() + 1);
                });
    }

    /** Rules that are added to a policy take clusters away and give none. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aStricterPolicyNeverMakesMoreClustersFit(long seed) {
        Property.holds(
                seed,
                Cases::all,
                (given, random) -> {
                    ObjectNode policy = given.said().tree();
                    String where = policy.path("where").asText();
                    switch (random.nextInt(3)) {
                        case 0 -> policy.put("where", join(where, "region = r0"));
                        case 1 -> policy.put("where", join(where, "tier = gold"));
                        default -> policy.remove("tolerations");
                    }
                    Set<Uid> fitting = fitting(given);
                    Set<Uid> then = fitting(given.said().under(policy).read());
                    assertTrue(fitting.containsAll(then), () -> fitting + " -> " + then);
                });
    }

    private static String join(String where, String more) {
        return where.isEmpty() ? more : where + ", " + more;
    }

    private static Set<Uid> fitting(Scenario.Given given) {
        return Oracle.of(given).fitting().stream().map(Candidate::uid).collect(Collectors.toSet());
    }

    /** What can be had under all hard spreads can be had under fewer. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aHardSpreadMoreNeverSatisfiesMore(long seed) {
        Property.holds(
                seed,
                Cases::crossing,
                (given, random) -> {
                    ObjectNode policy = given.said().tree();
                    if (given.place().satisfied() && policy.path("spread") instanceof ArrayNode s) {
                        s.remove(random.nextInt(s.size()));
                        PlacementDecision looser = given.said().under(policy).read().place();
                        assertTrue(looser.satisfied(), looser.summary());
                    }
                });
    }

    private static Set<Uid> chosen(PlacementDecision decision) {
        return Set.copyOf(decision.chosen());
    }
}
