package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong in a cluster is told to the application's owner in Kubernetes' own words. */
@ExtendWith(Fleet.Extension.class)
class TroubleTest {
    /** More than a node has and less than a cluster: what fits nowhere is not placed at all. */
    @ParameterizedTest
    @CsvSource({
        "missing, example.invalid/missing:1, 10m, ImagePullBackOff",
        "crashes, example.invalid/crashes:1, 10m, exit code 1 (5 restarts): no database at db:5432",
        "toolarge, example/app:1, 9, 0/2 nodes are available: 2 Insufficient cpu",
    })
    void podThatCannotRunIsExplained(
            String name, String image, String cpu, String told, Fleet fleet) {
        Scene scene = new Scene(fleet, "trouble");
        App app = scene.app(name).image(image).cpu(cpu).on("eu-north");
        scene.put(app);
        scene.api().awaitStatus("trouble", name, told, Scene.SOON);
        assertTrue(
                !scene.api().status("trouble", name).get("health").getAsString().equals("Healthy"));
        scene.api().delete(app.path()).expect(200);
        scene.awaitNothingLeft("eu-north", app);
    }

    @Test
    void runningContainerWhoseProbeDoesNotPassIsExplained(Fleet fleet) {
        Scene scene = new Scene(fleet, "probe");
        App app =
                scene.app("shy")
                        .manifests(
                                """
                                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shy"},
                                 "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "shy"}},
                                  "template": {"metadata": {"labels": {"app": "shy"}},
                                   "spec": {"containers": [{"name": "web", "image": "example.invalid/never-ready:1",
                                    "readinessProbe": {"httpGet": {"path": "/up", "port": 8080}}}]}}}}
                                """)
                        .on("eu-north");
        scene.put(app);
        scene.api()
                .awaitStatus(
                        "probe",
                        "shy",
                        "container web runs, but its readiness probe does not pass: GET /up on port"
                                + " 8080 (and 1 more pod)",
                        Scene.SOON);
        scene.api().awaitStatus("probe", "shy", "ProbeFailing", Scene.SOON);
        scene.api().awaitHealth("probe", "shy", "Progressing", Scene.SOON);
    }

    @Test
    void manifestThatKubernetesRefusesIsToldInItsWordsAndHindersNothingElse(Fleet fleet) {
        Scene scene = new Scene(fleet, "refused");
        App good = scene.app("good").on("eu-north");
        scene.putHealthy(good);
        App app =
                scene.app("half")
                        .manifests(
                                "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\","
                                        + " \"metadata\": {\"name\": \"fine\", \"namespace\": \"refused\"}, \"data\": {\"a\": \"b\"}}",
                                """
                        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "odd", "namespace": "refused"},
                         "spec": {"selector": {"matchLabels": {"app": "odd"}},
                          "template": {"metadata": {"labels": {"app": "even"}},
                           "spec": {"containers": [{"name": "main", "image": "example/app:1"}]}}}}
                        """)
                        .on("eu-north");

        scene.put(app);
        scene.api()
                .awaitStatus(
                        "refused",
                        "half",
                        "`selector` does not match template `labels`",
                        Scene.SOON);
        scene.live("eu-north").awaitExists("v1/configmaps", "refused", "fine", Scene.SOON);
        assertEquals(1, scene.ready("eu-north", good));
        scene.put(good.replicas(2));
        scene.awaitReady("eu-north", good, 2);
    }

    @Test
    void definitionAndItsObjectComeInOneApplication(Fleet fleet) {
        Scene scene = new Scene(fleet, "crds");
        App app = scene.app("widgets").manifests(WIDGET, WIDGETS).on("us-east");
        scene.putHealthy(app);
        scene.live("us-east")
                .awaitExists("e2e.example.com/v1/widgets", "crds", "first", Scene.SOON);

        scene.api().delete(app.path()).expect(200);
        Await.until(
                "the application to be gone",
                Scene.SOON,
                () -> scene.api().get(app.path()).status() == 404);
        // With the definition its objects are gone, and the application is only when both are.
        assertEquals(
                Optional.empty(),
                scene.live("us-east")
                        .get(
                                "apiextensions.k8s.io/v1/customresourcedefinitions",
                                "",
                                "widgets.e2e.example.com"));
    }

    @Test
    void aMebibyteOfManifestsArrivesWhole(Fleet fleet) {
        Scene scene = new Scene(fleet, "large");
        String[] objects =
                IntStream.range(0, 8)
                        .mapToObj(
                                i ->
                                        """
                        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "block-%d", "namespace": "large"},
                         "data": {"block": "%s"}}
                        """
                                                .formatted(
                                                        i, Integer.toString(i).repeat(128 * 1024)))
                        .toArray(String[]::new);
        App app = scene.app("blocks").manifests(objects).on("eu-west");
        scene.putHealthy(app);
        for (int i = 0; i < 8; i++) {
            String block =
                    scene.live("eu-west")
                            .get("v1/configmaps", "large", "block-" + i)
                            .orElseThrow()
                            .getAsJsonObject("data")
                            .get("block")
                            .getAsString();
            assertEquals(Integer.toString(i).repeat(128 * 1024), block);
        }
    }

    private static final String WIDGETS =
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "widgets.e2e.example.com"},
             "spec": {"group": "e2e.example.com", "scope": "Namespaced",
              "names": {"kind": "Widget", "plural": "widgets", "singular": "widget"},
              "versions": [{"name": "v1", "served": true, "storage": true,
               "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
            """;

    /** Stands before its definition in the application, so that order of kind has to be kept. */
    private static final String WIDGET =
            """
            {"apiVersion": "e2e.example.com/v1", "kind": "Widget", "metadata": {"name": "first", "namespace": "crds"},
             "spec": {"size": 3}}
            """;
}
