package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Live;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What users do to our objects behind our back, and what becomes of it. */
@ExtendWith(Fleet.Extension.class)
class DriftTest {
    private static final String DEPLOYMENTS = "apps/v1/deployments";
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final String[] IMAGE = {
        "spec", "template", "spec", "containers", "k:{\"name\":\"main\"}", "image"
    };

    @Test
    void deletedDeploymentComesBack(Fleet fleet) {
        Scene scene = new Scene(fleet, "drift");
        App app = scene.app("deleted").on("eu-west");
        scene.putHealthy(app);
        JsonObject former = scene.deployment("eu-west", app);
        String name = name(former);

        scene.live("eu-west").delete(DEPLOYMENTS, "drift", name);
        Await.until(
                "another Deployment",
                SECONDS,
                () -> !uid(scene.deployment("eu-west", app)).equals(uid(former)));
        scene.awaitReady("eu-west", app, 1);
    }

    @Test
    void objectThatIsDeletedThreeTimesIsMadeAgainLaterAndThatIsSaid(Fleet fleet) {
        Scene scene = new Scene(fleet, "deletions");
        App app = scene.app("settings").manifests(configMap("ours", "deletions")).on("eu-west");
        scene.putHealthy(app);
        Live live = scene.live("eu-west");
        for (int i = 0; i < 3; i++) {
            live.awaitExists("v1/configmaps", "deletions", "settings", SECONDS);
            live.delete("v1/configmaps", "deletions", "settings");
        }
        scene.api().awaitStatus("deletions", "settings", "ObjectContested", Scene.SOON);
        scene.api().awaitStatus("deletions", "settings", "DeletedAgain", Scene.SOON);
        live.awaitExists("v1/configmaps", "deletions", "settings", Scene.SOON);
        scene.awaitHealthy(app);
    }

    /** What a migration does is done once, also after the agent was restarted. */
    @Test
    void jobThatWasCompleteAndWasRemovedAfterItsTimeToLiveRunsNoSecondTime(Fleet fleet) {
        Scene scene = new Scene(fleet, "migrations");
        Live live = scene.live("eu-west");
        App app =
                scene.app("migrates")
                        .manifests(JOB, configMap("before", "migrations"))
                        .on("eu-west");
        scene.put(app);
        live.awaitExists("batch/v1/jobs", "migrations", "migrate", Scene.SOON);
        live.awaitGone("batch/v1/jobs", "migrations", "migrate", Scene.SOON);
        scene.awaitHealthy(app);

        var agent = fleet.portolan().agent("eu-west");
        agent.kill();
        agent.start();
        agent.awaitWelcome();
        scene.put(app.manifests(JOB, configMap("after", "migrations")));
        Await.until(
                "the change",
                Scene.SOON,
                () ->
                        live.get("v1/configmaps", "migrations", "settings")
                                .orElseThrow()
                                .toString()
                                .contains("after"));
        scene.awaitHealthy(app);
        assertEquals(
                1,
                live.list("v1/events", "migrations", "").stream()
                        .map(e -> e.getAsJsonObject("involvedObject"))
                        .filter(o -> o.get("kind").getAsString().equals("Job"))
                        .map(o -> o.get("uid").getAsString())
                        .distinct()
                        .count());
    }

    private static final String JOB =
            """
            {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "migrate", "namespace": "migrations"},
             "spec": {"ttlSecondsAfterFinished": 1, "template": {"spec": {"restartPolicy": "Never",
              "containers": [{"name": "main", "image": "example/app:1", "resources": {"requests": {"cpu": "10m"}}}]}}}}
            """;

    @Test
    void editOfAFieldOfOursIsUndone(Fleet fleet) {
        Scene scene = new Scene(fleet, "drift");
        App app = scene.app("edited").on("eu-west");
        scene.putHealthy(app);
        String name = scene.deploymentName("eu-west", app);
        Live live = scene.live("eu-west");

        JsonObject edited =
                live.mergePatch(DEPLOYMENTS, "drift", name, "{\"spec\": {\"replicas\": 3}}");
        assertEquals(3, replicas(edited));
        Await.until(
                "one replica again",
                SECONDS,
                () -> replicas(scene.deployment("eu-west", app)) == 1);
    }

    @Test
    void fieldThatIsNotOursIsLeftToItsOwnerAlsoAcrossAnUpdate(Fleet fleet) {
        Scene scene = new Scene(fleet, "drift");
        App app = scene.app("annotated").on("eu-west");
        scene.putHealthy(app);
        String name = scene.deploymentName("eu-west", app);
        scene.live("eu-west")
                .mergePatch(
                        DEPLOYMENTS,
                        "drift",
                        name,
                        "{\"metadata\": {\"annotations\": {\"example.com/owner\": \"us\"}}, \"spec\": {\"minReadySeconds\": 1}}");

        scene.put(app.image("example/app:2"));
        Await.until(
                "the update",
                Scene.SOON,
                () -> scene.deployment("eu-west", app).toString().contains("example/app:2"));
        JsonObject live = scene.deployment("eu-west", app);
        assertEquals(
                "us",
                live.getAsJsonObject("metadata")
                        .getAsJsonObject("annotations")
                        .get("example.com/owner")
                        .getAsString());
        assertEquals(1, live.getAsJsonObject("spec").get("minReadySeconds").getAsInt());
    }

    @Test
    void objectThatBelongsToAnotherIsAConflictUntilItIsAdopted(Fleet fleet) {
        Scene scene = new Scene(fleet, "adoption");
        scene.cluster("eu-west").createNamespace("adoption");
        String theirs = configMap("theirs");
        scene.live("eu-west").apply("v1/configmaps", "another-tool", theirs);
        App app = scene.app("settings").manifests(configMap("ours")).on("eu-west");

        scene.put(app);
        scene.api().awaitStatus("adoption", "settings", "another-tool", Scene.SOON);
        assertEquals("theirs", value(scene));
        assertTrue(
                !scene.api()
                        .status("adoption", "settings")
                        .get("health")
                        .getAsString()
                        .equals("Healthy"));

        scene.put(app.annotation("portolan.io/adopt", "true"));
        Await.until("our value", Scene.SOON, () -> value(scene).equals("ours"));
        scene.awaitHealthy(app);
    }

    @Test
    void replicasOfAnAutoscalerAreLeftToIt(Fleet fleet) {
        Scene scene = new Scene(fleet, "autoscaled");
        App app =
                scene.app("scaled")
                        .manifests(deployment("example/app:1"), AUTOSCALER)
                        .on("eu-west");
        scene.put(app);
        Live live = scene.live("eu-west");
        Await.until(
                "the autoscaler's least of 2 replicas",
                Duration.ofSeconds(90),
                () -> replicas(live, "autoscaled", "web") == 2);
        scene.api().awaitStatus("autoscaled", "scaled", "FieldsYielded", Scene.SOON);

        scene.put(app.manifests(deployment("example/app:2"), AUTOSCALER));
        Await.until(
                "the update",
                Scene.SOON,
                () ->
                        live.get(DEPLOYMENTS, "autoscaled", "web")
                                .orElseThrow()
                                .toString()
                                .contains("example/app:2"));
        scene.awaitReady("eu-west", app, 2);
        assertEquals(2, replicas(live, "autoscaled", "web"));
        assertEquals(
                Set.of(FieldOwner.scales("kube-controller-manager")),
                FieldOwner.of(
                        live.get(DEPLOYMENTS, "autoscaled", "web").orElseThrow(),
                        "spec",
                        "replicas"));
    }

    @Test
    void replicasOfAnAutoscalerAreLeftToItWhenItsDeploymentIsAdopted(Fleet fleet) {
        Scene scene = new Scene(fleet, "autoscaled-before");
        Live live = scene.live("eu-west");
        String namespace = scene.tenant();
        scene.cluster("eu-west").createNamespace(namespace);
        String theirs = deployment("example/app:1").replace("autoscaled", namespace);
        live.apply(DEPLOYMENTS, "another-tool", theirs);
        live.apply(
                "autoscaling/v2/horizontalpodautoscalers",
                "another-tool",
                AUTOSCALER.replace("autoscaled", namespace));
        Await.until(
                "the autoscaler's least of 2 replicas",
                Duration.ofSeconds(90),
                () -> replicas(live, namespace, "web") == 2);

        String ours = theirs.replace("example/app:1", "example/app:2");
        App app = scene.app("scaled").manifests(ours).on("eu-west");
        scene.put(app.annotation("portolan.io/adopt", "true"));
        JsonObject adopted =
                Await.value(
                        "our image",
                        Scene.SOON,
                        () ->
                                live.get(DEPLOYMENTS, namespace, "web")
                                        .filter(o -> o.toString().contains("example/app:2")));
        assertEquals(2, replicas(adopted));
        assertEquals(
                Set.of(FieldOwner.scales("kube-controller-manager")),
                FieldOwner.of(adopted, "spec", "replicas"));
        assertEquals(Set.of(FieldOwner.PORTOLAN), FieldOwner.of(adopted, IMAGE));
        scene.api().awaitStatus(namespace, "scaled", "FieldsYielded", Scene.SOON);
        scene.awaitReady("eu-west", app, 2);
    }

    private static int replicas(Live live, String namespace, String name) {
        return live.get(DEPLOYMENTS, namespace, name).map(d -> replicas(d)).orElse(0);
    }

    private static String deployment(String image) {
        return """
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "autoscaled"},
                 "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}},
                  "template": {"metadata": {"labels": {"app": "web"}},
                   "spec": {"containers": [{"name": "main", "image": "%s", "resources": {"requests": {"cpu": "10m"}}}]}}}}
                """
                .formatted(image);
    }

    private static final String AUTOSCALER =
            """
            {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web", "namespace": "autoscaled"},
             "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
              "minReplicas": 2, "maxReplicas": 3,
              "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}]}}
            """;

    private static String configMap(String value) {
        return configMap(value, "adoption");
    }

    private static String configMap(String value, String namespace) {
        return """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "%2$s"},
                 "data": {"value": "%1$s"}}
                """
                .formatted(value, namespace);
    }

    private static String value(Scene scene) {
        return scene.live("eu-west")
                .get("v1/configmaps", "adoption", "settings")
                .orElseThrow()
                .getAsJsonObject("data")
                .get("value")
                .getAsString();
    }

    private static int replicas(JsonObject deployment) {
        return deployment.getAsJsonObject("spec").get("replicas").getAsInt();
    }

    private static String name(JsonObject object) {
        return object.getAsJsonObject("metadata").get("name").getAsString();
    }

    private static String uid(JsonObject object) {
        return object.getAsJsonObject("metadata").get("uid").getAsString();
    }
}
