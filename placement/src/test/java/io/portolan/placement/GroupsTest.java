package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Selector;
import io.portolan.model.placement.ClusterGroups;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.fleet.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupsTest {
    private static PlacementPolicySpec policy(
            int clusters, boolean overflow, boolean returns, Spread... spreads) {
        return new PlacementPolicySpec(
                Selector.EVERYTHING,
                List.of(),
                clusters,
                List.of(spreads),
                Optional.empty(),
                List.of(),
                Optional.of(
                        new ClusterGroups(
                                List.of(
                                        Selector.parse("provider = own"),
                                        Selector.parse("provider in (aws, azure)"),
                                        Selector.parse("provider = gcp")),
                                overflow,
                                returns)));
    }

    private static List<Candidate> fleet(String lines) {
        List<Candidate> out = new ArrayList<>();
        for (String line : lines.split(",")) {
            String[] words = line.strip().split(" ", 2);
            out.add(
                    Fleet.cluster(
                            words[0]
                                    + " r provider="
                                    + switch (words[0].charAt(0)) {
                                        case 'o' -> "own";
                                        case 'a' -> "aws";
                                        case 'g' -> "gcp";
                                        default -> "none";
                                    }
                                    + (words.length > 1 ? " " + words[1] : "")));
        }
        return out;
    }

    /** Fleet, how many, where it is now; what is chosen without overflow, and with it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "o1, o2, a1, a2            | 2 | -     | o1 o2 | o1 o2",
                "o1, a1, a2                | 2 | -     | a1 a2 | o1 *",
                "o1 cordoned, a1, a2       | 2 | -     | a1 a2 | a1 a2",
                "o1, a1                    | 2 | -     | *     | a1 o1",
                "o1, a1                    | 3 | -     | *     | a1 o1",
                "o1, g1, x1                | 2 | -     | *     | g1 o1",
                "x1, x2                    | 1 | -     | none  | none",
                "o1, o2, a1, a2            | 2 | a1 a2 | a1 a2 | a1 a2",
                "o1, o2, a1, a2            | 2 | a1    | a1 a2 | a1 *",
                "o1, o2, a1 cordoned, a2   | 2 | a1    | a1 a2 | a1 *",
                "o1, o2, a1 deleting, a2   | 2 | a1 a2 | o1 o2 | a2 *",
                "o1, o2, x1                | 1 | x1    | *     | *",
            })
    void theFirstGroupThatCanTakeAllOrWhatOverflows(
            String fleet, int clusters, String current, String apart, String over) {
        for (boolean overflow : List.of(false, true)) {
            PlacementDecision decision =
                    Fleet.place(fleet(fleet), policy(clusters, overflow, false), needs(current));
            expect(overflow ? over : apart, clusters, decision);
            assertFalse(decision.mayReturn());
        }
    }

    /** The same where it goes back. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "o1, o2, a1, a2          | 2 | a1 a2 | o1 o2 | o1 o2 | false | false",
                "o1, a1, a2              | 2 | a1 a2 | a1 a2 | o1 *  | true  | true",
                "o1 cordoned, a1, a2     | 2 | o1 a1 | a1 a2 | a1 o1 | true  | true",
                "o1 cordoned, o2, a1     | 2 | o1 a1 | o1 o2 | o1 o2 | false | false",
            })
    void goesBackWhenAnEarlierGroupCanTakeIt(
            String fleet,
            int clusters,
            String current,
            String apart,
            String over,
            boolean apartMayReturn,
            boolean overMayReturn) {
        for (boolean overflow : List.of(false, true)) {
            PlacementDecision decision =
                    Fleet.place(fleet(fleet), policy(clusters, overflow, true), needs(current));
            expect(overflow ? over : apart, clusters, decision);
            assertEquals(overflow ? overMayReturn : apartMayReturn, decision.mayReturn());
        }
    }

    private static Needs needs(String current) {
        return current.equals("-") ? Fleet.needs() : Fleet.needs(current.split(" "));
    }

    /** A star is any cluster. */
    private static void expect(String names, int clusters, PlacementDecision decision) {
        List<String> chosen = Fleet.chosen(decision);
        if (names.equals("none")) {
            assertEquals(List.of(), chosen);
            return;
        }
        List<String> wanted = Stream.of(names.split(" ")).filter(n -> !n.equals("*")).toList();
        assertTrue(chosen.containsAll(wanted), decision.summary() + chosen);
        assertEquals(names.split(" ").length, chosen.size(), decision.summary() + chosen);
        assertEquals(chosen.size() >= clusters, decision.satisfied());
    }

    @Test
    void tellsWhichGroupAndWhyNotTheOthers() {
        PlacementDecision decision =
                Fleet.place(
                        fleet("o1, a1, a2, g1, x1"), policy(2, false, false), Fleet.needs("g1"));
        assertEquals("2 of 5 clusters: 2 other group, 1 no group", decision.summary());
        assertEquals(
                "it is in group 3 of 3 (provider = gcp), and group 2 of 3 (provider in (aws,"
                        + " azure)) takes all",
                Fleet.fate(decision, "g1").detail());
        assertEquals(Reason.GROUP, Fleet.fate(decision, "o1").reason());
        assertEquals("it is in none of the policy's groups", Fleet.fate(decision, "x1").detail());
        assertTrue(
                Fleet.fate(decision, "a1")
                        .detail()
                        .endsWith(", in group 2 of 3 (provider in (aws, azure))"),
                Fleet.fate(decision, "a1").detail());
    }

    @Test
    void aGroupThatCannotKeepTheSpreadCannotTakeAll() {
        List<Candidate> fleet = fleet("o1 zone=z1, o2 zone=z1, a1 zone=z1, a2 zone=z2");
        Spread zones = new Spread("zone", 2, 1);
        assertEquals(
                List.of("a1", "a2"),
                Fleet.chosen(Fleet.place(fleet, policy(2, false, false, zones), Fleet.needs())));
        List<String> over =
                Fleet.chosen(Fleet.place(fleet, policy(2, true, false, zones), Fleet.needs()));
        assertTrue(
                over.contains("a2") && (over.contains("o1") || over.contains("o2")),
                over::toString);
    }

    @Test
    void thePinnedClusterStaysWhateverItsGroup() {
        List<Candidate> fleet = fleet("o1, o2, a1, a2");
        for (boolean returns : List.of(false, true)) {
            List<String> chosen =
                    Fleet.chosen(
                            Fleet.place(
                                    fleet,
                                    policy(2, false, returns),
                                    Fleet.needs(Fleet.uids("a1"), Fleet.uids("a1"))));
            assertTrue(chosen.contains("a1"), chosen::toString);
        }
    }
}
