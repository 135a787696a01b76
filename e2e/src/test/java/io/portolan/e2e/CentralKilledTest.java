package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.kubelet.Machines;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Central is killed in each phase of a failover, and the end is the same. */
@ExtendWith(Machines.Extension.class)
class CentralKilledTest {
    @Test
    void failoverEndsTheSameWhereverCentralIsKilled(Machines machines) {
        WriterSite site = WriterSite.single(machines, "killed", List.of("west", "north"));
        Scene scene = site.scene();
        long epoch = site.scene().epoch(site.app());

        // Requested, or whatever it has become by the time that the signal hits.
        String first = scene.failover(site.app(), "north");
        restart(scene);
        epoch = completed(site, first, "north", epoch);

        // Fencing: the former cannot say that it has stopped, since its kubelet hangs.
        site.machine("north").freezeKubelet();
        try {
            String second = scene.failover(site.app(), "west");
            scene.awaitState(second, "Fencing");
            restart(scene);
            assertEquals("Fencing", scene.operation(second).get("state").getAsString());
            site.assertWrites("north");
            site.machine("north").thaw();
            epoch = completed(site, second, "west", epoch);
        } finally {
            site.machine("north").thaw();
        }

        // Verifying: the new one has not started, since its kubelet hangs.
        site.machine("north").freezeKubelet();
        try {
            String third = scene.failover(site.app(), "north");
            scene.awaitState(third, "Verifying");
            restart(scene);
            assertEquals("Verifying", scene.operation(third).get("state").getAsString());
            site.machine("north").thaw();
            completed(site, third, "north", epoch);
        } finally {
            site.machine("north").thaw();
        }
    }

    private static void restart(Scene scene) {
        scene.portolan().central().kill();
        scene.portolan().central().restart();
    }

    private static long completed(WriterSite site, String path, String target, long before) {
        site.scene().awaitState(path, "Completed");
        site.assertMovedTo(target);
        assertEquals("F2", site.scene().fenceLevel(path));
        site.scene().awaitNoPods(target.equals("west") ? "north" : "west", site.app());
        long after = site.scene().epoch(site.app());
        assertTrue(after > before, () -> after + " after " + before);
        return after;
    }
}
