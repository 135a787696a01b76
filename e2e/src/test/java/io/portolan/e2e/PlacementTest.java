package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Portolan;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Placement on real clusters: what befalls a cluster decides where applications run. */
@ExtendWith(Fleet.Extension.class)
class PlacementTest {
    private static final String WEST = "eu-west";
    private static final String NORTH = "eu-north";
    private static final Duration TOLERATED = Duration.ofSeconds(8);
    private static final String PATIENT =
            """
            {"where": "name in (eu-west, eu-north)", "clusters": 1,
             "prefer": [{"where": "name = eu-west", "weight": 100}],
             "tolerations": [{"key": "worn", "effect": "NoExecute", "tolerationSeconds": %d}]}
            """
                    .formatted(TOLERATED.toSeconds());
    private static final String KINDS = "apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String GEARS =
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "gears.placed.example.com"},
             "spec": {"group": "placed.example.com", "scope": "Namespaced", "names": {"kind": "Gear", "plural": "gears"},
              "versions": [{"name": "v1", "served": true, "storage": true,
               "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
            """;

    private static Portolan start(Fleet fleet, String database) throws Exception {
        return fleet.installation(database, WEST, NORTH);
    }

    @Test
    void taintMovesAnApplicationWhenItsTolerationIsOver(Fleet fleet) throws Exception {
        try (Portolan own = start(fleet, "tainted")) {
            Scene scene = new Scene(fleet, own, "tainted");
            App app = scene.app("patient").placement(PATIENT);
            scene.putHealthy(app);
            assertEquals(1, scene.ready(WEST, app));

            long begin = System.nanoTime();
            own.api()
                    .patch(
                            "/api/v1/clusters/" + WEST,
                            "{\"spec\": {\"taints\": [{\"key\": \"worn\", \"value\": \"\","
                                    + " \"effect\": \"NoExecute\"}]}}")
                    .expect(200);
            scene.awaitReady(NORTH, app, 1);
            Duration moved = Duration.ofNanos(System.nanoTime() - begin);
            assertTrue(moved.compareTo(TOLERATED) >= 0, "moved after " + moved);
            scene.awaitNothingLeft(WEST, app);
            scene.awaitHealthy(app);
            String why = own.cli("why", "app", "tainted/patient").expect(0).out();
            assertTrue(why.contains("worn"), why);
        }
    }

    @Test
    void clusterThatLosesAKindTakesNoneThatNeedItAndTellsOfThoseThatAreThere(Fleet fleet)
            throws Exception {
        for (String cluster : List.of(WEST, NORTH)) {
            fleet.clusters().get(cluster).live().create(KINDS, GEARS);
        }
        try (Portolan own = start(fleet, "lostkind")) {
            Scene scene = new Scene(fleet, own, "lostkind");
            App there = scene.app("there").on(WEST, NORTH).manifests(gear("first"));
            scene.putHealthy(there);

            scene.live(NORTH).delete(KINDS, "", "gears.placed.example.com");
            scene.api()
                    .awaitStatus(
                            "lostkind",
                            "there",
                            "the cluster does not know Gear of placed.example.com/v1",
                            Scene.SOON);
            App late = scene.app("late").on(WEST, NORTH).manifests(gear("second"));
            Await.until(
                    "newcomers to be refused",
                    Scene.SOON,
                    () -> {
                        scene.put(late);
                        return own.cli("why", "app", "lostkind/late").out().contains("Gear");
                    });
            scene.live(WEST)
                    .awaitExists("placed.example.com/v1/gears", "lostkind", "second", Scene.SOON);
            scene.live(NORTH).create(KINDS, GEARS);
            scene.awaitHealthy(there);
            scene.awaitHealthy(late);
            for (App app : List.of(there, late)) {
                own.cli("delete", "application", "lostkind/" + app.name()).expect(0);
            }
        } finally {
            for (String cluster : List.of(WEST, NORTH)) {
                fleet.clusters().get(cluster).live().delete(KINDS, "", "gears.placed.example.com");
            }
        }
    }

    private static String gear(String name) {
        return """
                {"apiVersion": "placed.example.com/v1", "kind": "Gear",
                 "metadata": {"name": "%s", "namespace": "lostkind"}, "spec": {"teeth": 12}}
                """
                .formatted(name);
    }
}
