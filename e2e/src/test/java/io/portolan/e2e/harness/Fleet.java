package io.portolan.e2e.harness;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * What the tests of one JVM share, since its start takes seconds: three working clusters in three
 * regions and a PostgreSQL. Each part starts when the first test asks for it; all end with the test
 * run. Tests keep apart by names of their own: namespaces, applications, databases.
 */
public final class Fleet implements AutoCloseable {
    private @Nullable KubeClusters clusters;
    private @Nullable Postgres postgres;
    private @Nullable Portolan portolan;
    private @Nullable KubeClusters bare;
    private @Nullable Portolan barePortolan;

    /** The cluster of {@link #bare()}. */
    public static final String BARE = "bare";

    /** A silence is a loss after eight: no test waits 40 s for it. */
    private static final List<String> HEARTBEAT = List.of("--heartbeat", "2s");

    /** Hands the fleet to test methods that have a parameter of its type. */
    public static final class Extension implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Fleet.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            // The root store closes what it holds after the last test of the JVM.
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(Fleet.class))
                    .computeIfAbsent(Fleet.class, _ -> new Fleet(), Fleet.class);
        }
    }

    /**
     * Three working clusters: {@code eu-west}, {@code eu-north} and {@code us-east}, each its own
     * region.
     */
    public synchronized KubeClusters clusters() {
        if (clusters == null) {
            long started = System.nanoTime();
            clusters =
                    KubeClusters.start(
                            ClusterSpec.working("eu-west", "eu-west"),
                            ClusterSpec.working("eu-north", "eu-north"),
                            ClusterSpec.working("us-east", "us-east"));
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            System.err.println(
                    "fleet: three Kubernetes clusters ready after " + took.toMillis() + " ms");
        }
        return clusters;
    }

    /** The PostgreSQL of this JVM. */
    public synchronized Postgres postgres() {
        if (postgres == null) {
            postgres = Postgres.start();
        }
        return postgres;
    }

    /**
     * Central with an agent in each of {@link #clusters()}. A test that disturbs it makes it whole
     * again.
     */
    public synchronized Portolan portolan() {
        if (portolan == null) {
            portolan = start("fleet", clusters().all());
        }
        return portolan;
    }

    /** An installation of the test's own in some of {@link #clusters()}, by name. */
    public Portolan installation(String database, String... names) {
        return start(database, Stream.of(names).map(clusters()::get).toList());
    }

    private Portolan start(String database, List<KubeCluster> in) {
        return Portolan.start(postgres().freshDatabase(database), in, HEARTBEAT);
    }

    /**
     * A real API server that no controller works on, for what is between the agent and it alone:
     * cheap to start, and free to be disturbed.
     */
    public synchronized KubeCluster bareCluster() {
        if (bare == null) {
            bare = KubeClusters.start(ClusterSpec.apiOnly(BARE, "eu-west"));
        }
        return bare.get(BARE);
    }

    /** Central with an agent on {@link #bareCluster()}. */
    public synchronized Portolan bare() {
        if (barePortolan == null) {
            barePortolan = Portolan.start(postgres().freshDatabase("bare"), List.of(bareCluster()));
        }
        return barePortolan;
    }

    @Override
    public synchronized void close() {
        if (barePortolan != null) {
            barePortolan.close();
        }
        if (bare != null) {
            bare.close();
        }
        if (portolan != null) {
            portolan.close();
        }
        if (postgres != null) {
            postgres.close();
        }
        if (clusters != null) {
            clusters.close();
        }
    }
}
