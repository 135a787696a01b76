package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Selector;
import io.portolan.model.placement.Division;
import io.portolan.model.placement.Division.Divide;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.model.placement.Preference;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private static final List<Candidate> FIVE =
            Fleet.of("a1 eu-west", "a2 eu-west", "a3 eu-west", "b1 eu-north", "c1 us-east");

    @Test
    void explainsEveryCluster() {
        PlacementDecision decision =
                Fleet.place(
                        Fleet.of(
                                "a1 eu-west",
                                "a2 us-east",
                                "a3 us-east",
                                "a4 eu-west taint=maintenance:NoSchedule",
                                "a5 eu-west cordoned",
                                "a6 eu-west"),
                        Fleet.policy("region = eu-west", 1),
                        Fleet.needs("a5"));
        assertEquals(List.of("a5"), Fleet.chosen(decision));
        assertTrue(decision.satisfied());
        assertEquals(
                "1 of 6 clusters: 2 not needed, 2 region, 1 tainted maintenance",
                decision.summary());
        assertEquals(
                Map.of(Reason.NOT_NEEDED, 2, Reason.SELECTOR, 2, Reason.TAINTED, 1),
                decision.counts());
        assertEquals(
                List.of("a5", "a1", "a2", "a3", "a4", "a6"),
                decision.fates().stream().map(f -> f.name()).toList());
        assertEquals(Reason.KEPT, Fleet.fate(decision, "a5").reason());
        assertEquals(
                "was there, and stays although an operator has cordoned it",
                Fleet.fate(decision, "a5").detail());
    }

    @Test
    void choosesWhatThereIsWhenThereIsTooLittle() {
        PlacementDecision decision =
                Fleet.place(
                        Fleet.of("a1 eu-west", "a2 eu-west cordoned"),
                        Fleet.policy(3),
                        Fleet.needs());
        assertFalse(decision.satisfied());
        assertEquals(List.of("a1"), Fleet.chosen(decision));
        assertEquals("1 of 2 clusters (3 asked for): 1 cordoned", decision.summary());
    }

    @Test
    void silenceMovesNothing() {
        PlacementDecision decision =
                Fleet.place(
                        Fleet.of("a1 eu-west unreachable", "a2 eu-west", "a3 eu-west"),
                        Fleet.policy(1),
                        Fleet.needs("a1"));
        assertEquals(List.of("a1"), Fleet.chosen(decision));
        assertTrue(decision.satisfied());
    }

    @Test
    void whatRunsIsPreferredToWhatTheTieBreakLikes() {
        for (Candidate current : FIVE) {
            assertEquals(
                    List.of(current.name()),
                    Fleet.chosen(Fleet.place(FIVE, Fleet.policy(1), Fleet.needs(current.name()))));
        }
    }

    @Test
    void thePinnedClusterStaysWhereOneMustGo() {
        for (Candidate pinned : FIVE) {
            Needs needs =
                    Fleet.needs(FIVE.stream().map(Candidate::uid).toList(), List.of(pinned.uid()));
            assertEquals(
                    List.of(pinned.name()),
                    Fleet.chosen(Fleet.place(FIVE, Fleet.policy(1), needs)));
        }
    }

    @Test
    void spreadsOverRegionsAndMovesOnlyWhatMust() {
        PlacementDecision decision =
                Fleet.place(FIVE, Fleet.spread(3, 2, 1), Fleet.needs("a1", "a2", "a3"));
        assertTrue(decision.satisfied());
        List<String> chosen = Fleet.chosen(decision);
        assertEquals(2, chosen.stream().filter(n -> n.startsWith("a")).count(), chosen::toString);
        assertEquals(3, chosen.size());
        assertEquals(1, decision.counts().get(Reason.SPREAD));
    }

    @Test
    void aSpreadThatCannotHoldPlacesNothingNewAndEvictsNothing() {
        List<Candidate> oneRegion = Fleet.of("a1 eu-west", "a2 eu-west");
        PlacementDecision fresh = Fleet.place(oneRegion, Fleet.spread(2, 2, 1), Fleet.needs());
        assertFalse(fresh.satisfied());
        assertEquals(List.of(), Fleet.chosen(fresh));
        assertEquals("0 of 2 clusters (2 asked for): 2 spread", fresh.summary());
        assertEquals(
                "one more in eu-west would break the spread over regions (at least 2, counts"
                        + " differing by at most 1)",
                Fleet.fate(fresh, "a1").detail());

        PlacementDecision running =
                Fleet.place(oneRegion, Fleet.spread(2, 2, 1), Fleet.needs("a1", "a2"));
        assertFalse(running.satisfied());
        assertEquals(List.of("a1", "a2"), Fleet.chosen(running));
    }

    @Test
    void aSpreadThatHoldsForFewerPlacesFewer() {
        PlacementDecision decision =
                Fleet.place(
                        Fleet.of("a1 r1", "a2 r1", "a3 r1", "a4 r1", "b1 r2"),
                        Fleet.spread(5, 2, 1),
                        Fleet.needs());
        assertFalse(decision.satisfied());
        assertEquals(3, decision.chosen().size(), decision.summary());
        assertTrue(decision.chosen().contains(Fleet.uid("b1")));
    }

    /** Four of r2 keep the spread; with the one of r1 only three do. */
    @Test
    void thePinnedClusterStaysWhereTheSpreadWouldRatherDropIt() {
        List<Candidate> fleet = Fleet.of("a1 r1", "b1 r2", "b2 r2", "b3 r2", "b4 r2");
        PlacementDecision free = Fleet.place(fleet, Fleet.spread(4, 1, 1), Fleet.needs("a1"));
        assertTrue(free.satisfied());
        assertEquals(List.of("b1", "b2", "b3", "b4"), Fleet.chosen(free));

        Needs pinned = Fleet.needs(Fleet.uids("a1"), Fleet.uids("a1"));
        PlacementDecision held = Fleet.place(fleet, Fleet.spread(4, 1, 1), pinned);
        assertFalse(held.satisfied());
        assertEquals(3, held.chosen().size());
        assertTrue(held.chosen().contains(Fleet.uid("a1")));
    }

    @Test
    void aClusterWithoutRegionIsNotSpreadOver() {
        PlacementDecision decision =
                Fleet.place(
                        Fleet.of("a1 eu-west", "x1 -", "b1 eu-north"),
                        Fleet.spread(2, 2, 1),
                        Fleet.needs());
        assertEquals(List.of("a1", "b1"), Fleet.chosen(decision));
        assertEquals(
                "it has no region, which the policy spreads over",
                Fleet.fate(decision, "x1").detail());
    }

    @Test
    void spreadsOverSeveralKeysAtOnce() {
        List<Candidate> fleet =
                Fleet.of(
                        "a1 eu-west zone=w1 provider=aws",
                        "a2 eu-west zone=w2 provider=azure",
                        "a3 eu-west zone=w2 provider=azure",
                        "b1 eu-north zone=n1 provider=aws",
                        "b2 eu-north zone=n1 provider=gcp");
        PlacementDecision decision =
                Fleet.place(
                        fleet,
                        Fleet.spread(
                                3,
                                new Spread("region", 2, 1),
                                new Spread("zone", 3, 1),
                                new Spread("provider", 3, 1)),
                        Fleet.needs("a1"));
        assertTrue(decision.satisfied(), decision.summary());
        assertTrue(Fleet.chosen(decision).containsAll(List.of("a1", "b2")), decision.summary());

        PlacementDecision impossible =
                Fleet.place(
                        Fleet.of("a1 r1 provider=aws", "a2 r1 provider=gcp"),
                        Fleet.spread(2, new Spread("region", 2, 1), new Spread("provider", 2, 1)),
                        Fleet.needs());
        assertEquals(
                "one more in r1, aws would break the spread over regions (at least 2, counts"
                        + " differing by at most 1) or the spread over providers (at least 2,"
                        + " counts differing by at most 1)",
                Fleet.fate(impossible, "a1").detail());
    }

    @Test
    void staysWithinAtMostSoManyGroups() {
        PlacementDecision decision =
                Fleet.place(
                        Fleet.of("a1 r1", "b1 r2", "b2 r2", "c1 r3"),
                        Fleet.spread(2, new Spread("region", 1, Optional.of(1), 2, false)),
                        Fleet.needs());
        assertEquals(List.of("b1", "b2"), Fleet.chosen(decision));
        assertTrue(decision.satisfied());
    }

    @Test
    void aSoftSpreadIsKeptWherePossibleAndMovesNothing() {
        Spread soft = new Spread("region", 2, Optional.empty(), 1, true);
        List<Candidate> fleet = Fleet.of("a1 r1", "a2 r1", "a3 r1", "b1 r2");
        PlacementDecision fresh = Fleet.place(fleet, Fleet.spread(2, soft), Fleet.needs());
        assertTrue(Fleet.chosen(fresh).contains("b1"), fresh.summary());

        PlacementDecision settled =
                Fleet.place(fleet, Fleet.spread(2, soft), Fleet.needs("a1", "a2"));
        assertEquals(List.of("a1", "a2"), Fleet.chosen(settled));
        assertTrue(settled.satisfied(), "a soft spread is no promise");
        assertEquals(
                "2 of 4 clusters: 2 not needed; not spread over region, which is soft",
                settled.summary());
    }

    /** Nobody can say in good time whether five crossing spreads over a hundred clusters hold. */
    @Test
    void saysSoWhenASearchReachesItsBound() {
        java.util.Random random = new java.util.Random(7);
        List<Candidate> fleet = new java.util.ArrayList<>();
        for (int i = 0; i < 100; i++) {
            StringBuilder line = new StringBuilder("c" + i + " r");
            for (int key = 0; key < 5; key++) {
                line.append(" label=k").append(key).append(":v").append(random.nextInt(7));
            }
            fleet.add(Fleet.cluster(line.toString()));
        }
        Spread[] spreads = new Spread[5];
        for (int key = 0; key < 5; key++) {
            spreads[key] = new Spread("k" + key, 6, Optional.of(6), 1, false);
        }
        PlacementPolicySpec policy = Fleet.spread(29, spreads);
        PlacementDecision decision = Fleet.place(fleet, policy, Fleet.needs());
        assertEquals(decision, Fleet.place(fleet, policy, Fleet.needs()));
        assertFalse(decision.satisfied());
        assertTrue(decision.counts().containsKey(Reason.UNDECIDED), decision.summary());
        assertTrue(
                decision.fates().getLast().detail().endsWith("within the bound of the search"),
                decision.fates().getLast().detail());
    }

    @Test
    void tellsTheNearestOfALargeFleet() {
        List<Candidate> fleet = new java.util.ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            fleet.add(
                    Fleet.cluster(
                            "c"
                                    + i
                                    + (i % 4 == 0
                                            ? " us-east"
                                            : i % 4 == 1 ? " r cordoned" : " r")));
        }
        PlacementDecision decision =
                Fleet.place(fleet, Fleet.policy("region = r", 3), Fleet.needs("c0", "c2"));
        assertEquals(
                "3 of 1000 clusters: 497 not needed, 250 cordoned, 250 region", decision.summary());
        assertEquals(3 + 1 + Telling.NEAREST, decision.fates().size());
        assertEquals(Reason.SELECTOR, Fleet.fate(decision, "c0").reason());
        assertEquals(
                Telling.NEAREST,
                decision.fates().stream().filter(f -> f.reason() == Reason.NOT_NEEDED).count());

        PlacementDecision none = Fleet.place(fleet, Fleet.policy("region = s", 3), Fleet.needs());
        assertEquals("0 of 1000 clusters (3 asked for): 1000 region", none.summary());
        assertEquals(Telling.NEAREST, none.fates().size());
    }

    @Test
    void dividesReplicasByWeightAndSaysSo() {
        Division thrice =
                new Division(
                        Divide.WEIGHTED,
                        List.of(new Division.Weight(Selector.parse("region = own"), 3)),
                        1,
                        Optional.of(9));
        PlacementPolicySpec policy =
                new PlacementPolicySpec(
                        Selector.EVERYTHING, List.of(), 3, List.of(), Optional.of(thrice));
        List<Candidate> fleet = Fleet.of("a1 own", "b1 cloud", "b2 cloud");
        PlacementDecision decision =
                Fleet.place(
                        fleet,
                        policy,
                        Fleet.needs(Fleet.uids("b2"), List.of(), Map.of("web", 10, "cache", 2)));
        assertEquals(
                Map.of(
                        Fleet.uid("a1"), Map.of("web", 6, "cache", 1),
                        Fleet.uid("b1"), Map.of("web", 2, "cache", 0),
                        Fleet.uid("b2"), Map.of("web", 2, "cache", 1)),
                decision.parts());
        assertEquals(
                "was there; runs cache 1 of 2, web 2 of 10", Fleet.fate(decision, "b2").detail());
        assertTrue(decision.satisfied());

        PlacementDecision tooMany =
                Fleet.place(fleet, policy, Fleet.needs(List.of(), List.of(), Map.of("web", 30)));
        assertFalse(tooMany.satisfied());
        assertEquals(
                "3 of 3 clusters; no cluster takes 3 of 30 replicas of web", tooMany.summary());
    }

    @Test
    void prefersWhatThePolicyPrefersButMovesNothingForIt() {
        PlacementPolicySpec policy =
                new PlacementPolicySpec(
                        Selector.EVERYTHING,
                        List.of(),
                        1,
                        List.of(),
                        Optional.empty(),
                        List.of(
                                new Preference(
                                        Optional.of(Selector.parse("region = own")),
                                        Optional.empty(),
                                        Optional.empty(),
                                        40),
                                new Preference(
                                        Optional.empty(),
                                        Optional.of("cost"),
                                        Optional.empty(),
                                        100)),
                        Optional.empty());
        List<Candidate> fleet =
                Fleet.of(
                        "a1 own label=cost:30",
                        "b1 cloud label=cost:10",
                        "b2 cloud label=cost:20.0",
                        "b3 cloud",
                        "b4 cloud label=cost:cheap",
                        "b5 cloud cordoned label=cost:1");
        PlacementDecision decision = Fleet.place(fleet, policy, Fleet.needs());
        assertEquals(List.of("b1"), Fleet.chosen(decision));
        assertEquals(
                "#1 of 5 that fit, score 100: lowest cost 100, region = own 0",
                Fleet.fate(decision, "b1").detail());
        assertEquals(
                "#2 of 5 that fit, 1 asked for, score 50: lowest cost 50, region = own 0",
                Fleet.fate(decision, "b2").detail());
        assertEquals(
                Map.of("lowest cost", 0, "region = own", 40), Fleet.fate(decision, "a1").scores());
        assertEquals(
                Map.of("lowest cost", 0, "region = own", 0), Fleet.fate(decision, "b4").scores());
        assertEquals(Map.of(), Fleet.fate(decision, "b5").scores());

        assertEquals(List.of("b3"), Fleet.chosen(Fleet.place(fleet, policy, Fleet.needs("b3"))));
    }

    @Test
    void tellsTheSmallestChangeThatWouldHelp() {
        List<Candidate> fleet =
                Fleet.of(
                        "a1 eu-west",
                        "a2 eu-west taint=x:NoSchedule",
                        "a3 eu-west taint=x:NoSchedule",
                        "a4 eu-west cordoned",
                        "a5 us-east cordoned taint=x:NoSchedule");
        assertEquals(
                Optional.of("a2, a3 fit but for: its taint x:NoSchedule is not tolerated"),
                Fleet.place(fleet, Fleet.policy("region = eu-west", 2), Fleet.needs()).nearest());
        assertEquals(
                Optional.of(
                        "the spread over regions needs 2, those that fit are in 1: eu-west; a2, a3"
                                + " fit but for: its taint x:NoSchedule is not tolerated"),
                Fleet.place(fleet, Fleet.spread(2, 2, 1), Fleet.needs()).nearest());
        assertEquals(
                Optional.of(
                        "a5 fits but for: its taint x:NoSchedule is not tolerated; an operator has"
                                + " cordoned it"),
                Fleet.place(fleet, Fleet.policy("region = us-east", 1), Fleet.needs()).nearest());
        assertEquals(
                Optional.empty(),
                Fleet.place(fleet, Fleet.policy("region = eu-west", 1), Fleet.needs()).nearest());
    }

    @Test
    void theSeedDecidesBetweenEquals() {
        Set<List<String>> outcomes = new java.util.HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            outcomes.add(
                    Fleet.chosen(
                            Scheduler.place(
                                    ClusterSnapshot.of(FIVE),
                                    Fleet.policy(1),
                                    Fleet.needs(),
                                    seed)));
        }
        assertEquals(FIVE.size(), outcomes.size(), "every cluster is some application's first");
    }
}
