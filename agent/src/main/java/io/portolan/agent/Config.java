package io.portolan.agent;

import io.portolan.model.app.ObjectRef;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the agent was told at its start.
 *
 * @param central addresses of central: nodes, or what stands for them
 * @param joinToken single use; empty when the agent has joined before
 * @param kubeconfig absent inside a cluster, where the pod's service account is used
 * @param credentialSecret a Secret that keeps the credential where the state directory may get lost
 * @param healthPort where the kubelet asks how the agent is, 0 for nowhere
 */
record Config(
        List<URI> central,
        String joinToken,
        Path stateDir,
        Optional<Path> kubeconfig,
        Optional<ObjectRef> credentialSecret,
        int healthPort) {
    Config {
        central = List.copyOf(central);
        if (central.isEmpty()) {
            throw new IllegalArgumentException("--central must name at least one URL");
        }
        for (URI address : central) {
            String scheme = address.getScheme();
            if (address.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
                throw new IllegalArgumentException(
                        "--central must be a URL such as http://127.0.0.1:8440, or several with"
                                + " commas between them, was \""
                                + address
                                + '"');
            }
        }
    }

    Config(List<URI> central, String joinToken, Path stateDir, Optional<Path> kubeconfig) {
        this(central, joinToken, stateDir, kubeconfig, Optional.empty(), 0);
    }

    /**
     * @param text {@code NAMESPACE/NAME}
     */
    static ObjectRef secret(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new IllegalArgumentException(
                    "--credential-secret must be NAMESPACE/NAME, was \"" + text + "\"");
        }
        return new ObjectRef("v1", "Secret", parts[0], parts[1]);
    }
}
