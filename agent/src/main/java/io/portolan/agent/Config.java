package io.portolan.agent;

import io.portolan.model.app.ObjectRef;
import io.portolan.model.cluster.ClusterStatus.Guarding;
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
 * @param guarding what guards need; with a port of {@code grantPort}
 * @param grantPort where guards ask, 0 for nowhere
 * @param healthPort where the kubelet asks how the agent is, 0 for nowhere
 */
record Config(
        List<URI> central,
        String joinToken,
        Path stateDir,
        Optional<Path> kubeconfig,
        Optional<ObjectRef> credentialSecret,
        int healthPort,
        int grantPort,
        Optional<Guarding> guarding) {
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
        this(central, joinToken, stateDir, kubeconfig, Optional.empty(), 0, 0, Optional.empty());
    }

    /**
     * What is told to central of the door for guards.
     *
     * @throws IllegalArgumentException when some of it is missing or cannot be
     */
    static Optional<Guarding> guarding(int port, String url, String image) {
        if (port == 0) {
            return Optional.empty();
        }
        if (!url.matches("https?://[^/?#]+/?")) {
            throw new IllegalArgumentException(
                    "--grant-port needs --grant-url, as pods reach it, such as"
                            + " http://portolan-agent.portolan-system:8442, was \""
                            + url
                            + '"');
        }
        if (image.isBlank()) {
            throw new IllegalArgumentException("--grant-port needs --guard-image");
        }
        return Optional.of(new Guarding(url, image));
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
