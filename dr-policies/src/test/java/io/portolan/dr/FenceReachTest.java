package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.dr.FenceReach.Failure;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.FenceLevel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FenceReachTest {
    private static World world(Optional<Duration> grant) {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.grant = grant;
        return w.everybody();
    }

    private static List<FenceReach> reach(World w, boolean asked) {
        return reach(w, asked ? ",'onCentralLoss':'selfFence'" : "");
    }

    private static List<FenceReach> reach(World w, String policy) {
        Node paris = w.node("paris");
        w.policy = policy;
        return FenceReach.of(w.view().policy(), paris.stored, paris.reported);
    }

    private static List<FenceLevel> levels(List<FenceReach> reach) {
        assertEquals(List.of(Failure.values()), reach.stream().map(FenceReach::failure).toList());
        return reach.stream().map(FenceReach::fence).toList();
    }

    @Test
    void whatFencesItselfNeedsNobodyUnlessANodeStandsStill() {
        List<FenceReach> reach = reach(world(Optional.of(Duration.ofSeconds(30))), true);
        assertEquals(
                List.of(FenceLevel.F2, FenceLevel.F3, FenceLevel.F3, FenceLevel.F3, FenceLevel.F6),
                levels(reach));
        assertEquals(
                "it fences itself: the last grant has run out 31s300ms after the role was taken",
                reach.get(1).why());
    }

    @Test
    void whatKeepsRunningNeedsAWord() {
        List<FenceReach> reach = reach(world(Optional.empty()), false);
        assertEquals(
                List.of(FenceLevel.F2, FenceLevel.F6, FenceLevel.F6, FenceLevel.F6, FenceLevel.F6),
                levels(reach));
        assertTrue(reach.get(2).why().contains("keepRunning"));
    }

    @Test
    void saysWhatSelfFencingLacks() {
        assertTrue(reach(world(Optional.empty()), true).get(2).why().contains("--grant-port"));
        World w = world(Optional.of(Duration.ofSeconds(30)));
        w.node("paris").guarded = false;
        List<FenceReach> reach = reach(w.everybody(), true);
        assertEquals(FenceLevel.F6, reach.get(2).fence());
        assertTrue(reach.get(2).why().contains("without the guard"));
    }

    @Test
    void aHookFencesWhatIsNotHeardAndNothingElse() {
        String policy =
                ",'fencing':{'hook':{'http':{'url':'https://h/off'}},'level':'F5',"
                        + "'readBack':{'url':'https://h/state'}}";
        assertEquals(
                List.of(FenceLevel.F2, FenceLevel.F5, FenceLevel.F5, FenceLevel.F6, FenceLevel.F6),
                levels(reach(world(Optional.empty()), policy)));
    }

    /** Who reads it before the disaster must not count on a word that nobody will take. */
    @Test
    void saysWhereThePolicyAsksForMoreThanCanBeReached() {
        List<FenceReach> reach =
                reach(
                        world(Optional.of(Duration.ofSeconds(30))),
                        ",'onCentralLoss':'selfFence','minimumFence':'F3'");
        assertFalse(reach.get(0).why().contains("not enough"), reach::toString);
        assertFalse(reach.get(1).why().contains("not enough"), reach::toString);
        assertEquals(Failure.NODE_PAUSED, reach.get(4).failure());
        assertTrue(
                reach.get(4)
                        .why()
                        .endsWith(
                                "; not enough for its policy (minimumFence F3): it waits for the"
                                        + " cluster's own proof"),
                reach::toString);
        List<FenceReach> none = reach(world(Optional.empty()), ",'minimumFence':'F2'");
        assertTrue(none.get(2).why().contains("not enough for its policy"), none::toString);
    }

    @Test
    void ofManyWritersNoneIsNeeded() {
        assertTrue(
                FenceReach.of(DrPolicySpec.STATELESS, Optional.empty(), Optional.empty()).stream()
                        .allMatch(r -> r.fence() == FenceLevel.F0));
    }
}
