package io.portolan.e2e.harness;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** One etcd, without fsync, that all clusters of a test run share under a prefix each. */
public final class Etcd implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final Proc process;
    private final int port;

    private Etcd(Proc process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts etcd with an empty store and returns when it serves. */
    public static Etcd start(KubernetesBinaries binaries) {
        int port = Ports.next();
        String client = "http://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + Ports.next();
        Proc process =
                Proc.command(
                                "etcd",
                                binaries.program("etcd"),
                                "--data-dir=" + Workspace.scratch("etcd"),
                                "--unsafe-no-fsync",
                                "--listen-client-urls=" + client,
                                "--advertise-client-urls=" + client,
                                "--listen-peer-urls=" + peer,
                                "--initial-advertise-peer-urls=" + peer,
                                "--initial-cluster=default=" + peer,
                                "--auto-compaction-retention=10m",
                                "--quota-backend-bytes=4294967296",
                                "--log-level=warn")
                        .start();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest health = HttpRequest.newBuilder(URI.create(client + "/health")).build();
            process.await(
                    "etcd to be healthy",
                    START,
                    () -> http.send(health, BodyHandlers.discarding()).statusCode() == 200);
        }
        return new Etcd(process, port);
    }

    String clientUrl() {
        return "http://127.0.0.1:" + port;
    }

    /** The process, to be disturbed or measured. */
    public Proc process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
