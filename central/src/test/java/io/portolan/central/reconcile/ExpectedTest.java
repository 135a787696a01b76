package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.placement.Assignment;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpectedTest {
    private static final Uid A = new Uid("a");
    private static final Uid B = new Uid("b");

    private final Expected expected = new Expected();

    private static Assignment on(Uid application, String cluster) {
        return new Assignment(
                application,
                1,
                List.of(new Assignment.Member(new Uid(cluster), Role.ACTIVE, 1, false)),
                ApplicationReconciler.unassigned(application).decision());
    }

    private void decided(Assignment assignment) {
        expected.looked(List.of(new Write.Put(new Row.AssignmentRow(assignment))));
    }

    @Test
    void whatIsCommittedCountsUntilTheImageHasIt() {
        decided(on(A, "c1"));
        assertEquals(on(A, "c1"), expected.commitments().get(A).assignment());
        expected.committed(7);
        decided(on(B, "c2"));
        expected.reached(6);
        assertEquals(Set.of(A, B), expected.commitments().keySet());
        expected.reached(7);
        assertEquals(Set.of(B), expected.commitments().keySet());
    }

    @Test
    void whatMetAConflictIsForgotten() {
        decided(on(A, "c1"));
        expected.committed(7);
        decided(on(B, "c2"));
        expected.refused();
        assertEquals(Set.of(A), expected.commitments().keySet());
    }

    @Test
    void whatIsInDoubtStandsInOthersWayAndNotInItsOwn() {
        decided(on(A, "c1"));
        expected.lost(FleetImage.EMPTY);
        expected.reached(1_000);
        expected.looking(B);
        expected.looked(List.of());
        assertEquals(Set.of(A), expected.commitments().keySet());
        expected.looking(A);
        assertEquals(Set.of(), expected.commitments().keySet());
        expected.looked(List.of());
        assertEquals(Set.of(A), expected.commitments().keySet());
    }

    @Test
    void whatIsInDoubtIsSoAgainWhenItsSuccessorMeetsAConflict() {
        decided(on(A, "c1"));
        expected.lost(FleetImage.EMPTY);
        expected.looking(A);
        decided(on(A, "c3"));
        assertEquals(on(A, "c3"), expected.commitments().get(A).assignment());
        expected.refused();
        assertEquals(on(A, "c1"), expected.commitments().get(A).assignment());
        expected.looking(A);
        decided(on(A, "c3"));
        expected.committed(9);
        assertEquals(on(A, "c3"), expected.commitments().get(A).assignment());
        expected.reached(9);
        assertEquals(Set.of(), expected.commitments().keySet());
    }

    @Test
    void ofTwoInDoubtBothCountUntilTheImageHasOne() {
        decided(on(A, "c1"));
        expected.lost(FleetImage.EMPTY);
        expected.looking(A);
        decided(on(A, "c3"));
        expected.lost(FleetImage.EMPTY);
        assertEquals(
                List.of(new Uid("c1"), new Uid("c3")),
                expected.commitments().get(A).assignment().active());
        expected.replayed(B);
        assertEquals(Set.of(A), expected.commitments().keySet());
        expected.replayed(A);
        assertEquals(Set.of(), expected.commitments().keySet());
    }

    @Test
    void whatIsInDoubtEndsWithALaterCommitOfAnybody() {
        decided(on(A, "c1"));
        expected.lost(FleetImage.EMPTY);
        decided(on(B, "c1"));
        expected.committed(5);
        expected.reached(4);
        assertEquals(Set.of(A, B), expected.commitments().keySet());
        expected.reached(5);
        assertEquals(Set.of(), expected.commitments().keySet());
    }

    @Test
    void whatIsOnlyUnderWayIsNotForgottenByALook() {
        decided(on(A, "c1"));
        expected.looking(A);
        expected.looked(List.of());
        expected.committed(3);
        assertEquals(Set.of(A), expected.commitments().keySet());
    }
}
