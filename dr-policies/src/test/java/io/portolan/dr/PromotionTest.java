package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.portolan.model.Uid;
import io.portolan.model.dr.Evidence;
import io.portolan.model.dr.FenceLevel;
import io.portolan.model.placement.Assignment;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromotionTest {
    @Test
    void aSingleWriterIsNotPromotedWithoutProof() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Promotion.OfSingleWriter(new Evidence.None("in a hurry"), FenceLevel.F0));
    }

    @Test
    void aWordIsNoEvidenceWhereThePolicyAsksForProof() {
        Evidence word = new Evidence.Attested(List.of(), "ann", "seen off", World.START);
        assertThrows(
                IllegalArgumentException.class,
                () -> new Promotion.OfSingleWriter(word, FenceLevel.F2));
        assertEquals(word, new Promotion.OfSingleWriter(word, FenceLevel.F6).evidence());
    }

    @Test
    void aSingleWriterIsNotPromotedBesideAnother() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        Promotion right = new Promotion.OfSingleWriter(new Evidence.NeverActive(), FenceLevel.F6);
        Uid berlin = w.node("berlin").uid;
        assertThrows(
                IllegalStateException.class,
                () -> Roles.promote(w.assignment, berlin, 3, List.of(), List.of(), right));
        Assignment promoted =
                Roles.promote(
                        w.assignment, berlin, 3, List.of(w.node("paris").uid), List.of(), right);
        assertEquals(List.of(berlin), promoted.active());
    }

    @Test
    void aSourceThatIsNoMemberAnyMoreIsQuarantinedAllTheSame() {
        World w = World.of(true, "berlin eu-central standby", "paris eu-west");
        Promotion right = new Promotion.OfSingleWriter(new Evidence.NeverActive(), FenceLevel.F6);
        Assignment promoted =
                Roles.promote(
                        w.assignment,
                        w.node("berlin").uid,
                        3,
                        List.of(),
                        List.of(w.node("paris").uid),
                        right);
        assertEquals(2, promoted.members().size());
    }
}
