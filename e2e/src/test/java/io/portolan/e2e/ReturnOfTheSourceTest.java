package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.kubelet.Machines;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The source of a failover returns in each phase of it, and its processes never overlap. */
@ExtendWith(Machines.Extension.class)
class ReturnOfTheSourceTest {
    @Test
    void beforeAnybodyVouchedItProvesItsStopItself(Machines machines) {
        WriterSite site = WriterSite.single(machines, "early", List.of("west", "north"));
        Scene scene = site.scene();
        site.agentsWire("west").cut();
        String path;
        try {
            scene.awaitReach("west", "Unreachable");
            path = scene.failover(site.app(), "north");
            scene.awaitState(path, "Fencing");
            site.assertWrites("west");
            assertTrue(site.activity("north").isEmpty());
        } finally {
            site.agentsWire("west").restore();
        }
        scene.awaitState(path, "Completed");
        assertEquals("F2", scene.fenceLevel(path));
        site.assertMovedTo("north");
        scene.awaitRole(site.app(), "west", "Standby");
    }

    @Test
    void afterTheCommitItIsToldToRunNothingBeforeItsMachineStarts(Machines machines) {
        WriterSite site = WriterSite.single(machines, "midway", List.of("west", "north"));
        Scene scene = site.scene();
        site.agentsWire("west").cut();
        site.machine("west").powerOff();
        site.machine("north").freezeKubelet();
        try {
            scene.awaitReach("west", "Unreachable");
            String path = scene.failover(site.app(), "north");
            scene.awaitState(path, "Fencing");
            site.attest(path, "pulled the plug myself");
            scene.awaitState(path, "Verifying");
            site.agentsWire("west").restore();
            scene.awaitReach("west", "Ready");
            assertEquals("Verifying", scene.operation(path).get("state").getAsString());
            site.machine("north").thaw();
            scene.awaitState(path, "Completed");
            assertEquals("F6", scene.fenceLevel(path));
        } finally {
            site.machine("north").thaw();
            site.agentsWire("west").restore();
        }
        site.assertNothingStartsIn("west");
        site.assertMovedTo("north");
    }

    @Test
    void afterCompletionItStandsByAndItsMachineStartsNothing(Machines machines) {
        WriterSite site = WriterSite.single(machines, "late", List.of("west", "north"));
        Scene scene = site.scene();
        scene.portolan().agent("west").kill();
        site.machine("west").powerOff();
        try {
            scene.awaitReach("west", "Unreachable");
            String path = scene.failover(site.app(), "north");
            scene.awaitState(path, "Fencing");
            site.attest(path, "the hall has no power");
            scene.awaitState(path, "Completed");
        } finally {
            scene.portolan().agent("west").start();
        }
        scene.awaitReach("west", "Ready");
        site.assertNothingStartsIn("west");
        site.assertMovedTo("north");
    }
}
