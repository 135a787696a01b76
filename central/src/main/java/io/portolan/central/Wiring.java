package io.portolan.central;

import io.portolan.central.agentlink.AgentLink;
import io.portolan.central.agentlink.WorkBoard;
import io.portolan.central.api.ApplicationRoutes;
import io.portolan.central.api.ClusterRoutes;
import io.portolan.central.api.Commits;
import io.portolan.central.api.OperationRoutes;
import io.portolan.central.api.ResourceRoutes;
import io.portolan.central.api.SystemRoutes;
import io.portolan.central.api.WatchRoutes;
import io.portolan.central.feed.ChangeFollower;
import io.portolan.central.feed.ClusterDirectory;
import io.portolan.central.http.HttpServer;
import io.portolan.central.http.Route;
import io.portolan.central.security.AdminToken;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.Store;
import io.portolan.central.telemetry.Metrics;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Who holds whom. Everything is made here, in order, and closed in the reverse order. */
final class Wiring implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Wiring.class.getName());

    private final Deque<AutoCloseable> made = new ArrayDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Config config;
    private final String adminToken;
    private final HttpServer server;

    private Wiring(Config config, Store store, Deque<AutoCloseable> opened) {
        this.config = config;
        made.addAll(opened);
        Clock clock = Clock.systemUTC();
        Tokens tokens = new Tokens(store);
        this.adminToken = AdminToken.establish(config.tokenFile(), store, tokens);
        Metrics metrics = keep(new Metrics());
        ClusterDirectory clusters = new ClusterDirectory(store);
        WorkBoard board = new WorkBoard(store);
        ChangeFollower follower = keep(ChangeFollower.start(store, List.of(clusters, board)));
        clusters.load();
        WatchRoutes watches = keep(new WatchRoutes(store, follower));
        Commits commits = new Commits(store, metrics, clock);
        AgentLink agents = keep(new AgentLink(store, board, clusters, tokens, metrics, clock));
        List<Route> routes = new ArrayList<>();
        routes.addAll(agents.routes());
        routes.addAll(new ResourceRoutes(store, commits, (_, _, _, _, _) -> {}, watches).routes());
        routes.addAll(new ApplicationRoutes(store, clusters).routes());
        routes.addAll(new OperationRoutes(store, commits, watches, f -> f).routes());
        routes.addAll(new ClusterRoutes(store, commits, tokens).routes());
        routes.addAll(new SystemRoutes(store, metrics, version()).routes());
        metrics.gauge("portolan.api.watches", "Open watches", watches::open);
        this.server = keep(HttpServer.start(config.host(), config.port(), routes, tokens, metrics));
        // Closed first: who waits is answered before the server stops.
        keep(
                () -> {
                    follower.close();
                    board.end();
                });
        LOG.log(Level.INFO, "serving at {0}", address());
    }

    static Wiring on(Config config, Store store) {
        return new Wiring(config, store, new ArrayDeque<>());
    }

    private <T extends AutoCloseable> T keep(T part) {
        made.push(part);
        return part;
    }

    URI address() {
        return URI.create("http://" + config.host() + ":" + server.port());
    }

    String adminToken() {
        return adminToken;
    }

    /** Of this build, as the jar's manifest tells. */
    static String version() {
        return Optional.ofNullable(Wiring.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        closeAll(made);
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                // What is left must still be closed.
                LOG.log(Level.WARNING, "closing " + part.getClass().getSimpleName(), e);
            }
        }
    }
}
