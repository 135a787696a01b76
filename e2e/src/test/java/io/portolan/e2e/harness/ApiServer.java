package io.portolan.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A genuine kube-apiserver on a loopback port that it keeps across restarts. */
public final class ApiServer implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);

    private final String name;
    private final int port;
    private final List<String> command;
    private final Kubeconfig access;
    private final Path folder;
    private volatile Proc process;

    private ApiServer(String name, int port, List<String> command, Kubeconfig access, Path folder) {
        this.name = name;
        this.port = port;
        this.command = List.copyOf(command);
        this.access = access;
        this.folder = folder;
        this.process = spawn();
    }

    /** Starts the process; {@link #awaitReady()} tells when it serves. */
    static ApiServer spawn(
            KubernetesBinaries binaries, Etcd etcd, ClusterSpec spec, ServiceAccountKey key) {
        String name = spec.name();
        Path folder = Workspace.scratch(name);
        int port = Ports.next();
        String token = UUID.randomUUID().toString();
        Path tokens = folder.resolve("tokens.csv");
        try {
            Files.writeString(tokens, token + ",admin,admin,\"system:masters\"\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                binaries.program("kube-apiserver"),
                                "--etcd-servers=" + etcd.clientUrl(),
                                "--etcd-prefix=/" + folder.getFileName(),
                                "--secure-port=" + port,
                                "--bind-address=127.0.0.1",
                                "--cert-dir=" + folder,
                                "--service-account-key-file=" + key.file(),
                                "--service-account-signing-key-file=" + key.file(),
                                "--service-account-issuer=https://kubernetes.default.svc",
                                "--authorization-mode=RBAC",
                                "--token-auth-file=" + tokens,
                                "--service-cluster-ip-range=10.0.0.0/24",
                                "--endpoint-reconciler-type=none",
                                "--allow-privileged=true",
                                "--profiling=false"));
        if (spec.vacant()) {
            command.add("--default-not-ready-toleration-seconds=1");
            command.add("--default-unreachable-toleration-seconds=1");
        }
        if (!spec.audited().isEmpty()) {
            command.add("--audit-policy-file=" + auditPolicy(folder, spec.audited()));
            command.add("--audit-log-path=" + folder.resolve("audit.log"));
        }
        Kubeconfig access = new Kubeconfig(name, folder.resolve("apiserver.crt"), token);
        return new ApiServer(name, port, command, access, folder);
    }

    private static Path auditPolicy(Path folder, String user) {
        try {
            return Files.writeString(
                    folder.resolve("audit-policy.yaml"),
                    """
                    apiVersion: audit.k8s.io/v1
                    kind: Policy
                    omitStages: [RequestReceived]
                    rules:
                    - {level: Metadata, users: ["%s"]}
                    - {level: None}
                    """
                            .formatted(user));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One JSON object a line, for each request of the audited user. */
    public Path auditLog() {
        return folder.resolve("audit.log");
    }

    /** The certificate that the server shows. */
    Path certificate() {
        return access.caCertificate();
    }

    private Proc spawn() {
        return Proc.command(name + "-apiserver", command.toArray(String[]::new)).start();
    }

    void awaitReady() {
        try (Probe probe = new Probe(port, access.token())) {
            process.await(
                    name + "'s API server to be ready",
                    START,
                    () -> probe.status("/readyz") == 200);
        }
    }

    Path kubeconfig() {
        return access.write(folder.resolve("kubeconfig"), port);
    }

    Path kubeconfigThrough(TcpProxy wire) {
        return access.write(folder.resolve("kubeconfig-" + wire.port()), wire.port());
    }

    Path kubeconfigOf(String token) {
        return new Kubeconfig(name, access.caCertificate(), token)
                .write(folder.resolve("kubeconfig-" + Integer.toHexString(token.hashCode())), port);
    }

    String token() {
        return access.token();
    }

    public int port() {
        return port;
    }

    /** The process that serves now; another one after {@link #restart()}. */
    public Proc process() {
        return process;
    }

    /** SIGKILL: connections break and new ones are refused. */
    public void kill() {
        process.kill();
    }

    /** SIGSTOP: connections stay and nothing answers. */
    public void pause() {
        process.pause();
    }

    /** SIGCONT. */
    public void resume() {
        process.resume();
    }

    /**
     * Ends the process if it runs, starts another on the same port and store, and returns when it
     * is ready.
     */
    public void restart() {
        process.close();
        process = spawn();
        awaitReady();
    }

    @Override
    public void close() {
        process.close();
    }
}
