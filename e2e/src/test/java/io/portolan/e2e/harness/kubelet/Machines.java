package io.portolan.e2e.harness.kubelet;

import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.GoProgram;
import io.portolan.e2e.harness.Guard;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Ports;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Three clusters, {@code west}, {@code north} and {@code east}, of one machine each (and a spare
 * that takes no pods), on which pods are processes. What {@code west} is asked is written down. The
 * tests of one JVM share them; whoever disturbs one makes it whole again.
 */
public final class Machines implements AutoCloseable {
    /** What a container's command begins with to be a process that writes down that it runs. */
    public static final String WRITER = "/writer";

    /** The machine's own, for what runs to an end. */
    public static final String SHELL = "/bin/sh";

    /** What rendering puts before the command of what fences itself. */
    private static final String GUARD = "/portolan/guard";

    private final KubeClusters clusters;
    private final Map<String, Machine> machines = new LinkedHashMap<>();
    private final List<Machine> spares = new ArrayList<>();

    private @Nullable Postgres postgres;
    private @Nullable Portolan portolan;

    private Machines(KubeClusters clusters) {
        this.clusters = clusters;
    }

    /** Hands the machines to test methods that have a parameter of this type. */
    public static final class Extension implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Machines.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            // The root store closes what it holds after the last test of the JVM.
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(Machines.class))
                    .computeIfAbsent(Machines.class, _ -> Machines.start(), Machines.class);
        }
    }

    /** Starts clusters and machines of the caller's own. */
    public static Machines start() {
        Map<String, Path> programs =
                Map.of(
                        WRITER,
                        GoProgram.build(Workspace.module().resolve("writer")),
                        SHELL,
                        Path.of(SHELL),
                        GUARD,
                        Guard.build());
        KubeClusters clusters =
                KubeClusters.start(
                        ClusterSpec.vacant("west", "eu-west").auditing("admin"),
                        ClusterSpec.vacant("north", "eu-north"),
                        ClusterSpec.vacant("east", "us-east"));
        Machines machines = new Machines(clusters);
        try {
            for (KubeCluster cluster : clusters.all()) {
                String name = cluster.name() + "-machine";
                machines.spares.add(Machine.spare(cluster, cluster.name() + "-spare"));
                machines.machines.put(cluster.name(), Machine.start(cluster, name, programs));
            }
            return machines;
        } catch (RuntimeException | AssertionError e) {
            machines.close();
            throw e;
        }
    }

    public KubeClusters clusters() {
        return clusters;
    }

    /**
     * Central with an agent in each cluster, which it believes to be down after eight seconds of
     * silence. A test that disturbs it makes it whole again.
     */
    public synchronized Portolan portolan() {
        if (portolan == null) {
            portolan = installation("machines");
        }
        return portolan;
    }

    /** Another one like {@link #portolan()}, the caller's own. */
    public synchronized Portolan installation(String database) {
        if (postgres == null) {
            postgres = Postgres.start();
        }
        return Portolan.start(
                postgres.freshDatabase(database),
                clusters.all(),
                List.of("--heartbeat", "1s"),
                _ -> grantDoor());
    }

    /** Where the guards of a cluster ask their agent, the same over its restarts. */
    private static List<String> grantDoor() {
        String port = Integer.toString(Ports.next());
        return List.of(
                "--grant-port",
                port,
                "--grant-url",
                "http://127.0.0.1:" + port,
                "--guard-image",
                "example/guard:1");
    }

    /** The machine of the cluster of that name. */
    public Machine of(String cluster) {
        return machines.get(cluster);
    }

    /** What writers of pods in a namespace, whose names begin so, did in all clusters. */
    public List<Activity> activity(String namespace, String pods) {
        return machines.values().stream()
                .flatMap(m -> m.activity(namespace, pods).stream())
                .toList();
    }

    /** For how long two of them ran at once in different clusters, at most. */
    public Duration overlap(String namespace, String pods) {
        return Activity.overlap(activity(namespace, pods));
    }

    @Override
    public synchronized void close() {
        if (portolan != null) {
            portolan.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        machines.values().forEach(Machine::close);
        spares.forEach(Machine::close);
        clusters.close();
    }
}
