package io.portolan.dev;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.agent.Agent;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubernetesApi;
import io.portolan.agent.kube.memory.MemoryCluster;
import io.portolan.central.Central;
import io.portolan.central.Config;
import io.portolan.cli.Shell;
import io.portolan.model.wire.Codec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Central with its embedded database and one agent for each cluster, all in this process. The
 * clusters are real ones where kubeconfigs are given, else three in memory.
 */
final class DevFleet implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(50);

    /** Where the clusters are said to be, in this order. */
    private static final List<Place> PLACES =
            List.of(
                    new Place("eu-west", "EU"),
                    new Place("eu-north", "EU"),
                    new Place("us-east", "US"));

    private record Place(String region, String jurisdiction) {}

    private final Path home;
    private final Central central;
    private final List<DevCluster> clusters = new ArrayList<>();

    private DevFleet(Path home, Central central) {
        this.home = home;
        this.central = central;
    }

    /**
     * Starts central, then joins every cluster that has not joined before.
     *
     * @param home holds the database and the agents' state from one start to the next
     * @param port 0 for any
     */
    static DevFleet start(Path home, int port, List<RealCluster> real) throws IOException {
        Files.createDirectories(home);
        DevFleet fleet = new DevFleet(home, Central.start(Config.under(home, port)));
        try {
            if (real.isEmpty()) {
                for (int i = 0; i < PLACES.size(); i++) {
                    fleet.add(PLACES.get(i).region(), PLACES.get(i), memoryCluster(i));
                }
            } else {
                for (int i = 0; i < real.size(); i++) {
                    fleet.add(
                            real.get(i).name(),
                            PLACES.get(i % PLACES.size()),
                            KubernetesApi.fromKubeconfig(real.get(i).kubeconfig()));
                }
                fleet.distinct();
            }
            fleet.clusters.forEach(DevCluster::startAgent);
            return fleet;
        } catch (RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    /** Pods take as long as small images do that are there already. */
    static KubeApi memoryCluster(int number) {
        MemoryCluster cluster =
                new MemoryCluster(
                        MemoryCluster.Settings.defaults()
                                .withSeed(number + 1L)
                                .withPods(Duration.ofMillis(400), Duration.ofMillis(400)),
                        Clock.systemUTC().instant());
        for (int node = 1; node <= 3; node++) {
            cluster.node("node-" + node, "8", "32Gi");
        }
        cluster.play(Clock.systemUTC(), TICK);
        return cluster;
    }

    private void add(String name, Place place, KubeApi kube) {
        Path state = home.resolve("agents").resolve(name);
        String token = Agent.joined(state) ? "" : joinToken(name, place);
        clusters.add(new DevCluster(name, place.region(), kube, central.address(), token, state));
    }

    /** Two agents in one cluster would undo each other's work. */
    private void distinct() {
        Map<String, String> names = new HashMap<>();
        for (DevCluster cluster : clusters) {
            Optional<String> identity = cluster.identity();
            if (identity.isEmpty()) {
                continue;
            }
            String other = names.putIfAbsent(identity.get(), cluster.name());
            if (other != null) {
                throw new DevException(
                        "the kubeconfigs of "
                                + other
                                + " and "
                                + cluster.name()
                                + " lead to one and the same cluster");
            }
        }
    }

    private String joinToken(String name, Place place) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Shell shell =
                shell(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        int code =
                io.portolan.cli.Main.run(
                        shell,
                        "cluster",
                        "join",
                        name,
                        "--region",
                        place.region(),
                        "--jurisdiction",
                        place.jurisdiction(),
                        "-o",
                        "json");
        if (code != 0) {
            throw new IllegalStateException(
                    "cannot join " + name + ": " + err.toString(StandardCharsets.UTF_8).strip());
        }
        JsonNode answer = Codec.lenient().tree(out.toByteArray());
        return answer.path("token").asText();
    }

    /**
     * A command line that is logged in to this central, whatever the user's own configuration says.
     */
    Shell shell(PrintStream out, PrintStream err) {
        return new Shell(
                out,
                err,
                InputStream.nullInputStream(),
                Map.of(
                        "PORTOLAN_CONFIG",
                        home.resolve("cli.yaml").toString(),
                        "PORTOLAN_SERVER",
                        address().toString(),
                        "PORTOLAN_TOKEN",
                        token(),
                        "PORTOLAN_TENANT",
                        Demo.TENANT),
                home,
                Clock.systemUTC(),
                false);
    }

    URI address() {
        return central.address();
    }

    String token() {
        return central.adminToken();
    }

    Path tokenFile() {
        return home.resolve("admin-token");
    }

    List<DevCluster> clusters() {
        return List.copyOf(clusters);
    }

    DevCluster cluster(String name) {
        return clusters.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        clusters.forEach(DevCluster::close);
        central.close();
    }
}
