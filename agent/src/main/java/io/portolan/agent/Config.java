package io.portolan.agent;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the agent was told at its start.
 *
 * @param joinToken single use; empty when the agent has joined before
 * @param kubeconfig absent inside a cluster, where the pod's service account is used
 */
record Config(URI central, String joinToken, Path stateDir, Optional<Path> kubeconfig) {
    Config {
        String scheme = central.getScheme();
        if (central.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new IllegalArgumentException(
                    "--central must be a URL such as http://127.0.0.1:8440, was " + central);
        }
    }
}
