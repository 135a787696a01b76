package io.portolan.central.agentlink;

import io.portolan.central.feed.ClusterDirectory;
import io.portolan.central.http.Route;
import io.portolan.central.image.FleetImage;
import io.portolan.central.reconcile.Thresholds;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.Store;
import io.portolan.central.telemetry.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The agent's routes and what they share. */
public final class AgentLink implements AutoCloseable {
    private final WorkBoard board;
    private final Heartbeats heartbeats;
    private final Sessions sessions;
    private final SyncRoutes sync;
    private final GrantRoutes grants;
    private final List<Route> routes = new ArrayList<>();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("agent-link-sweeper").factory());

    public AgentLink(
            Store store,
            WorkBoard board,
            ClusterDirectory clusters,
            Tokens tokens,
            Metrics metrics,
            Duration heartbeat,
            Supplier<FleetImage> fleet,
            Clock clock) {
        this.board = board;
        this.sessions = new Sessions(store);
        this.heartbeats = new Heartbeats(store);
        Door door = new Door(clusters, sessions, heartbeats);
        this.sync = new SyncRoutes(store, door, board, new Contents(store));
        routes.addAll(new JoinRoutes(store, tokens, clusters, clock).routes());
        routes.addAll(
                new HelloRoutes(
                                store,
                                door,
                                sessions,
                                heartbeats,
                                board,
                                heartbeat,
                                new Probing(
                                        store,
                                        fleet,
                                        Thresholds.of(heartbeat).suspect(),
                                        System::nanoTime),
                                clock)
                        .routes());
        routes.addAll(sync.routes());
        this.grants = new GrantRoutes(store, door);
        routes.addAll(grants.routes());
        routes.addAll(new ReportRoutes(store, door, sessions, board, metrics, clock).routes());
        metrics.gauge("portolan.agent.polls.parked", "Polls that wait for work", sync::parked);
        metrics.gauge("portolan.agent.clusters", "Clusters this node feeds", board::clusters);
        var _ = sweeper.scheduleWithFixedDelay(board::forget, 1, 1, TimeUnit.MINUTES);
    }

    public List<Route> routes() {
        return List.copyOf(routes);
    }

    /** Answers parked polls and writes the last signs of life. */
    @Override
    public void close() {
        sweeper.shutdownNow();
        board.end();
        grants.close();
        heartbeats.close();
    }
}
