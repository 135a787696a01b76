package io.portolan.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is active next. */
class HeirTest {
    private static final Uid APP = Fleet.uid("app");

    private static final List<Uid> THREE = Fleet.uids("c1", "c2", "c3");

    private static PlacementDecision decision(List<Uid> order) {
        return new PlacementDecision(
                true, THREE, "", Map.of(), List.of(), Optional.empty(), false, order);
    }

    @Test
    void theFirstThatIsAbleInTheOrderOfPlacement() {
        PlacementDecision decision = decision(Fleet.uids("c3", "c1", "c2"));
        assertEquals(Optional.of(Fleet.uid("c3")), Heir.first(APP, decision, _ -> true));
        assertEquals(
                Optional.of(Fleet.uid("c1")),
                Heir.first(APP, decision, c -> !c.equals(Fleet.uid("c3"))));
        assertEquals(Optional.empty(), Heir.first(APP, decision, _ -> false));
    }

    /** Decisions of before placement put them in order. */
    @Test
    void withoutAnOrderEachApplicationHasOneOfItsOwnThatStays() {
        PlacementDecision decision = decision(List.of());
        Set<Uid> first = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            Uid app = new Uid("app-" + i);
            Uid heir = Heir.first(app, decision, _ -> true).orElseThrow();
            first.add(heir);
            Uid next = Heir.first(app, decision, c -> !c.equals(heir)).orElseThrow();
            assertEquals(
                    Optional.of(heir),
                    Heir.first(app, decision, c -> c.equals(heir) || c.equals(next)),
                    "who is gone changes nothing between the others");
        }
        assertEquals(Set.copyOf(THREE), first, "not the same one for all applications");
        assertEquals(Optional.empty(), Heir.first(APP, decision, _ -> false));
    }
}
