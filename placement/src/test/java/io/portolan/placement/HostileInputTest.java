package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Check;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterSpec.Effect;
import io.portolan.model.cluster.ClusterSpec.Location;
import io.portolan.model.cluster.ClusterSpec.Taint;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.Codec;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no reasonable person writes: the engine decides it or {@code check} refuses it with the
 * field's path; it throws nothing and decides the same twice.
 */
class HostileInputTest {
    private static final List<String> WORDS =
            List.of(
                    "",
                    " ",
                    "NaN",
                    "-0",
                    "1e999",
                    "-1",
                    "99999999999999999999",
                    "999999999999.999999",
                    "0.0000001",
                    "٣",
                    "\u0000",
                    "\ud800",
                    "ﬀ\u202e",
                    "a".repeat(100_000),
                    "a,b=c in (d)",
                    "null");
    private static final List<String> KEYS = List.of("region", "cost", "feed", "ключ", "", "name");

    static LongStream seeds() {
        return Seeds.upTo(500);
    }

    private static Candidate cluster(int i, Random random) {
        Map<String, String> labels = new HashMap<>();
        for (String key : KEYS) {
            labels.put(key, WORDS.get(random.nextInt(WORDS.size())));
        }
        return new Candidate(
                new Uid("uid-" + i),
                WORDS.get(random.nextInt(WORDS.size())),
                labels,
                new ClusterSpec(
                        new Location(word(random), word(random), word(random), word(random)),
                        random.nextInt(5) == 0
                                ? List.of(new Taint(word(random), word(random), Effect.NO_EXECUTE))
                                : List.of(),
                        false),
                Reach.READY,
                Set.of(word(random)),
                word(random),
                List.of(),
                false);
    }

    private static String word(Random random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static List<Candidate> fleet(int size, Random random) {
        List<Candidate> out = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            out.add(cluster(i, random));
        }
        return out;
    }

    private static PlacementDecision twice(
            List<Candidate> fleet, PlacementPolicySpec policy, Needs needs) {
        PlacementDecision first =
                Scheduler.place(ClusterSnapshot.of(fleet), policy, needs, Long.MIN_VALUE);
        assertEquals(
                first,
                Scheduler.place(
                        ClusterSnapshot.of(fleet.reversed()), policy, needs, Long.MIN_VALUE));
        return first;
    }

    private static PlacementPolicySpec policy(String json) {
        return Codec.strict().read(json, PlacementPolicySpec.class);
    }

    private static List<Check.Problem> problems(PlacementPolicySpec policy) {
        Check check = Check.root();
        policy.check(check);
        return check.problems();
    }

    @Test
    @Tag("long")
    void decidesOverTenThousandHostileClusters() {
        List<Candidate> fleet = fleet(10_000, new Random(1));
        PlacementPolicySpec policy =
                policy(
                        """
                        {"clusters":10000,"spread":[{"over":"region","minGroups":2,"maxSkew":10000},
                         {"over":"feed","minGroups":2,"maxSkew":10000,"soft":true}],
                         "prefer":[{"lowest":"cost","weight":1000},{"highest":"feed","weight":1000}],
                         "replicas":{"divide":"weighted","minPerCluster":0}}
                        """);
        assertEquals(List.of(), problems(policy));
        PlacementDecision decision =
                twice(
                        fleet,
                        policy,
                        Fleet.needs(List.of(), List.of(), Map.of("web", Integer.MAX_VALUE)));
        assertFalse(decision.satisfied());
        assertTrue(decision.summary().length() < 1_000_000, decision.summary().length() + "");
    }

    /** What five regions of two can never have: 10,000 clusters are not counted down to 10. */
    @Test
    @Tag("long")
    void decidesWhatManySmallRegionsCannotHave() {
        List<Candidate> fleet = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            fleet.add(Fleet.cluster("c" + i + " r" + i / 2));
        }
        PlacementPolicySpec policy =
                policy(
                        """
                        {"clusters":9000,"spread":{"over":"region","maxGroups":5,"maxSkew":10}}
                        """);
        assertEquals(List.of(), problems(policy));
        assertEquals(10, twice(fleet, policy, Fleet.needs()).chosen().size());
    }

    /** It ran all of a million everywhere, and is to be divided from now on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1000000 freeCapacity",
                "1000000 aggregated",
                "1000000 weighted",
                "2147483647 freeCapacity",
                "2147483647 aggregated",
                "2147483647 weighted"
            })
    void dividesMoreReplicasThanANumberHolds(String asked) {
        int replicas = Integer.parseInt(asked.split(" ")[0]);
        List<Candidate> fleet = new ArrayList<>();
        List<Uid> current = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            fleet.add(Fleet.cluster("c" + i));
            current.add(fleet.get(i).uid());
        }
        PlacementPolicySpec policy =
                policy(
                        """
                        {"clusters":3000,"replicas":{"divide":"%s"}}
                        """
                                .formatted(asked.split(" ")[1]));
        assertEquals(List.of(), problems(policy));
        PlacementDecision decision =
                twice(fleet, policy, Fleet.needs(current, List.of(), Map.of("web", replicas)));
        List<Integer> parts =
                decision.parts().values().stream().map(of -> of.getOrDefault("web", 0)).toList();
        assertTrue(parts.stream().allMatch(n -> n >= 0));
        assertEquals(replicas, parts.stream().mapToLong(n -> n).sum());
    }

    /** Any value of a good policy may be anything. */
    @ParameterizedTest
    @MethodSource("seeds")
    void refusesOrDecidesPoliciesWithHostileValues(long seed) {
        Random random = new Random(seed);
        ObjectNode tree = Cases.all(random).tree();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            spoil(tree, random);
        }
        PlacementPolicySpec policy;
        try {
            policy = policy(tree.toString());
        } catch (UncheckedIOException _) {
            return;
        }
        for (Check.Problem problem : problems(policy)) {
            assertFalse(problem.path().isEmpty(), problem.message());
            assertTrue(problem.message().length() < 500, problem.path());
        }
        if (problems(policy).isEmpty()) {
            twice(
                    fleet(30, random),
                    policy,
                    Fleet.needs(
                            Fleet.uids("3", "7"),
                            List.of(),
                            Map.of("web", Integer.MAX_VALUE, "job", 0)));
        }
    }

    private static void spoil(JsonNode tree, Random random) {
        switch (tree) {
            case ObjectNode object -> {
                List<String> names = new ArrayList<>();
                object.fieldNames().forEachRemaining(names::add);
                if (!names.isEmpty()) {
                    String name = names.get(random.nextInt(names.size()));
                    if (object.get(name).isContainerNode() && random.nextInt(4) > 0) {
                        spoil(object.get(name), random);
                    } else {
                        object.set(name, other(object.get(name), random));
                    }
                }
            }
            case ArrayNode array when !array.isEmpty() -> {
                int i = random.nextInt(array.size());
                if (array.get(i).isContainerNode()) {
                    spoil(array.get(i), random);
                } else {
                    array.set(i, other(array.get(i), random));
                }
            }
            default -> {}
        }
    }

    private static JsonNode other(JsonNode value, Random random) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        List<JsonNode> numbers =
                List.of(
                        json.numberNode(0),
                        json.numberNode(-1),
                        json.numberNode(Integer.MAX_VALUE),
                        json.numberNode(Integer.MIN_VALUE),
                        json.numberNode(Long.MAX_VALUE),
                        json.numberNode(10_000),
                        json.numberNode(1_000),
                        json.numberNode(0.5),
                        json.nullNode());
        if (value.isNumber()) {
            return numbers.get(random.nextInt(numbers.size()));
        }
        return value.isTextual() || random.nextBoolean()
                ? json.textNode(word(random))
                : json.nullNode();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"clusters\":0} -> clusters",
                "{\"clusters\":10001} -> clusters",
                "{\"clusters\":2,\"spread\":{\"over\":\"region\",\"minGroups\":5}} -> spread.minGroups",
                "{\"prefer\":[{\"lowest\":\"cost\",\"weight\":0}]} -> prefer[0].weight",
                "{\"prefer\":[{\"lowest\":\"cost\",\"weight\":1001}]} -> prefer[0].weight",
                "{\"replicas\":{\"divide\":\"weighted\",\"weights\":[{\"where\":\"a\",\"weight\":0}]}}"
                        + " -> replicas.weights[0].weight",
                "{\"replicas\":{\"divide\":\"weighted\",\"minPerCluster\":5,\"maxPerCluster\":2}}"
                        + " -> replicas.maxPerCluster",
                "{\"groups\":{\"order\":[]}} -> groups.order",
                "{\"affinity\":{\"application\":\"a\",\"weight\":0}} -> affinity.weight",
                "{\"affinity\":{\"application\":\"NOT A NAME\"}} -> affinity.application"
            })
    void saysWhichFieldIsWrong(String refused) {
        String[] parts = refused.split(" -> ");
        List<String> fields = problems(policy(parts[0])).stream().map(Check.Problem::path).toList();
        assertTrue(fields.contains(parts[1]), () -> parts[1] + " in " + fields);
    }

    @Test
    @Tag("long")
    void aSmallFleetOfNothingButTrouble() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Scenario.Given given = Cases.all(random).read();
            twice(fleet(random.nextInt(12), random), given.policy(), given.needs());
        }
    }

    @Test
    void whatIsNotInTheFleetIsNotThere() {
        PlacementDecision decision =
                twice(
                        List.of(),
                        policy("{}"),
                        Fleet.needs(Fleet.uids("gone"), Fleet.uids("gone", "gone")));
        assertEquals(List.of(), decision.chosen());
        assertEquals(Optional.empty(), decision.nearest());
    }
}
