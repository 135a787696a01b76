package io.portolan.agent;

import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubernetesApi;
import io.portolan.agent.state.Credential;
import io.portolan.agent.state.StateException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The agent's process. Exit codes: 1 failed, 2 usage, 143 stopped by SIGTERM. */
@Command(
        name = "portolan-agent",
        description = "Runs Portolan's agent of one Kubernetes cluster.",
        sortOptions = false)
public final class Main implements Callable<Integer> {
    private static final Logger LOG = Logger.getLogger(Main.class.getName());

    @Option(
            names = "--central",
            required = true,
            defaultValue = "${env:PORTOLAN_CENTRAL}",
            description = "URL of central, http://127.0.0.1:8440")
    private URI central;

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

    public static void main(String[] args) {
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
                            healthPort);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        return run(config);
    }

    private String token() throws IOException {
        if (joinTokenFile != null && Files.exists(joinTokenFile)) {
            return Files.readString(joinTokenFile).strip();
        }
        return joinToken == null ? "" : joinToken;
    }

    private static int run(Config config) {
        CountDownLatch closed = new CountDownLatch(1);
        try {
            return run(config, closed);
        } finally {
            closed.countDown();
        }
    }

    private static int run(Config config, CountDownLatch closed) {
        AtomicBoolean welcomed = new AtomicBoolean();
        try (KubeApi kube = cluster(config);
                Agent agent = Agent.start(config, kube, once(welcomed));
                HealthDoor _ = HealthDoor.open(config.healthPort(), agent::alive, welcomed::get)) {
            return await(agent.ended(), closed);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (StateException e) {
            System.err.println(e.getMessage());
            LOG.log(Level.FINE, "state", e);
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** Ends with the loop or with SIGTERM, whose handler waits until everything is closed. */
    private static int await(CompletableFuture<Void> loop, CountDownLatch closed) {
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
        try {
            CompletableFuture.anyOf(loop, stop).join();
            return CommandLine.ExitCode.OK;
        } catch (CompletionException e) {
            LOG.log(Level.SEVERE, "the agent cannot go on", e.getCause());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private static KubeApi cluster(Config config) {
        return config.kubeconfig()
                .map(KubernetesApi::fromKubeconfig)
                .orElseGet(KubernetesApi::inCluster);
    }

    /** Those who start agents wait for this line. */
    private static java.util.function.Consumer<Credential> once(AtomicBoolean said) {
        return credential -> {
            if (said.compareAndSet(false, true)) {
                System.out.println("portolan agent ready: cluster " + credential.name());
                System.out.flush();
            }
        };
    }
}
