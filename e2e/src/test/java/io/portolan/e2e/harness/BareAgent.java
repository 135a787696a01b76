package io.portolan.e2e.harness;

/** An agent's process and nothing around it, for a central that a test plays or listens to. */
public final class BareAgent {
    private BareAgent() {}

    public static Proc start(KubeCluster cluster, int centralPort, String joinToken) {
        return Program.AGENT
                .process(
                        "bare-" + cluster.name(),
                        "@" + Workspace.root().resolve("agent/jvm.options"))
                .with("--central", "http://127.0.0.1:" + centralPort)
                .with("--join-token", joinToken)
                .with("--state-dir", Workspace.scratch("bare-" + cluster.name()).toString())
                .with("--kubeconfig", cluster.kubeconfig().toString())
                .start();
    }
}
