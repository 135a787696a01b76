package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Check;
import io.portolan.model.Selector;
import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.Codec;
import io.portolan.placement.filter.Neighbours;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WarningsTest {
    private static final List<Candidate> FLEET =
            Fleet.of(
                    "c1 eu-west provider=own label=cost:5 label=rack:r1",
                    "c2 eu-west provider=own label=cost:5 label=rack:r2",
                    "c3 eu-west provider=own label=cost:5",
                    "c4 eu-north provider=aws label=cost:5",
                    "c5 us-east provider=aws label=cost:5 law=US taint=x:NoExecute cordoned");

    private static List<String> warnings(List<Candidate> fleet, String json) {
        return warnings(fleet, json, "", Set.of());
    }

    private static List<String> warnings(
            List<Candidate> fleet, String json, String tenant, Set<String> residency) {
        PlacementPolicySpec policy =
                Codec.strict().read(json.replace('\'', '"'), PlacementPolicySpec.class);
        Check check = Check.root();
        policy.check(check);
        assertEquals(List.of(), check.problems());
        return Warnings.of(
                        ClusterSnapshot.of(fleet),
                        policy,
                        Selector.parse(tenant),
                        residency,
                        Collections.nCopies(policy.affinity().size(), Neighbours.MISSING))
                .stream()
                .map(Warning::toString)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'where':'region = mars'} | where: region = mars matches none of 5 clusters: 3 with region eu-west, 1 with region eu-north, 1 with region us-east; clusters: 1 cluster asked for, and 0 of 5 can ever match: 5 are outside of where",
                "{'where':'region = eu-west','clusters':10} | clusters: 10 clusters asked for, and 3 of 5 can ever match: 2 are outside of where",
                "{'groups':{'order':['provider = own','provider = azure']}} | groups.order[1]: matches none of 5 clusters",
                "{'groups':{'order':['provider = own','region = eu-west','provider = aws']}} | groups.order[1]: is always empty: 3 clusters that it matches are of earlier groups",
                "{'clusters':4,'groups':{'order':['provider = own']}} | clusters: 4 clusters asked for, and 3 of 5 can ever match: 2 are in no group",
                "{'clusters':5,'spread':{'minGroups':5}} | spread.minGroups: 5 groups asked for, and the 5 clusters that match are in 3: 3 with region eu-west, 1 with region eu-north, 1 with region us-east",
                "{'clusters':2,'spread':{'over':'rack','minGroups':2}} | spread.over: 3 of 5 clusters that match have no rack and are never chosen",
                "{'clusters':5,'spread':[{'maxSkew':1},{'over':'provider'}]} | spread: no 5 of the 5 clusters that match keep it all; the most that do are 4",
                "{'clusters':4,'spread':{'maxGroups':1}} | spread: no 4 of the 5 clusters that match keep it; the most that do are 3",
                "{'clusters':2,'spread':{'weights':{'mars':2,'eu-west':3}}} | spread.weights.mars: weighs nothing: none of 5 clusters that match has region mars",
                "{'clusters':2,'where':'region = eu-west','standbys':{'apart':['name','region']}} | standbys.apart[1]: none can stand by among the 3 clusters that match: 3 with region eu-west",
                "{'prefer':[{'lowest':'cost'}]} | prefer[0].lowest: prefers nothing: all of 5 clusters that match have cost 5",
                "{'prefer':[{'highest':'rack'}]} | prefer[0].highest: prefers nothing: none of 5 clusters that match has a number as rack",
                "{'prefer':[{'where':'provider = gcp'}]} | prefer[0].where: prefers nothing: it matches none of 5 clusters that match the policy",
                "{'prefer':[{'where':'provider in (own, aws)'}]} | prefer[0].where: prefers nothing: it matches all of 5 clusters that match the policy",
                "{'replicas':{'weights':[{'where':'provider = gcp','weight':3}]}} | replicas.weights[0].where: matches none of 5 clusters that match the policy",
                "{'replicas':{'weights':[{'where':'provider = own','weight':3},{'where':'name = c1','weight':2}]}} | replicas.weights[1].where: counts for none: an earlier weight counts for the 1 cluster that it matches",
                "{'affinity':{'application':'cache'}} | affinity.application: application cache does not exist: nothing is placed until it does",
                "{'affinity':{'application':'cache','over':'feed'}} | affinity.application: application cache does not exist: nothing is placed until it does; affinity.over: none of 5 clusters has a feed",
                "{'where':'rack in (r1, r2)','prefer':[{'lowest':'rack'}]} | prefer[0].lowest: prefers nothing: none of 2 clusters that match has a number as rack",
                "{'affinity':[{'application':'a','weight':3},{'applications':'tier = b','apart':true}]} | affinity[0].application: application a does not exist: nothing is preferred; affinity[1].applications: the tenant has no application with tier = b: nothing is kept apart from it",
            })
    void saysWhereAndHowMany(String policy, String warning) {
        assertEquals(warning, String.join("; ", warnings(FLEET, policy)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}",
                "{'clusters':5,'where':'region in (eu-west, eu-north, us-east)'}",
                "{'clusters':3,'spread':{'minGroups':3}}",
                "{'clusters':3,'spread':{'minGroups':1,'soft':true,'over':'rack'}}",
                "{'clusters':2,'standbys':{'apart':['region','provider']}}",
                "{'tolerations':[{'key':'nobody-has-it','value':''}]}",
                "{'groups':{'order':['provider = own','provider = aws'],'overflow':true}}",
                "{'prefer':[{'where':'provider = own'},{'free':'most'}]}",
                "{'where':'name = c1','prefer':[{'where':'provider = own'},{'lowest':'cost'}]}",
            })
    void ofWhatCanBeHadNothingIsSaid(String policy) {
        assertEquals(List.of(), warnings(FLEET, policy));
        assertEquals(List.of(), warnings(List.of(), policy), "nor of an empty fleet");
    }

    @Test
    void residencyAndTenantAreCounted() {
        assertEquals(
                List.of(
                        "clusters: 4 clusters asked for, and 1 of 5 can ever match: 1 is where the"
                                + " tenant's data must not be, 3 are not for the tenant"),
                warnings(FLEET, "{'clusters':4}", "provider = aws", Set.of("EU")));
        assertEquals(
                List.of(
                        "clusters: 1 cluster asked for, and 0 of 5 can ever match: 5 are where the"
                                + " tenant's data must not be"),
                warnings(FLEET, "{}", "", Set.of("CH")));
    }

    @Test
    void anEmptyFleetWarnsOfNothing() {
        assertEquals(List.of(), warnings(List.of(), "{'clusters':9,'where':'region = mars'}"));
    }

    static LongStream seeds() {
        return Seeds.upTo(40);
    }

    /** Policies that no check has seen, over labels that no check has seen. */
    @ParameterizedTest
    @MethodSource("seeds")
    void nothingThrowsAndASecondLookSaysTheSame(long seed) {
        saysTheSameTwice(seed, 200);
    }

    @Test
    @Tag("long")
    void norDoesAnythingThrowOverTenThousandClusters() {
        saysTheSameTwice(0, 10_000);
    }

    private static void saysTheSameTwice(long seed, int clusters) {
        Random random = new Random(seed);
        List<Candidate> fleet = hostile(random, clusters);
        PlacementPolicySpec policy = policy(random);
        List<Neighbours> neighbours = new ArrayList<>();
        for (Affinity term : policy.affinity()) {
            neighbours.add(Neighbours.of(term, random.nextBoolean(), random.nextBoolean(), fleet));
        }
        ClusterSnapshot snapshot = ClusterSnapshot.of(fleet);
        List<Warning> first =
                Warnings.of(snapshot, policy, Selector.EVERYTHING, Set.of(), neighbours);
        assertTrue(first.size() <= 20);
        assertEquals(
                first, Warnings.of(snapshot, policy, Selector.EVERYTHING, Set.of(), neighbours));
        Needs needs = Fleet.needs().near(neighbours).withRoles();
        assertEquals(Fleet.place(fleet, policy, needs), Fleet.place(fleet, policy, needs));
    }

    private static final String[] VALUES = {
        "",
        "a",
        "0",
        "-1",
        "1e999",
        "999999999999.999999",
        "NaN",
        "\u0000",
        "\uD83D\uDE00",
        "a,b)",
        "\"\\",
        "x".repeat(4_000)
    };
    private static final String[] KEYS = {
        "region", "zone", "cost", "\n", "", "name", "k".repeat(99)
    };

    private static <T> T any(Random random, T[] of) {
        return of[random.nextInt(of.length)];
    }

    private static List<Candidate> hostile(Random random, int size) {
        List<Candidate> out = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Candidate plain = Fleet.cluster("c%d r%d".formatted(i, random.nextInt(5)));
            Map<String, String> labels = new HashMap<>();
            for (int l = 0; l < 6; l++) {
                labels.put(
                        any(random, KEYS),
                        random.nextInt(4) == 0 ? "v" + random.nextLong() : any(random, VALUES));
            }
            out.add(
                    new Candidate(
                            plain.uid(),
                            plain.name(),
                            labels,
                            plain.spec(),
                            plain.reach(),
                            plain.apiKinds(),
                            any(random, VALUES),
                            plain.tainted(),
                            random.nextInt(9) == 0));
        }
        return out;
    }

    private static int number(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> Integer.MAX_VALUE;
            case 1 -> 0;
            case 2 -> -1;
            default -> 1 + random.nextInt(6);
        };
    }

    private static PlacementPolicySpec policy(Random random) {
        Map<String, Object> weights = new HashMap<>();
        weights.put(any(random, VALUES), Math.max(1, number(random)));
        Map<String, Object> spread =
                Map.of(
                        "over", any(random, KEYS),
                        "minGroups", number(random),
                        "maxSkew", number(random),
                        "soft", random.nextBoolean(),
                        "weights", weights);
        Map<String, Object> affinity =
                Map.of(
                        "application",
                        any(random, VALUES),
                        "over",
                        any(random, KEYS),
                        "apart",
                        random.nextBoolean());
        Map<String, Object> prefer =
                Map.of("lowest", any(random, KEYS), "weight", 1 + random.nextInt(1_000));
        Map<String, Object> policy =
                Map.of(
                        "clusters", number(random),
                        "where", random.nextBoolean() ? "" : "cost, !zone",
                        "spread", random.nextBoolean() ? List.of(spread) : List.of(),
                        "affinity", random.nextBoolean() ? List.of(affinity) : List.of(),
                        "prefer", List.of(prefer),
                        "groups", Map.of("order", List.of("cost = a", "!cost", "region")),
                        "standbys", Map.of("apart", List.of(any(random, KEYS))));
        return Codec.strict().read(Codec.strict().text(policy), PlacementPolicySpec.class);
    }

    @Test
    void whatLeavesTheFleetIsNotCounted() {
        List<Candidate> fleet = Fleet.of("c1 eu-west", "c2 eu-west deleting", "c3 us-east");
        assertEquals(
                List.of(
                        "clusters: 2 clusters asked for, and 1 of 2 can ever match: 1 is outside of"
                                + " where"),
                warnings(fleet, "{'clusters':2,'where':'region = eu-west'}"));
    }
}
