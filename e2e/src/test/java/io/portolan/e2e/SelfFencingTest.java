package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.kubelet.Machines;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A single writer that fences itself is failed over from a cluster that cannot be heard, or cannot
 * act, without anybody's word, and its processes never overlap (fence F3 of DESIGN.md section 7).
 * The source's processes are ended by nobody but their own guards.
 */
@ExtendWith(Machines.Extension.class)
class SelfFencingTest {
    @Test
    void clustersThatAreCutOffOrLostTheirAgentEndTheirWritersThoughCentralIsKilledMeanwhile(
            Machines machines) {
        WriterSite cut = WriterSite.selfFenced(machines, "fence-cut", List.of("west", "north"));
        WriterSite killed =
                WriterSite.selfFenced(machines, "fence-killed", List.of("east", "north"));
        cut.agentsWire("west").cut();
        killed.scene().portolan().agent("east").kill();
        try {
            cut.scene().awaitReach("west", "Unreachable");
            String path = cut.scene().failover(cut.app(), "north");
            cut.scene().awaitWaiting(path, "grant");
            // Whoever leads next has not seen that wait begin, and waits from its own beginning.
            cut.scene().portolan().central().kill();
            cut.scene().portolan().central().restart();
            completedByExpiry(cut, path, "north");
            movedWithoutAWord(killed, "east", "north");
        } finally {
            cut.agentsWire("west").restore();
            killed.scene().portolan().agent("east").start();
        }
        cut.scene().awaitRole(cut.app(), "west", "Standby");
        killed.scene().awaitRole(killed.app(), "east", "Standby");
        cut.assertNeverTwice();
        killed.assertNeverTwice();
    }

    @Test
    void agentThatStandsStillAndKubeletThatHearsNothingEndNoProofEither(Machines machines) {
        WriterSite paused =
                WriterSite.selfFenced(machines, "fence-paused", List.of("west", "north"));
        WriterSite deaf = WriterSite.selfFenced(machines, "fence-deaf", List.of("east", "north"));
        paused.scene().portolan().agent("west").process().pause();
        deaf.machine("east").toKubernetes().cut();
        try {
            // Its agent is heard, and no kubelet carries out what it writes.
            String path = deaf.scene().failover(deaf.app(), "north");
            movedWithoutAWord(paused, "west", "north");
            completedByExpiry(deaf, path, "north");
        } finally {
            paused.scene().portolan().agent("west").process().resume();
            deaf.machine("east").toKubernetes().restore();
        }
        paused.scene().awaitRole(paused.app(), "west", "Standby");
        paused.assertNeverTwice();
        deaf.assertNeverTwice();
        deaf.machine("east").awaitReady();
    }

    private static void movedWithoutAWord(WriterSite site, String source, String target) {
        site.scene().awaitReach(source, "Unreachable");
        completedByExpiry(site, site.scene().failover(site.app(), target), target);
    }

    private static void completedByExpiry(WriterSite site, String path, String target) {
        site.scene().awaitState(path, "Completed");
        assertEquals("F3", site.scene().fenceLevel(path));
        site.assertMovedTo(target);
        assertTrue(
                !site.scene().operation(path).has("attestation"),
                () -> site.scene().operation(path).toString());
    }
}
