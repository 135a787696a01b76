package io.portolan.e2e.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A whole installation: central on a database of its own, and an agent in each cluster, all as
 * processes.
 */
public final class Portolan implements AutoCloseable {
    private static final Duration CLI_PATIENCE = Duration.ofMinutes(2);

    private final Central central;
    private final Map<String, Agent> agents;

    private Portolan(Central central, Map<String, Agent> agents) {
        this.central = central;
        this.agents = agents;
    }

    /** Starts central, declares the clusters with their regions and joins them. */
    public static Portolan start(Postgres.Database database, List<KubeCluster> clusters) {
        return start(database, clusters, List.of());
    }

    /** The same with flags for central. */
    public static Portolan start(
            Postgres.Database database, List<KubeCluster> clusters, List<String> flags) {
        return start(database, clusters, flags, _ -> List.of());
    }

    /**
     * The same with flags for the agents.
     *
     * @param agentFlags those of each cluster's
     */
    public static Portolan start(
            Postgres.Database database,
            List<KubeCluster> clusters,
            List<String> flags,
            Function<KubeCluster, List<String>> agentFlags) {
        Central central = Central.start(database, flags);
        Map<String, Agent> agents = new LinkedHashMap<>();
        Portolan portolan = new Portolan(central, agents);
        try {
            for (KubeCluster cluster : clusters) {
                portolan.join(cluster, agentFlags.apply(cluster));
            }
            return portolan;
        } catch (RuntimeException | AssertionError e) {
            portolan.close();
            throw e;
        }
    }

    /** Declares another cluster and joins it. */
    public void join(KubeCluster cluster) {
        join(cluster, List.of());
    }

    private void join(KubeCluster cluster, List<String> flags) {
        declare(cluster);
        agents.put(cluster.name(), Agent.join(cluster, List.of(central), flags));
    }

    private void declare(KubeCluster cluster) {
        String region = cluster.spec().region();
        api().put(
                        "/api/v1/clusters/" + cluster.name(),
                        """
                        {"apiVersion": "portolan.io/v1", "kind": "Cluster", "metadata": {"name": "%1$s"},
                         "spec": {"location": {"provider": "lab", "region": "%2$s", "zone": "%2$sa", "jurisdiction": "%3$s"}}}
                        """
                                .formatted(
                                        cluster.name(),
                                        region,
                                        region.startsWith("eu") ? "EU" : "US"))
                .expect(200);
    }

    /** Declares a cluster that was forgotten; it gets another identity. */
    public void declareAgain(String cluster) {
        declare(agent(cluster).cluster());
    }

    public Central central() {
        return central;
    }

    public Api api() {
        return central.api();
    }

    /** The agent of the cluster of that name. */
    public Agent agent(String cluster) {
        Agent agent = agents.get(cluster);
        if (agent == null) {
            throw new IllegalArgumentException(
                    "no agent in " + cluster + ", only in " + agents.keySet());
        }
        return agent;
    }

    /** All agents, in the order of their clusters. */
    public List<Agent> agents() {
        return List.copyOf(agents.values());
    }

    /**
     * Creates a tenant that may use all clusters and bring all cluster-scoped kinds. Its objects'
     * namespace has its name.
     */
    public void createTenant(String tenant) {
        api().put(
                        "/api/v1/tenants/" + tenant,
                        """
                        {"apiVersion": "portolan.io/v1", "kind": "Tenant", "metadata": {"name": "%s"},
                         "spec": {"clusterScopedKinds": ["*"]}}
                        """
                                .formatted(tenant))
                .expect(200);
    }

    /** Makes another operator of that name, and a token of theirs. */
    public String operator(String name) {
        String user = "/api/v1/users/" + name;
        api().put(user, "{\"role\": \"Admin\"}").expect(200);
        return api().post(user + "/tokens", "{}").expect(201).json().get("token").getAsString();
    }

    /** Runs the operator's command line to its end, as a process. */
    public Proc.Finished cli(String... arguments) {
        return cliOf(central.token(), arguments);
    }

    /** The same as whoever this token is of. */
    public Proc.Finished cliOf(String token, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        return Program.CLI
                .process("cli-" + all.getFirst(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .with(arguments)
                .env(
                        "PORTOLAN_CONFIG",
                        central.tokenFile().resolveSibling("no-config.yaml").toString())
                .env("PORTOLAN_SERVER", central.address())
                .env("PORTOLAN_TOKEN", token)
                .run(CLI_PATIENCE);
    }

    @Override
    public void close() {
        agents.values().forEach(Agent::close);
        central.close();
    }
}
