package io.portolan.placement.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.Uid;
import io.portolan.placement.fleet.Cell.Guest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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

    private static Cell cell(Amount used, Amount assigned, Optional<Guest> taking) {
        return new Cell(
                2,
                Optional.of(new Amount(8_000, 100)),
                used,
                assigned,
                new Amount(500, 0),
                List.of(),
                0,
                GIVING,
                taking);
    }

    private static List<String> victims(long millis, long bytes, int priority) {
        Cell cell =
                cell(
                        Amount.NONE,
                        new Amount(millis, bytes),
                        Optional.of(guest("boss", priority, 0, 0)));
        return cell.victims().stream().map(Guest::name).toList();
    }

    @Test
    void asManyGiveWayAsAreNeededTheLowestPriorityFirst() {
        assertEquals(List.of(), victims(7_500, 100, 40));
        assertEquals(List.of("d"), victims(7_501, 100, 40));
        assertEquals(List.of("d", "c"), victims(8_501, 100, 40));
        assertEquals(List.of("d", "c", "a"), victims(9_501, 100, 40));
        assertEquals(List.of("d", "c", "a"), victims(20_000, 100, 40), "e is of higher priority");
        assertEquals(List.of("d", "c", "a", "e"), victims(20_000, 100, 51));
    }

    @Test
    void nobodyGoesWhoWouldNotHelp() {
        assertEquals(List.of("b"), victims(0, 101, 40));
        assertEquals(List.of("b", "a"), victims(0, 151, 40));
    }

    @Test
    void nobodyGivesWayToOneOfEqualPriorityOrToNobody() {
        assertEquals(List.of(), victims(20_000, 500, 1));
        assertEquals(
                List.of(), cell(Amount.NONE, new Amount(20_000, 0), Optional.empty()).victims());
    }

    @Test
    void whatEndsYetIsUsedButDrivesOutNobody() {
        Cell cell =
                cell(
                        new Amount(20_000, 0),
                        new Amount(7_000, 0),
                        Optional.of(guest("boss", 40, 0, 0)));
        assertEquals(List.of(), cell.victims());
        assertEquals(Optional.of(new Amount(-12_500, 100)), cell.free());
    }

    @Test
    void whoMayDriveOutOthersHasTheirRoomToo() {
        Cell cell = cell(new Amount(8_000, 100), Amount.NONE, Optional.empty());
        assertEquals(Optional.of(new Amount(-500, 0)), cell.free(OptionalInt.empty()));
        assertEquals(Optional.of(new Amount(1_500, 50)), cell.free(OptionalInt.of(5)));
        assertEquals(Optional.of(new Amount(2_500, 60)), cell.free(OptionalInt.of(6)));
        assertEquals(Optional.empty(), Cell.UNKNOWN.free(OptionalInt.of(6)));
    }
}
