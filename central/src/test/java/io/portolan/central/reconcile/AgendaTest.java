package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.Uid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is looked at first. */
class AgendaTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Key WORK = new Key.OfApplication(new Uid("new"));
    private static final Key TOLD = new Key.OfApplication(new Uid("told"));

    private final Agenda agenda = new Agenda();

    @Test
    void oneLookAnswersTheReportsOfAllClusters() {
        agenda.reported(TOLD, START);
        agenda.reported(TOLD, START.plusMillis(30));
        assertEquals(List.of(TOLD), agenda.ready(START.plusMillis(30)));
        agenda.done(TOLD, Optional.empty());
        assertEquals(0, agenda.size());
    }

    @Test
    void whatIsToBeDecidedGoesBeforeWhatWasReported() {
        agenda.reported(TOLD, START);
        agenda.add(WORK);
        assertEquals(List.of(WORK), agenda.ready(START.plusMillis(499)));
        assertEquals(List.of(WORK, TOLD), agenda.ready(START.plusMillis(500)));
        agenda.done(WORK, Optional.empty());
        assertEquals(List.of(TOLD), agenda.ready(START.plusMillis(60)));
    }

    @Test
    void otherNewsEndsTheWait() {
        agenda.reported(TOLD, START);
        agenda.news(TOLD);
        assertEquals(List.of(TOLD), agenda.ready(START));
        agenda.reported(TOLD, START);
        assertEquals(1, agenda.size());
    }

    @Test
    void whatANewLeaderLooksThroughComesLast() {
        Key old = new Key.OfApplication(new Uid("old"));
        agenda.eventually(old);
        agenda.eventually(TOLD);
        agenda.reported(TOLD, START);
        agenda.add(WORK);
        assertEquals(List.of(WORK, old), agenda.ready(START));
        agenda.done(WORK, Optional.empty());
        assertEquals(List.of(TOLD, old), agenda.ready(START));
        agenda.news(old);
        assertEquals(List.of(old), agenda.ready(START), "each stands in one lane");
        assertEquals(2, agenda.size());
    }

    @Test
    void anOperationDoesNotWaitForMoreReports() {
        Key operation = new Key.OfOperation(new Uid("failover"));
        agenda.reported(operation, START);
        assertEquals(List.of(operation), agenda.ready(START));
    }

    @Test
    void whatWasReportedWaitsUntilTheImageHasItsOwnLastWrite() {
        agenda.wrote(TOLD, 7);
        agenda.reported(TOLD, START);
        assertEquals(List.of(), agenda.ready(START.plusSeconds(1)));
        agenda.reached(7);
        assertEquals(List.of(TOLD), agenda.ready(START.plusSeconds(1)));
    }
}
