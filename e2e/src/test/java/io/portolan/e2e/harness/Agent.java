package io.portolan.e2e.harness;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The agent of one cluster as a process, with a wire to central and one to its API server that a
 * test may cut. It keeps its state folder across restarts.
 */
public final class Agent implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final KubeCluster cluster;
    private final TcpProxy toCentral;
    private final TcpProxy toKubernetes;
    private final Path state;
    private final String joinToken;
    private Proc process;

    private Agent(KubeCluster cluster, Central central, String joinToken) {
        this.cluster = cluster;
        this.toCentral = TcpProxy.to(central.port());
        this.toKubernetes = TcpProxy.to(cluster.apiServer().port());
        this.state = Workspace.scratch("agent-" + cluster.name());
        this.joinToken = joinToken;
        this.process = launch();
    }

    /**
     * Joins a cluster that central knows: draws a join token, starts the agent and returns when
     * central welcomed it.
     */
    public static Agent join(KubeCluster cluster, Central central) {
        String token =
                central.api()
                        .post(
                                "/api/v1/clusters/" + cluster.name() + "/join-tokens",
                                "{\"validFor\": \"1h\"}")
                        .expect(201)
                        .json()
                        .get("token")
                        .getAsString();
        Agent agent = new Agent(cluster, central, token);
        agent.awaitWelcome();
        return agent;
    }

    private Proc launch() {
        return Program.AGENT
                .process(
                        "agent-" + cluster.name(),
                        "@" + Workspace.root().resolve("agent/jvm.options"))
                .env("MALLOC_ARENA_MAX", "1")
                .with("--central", "http://127.0.0.1:" + toCentral.port())
                .with("--join-token", joinToken)
                .with("--state-dir", state.toString())
                .with("--kubeconfig", cluster.kubeconfigThrough(toKubernetes).toString())
                .start();
    }

    /** Waits until central welcomed the process that runs now. */
    public void awaitWelcome() {
        process.awaitLine("portolan agent ready: cluster " + cluster.name(), START);
    }

    public KubeCluster cluster() {
        return cluster;
    }

    /** The wire over which the agent reaches central. */
    public TcpProxy toCentral() {
        return toCentral;
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
        toCentral.close();
        toKubernetes.close();
    }
}
