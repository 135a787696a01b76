package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.TcpProxy;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A cluster that central does not hear goes on by itself, is shown as unheard, and catches up. */
@ExtendWith(Fleet.Extension.class)
class CutOffTest {
    @Test
    void clusterThatIsCutOffHealsItselfIsShownAsUnreachableAndCatchesUp(Fleet fleet) {
        Scene scene = new Scene(fleet, "cutoff");
        App app = scene.app("island").on("us-east", "eu-west");
        scene.putHealthy(app);
        String name = scene.deploymentName("us-east", app);
        TcpProxy wire = scene.portolan().agent("us-east").toCentral();

        wire.cut();
        try {
            scene.live("us-east").delete("apps/v1/deployments", "cutoff", name);
            Await.until(
                    "the Deployment to be back",
                    Scene.SOON,
                    () -> scene.live("us-east").readyReplicas("cutoff", name) == 1);

            scene.put(app.replicas(3));
            scene.awaitReady("eu-west", app, 3);
            assertEquals(1, scene.ready("us-east", app));

            scene.awaitReach("us-east", "Unreachable");
            Await.until(
                    "the application to show that its cluster is not heard",
                    Scene.SOON,
                    () -> clusterStatus(scene, app, "us-east").contains("\"heard\":false"));
            String onCluster = clusterStatus(scene, app, "us-east");
            assertFalse(onCluster.contains("\"health\":\"Healthy\""), onCluster);
            assertTrue(onCluster.contains("\"health\":\"Unknown\""), onCluster);
            assertTrue(onCluster.contains("\"since\":"), onCluster);
            assertTrue(onCluster.contains("; last known "), onCluster);
            scene.api().awaitStatus("cutoff", app.name(), ": us-east not heard since", Scene.SOON);
            String tree =
                    scene.portolan().cli("get", "application", "cutoff/island").expect(0).out();
            String pattern =
                    "island +Unknown .+\\n"
                            + "  ├─ eu-west \\(eu-west\\)  Active  Healthy for \\d+[sm]  3/3 ready"
                            + "  revision 2  1 object\\n"
                            + "  └─ us-east \\(us-east\\)  Active  Unknown since \\d+[sm] ago"
                            + "  unreachable\\n"
                            + "        not heard since \\S+; last known Healthy, 1 of 1 ready,"
                            + " revision 1\\n";
            assertTrue(Pattern.compile(pattern).matcher(tree).find(), tree);
            assertEquals(1, scene.ready("us-east", app));
        } finally {
            wire.restore();
        }
        scene.awaitReady("us-east", app, 3);
        scene.awaitReach("us-east", "Ready");
        scene.awaitHealthy(app);
    }

    @Test
    void silenceThatBreaksNoConnectionIsNoticedToo(Fleet fleet) {
        Scene scene = new Scene(fleet, "silence");
        App app = scene.app("quiet").on("eu-north");
        scene.putHealthy(app);
        TcpProxy wire = scene.portolan().agent("eu-north").toCentral();

        wire.blackHole();
        try {
            Await.until("suspicion", Scene.LATER, () -> !scene.reach("eu-north").equals("Ready"));
            scene.put(app.replicas(2));
        } finally {
            wire.restore();
        }
        Await.until("the update", Scene.LATER, () -> scene.ready("eu-north", app) == 2);
        scene.awaitReach("eu-north", "Ready");
    }

    private static String clusterStatus(Scene scene, App app, String cluster) {
        for (var entry : scene.api().status(app.tenant(), app.name()).getAsJsonArray("clusters")) {
            if (entry.getAsJsonObject().get("cluster").getAsString().equals(cluster)) {
                return entry.toString();
            }
        }
        throw new AssertionError("no status of " + cluster);
    }
}
