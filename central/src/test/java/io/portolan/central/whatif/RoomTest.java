package io.portolan.central.whatif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is lost needs room elsewhere, and one decision takes it from the next. */
class RoomTest {
    private final Fleets fleet = new Fleets();

    @BeforeEach
    void oneClusterIsFull() {
        fleet.sized("c1", "eu-west", 16);
        fleet.sized("c2", "eu-north", 8);
        fleet.prior("usual", 0);
        fleet.prior("first", 10);
        fleet.hungry("a", "usual", 5, "c1");
        fleet.hungry("z", "first", 5, "c1");
    }

    private Simulation lost() {
        return Simulator.run(
                fleet.image, Supposition.losing(Set.of(new Uid("c1"))), Fleets.NOON, _ -> true);
    }

    private List<String> told() {
        return lost().changes().stream().map(c -> c.name() + " " + c.outcome()).toList();
    }

    @Test
    void whoComesFirstTakesTheRoomAndTheOtherIsToldSo() {
        assertEquals(List.of("a DoesNotFit", "z Fits"), told());
        String why = lost().changes().getFirst().why();
        assertTrue(why.contains("c2 fits but for: cpu: needs 5, free 3"), why);
    }

    @Test
    void bothFitWhereThereIsRoomForBoth() {
        fleet.sized("c2", "eu-north", 10);
        assertEquals(List.of("a Fits", "z Fits"), told());
    }

    @Test
    void whatRunsElsewhereLeavesLess() {
        fleet.hungry("m", "usual", 4, "c2");
        assertEquals(List.of("a DoesNotFit", "z DoesNotFit"), told());
    }

    @Test
    void theRoomOfThoseThatAreSimulatedIsGivenBack() {
        lost();
        assertEquals(List.of("a DoesNotFit", "z Fits"), told());
    }

    @Test
    void anAddedClusterHasTheRoomThatItsDocumentTells() {
        Fleets other = new Fleets();
        other.sized("c3", "eu-south", 6);
        Supposition supposition =
                new Supposition(
                        Set.of(new Uid("c1")),
                        Set.of(),
                        List.of(
                                new Supposition.Written(
                                        other.image.cluster(new Uid("c3")).orElseThrow().value(),
                                        other.image
                                                .observation(new Uid("c3"))
                                                .map(h -> h.value()))));
        assertEquals(
                List.of("a Fits", "z Fits"),
                Simulator.run(fleet.image, supposition, Fleets.NOON, _ -> true).changes().stream()
                        .map(c -> c.name() + " " + c.outcome())
                        .toList());
    }
}
