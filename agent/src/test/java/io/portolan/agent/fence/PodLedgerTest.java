package io.portolan.agent.fence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A doubt that clears too early lets two clusters write. */
class PodLedgerTest {
    private final PodLedger ledger = new PodLedger();

    @BeforeEach
    void runs() {
        assertTrue(ledger.saw(PodTrace.running("u1", "shop/web-1", "n1", "b1")));
        assertFalse(ledger.saw(PodTrace.running("u1", "shop/web-1", "n1", "b1")), "no news");
    }

    private boolean went(String uid, String why, String boot) {
        return ledger.went(PodTrace.running(uid, "shop/web-1", "n1", "b1"), why, boot);
    }

    @Test
    void forgetsWhatWasSeenToEnd() {
        assertTrue(ledger.ended("u1"));
        assertFalse(ledger.ended("u1"));
        assertEquals(List.of(), ledger.remembered());
    }

    @Test
    void aDoubtClearsWhenItsMachineWasStartedAnewAndIsReady() {
        assertTrue(went("u1", "forced", "b1"));
        assertEquals("shop/web-1 (node n1: forced)", ledger.doubtful().getFirst().words());
        assertFalse(ledger.node("n1", true, "b1"), "ready again, never restarted");
        assertFalse(ledger.node("n1", false, "b2"), "not ready yet");
        assertFalse(ledger.node("n2", true, "b2"), "another node");
        assertFalse(ledger.node("n1", true, ""), "tells no boot");
        assertEquals(1, ledger.doubtful().size());
        assertTrue(ledger.node("n1", true, "b2"));
        assertEquals(List.of(), ledger.doubtful());
    }

    @Test
    void aPodThatWentUnderABootThatNobodyKnowsWaitsForTheNextOne() {
        went("u1", "nobody watched", "");
        assertTrue(ledger.node("n1", true, "b2"), "from now on known");
        assertEquals(1, ledger.doubtful().size());
        assertTrue(ledger.node("n1", true, "b3"));
        assertEquals(List.of(), ledger.doubtful());
    }

    @Test
    void aPodThatIsThereIsNotClearedByARestart() {
        assertFalse(ledger.node("n1", true, "b2"));
        assertEquals(1, ledger.running().size());
    }

    @Test
    void survivesARestartOfTheAgent() {
        ledger.saw(PodTrace.running("u2", "shop/web-2", "", ""));
        went("u1", "removed, as it seems", "b1");
        PodLedger again = new PodLedger();
        again.restore(ledger.remembered());
        assertEquals(ledger.doubtful(), again.doubtful());
        assertEquals(ledger.running(), again.running());
    }

    @Test
    void staysSmallHoweverManyGoOnOneMachine() {
        for (int i = 0; i < 1_000; i++) {
            ledger.saw(PodTrace.running("x" + i, "shop/x-" + i, "n1", "b1"));
            ledger.went(PodTrace.running("x" + i, "shop/x-" + i, "n1", "b1"), "forced", "b1");
        }
        ledger.saw(PodTrace.running("y", "shop/y", "n2", "b1"));
        ledger.went(PodTrace.running("y", "shop/y", "n2", "b1"), "forced", "b1");
        assertTrue(ledger.doubtful().size() <= 66, "" + ledger.doubtful().size());
        ledger.node("n1", true, "b2");
        assertEquals(List.of("shop/y"), ledger.doubtful().stream().map(PodTrace::name).toList());
    }
}
