package io.portolan.chaos;

import io.portolan.chaos.Broken.Rule;
import io.portolan.chaos.Note.Request;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.FakeClock;
import io.portolan.e2e.harness.HarnessException;
import io.portolan.e2e.harness.Network;
import io.portolan.e2e.harness.NodeSetup;
import io.portolan.e2e.harness.Nodes;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Workspace;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/** One run: nodes, database, clusters and load, from the start to the recording. */
public final class Chaos implements AutoCloseable {
    private static final int NODES = 3;
    private static final int CLUSTERS = 3;
    private static final int CLIENTS = 6;
    static final int WATCHERS = 4;
    private static final Duration PAUSE = Duration.ofMillis(60);
    private static final Duration BETWEEN_FAILOVERS = Duration.ofSeconds(2);
    private static final Duration LATER = Duration.ofSeconds(90);

    private final long seed;
    private final Recorder recorder;
    private final List<AutoCloseable> made = new ArrayList<>();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> users = new ArrayList<>();
    private final List<Future<?>> watching = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private final Optional<Network> network;
    private final List<FakeClock> clocks = new ArrayList<>();
    private final Postgres postgres;
    private final Postgres.Database database;
    private final Nodes nodes;
    private final Clusters clusters;
    private final Users writing;
    private final Nemesis nemesis;

    private Chaos(long seed) throws SQLException {
        this.seed = seed;
        this.recorder = kept(new Recorder(Workspace.log("chaos-history")));
        this.postgres = kept(Postgres.start("on"));
        this.database = postgres.freshDatabase("chaos");
        this.network =
                Network.unavailable().isEmpty()
                        ? Optional.of(kept(Network.create(NODES)))
                        : Optional.empty();
        if (FakeClock.unavailable().isEmpty()) {
            for (int i = 0; i < NODES; i++) {
                clocks.add(FakeClock.create());
            }
        }
        UnaryOperator<NodeSetup> special = this::special;
        this.nodes =
                kept(
                        network.isPresent()
                                ? Nodes.start(postgres, database, NODES, network.get(), special)
                                : Nodes.start(postgres, database, NODES, special));
        Ledger.begin(database);
        this.nemesis = new Nemesis(postgres, nodes, network, clocks, recorder, random("nemesis"));
        var _ = nodes.awaitLeader(LATER);
        Users.tenants().forEach(this::tenant);
        tenant(Operators.TENANT);
        this.clusters = kept(Clusters.join(CLUSTERS, nodes.all(), recorder));
        this.writing = new Users(nodes.all(), recorder, enough);
        for (int i = 0; i < Operators.WRITERS; i++) {
            String key = Operators.TENANT + "/w" + i;
            nodes.node(0)
                    .api()
                    .put("/api/v1/tenants/writers/applications/w" + i, Documents.writer(key))
                    .expect(200);
            nodes.node(0).api().awaitHealth(Operators.TENANT, "w" + i, "Healthy", LATER);
        }
    }

    /** Starts everything but the load. */
    public static Chaos start(long seed) {
        try {
            return new Chaos(seed);
        } catch (SQLException e) {
            throw new HarnessException("the run cannot begin", e);
        }
    }

    private NodeSetup special(NodeSetup setup) {
        int node = Integer.parseInt(setup.name().substring("node".length()));
        return clocks.isEmpty() ? setup : clocks.get(node).of(setup);
    }

    private <T extends AutoCloseable> T kept(T part) {
        made.addFirst(part);
        return part;
    }

    /** Its own numbers for each part, so that none depends on how far another came. */
    private Random random(String part) {
        return new Random(seed * 31 + part.hashCode());
    }

    private void tenant(String name) {
        nodes.node(0)
                .api()
                .put("/api/v1/tenants/" + name, Documents.tenantDocument(name))
                .expect(200);
    }

    Nodes nodes() {
        return nodes;
    }

    Postgres.Database database() {
        return database;
    }

    Nemesis nemesis() {
        return nemesis;
    }

    /** Lets users, operators and watchers loose. */
    void load() {
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            Random random = random("client" + i);
            users.add(threads.submit(() -> writing.live(client, random, PAUSE)));
        }
        Operators operators = new Operators(nodes.all(), recorder, enough);
        Random posting = random("operator");
        users.add(threads.submit(() -> operators.live(posting, BETWEEN_FAILOVERS)));
        for (int i = 0; i < WATCHERS; i++) {
            Watcher watcher =
                    new Watcher(
                            "watcher" + i,
                            Users.tenants().get(i % Users.TENANTS),
                            nodes.all(),
                            recorder,
                            random("watcher" + i));
            watchers.add(watcher);
            watching.add(threads.submit(watcher::live));
        }
        Random moves = random("moves");
        users.add(threads.submit(() -> move(moves)));
    }

    private void move(Random random) {
        try {
            while (!enough.get()) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000, 6_000));
                clusters.move(random);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the load, waits until everything has come to its end, and hands over what is known. */
    Recording end() throws Exception {
        enough.set(true);
        for (Future<?> user : users) {
            user.get(LATER.toSeconds(), TimeUnit.SECONDS);
        }
        var _ = nodes.awaitLeader(LATER);
        settle();
        for (String tenant : Users.tenants()) {
            Request last = last(tenant);
            watchers.stream()
                    .filter(w -> w.tenant().equals(tenant))
                    .forEach(w -> w.endAt(last.revision()));
        }
        for (Future<?> watcher : watching) {
            watcher.get(LATER.toSeconds(), TimeUnit.SECONDS);
        }
        settle();
        return Ledger.read(database, recorder.notes());
    }

    /** What is known while it goes on. */
    Recording sofar() throws SQLException {
        return Ledger.read(database, recorder.notes());
    }

    private Request last(String tenant) {
        return Await.value(
                "the last application of " + tenant,
                LATER,
                () -> {
                    Request written = writing.last(tenant, 0);
                    return written.revision() > 0 ? Optional.of(written) : Optional.empty();
                });
    }

    /** What does not settle is for the rules to tell. */
    private void settle() throws InterruptedException, SQLException {
        long until = System.nanoTime() + LATER.toNanos();
        while (!settled()) {
            if (System.nanoTime() > until) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(250);
        }
    }

    private boolean settled() throws SQLException {
        Recording now = Ledger.glance(database, recorder.notes());
        return now.state().values().stream().noneMatch(Recording.Held::deleting)
                && EndRules.check(now).stream().noneMatch(b -> b.rule() == Rule.ENDED);
    }

    Recorder recorder() {
        return recorder;
    }

    @Override
    public void close() {
        enough.set(true);
        threads.shutdownNow();
        RuntimeException failed = null;
        for (AutoCloseable part : made) {
            try {
                part.close();
            } catch (Exception e) {
                failed = new HarnessException("closing " + part, e);
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
