package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.ImageBox;
import io.portolan.e2e.harness.InstalledAgent;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.Workspace;
import io.portolan.images.ImageBuild;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The images: what is in them, that they are the same each time, and that they run. */
@ExtendWith(Fleet.Extension.class)
class ImageTest {
    private static final Duration START = Duration.ofSeconds(90);

    @Test
    void guardsImageIsTheSameEachTimeAndHoldsWhatInstallsItself() throws Exception {
        ImageBuild.Built first = ImageBuild.guard(Workspace.root(), Workspace.scratch("image"));
        ImageBuild.Built second = ImageBuild.guard(Workspace.root(), Workspace.scratch("image"));
        assertEquals(first.digest(), second.digest());

        ImageBox box = ImageBox.unpack(first.tar());
        assertEquals("65532:65532", box.user());
        assertEquals("Apache-2.0", box.label("org.opencontainers.image.licenses"));
        assertFalse(box.label("org.opencontainers.image.version").isEmpty());
        assertEquals(List.of("/guard"), box.entrypoint());
        try (Stream<Path> all = Files.list(box.root())) {
            assertEquals(List.of(box.root().resolve("guard")), all.toList());
        }
        Path copy = Workspace.scratch("installed").resolve("guard");
        Proc.command("install", box.root() + "/guard", "install", copy.toString())
                .run(START)
                .expect(0);
        assertTrue(Files.isExecutable(copy));
    }

    @Test
    void imageIsTheSameEachTimeAndItsContentsJoinACluster(Fleet fleet) throws Exception {
        ImageBuild.Built first = ImageBuild.agent(Workspace.root(), Workspace.scratch("image"));
        ImageBuild.Built second = ImageBuild.agent(Workspace.root(), Workspace.scratch("image"));
        assertEquals(first.digest(), second.digest());
        assertTrue(Files.size(first.tar()) < 100 << 20, first.tar() + " is large");

        ImageBox box = ImageBox.unpack(first.tar());
        assertEquals("65532:65532", box.user());
        assertEquals("Apache-2.0", box.label("org.opencontainers.image.licenses"));
        assertFalse(box.label("org.opencontainers.image.version").isEmpty());
        assertFalse(Files.exists(box.root().resolve("bin/sh")), "a shell is in the image");

        try (KubeClusters clusters = KubeClusters.start(ClusterSpec.apiOnly("boxed", "eu-west"));
                Portolan portolan =
                        Portolan.start(fleet.postgres().freshDatabase("boxed"), List.of())) {
            KubeCluster cluster = clusters.get("boxed");
            String manifest =
                    portolan.cli("cluster", "join", "boxed", "--region", "eu-west", "--manifest")
                            .expect(0)
                            .out();
            Path kubeconfig = InstalledAgent.apply(cluster, manifest);
            try (Proc agent = box.agent(cluster, manifest, kubeconfig).start()) {
                agent.awaitLine("portolan agent ready: cluster boxed", START);
                portolan.createTenant("boxed");
                App app = new App("boxed", "app").on("boxed");
                portolan.api().put(app.path(), app.json()).expect(200);
                Await.until(
                        "the Deployment",
                        Scene.LATER,
                        () ->
                                cluster.live()
                                        .get("apps/v1/deployments", "boxed", "app")
                                        .isPresent());
                assertTrue(agent.isAlive());
            }
        }
    }
}
