package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NeedsTest {
    @Test
    void whatIsLostIsNoPlaceAnyMoreAndNotChosenAgain() {
        Needs needs = Fleet.needs(Fleet.uids("c1", "c2"), Fleet.uids("c1", "c3"));
        Needs then = needs.without(Set.copyOf(Fleet.uids("c1")));
        assertEquals(Fleet.uids("c2"), then.current());
        assertEquals(Fleet.uids("c3"), then.pinned());
        assertEquals(Set.copyOf(Fleet.uids("c1")), then.excluded());
        assertEquals(
                List.of("c2", "c3"),
                Fleet.chosen(
                        Fleet.place(
                                Fleet.of("c1 eu-west", "c2 eu-west", "c3 eu-west"),
                                Fleet.policy(3),
                                then)));
        assertEquals(
                Set.copyOf(Fleet.uids("c1", "c2")),
                then.without(Set.copyOf(Fleet.uids("c2"))).excluded(),
                "nor what was lost before");
    }

    @Test
    void whatAnOperationHasJustLeftIsNoNewcomer() {
        var decision =
                Fleet.place(
                        Fleet.of("c1 eu-west", "c2 eu-west"),
                        Fleet.policy(2),
                        Fleet.needs().without(Set.copyOf(Fleet.uids("c1", "gone"))));
        assertEquals("1 of 2 clusters (2 asked for): 1 excluded", decision.summary());
        assertEquals("an operation has just left it", Fleet.fate(decision, "c1").detail());
    }
}
