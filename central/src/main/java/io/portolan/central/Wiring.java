package io.portolan.central;

import io.portolan.central.agentlink.AgentLink;
import io.portolan.central.agentlink.WorkBoard;
import io.portolan.central.api.Advice;
import io.portolan.central.api.ApplicationRoutes;
import io.portolan.central.api.ClusterRoutes;
import io.portolan.central.api.Commits;
import io.portolan.central.api.Heard;
import io.portolan.central.api.LossRoutes;
import io.portolan.central.api.NodeRoutes;
import io.portolan.central.api.OperationRoutes;
import io.portolan.central.api.PlacementTable;
import io.portolan.central.api.PlannedPreview;
import io.portolan.central.api.RebalanceRoutes;
import io.portolan.central.api.ResourceRoutes;
import io.portolan.central.api.RoomRoutes;
import io.portolan.central.api.SimulationRoutes;
import io.portolan.central.api.SystemRoutes;
import io.portolan.central.api.UserRoutes;
import io.portolan.central.api.WatchRoutes;
import io.portolan.central.feed.ChangeFollower;
import io.portolan.central.feed.ClusterDirectory;
import io.portolan.central.hook.HttpHooks;
import io.portolan.central.http.HttpServer;
import io.portolan.central.http.Route;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.leader.Beats;
import io.portolan.central.leader.Candidacy;
import io.portolan.central.leader.HazelcastMembership;
import io.portolan.central.leader.Leadership;
import io.portolan.central.leader.Membership;
import io.portolan.central.leader.NodeGauges;
import io.portolan.central.leader.Rendezvous;
import io.portolan.central.leader.Weaknesses;
import io.portolan.central.operation.Executor;
import io.portolan.central.reconcile.Loop;
import io.portolan.central.reconcile.Rebalancer;
import io.portolan.central.reconcile.Thresholds;
import io.portolan.central.render.ApplicationRules;
import io.portolan.central.retention.Sweeper;
import io.portolan.central.security.AdminToken;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.DatabaseSettings;
import io.portolan.central.store.EmbeddedDatabase;
import io.portolan.central.store.PostgresStore;
import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import io.portolan.central.telemetry.Metrics;
import io.portolan.central.whatif.LossGauges;
import io.portolan.central.whatif.Standing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Who holds whom. Everything is made here, in order, and closed in the reverse order.
 *
 * <p>Long because that order has to be seen in one place.
 */
final class Wiring implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Wiring.class.getName());

    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean atOnce;
    private final Deque<AutoCloseable> made;
    private final URI address;
    private final Optional<String> adminToken;
    private final List<Route> routes;
    private final long generation;

    private Wiring(
            Deque<AutoCloseable> made,
            AtomicBoolean atOnce,
            URI address,
            Optional<String> adminToken,
            List<Route> routes,
            long generation) {
        this.made = made;
        this.atOnce = atOnce;
        this.generation = generation;
        this.address = address;
        this.adminToken = adminToken;
        this.routes = List.copyOf(routes);
    }

    /** Starts on a store that somebody else closes. */
    static Wiring on(Config config, Store store) {
        Deque<AutoCloseable> made = new ArrayDeque<>();
        try {
            return on(config, store, made);
        } catch (RuntimeException e) {
            closeAll(made);
            throw e;
        }
    }

    private static Wiring on(Config config, Store store, Deque<AutoCloseable> made) {
        Clock clock = Clock.systemUTC();
        Thresholds thresholds = Thresholds.of(config.heartbeat()).braking(config.brakeShare());
        Tokens tokens = new Tokens(store);
        Optional<String> adminToken = adminToken(config, store, tokens, clock);
        Metrics metrics = kept(made, new Metrics());
        ClusterDirectory clusters = new ClusterDirectory(store);
        WorkBoard board = new WorkBoard(store);
        ChangeFollower follower = kept(made, ChangeFollower.start(store, List.of(clusters, board)));
        clusters.load();
        Heard heard = new Heard(store);
        WatchRoutes watches = kept(made, new WatchRoutes(store, follower, heard));
        Commits commits = new Commits(store, metrics, clock);
        FollowedImage fleet = new FollowedImage(store);
        AgentLink agents =
                kept(
                        made,
                        new AgentLink(
                                store,
                                board,
                                clusters,
                                tokens,
                                metrics,
                                config.heartbeat(),
                                fleet::now,
                                clock));
        List<Route> routes = new ArrayList<>();
        routes.addAll(agents.routes());
        Advice advice = new Advice(fleet, clock, thresholds);
        routes.addAll(
                new ResourceRoutes(store, commits, ApplicationRules::check, watches, heard, advice)
                        .routes());
        routes.addAll(
                new ApplicationRoutes(store, clusters, new PlacementTable(fleet, clock)).routes());
        routes.addAll(
                new OperationRoutes(
                                store, commits, watches, new PlannedPreview(fleet, store, clock))
                        .routes());
        routes.addAll(new UserRoutes(store, commits, tokens).routes());
        routes.addAll(new ClusterRoutes(fleet, store, commits, tokens, thresholds).routes());
        AtomicBoolean leaving = new AtomicBoolean();
        routes.addAll(new SystemRoutes(store, metrics, version(), leaving::get).routes());
        routes.addAll(new NodeRoutes(store).routes());
        routes.addAll(new SimulationRoutes(fleet, clock).routes());
        routes.addAll(new RoomRoutes(fleet).routes());
        routes.addAll(new RebalanceRoutes(fleet, store, commits, config.rebalancing()).routes());
        metrics.gauge("portolan.api.watches", "Open watches", watches::open);
        metrics.count(
                "portolan.api.watches.slow",
                "Watches that were cut off because they took too little",
                watches::cutOff);
        AtomicReference<Supplier<Optional<String>>> ownNetwork =
                new AtomicReference<>(Optional::empty);
        Loop loop =
                kept(
                        made,
                        Loop.start(
                                store,
                                clock,
                                thresholds,
                                new Rebalancer(config.rebalancing()),
                                new Executor(),
                                kept(made, new HttpHooks()),
                                () -> ownNetwork.get().get(),
                                ended -> Gauges.ended(metrics, ended)));
        Standing standing =
                kept(made, Standing.start(loop::image, fleet::now, clock, new LossGauges(metrics)));
        metrics.count(
                "portolan.losses.busy_seconds",
                "For how long the answers to losses were worked at",
                standing::busySeconds);
        routes.addAll(new LossRoutes(standing).routes());
        HttpServer server = kept(made, listening(config, routes, tokens, metrics));
        Sweeper sweeper = kept(made, Sweeper.start(store, config.retention(), metrics::forgotten));
        URI address = URI.create("http://" + config.host() + ":" + server.port());
        Beats beats = new Beats(store, self(config, address), follower::position);
        made.push(beats);
        if (!(config.members().rendezvous() instanceof Rendezvous.None)) {
            ownNetwork.set(
                    () -> beats.roster().flatMap(r -> Weaknesses.ownNetwork(r, store.node())));
        }
        // Only what can be reached leads.
        Leadership leadership =
                kept(
                        made,
                        Leadership.start(
                                store,
                                wake -> met(config, store, beats, wake),
                                led(loop, sweeper)));
        beats.start(leadership.members());
        Gauges.register(metrics, loop, store);
        metrics.count(
                "portolan.store.rows.loaded",
                "Rows read to build the image, the agents' works and the names of clusters",
                () -> loop.rowsRead() + board.rowsRead() + clusters.rowsRead());
        NodeGauges.register(metrics, leadership, beats, follower::position);
        // Closed first: who waits is answered before the server stops, and before that all others
        // are told to go elsewhere.
        made.push(follower);
        made.push(board::end);
        AtomicBoolean atOnce = new AtomicBoolean();
        made.push(() -> Thread.sleep(atOnce.get() ? Duration.ZERO : config.drain()));
        made.push(beats);
        made.push(leadership);
        made.push(
                () -> {
                    leaving.set(true);
                    server.leave();
                });
        LOG.log(Level.INFO, "serving at {0}", address);
        return new Wiring(made, atOnce, address, adminToken, routes, store.generation());
    }

    private static Optional<String> adminToken(
            Config config, Store store, Tokens tokens, Clock clock) {
        AdminToken token = new AdminToken(config.tokenFile(), store, tokens, clock);
        return switch (config.database()) {
            case Config.Database.Embedded _ -> Optional.of(token.establishAlone());
            case Config.Database.Url _ -> token.establish();
        };
    }

    private static HttpServer listening(
            Config config, List<Route> routes, Tokens tokens, Metrics metrics) {
        try {
            return HttpServer.start(
                    config.host(), config.port(), routes, tokens, config.limits(), metrics);
        } catch (UncheckedIOException e) {
            throw new Config.ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static Beats.Self self(Config config, URI address) {
        String name = config.members().name();
        return new Beats.Self(name.isEmpty() ? hostName() : name, address.toString(), version());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            LOG.log(Level.FINE, "this host has no name", e);
            return "central";
        }
    }

    private static Membership met(Config config, Store store, Beats beats, Runnable wake) {
        try {
            return switch (config.members().rendezvous()) {
                case Rendezvous.None() -> Membership.alone(store.node());
                case Rendezvous.Postgres _, Rendezvous.Dns _, Rendezvous.Tcp _ ->
                        HazelcastMembership.start(store, config.members(), beats, wake);
            };
        } catch (UncheckedIOException e) {
            throw new Config.ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static Candidacy.Listener led(Loop loop, Sweeper sweeper) {
        return new Candidacy.Listener() {
            @Override
            public void led(Term term) {
                LOG.log(Level.INFO, "leads, epoch {0}", term.epoch());
                loop.led(term);
                sweeper.led(term);
            }

            @Override
            public void deposed(Term term) {
                LOG.log(Level.INFO, "leads no more, epoch {0}", term.epoch());
                loop.deposed(term);
                sweeper.deposed(term);
            }
        };
    }

    /**
     * Opens the database, migrates it and starts on it; closes what it opened if that fails.
     *
     * @param ended told once when the database turns out to be another than it was
     */
    static Wiring on(Config config, Runnable ended) {
        return on(config, ended, 0);
    }

    /**
     * As {@link #on(Config, Runnable)}, after a life on another database.
     *
     * @param generation that was served before: nothing older is
     */
    static Wiring on(Config config, Runnable ended, long generation) {
        Deque<AutoCloseable> made = new ArrayDeque<>();
        try {
            Store store = opened(config.database(), made, ended);
            if (store.generation() < generation) {
                throw new Config.ConfigException(
                        "the database is of store generation %d, older than %d, which this node has served: is it a former primary?"
                                .formatted(store.generation(), generation));
            }
            return on(config, store, made);
        } catch (RuntimeException e) {
            closeAll(made);
            throw e;
        }
    }

    private static Store opened(
            Config.Database database, Deque<AutoCloseable> made, Runnable ended) {
        try {
            return kept(made, PostgresStore.open(settings(database, made), ended));
        } catch (Config.ConfigException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(Level.FINE, "the database cannot be used", e);
            throw new Config.ConfigException("the database cannot be used: " + e.getMessage());
        }
    }

    private static DatabaseSettings settings(Config.Database database, Deque<AutoCloseable> made) {
        return switch (database) {
            case Config.Database.Embedded embedded ->
                    kept(made, EmbeddedDatabase.start(embedded.directory())).settings();
            case Config.Database.Url url ->
                    DatabaseSettings.of(
                            url.jdbc(),
                            url.user().orElse(""),
                            url.passwordFile().map(Wiring::password).orElse(""));
        };
    }

    private static String password(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new Config.ConfigException(
                    "--database-password-file " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static <T extends AutoCloseable> T kept(Deque<AutoCloseable> made, T part) {
        made.push(part);
        return part;
    }

    URI address() {
        return address;
    }

    /** Empty where this node was given none and others have an admin. */
    Optional<String> adminToken() {
        return adminToken;
    }

    /** Of the store that it stands on. */
    long generation() {
        return generation;
    }

    List<Route> routes() {
        return routes;
    }

    /** Of this build, as the jar's manifest tells. */
    static String version() {
        return Optional.ofNullable(Wiring.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** Closes without a drain: its store refuses everything already. */
    void drop() {
        atOnce.set(true);
        close();
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
