package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Portolan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Room that agents learn from real nodes: two in each cluster, 32 GiB each. What is asked for
 * leaves some GiB to the other tests of the fleet.
 */
@ExtendWith(Fleet.Extension.class)
class CapacityTest {
    private static final String WEST = "eu-west";
    private static final String NORTH = "eu-north";

    /** Two of these fit on a node. */
    private static final String LARGE = "14Gi";

    private static final String NODE =
            """
            {"apiVersion": "v1", "kind": "Node",
             "metadata": {"name": "eu-west-c", "labels": {"kubernetes.io/hostname": "eu-west-c",
              "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}},
             "status": {"allocatable": {"cpu": "8", "memory": "32Gi", "pods": "500"},
              "capacity": {"cpu": "8", "memory": "32Gi", "pods": "500"}}}
            """;

    private static JsonObject room(Scene scene, String cluster) {
        return scene.api().get("/api/v1/clusters/" + cluster + "/room").expect(200).json();
    }

    private static long gib(JsonObject room, String part) {
        return room.getAsJsonObject(part).get("bytes").getAsLong() >> 30;
    }

    private static void awaitKnown(Scene scene, String cluster) {
        Await.until(
                "the room of " + cluster + " to be known",
                Scene.LATER,
                () -> room(scene, cluster).get("known").getAsBoolean());
    }

    @Test
    void whatDoesNotFitIsPlacedWhenANodeMakesRoomForIt(Fleet fleet) {
        try (Portolan own = fleet.installation("capacity", WEST)) {
            Scene scene = new Scene(fleet, own, "capacity");
            awaitKnown(scene, WEST);
            assertEquals(64, gib(room(scene, WEST), "allocatable"));
            App big = scene.app("big").replicas(5).memory(LARGE).on(WEST);

            scene.put(big);
            scene.api()
                    .awaitStatus(
                            "capacity",
                            "big",
                            "0 of 1 cluster (1 asked for): 1 memory",
                            Scene.SOON);
            String why = own.cli("why", "app", "capacity/big").out();
            assertTrue(why.contains("memory: needs 70 GiB, free 6"), why);
            assertEquals(0, scene.pods(WEST, big));

            scene.live(WEST).create("v1/nodes", NODE);
            Await.until(
                    "all of it to run where there is room now",
                    Scene.LATER,
                    () -> scene.ready(WEST, big) == 5,
                    () -> "\n--- the room\n" + room(scene, WEST));
            scene.awaitHealthy(big);
            JsonObject room = room(scene, WEST);
            assertEquals(96, gib(room, "allocatable"));
            assertEquals(70, gib(room, "assigned"));
            assertEquals(
                    1,
                    scene.api()
                            .get(big.path())
                            .expect(200)
                            .json()
                            .getAsJsonObject("metadata")
                            .get("generation")
                            .getAsInt(),
                    "nobody has edited it");
            own.cli("delete", "application", "capacity/big").expect(0);
            scene.awaitNothingLeft(WEST, big);
        } finally {
            fleet.clusters().get(WEST).live().delete("v1/nodes", "", "eu-west-c");
        }
    }

    @Test
    void roomOfASingleWritersStandbyIsKeptForItsFailover(Fleet fleet) {
        try (Portolan own = fleet.installation("reserved", WEST, NORTH)) {
            Scene scene = new Scene(fleet, own, "reserved");
            awaitKnown(scene, WEST);
            awaitKnown(scene, NORTH);
            App ledger =
                    scene.app("ledger").replicas(2).memory(LARGE).on(WEST, NORTH).singleWriter();
            scene.putHealthy(ledger);
            String standby = scene.ready(WEST, ledger) == 2 ? NORTH : WEST;
            App late = scene.app("late").replicas(3).memory(LARGE).on(standby);

            scene.put(late);
            scene.api().awaitStatus("reserved", "late", "1 memory", Scene.SOON);
            String why = own.cli("why", "app", "reserved/late").out();
            assertTrue(why.contains("28 GiB reserved for failover of reserved/ledger"), why);
            assertEquals(28, gib(room(scene, standby), "reserved"));
            for (String command : List.of("describe cluster " + standby, "cluster health")) {
                String shown = own.cli(command.split(" ")).expect(0).out();
                assertTrue(
                        shown.contains("28 GiB reserved for failover of reserved/ledger"), shown);
            }

            own.cli("delete", "application", "reserved/ledger").expect(0);
            scene.awaitReady(standby, late, 3);
            own.cli("delete", "application", "reserved/late").expect(0);
            for (String cluster : List.of(WEST, NORTH)) {
                scene.awaitNothingLeft(cluster, ledger);
                scene.awaitNothingLeft(cluster, late);
            }
        }
    }
}
