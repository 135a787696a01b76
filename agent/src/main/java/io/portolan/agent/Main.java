package io.portolan.agent;

import io.portolan.agent.grant.GrantDoor;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubernetesApi;
import io.portolan.agent.lease.Lease;
import io.portolan.agent.state.Credential;
import io.portolan.agent.state.StateException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The agent's process. Exit codes: 1 failed, 2 usage, 143 stopped by SIGTERM. */
@Command(
        name = "portolan-agent",
        mixinStandardHelpOptions = true,
        description = "Runs Portolan's agent of one Kubernetes cluster.",
        sortOptions = false)
public final class Main implements Callable<Integer> {
    private static final Logger LOG = Logger.getLogger(Main.class.getName());
    private static final Path POD_NAMESPACE =
            Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

    @Option(
            names = "--central",
            required = true,
            split = ",",
            paramLabel = "URL",
            defaultValue = "${env:PORTOLAN_CENTRAL}",
            description =
                    "URL of central, http://127.0.0.1:8440; of several nodes with commas between"
                            + " them")
    private List<URI> central = List.of();

    @Option(
            names = "--join-token",
            defaultValue = "${env:PORTOLAN_JOIN_TOKEN}",
            description =
                    "Single-use token for the first start (others can see it in the process list)")
    private @Nullable String joinToken;

    @Option(
            names = "--join-token-file",
            defaultValue = "${env:PORTOLAN_JOIN_TOKEN_FILE}",
            description = "File that holds the join token")
    private @Nullable Path joinTokenFile;

    @Option(
            names = "--state-dir",
            required = true,
            defaultValue = "${env:PORTOLAN_STATE_DIR}",
            description = "Directory of this agent alone, on a disk that survives restarts")
    private Path stateDir;

    @Option(names = "--kubeconfig", description = "How to reach the cluster from outside")
    private @Nullable Path kubeconfig;

    @Option(names = "--in-cluster", description = "Use the pod's service account")
    private boolean inCluster;

    @Option(
            names = "--lease-namespace",
            description =
                    "Act only while holding the Lease portolan-agent in this namespace"
                            + " (the pod's own with --in-cluster)")
    private @Nullable String leaseNamespace;

    @Option(
            names = "--credential-secret",
            paramLabel = "NAMESPACE/NAME",
            description =
                    "Keep the credential in this Secret, which exists, and not in the state"
                            + " directory")
    private @Nullable String credentialSecret;

    @Option(
            names = "--health-port",
            description = "Answer /livez and /readyz on this port (default: no port is opened)")
    private int healthPort;

    @Option(
            names = "--grant-port",
            description =
                    "Answer guards of workloads that fence themselves on this port, on all addresses"
                            + " (default: no port is opened, and nothing fences itself here)")
    private int grantPort;

    @Option(
            names = "--grant-url",
            paramLabel = "URL",
            defaultValue = "",
            description =
                    "How pods reach that port, http://portolan-agent.portolan-system:8442; workloads"
                            + " are rendered with it")
    private String grantUrl = "";

    @Option(
            names = "--guard-image",
            paramLabel = "IMAGE",
            defaultValue = "",
            description = "The guard's image, as this cluster's nodes pull it")
    private String guardImage = "";

    public static void main(String[] args) {
        // A pod's name stands for another address soon after the pod is another: ask each time.
        Security.setProperty("networkaddress.cache.ttl", "0");
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (inCluster == (kubeconfig != null)) {
            System.err.println("say either --kubeconfig FILE or --in-cluster");
            return CommandLine.ExitCode.USAGE;
        }
        Config config;
        try {
            config =
                    new Config(
                            central,
                            token(),
                            stateDir,
                            Optional.ofNullable(kubeconfig),
                            Optional.ofNullable(credentialSecret).map(Config::secret),
                            healthPort,
                            grantPort,
                            Config.guarding(grantPort, grantUrl, guardImage));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        return run(config, leaseNamespace());
    }

    private Optional<String> leaseNamespace() throws IOException {
        return leaseNamespace == null && inCluster
                ? Optional.of(Files.readString(POD_NAMESPACE).strip())
                : Optional.ofNullable(leaseNamespace);
    }

    private String token() throws IOException {
        if (joinTokenFile != null && Files.exists(joinTokenFile)) {
            return Files.readString(joinTokenFile).strip();
        }
        return joinToken == null ? "" : joinToken;
    }

    private static int run(Config config, Optional<String> leaseNamespace) {
        CountDownLatch closed = new CountDownLatch(1);
        CompletableFuture<Void> stop = stopped(closed);
        try (KubeApi kube = cluster(config);
                HealthDoor door = HealthDoor.open(config.healthPort());
                Doors grants = Doors.open(config.grantPort());
                HeapTrim _ = HeapTrim.start()) {
            if (leaseNamespace.isEmpty()) {
                serve(config, kube, CompletableFuture.anyOf(stop), door, grants, once(door));
            } else {
                String identity = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
                try (Lease lease = Lease.start(kube, leaseNamespace.get(), identity)) {
                    serve(config, lease, stop, door, grants);
                }
            }
            return CommandLine.ExitCode.OK;
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (StateException e) {
            System.err.println(e.getMessage());
            LOG.log(Level.FINE, "state", e);
            return CommandLine.ExitCode.SOFTWARE;
        } catch (CompletionException e) {
            LOG.log(Level.SEVERE, "the agent cannot go on", e.getCause());
            return CommandLine.ExitCode.SOFTWARE;
        } finally {
            closed.countDown();
        }
    }

    /** The door for guards, if there is one. */
    private record Doors(Optional<GrantDoor> grants) implements AutoCloseable {
        static Doors open(int port) {
            return new Doors(port == 0 ? Optional.empty() : Optional.of(GrantDoor.open(port)));
        }

        @Override
        public void close() {
            grants.ifPresent(GrantDoor::close);
        }
    }

    /** One agent's life each time that the lease is held. */
    private static void serve(
            Config config,
            Lease lease,
            CompletableFuture<Void> stop,
            HealthDoor door,
            Doors grants) {
        Consumer<Credential> welcomed = once(door);
        while (!stop.isDone()) {
            CompletableFuture<CompletableFuture<Void>> held = lease.next();
            CompletableFuture.anyOf(held, stop).join();
            if (!stop.isDone()) {
                CompletableFuture<Object> end = CompletableFuture.anyOf(held.join(), stop);
                serve(config, lease.guarding(), end, door, grants, welcomed);
            }
        }
    }

    /** Until the end, or until the loop cannot go on. */
    private static void serve(
            Config config,
            KubeApi kube,
            CompletableFuture<Object> end,
            HealthDoor door,
            Doors grants,
            Consumer<Credential> welcomed) {
        try (Agent agent = Agent.start(config, kube, grants.grants(), welcomed)) {
            door.lives(agent::alive);
            CompletableFuture.anyOf(agent.ended(), end).join();
        } finally {
            // Who waits for the Lease is well.
            door.lives(() -> true);
        }
    }

    /** Completes at SIGTERM, whose handler waits until everything is closed. */
    private static CompletableFuture<Void> stopped(CountDownLatch closed) {
        CompletableFuture<Void> stop = new CompletableFuture<>();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    stop.complete(null);
                                    try {
                                        var _ = closed.await(15, TimeUnit.SECONDS);
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                }));
        return stop;
    }

    private static KubeApi cluster(Config config) {
        return config.kubeconfig()
                .map(KubernetesApi::fromKubeconfig)
                .orElseGet(KubernetesApi::inCluster);
    }

    /** Those who start agents wait for this line. */
    private static Consumer<Credential> once(HealthDoor door) {
        AtomicBoolean said = new AtomicBoolean();
        return credential -> {
            door.welcomed();
            if (said.compareAndSet(false, true)) {
                System.out.println("portolan agent ready: cluster " + credential.name());
                System.out.flush();
            }
        };
    }
}
