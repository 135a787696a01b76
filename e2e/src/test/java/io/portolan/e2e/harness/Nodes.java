package io.portolan.e2e.harness;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Several central nodes on one database, as processes that share the operator's token. Each node
 * reaches the database by a wire and with a role of its own, so that the database's sessions tell
 * which node they belong to.
 */
public final class Nodes implements AutoCloseable {
    private static final String LEADER =
            """
            select a.usename from leader l
            join pg_stat_activity a on a.application_name like 'portolan:' || l.node || ':%'
            where l.holder <> '' limit 1
            """;

    /** What a transaction holds that others wait for. */
    public enum Held {
        /** The last lock of each commit. */
        COUNTER,
        /** The first lock of each commit of the leader, which its successor waits for. */
        LEADER
    }

    private static final String IN_TRANSACTION =
            """
            select bool_or(a.state = 'active') as busy,
                coalesce(bool_or(a.state = 'idle in transaction' and a.backend_xid is not null
                    and exists (select from pg_locks l where l.pid = a.pid and l.granted
                        and l.relation = ?::regclass and l.mode = 'RowShareLock')), false)
                as holds
            from pg_stat_activity a where a.usename = ? and a.datname = current_database()
            """;

    private static final String OPEN =
            """
            select backend_xid::text from pg_stat_activity
            where usename = ? and datname = current_database()
                and state = 'idle in transaction' and backend_xid is not null
            """;

    private List<String> caught = List.of();
    private final Postgres.Database database;
    private final List<Central> nodes = new ArrayList<>();
    private final List<TcpProxy> wires = new ArrayList<>();

    private Nodes(Postgres.Database database) {
        this.database = database;
    }

    /** Starts nodes on an empty or a used database and returns when all are ready. */
    public static Nodes start(
            Postgres postgres, Postgres.Database database, int count, String... flags) {
        return start(postgres, database, count, setup -> setup.with(List.of(flags)));
    }

    /**
     * @param special what differs in a node, which is known by its setup's name: {@code node0} and
     *     so on
     */
    public static Nodes start(
            Postgres postgres,
            Postgres.Database database,
            int count,
            UnaryOperator<NodeSetup> special) {
        return start(
                database,
                count,
                _ -> {
                    TcpProxy wire = TcpProxy.to(postgres.port());
                    return new Place(wire, NodeSetup.LOOPBACK, special);
                });
    }

    /** Each node in a namespace of the network, which outlives the nodes. */
    public static Nodes start(
            Postgres postgres,
            Postgres.Database database,
            int count,
            Network network,
            UnaryOperator<NodeSetup> special) {
        return start(
                database,
                count,
                i -> {
                    TcpProxy wire = TcpProxy.at(network.hub(), postgres.port());
                    return new Place(
                            wire,
                            network.hub(),
                            setup ->
                                    special.apply(
                                            setup.within(network.enter(i), network.address(i))));
                });
    }

    /**
     * @param hub the address at which the node finds its wire
     */
    private record Place(TcpProxy wire, String hub, UnaryOperator<NodeSetup> special) {}

    private static Nodes start(Postgres.Database database, int count, IntFunction<Place> places) {
        Nodes nodes = new Nodes(database);
        Path token = Workspace.scratch("nodes").resolve("admin-token");
        try {
            // The first one makes the schema and the token; the others do not wait for each other.
            for (int i = 0; i < count; i++) {
                Place place = places.apply(i);
                nodes.wires.add(place.wire());
                nodes.role(role(i));
                String url = database.url(place.hub(), place.wire().port(), role(i));
                NodeSetup setup = NodeSetup.of(role(i), url, token);
                nodes.nodes.add(Central.begin(place.special().apply(setup)));
                if (i == 0) {
                    nodes.node(0).awaitReady();
                }
            }
            nodes.nodes.forEach(Central::awaitReady);
            return nodes;
        } catch (RuntimeException | AssertionError e) {
            nodes.close();
            throw e;
        }
    }

    /** The database role of a node. */
    public static String role(int node) {
        return "node" + node;
    }

    private void role(String name) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            // Of the whole server, so another test may have made it.
            statement.execute(
                    """
                    do $$ begin create role %s superuser login;
                    exception when duplicate_object or unique_violation then null; end $$
                    """
                            .formatted(name));
        } catch (SQLException e) {
            throw new HarnessException("no role " + name, e);
        }
    }

    public int size() {
        return nodes.size();
    }

    public Central node(int index) {
        return nodes.get(index);
    }

    public List<Central> all() {
        return List.copyOf(nodes);
    }

    /** The wire over which a node reaches the database. */
    public TcpProxy toDatabase(int index) {
        return wires.get(index);
    }

    public Postgres.Database database() {
        return database;
    }

    public List<String> addresses() {
        return nodes.stream().map(Central::address).toList();
    }

    /** Who leads as the database says, if its process still has a session there. */
    public OptionalInt leader() {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rs = statement.executeQuery(LEADER)) {
            if (!rs.next()) {
                return OptionalInt.empty();
            }
            String role = rs.getString(1);
            return IntStream.range(0, nodes.size()).filter(i -> role(i).equals(role)).findFirst();
        } catch (SQLException e) {
            throw new HarnessException("no leader can be read", e);
        }
    }

    /** Waits until a node leads. */
    public int awaitLeader(Duration atMost) {
        return Await.value(
                "a leader",
                atMost,
                () -> {
                    OptionalInt leader = leader();
                    return leader.isPresent() ? Optional.of(leader.getAsInt()) : Optional.empty();
                });
    }

    /** The present epoch: it rises with each term. */
    public long epoch() {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rs = statement.executeQuery("select epoch from leader")) {
            rs.next();
            return rs.getLong(1);
        } catch (SQLException e) {
            throw new HarnessException("no epoch can be read", e);
        }
    }

    /** As {@link #pauseInTransaction(int, Held, Random, Duration)}, with the counter. */
    public boolean pauseInTransaction(int index, Random random, Duration atMost) {
        return pauseInTransaction(index, Held.COUNTER, random, atMost);
    }

    /**
     * SIGSTOPs a node inside a transaction that holds what others wait for. The node must be
     * committing, so somebody has to load it; it is stopped and let go at random moments until one
     * hits.
     *
     * @return whether it was hit in time; if not, the node runs
     */
    public boolean pauseInTransaction(int index, Held held, Random random, Duration atMost) {
        Proc process = node(index).process();
        long until = System.nanoTime() + atMost.toNanos();
        try (Connection connection = database.connect();
                PreparedStatement look = connection.prepareStatement(IN_TRANSACTION)) {
            look.setString(1, held.name().toLowerCase(Locale.ROOT));
            look.setString(2, role(index));
            while (System.nanoTime() < until) {
                process.pause();
                if (holds(look)) {
                    caught = open(connection, index);
                    if (!caught.isEmpty()) {
                        return true;
                    }
                }
                process.resume();
                TimeUnit.MICROSECONDS.sleep(random.nextInt(200, 5_000));
            }
            return false;
        } catch (SQLException e) {
            process.resume();
            throw new HarnessException("the sessions of " + role(index) + " cannot be seen", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted while stopping " + role(index));
        }
    }

    private List<String> open(Connection connection, int index) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement(OPEN)) {
            look.setString(1, role(index));
            List<String> out = new ArrayList<>();
            try (ResultSet rs = look.executeQuery()) {
                while (rs.next()) {
                    out.add(rs.getString(1));
                }
            }
            return out;
        }
    }

    /** The transactions in which {@link #pauseInTransaction} stopped a node the last time. */
    public List<String> caught() {
        return caught;
    }

    /**
     * What became of a transaction of {@link #caught}: {@code in progress}, {@code committed} or
     * {@code aborted}.
     */
    public String fate(String transaction) {
        try (Connection connection = database.connect();
                PreparedStatement look =
                        connection.prepareStatement("select pg_xact_status(?::xid8)")) {
            look.setString(1, transaction);
            try (ResultSet rs = look.executeQuery()) {
                rs.next();
                return rs.getString(1);
            }
        } catch (SQLException e) {
            throw new HarnessException("no fate of " + transaction, e);
        }
    }

    /** Waits until every node that runs hears all of them, and one leads. */
    public void awaitTogether(Duration atMost) {
        Await.until(
                "all nodes to hear each other",
                atMost,
                () -> {
                    JsonObject roster = node(0).api().get("/api/v1/nodes").expect(200).json();
                    int leaders = 0;
                    int together = 0;
                    for (JsonElement item : roster.getAsJsonArray("items")) {
                        JsonObject node = item.getAsJsonObject();
                        leaders += node.get("role").getAsString().equals("Leader") ? 1 : 0;
                        together += node.getAsJsonArray("sees").size() == size() ? 1 : 0;
                    }
                    return leaders == 1
                            && together == size()
                            && roster.getAsJsonArray("items").size() == size();
                });
    }

    /** Waits until the server has done what the stopped node had sent already. */
    private static boolean holds(PreparedStatement look) throws SQLException {
        for (int i = 0; i < 20; i++) {
            try (ResultSet rs = look.executeQuery()) {
                rs.next();
                if (rs.getBoolean("holds")) {
                    return true;
                }
                if (!rs.getBoolean("busy")) {
                    return false;
                }
            }
        }
        return false;
    }

    @Override
    public void close() {
        nodes.forEach(Central::close);
        wires.forEach(TcpProxy::close);
    }
}
