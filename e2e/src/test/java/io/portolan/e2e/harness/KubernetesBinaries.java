package io.portolan.e2e.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Genuine Kubernetes programs and etcd, built once per machine by {@code e2e/kubernetes/build}. */
public record KubernetesBinaries(Path folder) {
    private static final long BUILD_MINUTES = 45;

    public KubernetesBinaries {
        for (String program :
                new String[] {
                    "kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "kwok"
                }) {
            if (!Files.isExecutable(folder.resolve(program))) {
                throw new HarnessException(
                        folder
                                + " holds no "
                                + program
                                + "; remove the folder to have it built again");
            }
        }
    }

    /**
     * The binaries of this machine's cache; the first call on a machine builds them, which takes
     * minutes.
     */
    public static KubernetesBinaries locate() {
        ProcessBuilder builder =
                new ProcessBuilder(Workspace.module().resolve("kubernetes/build").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        Process build = Spawner.spawn(builder);
        try (var out = build.inputReader()) {
            String folder = out.readLine();
            if (!build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)
                    || build.exitValue() != 0
                    || folder == null) {
                throw new HarnessException(
                        "e2e/kubernetes/build failed, its own words are on standard error");
            }
            return new KubernetesBinaries(Path.of(folder));
        } catch (IOException e) {
            throw new HarnessException("could not read what e2e/kubernetes/build printed", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted while building Kubernetes");
        } finally {
            build.destroyForcibly();
        }
    }

    String program(String name) {
        return folder.resolve(name).toString();
    }

    Path stages() {
        return folder.resolve("stages.yaml");
    }
}
