package io.portolan.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The agent of one cluster as a process, with a wire to central and one to its API server that a
 * test may cut. It keeps its state folder across restarts.
 */
public final class Agent implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final KubeCluster cluster;
    private final List<Central> nodes;
    private final List<TcpProxy> toCentral;
    private final TcpProxy toKubernetes;
    private final Path state;
    private final String[] more;
    private Proc process;

    private Agent(KubeCluster cluster, List<Central> nodes, Path state, String... more) {
        this.cluster = cluster;
        this.nodes = List.copyOf(nodes);
        this.toCentral = nodes.stream().map(node -> TcpProxy.to(node.port())).toList();
        this.toKubernetes = TcpProxy.to(cluster.apiServer().port());
        this.state = state;
        this.more = more.clone();
        this.process = launch();
    }

    /**
     * Joins a cluster that central knows: draws a join token, starts the agent and returns when
     * central welcomed it.
     */
    public static Agent join(KubeCluster cluster, Central central) {
        return join(cluster, List.of(central));
    }

    /** As {@link #join(KubeCluster, Central)}, where central has several nodes. */
    public static Agent join(KubeCluster cluster, List<Central> nodes) {
        return join(cluster, nodes, List.of());
    }

    /** The same with more arguments for the agent. */
    static Agent join(KubeCluster cluster, List<Central> nodes, List<String> arguments) {
        return join(cluster, nodes, Workspace.scratch("agent-" + cluster.name()), arguments);
    }

    private static Agent join(
            KubeCluster cluster, List<Central> nodes, Path state, List<String> arguments) {
        String token =
                nodes.getFirst()
                        .api()
                        .post(
                                "/api/v1/clusters/" + cluster.name() + "/join-tokens",
                                "{\"validFor\": \"1h\"}")
                        .expect(201)
                        .json()
                        .get("token")
                        .getAsString();
        List<String> all = new ArrayList<>(List.of("--join-token", token));
        all.addAll(arguments);
        Agent agent = new Agent(cluster, nodes, state, all.toArray(String[]::new));
        agent.awaitWelcome();
        return agent;
    }

    /**
     * Starts another agent on a copy of this one's state, with more arguments; this one must not
     * run. Does not wait for anything.
     */
    public Agent twin(String... arguments) {
        return new Agent(cluster, nodes, copy(), arguments);
    }

    /** Joins anew on a copy of this one's state, without its credential; this one must not run. */
    public Agent rejoin() {
        Path copy = copy();
        try {
            Files.delete(copy.resolve("credential.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return join(cluster, nodes, copy, List.of());
    }

    /** Joins anew with an empty state; this one must not run. */
    public Agent rejoinWithoutMemory() {
        return join(cluster, nodes);
    }

    /** Starts as the pod of an installed agent that moved: who it is is known, nothing else. */
    public void startWithoutDisk() {
        try {
            Files.delete(state.resolve("desired.mv"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    private Path copy() {
        Path copy = Workspace.scratch("agent-" + cluster.name());
        try (Stream<Path> files = Files.list(state)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    private Proc launch() {
        return Program.AGENT
                .process(
                        "agent-" + cluster.name(),
                        "@" + Workspace.root().resolve("agent/jvm.options"))
                .env("MALLOC_ARENA_MAX", "1")
                .with(
                        "--central",
                        toCentral.stream()
                                .map(wire -> "http://127.0.0.1:" + wire.port())
                                .collect(Collectors.joining(",")))
                .with("--state-dir", state.toString())
                .with("--kubeconfig", cluster.kubeconfigThrough(toKubernetes).toString())
                .with(more)
                .start();
    }

    /** Waits until central welcomed the process that runs now. */
    public void awaitWelcome() {
        process.awaitLine("portolan agent ready: cluster " + cluster.name(), START);
    }

    public KubeCluster cluster() {
        return cluster;
    }

    /** The wire over which the agent reaches central, or its first node. */
    public TcpProxy toCentral() {
        return toCentral.getFirst();
    }

    /** The wire over which the agent reaches its API server. */
    public TcpProxy toKubernetes() {
        return toKubernetes;
    }

    /** The process that runs now; another one after {@link #start()}. */
    public Proc process() {
        return process;
    }

    /** SIGKILL. */
    public void kill() {
        process.kill();
    }

    /** Starts a new process on the same state; does not wait for central, which may be away. */
    public void start() {
        process.close();
        process = launch();
    }

    @Override
    public void close() {
        process.close();
        toCentral.forEach(TcpProxy::close);
        toKubernetes.close();
    }
}
