package io.portolan.e2e.harness;

import java.time.Duration;
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
            portolan = Portolan.start(postgres().freshDatabase("fleet"), clusters().all());
        }
        return portolan;
    }

    @Override
    public synchronized void close() {
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
