package io.portolan.e2e.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Genuine Kubernetes programs and etcd, built once per machine by {@code e2e/kubernetes/build}. */
public record KubernetesBinaries(Path folder) {
    private static final Duration BUILDING = Duration.ofMinutes(45);

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
        return new KubernetesBinaries(BuildScript.run("e2e/kubernetes/build", BUILDING));
    }

    String program(String name) {
        return folder.resolve(name).toString();
    }

    Path stages() {
        return folder.resolve("stages.yaml");
    }
}
