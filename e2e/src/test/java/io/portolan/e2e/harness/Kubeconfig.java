package io.portolan.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * How an API server is reached: the certificate that it must show and the token that it accepts.
 */
record Kubeconfig(String cluster, Path caCertificate, String token) {
    /**
     * Writes the file for a loopback port: the API server's own, or that of a wire in front of it.
     */
    Path write(Path file, int port) {
        try {
            String authority =
                    Base64.getEncoder().encodeToString(Files.readAllBytes(caCertificate));
            return Files.writeString(
                    file,
                    """
                    apiVersion: v1
                    kind: Config
                    clusters:
                    - name: %1$s
                      cluster: {server: "https://127.0.0.1:%2$d", certificate-authority-data: %3$s}
                    users:
                    - name: admin
                      user: {token: %4$s}
                    contexts:
                    - name: %1$s
                      context: {cluster: %1$s, user: admin}
                    current-context: %1$s
                    """
                            .formatted(cluster, port, authority, token));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
