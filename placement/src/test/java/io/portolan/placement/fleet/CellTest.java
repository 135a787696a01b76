package io.portolan.placement.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.Uid;
import io.portolan.placement.fleet.Cell.Guest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CellTest {
    private static Guest guest(String name, int priority, long millis, long bytes) {
        return new Guest(new Uid(name), name, priority, new Amount(millis, bytes));
    }

    private static final List<Guest> GIVING =
            List.of(
                    guest("a", 5, 1_000, 10),
                    guest("b", 1, 0, 50),
                    guest("c", 1, 1_000, 0),
                    guest("d", 1, 1_000, 0),
                    guest("e", 50, 4_000, 100));

    private static Cell cell(Amount used, Cell.Driver... driving) {
        return new Cell(
                2,
                Optional.of(new Amount(8_000, 100)),
                used,
                used,
                new Amount(500, 0),
                List.of(),
                0,
                Guests.of(GIVING),
                List.of(driving));
    }

    private static Cell.Driver boss(int priority, String... victims) {
        return new Cell.Driver(
                new Uid("boss" + priority),
                "boss",
                priority,
                Stream.of(victims).map(Uid::new).collect(Collectors.toSet()));
    }

    private static List<String> drivenOut(Cell cell, long millis, long bytes, int priority) {
        return cell.drivenOut(new Amount(millis, bytes), priority).stream()
                .map(Guest::name)
                .toList();
    }

    @Test
    void asManyGiveWayAsAreNeededTheLowestPriorityFirst() {
        Cell cell = cell(Amount.NONE);
        assertEquals(List.of(), drivenOut(cell, 0, -5, 40));
        assertEquals(List.of("d"), drivenOut(cell, 1, 0, 40));
        assertEquals(List.of("d", "c"), drivenOut(cell, 1_001, 0, 40));
        assertEquals(List.of("d", "c", "a"), drivenOut(cell, 2_001, 0, 40));
        assertEquals(List.of("d", "c", "a"), drivenOut(cell, 20_000, 0, 40), "not e");
        assertEquals(List.of("d", "c", "a", "e"), drivenOut(cell, 20_000, 0, 51));
        assertEquals(List.of(), drivenOut(cell, 20_000, 500, 1), "of equal priority");
    }

    @Test
    void nobodyGoesWhoWouldNotHelp() {
        assertEquals(List.of("b"), drivenOut(cell(Amount.NONE), 0, 1, 40));
        assertEquals(List.of("b", "a"), drivenOut(cell(Amount.NONE), 0, 51, 40));
    }

    @Test
    void whoMustGoInAnyCaseGoesFirst() {
        Cell cell = cell(Amount.NONE, boss(60, "e"));
        assertEquals(List.of("e"), drivenOut(cell, 4_000, 0, 70));
        assertEquals(List.of("e", "d"), drivenOut(cell, 4_001, 0, 70));
        assertEquals(List.of("d"), drivenOut(cell, 1_000, 0, 40), "e is of higher priority");
    }

    @Test
    void nobodyGoesButWhoWasDrivenOut() {
        Amount full = new Amount(20_000, 500);
        assertEquals(Set.of(), cell(full).victims());
        assertEquals(Set.of(), cell(full, boss(40)).victims());
        Cell cell = cell(full, boss(40, "a", "e", "gone"), boss(30, "a", "b"), boss(1, "c"));
        assertEquals(Set.of(new Uid("a"), new Uid("b")), cell.victims());
        assertEquals(40, cell.driver(new Uid("a")).orElseThrow().priority());
        assertEquals(30, cell.driver(new Uid("b")).orElseThrow().priority());
        assertEquals(Optional.empty(), cell.driver(new Uid("c")), "its priority has risen since");
        assertEquals(Optional.empty(), cell.driver(new Uid("e")));
        assertEquals(Optional.empty(), cell.driver(new Uid("gone")), "it gives way no more");
    }

    @Test
    void whoMayDriveOutOthersHasTheirRoomToo() {
        Cell cell = cell(new Amount(8_000, 100));
        assertEquals(Optional.of(new Amount(-500, 0)), cell.free(OptionalInt.empty()));
        assertEquals(Optional.of(new Amount(1_500, 50)), cell.free(OptionalInt.of(5)));
        assertEquals(Optional.of(new Amount(2_500, 60)), cell.free(OptionalInt.of(6)));
        assertEquals(Optional.empty(), Cell.UNKNOWN.free(OptionalInt.of(6)));
    }
}
