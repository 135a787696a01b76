package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.Launcher;
import io.portolan.e2e.harness.Live;
import io.portolan.e2e.harness.Proc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code ./portolan demo --kubeconfig ...}: as often as one likes, and nothing of it stays. */
@ExtendWith(Fleet.Extension.class)
class DemoOnRealClustersTest {
    private static final Duration WHOLE = Duration.ofMinutes(5);
    private static final String NAMESPACE = "portolan-demo";

    /** Nothing of other tests is in these: the cluster's own namespaces, and the demo's. */
    private static final Pattern OWN = Pattern.compile("|default|kube-.*|portolan.*");

    private final Launcher launcher = new Launcher();

    @Test
    void demoRunsTwiceAndLeavesNothingBehind(Fleet fleet) {
        List<KubeCluster> clusters = fleet.clusters().all();
        List<Set<String>> before = clusters.stream().map(DemoOnRealClustersTest::what).toList();
        for (int run = 1; run <= 2; run++) {
            Proc.Finished demo = demo(clusters).run(WHOLE).expect(0);
            String table = demo.out().substring(demo.out().indexOf("== What it took"));
            assertTrue(table.contains("agent back until verified healthy on"), demo.out());
            assertTrue(table.contains("deleted until gone from its clusters"), demo.out());
            // Nobody swore to what was not so.
            assertTrue(demo.out().contains("F2: "), demo.out());
            assertTrue(!demo.out().contains("failover attest"), demo.out());
            assertEquals(before, clusters.stream().map(DemoOnRealClustersTest::what).toList());
        }
    }

    @Test
    void demoThatIsInterruptedLeavesNothingEither(Fleet fleet) {
        List<KubeCluster> clusters = fleet.clusters().all();
        List<Set<String>> before = clusters.stream().map(DemoOnRealClustersTest::what).toList();
        try (Proc demo = demo(clusters).start()) {
            demo.awaitLine("Application portolan-demo/checkout is healthy", WHOLE);
            assertTrue(clusters.stream().anyMatch(c -> has(c.live())));
            demo.terminate(Duration.ofMinutes(2));
        }
        assertEquals(before, clusters.stream().map(DemoOnRealClustersTest::what).toList());
    }

    @Test
    void demoTouchesNoNamespaceThatIsThereAlready(Fleet fleet) {
        KubeCluster west = fleet.clusters().get("eu-west");
        west.createNamespace(NAMESPACE);
        try {
            Proc.Finished refused = demo(fleet.clusters().all()).run(WHOLE).expect(1);
            assertTrue(
                    refused.out().contains("eu-west has a namespace " + NAMESPACE + " already"),
                    refused.out());
            assertTrue(has(west.live()));
        } finally {
            west.live().delete("v1/namespaces", "", NAMESPACE);
            Await.until("the namespace to go", Scene.LATER, () -> !has(west.live()));
        }
    }

    @Test
    void oneClusterUnderTwoNamesIsRefused(Fleet fleet) {
        KubeCluster west = fleet.clusters().get("eu-west");
        Proc.Finished refused =
                demo(List.of(west))
                        .with("--kubeconfig", file(west, "other").toString())
                        .run(WHOLE)
                        .expect(1);
        assertTrue(refused.out().contains("lead to one and the same cluster"), refused.out());
    }

    private Proc.Spec demo(List<KubeCluster> clusters) {
        Proc.Spec demo = launcher.portolan("demo");
        for (KubeCluster cluster : clusters) {
            demo.with("--kubeconfig", file(cluster, cluster.name()).toString());
        }
        return demo;
    }

    /** The cluster's kubeconfig under a name, which the demo calls the cluster by. */
    private Path file(KubeCluster cluster, String name) {
        try {
            return Files.copy(
                    cluster.kubeconfig(),
                    launcher.home().resolve(name + ".yaml"),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String namespace(JsonObject object) {
        JsonObject metadata = object.getAsJsonObject("metadata");
        return metadata.has("namespace") ? metadata.get("namespace").getAsString() : "";
    }

    private static boolean has(Live live) {
        return live.get("v1/namespaces", "", NAMESPACE).isPresent();
    }

    /** All that the demo could have made, by kind, namespace and name; other tests' is not. */
    private static Set<String> what(KubeCluster cluster) {
        Set<String> out = new TreeSet<>();
        for (String resource :
                List.of(
                        "v1/namespaces",
                        "v1/configmaps",
                        "v1/secrets",
                        "v1/services",
                        "v1/pods",
                        "apps/v1/deployments",
                        "apps/v1/replicasets",
                        "rbac.authorization.k8s.io/v1/clusterroles",
                        "coordination.k8s.io/v1/leases")) {
            cluster.live().list(resource, "", "").stream()
                    .filter(o -> OWN.matcher(namespace(o)).matches())
                    .forEach(
                            o ->
                                    out.add(
                                            resource
                                                    + " "
                                                    + namespace(o)
                                                    + " "
                                                    + o.getAsJsonObject("metadata").get("name")));
        }
        return out;
    }
}
