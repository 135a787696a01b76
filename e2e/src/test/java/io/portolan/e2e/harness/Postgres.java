package io.portolan.e2e.harness;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL of the test run, with a database for each test that asks for one. */
public final class Postgres implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final Path data;
    private final EmbeddedPostgres server;
    private Process guard;
    private final AtomicInteger sequence = new AtomicInteger();

    private Postgres(Path data, EmbeddedPostgres server, Process guard) {
        this.data = data;
        this.server = server;
        this.guard = guard;
    }

    /**
     * A database that nobody else uses.
     *
     * @param jdbcUrl with the user in it; there is no password on loopback
     */
    public record Database(String name, String jdbcUrl) {
        /** A new connection; the caller closes it. */
        public Connection connect() throws SQLException {
            return DriverManager.getConnection(jdbcUrl);
        }

        /** The same database as another role reaches it, over a wire of its own. */
        public String url(String host, int port, String role) {
            return "jdbc:postgresql://" + host + ":" + port + "/" + name + "?user=" + role;
        }
    }

    /** Starts a server with an empty cluster, fast and forgetful. */
    public static Postgres start() {
        return start("off");
    }

    /**
     * Starts a server with an empty cluster.
     *
     * @param synchronousCommit {@code on} where {@link #crash()} must lose nothing
     */
    public static Postgres start(String synchronousCommit) {
        Path data = Workspace.scratch("postgres");
        try {
            EmbeddedPostgres server =
                    EmbeddedPostgres.builder()
                            .setPort(Ports.next())
                            .setDataDirectory(data)
                            .setCleanDataDirectory(true)
                            .setServerConfig("fsync", "off")
                            .setServerConfig("synchronous_commit", synchronousCommit)
                            .setServerConfig("max_connections", "200")
                            .setPGStartupWait(Duration.ofSeconds(60))
                            .setErrorRedirector(
                                    ProcessBuilder.Redirect.to(
                                            Workspace.log("postgres.err").toFile()))
                            .setOutputRedirector(
                                    ProcessBuilder.Redirect.to(
                                            Workspace.log("postgres.out").toFile()))
                            .start();
            return new Postgres(data, server, guard(postmaster(data)));
        } catch (IOException e) {
            throw new HarnessException("PostgreSQL did not start", e);
        }
    }

    private static long postmaster(Path data) throws IOException {
        return Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
    }

    /**
     * The server is a daemon of its own. The guard's standard input ends when this JVM does,
     * however it ends.
     */
    private static Process guard(long pid) throws IOException {
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        "read -r _; kill -QUIT \"$1\"",
                        "postgres-guard",
                        Long.toString(pid))
                .start();
    }

    /** Ends all sessions and the server, then starts it again: what an upgrade does. */
    public void restart() {
        end(Signals.INT);
        begin();
    }

    /** Ends the server as a power cut does, but for the disk; it recovers from its log. */
    public void crash() {
        end(Signals.QUIT);
        begin();
    }

    /** Ends the server as a power cut does, and leaves it down. */
    public void kill() {
        end(Signals.QUIT);
    }

    /** Starts the server that was killed. */
    public void startAgain() {
        begin();
    }

    private void end(int signal) {
        guard.destroyForcibly();
        try {
            long pid = postmaster(data);
            Signals.send(pid, signal);
            Await.until(
                    "PostgreSQL to end",
                    START,
                    () -> ProcessHandle.of(pid).map(p -> !p.isAlive()).orElse(true));
        } catch (IOException e) {
            throw new HarnessException("PostgreSQL did not end", e);
        }
    }

    /** By the very command that started it the first time. */
    private void begin() {
        try {
            List<String> words = new ArrayList<>(program());
            words.addAll(started().subList(1, started().size()));
            Proc.command("postgres", words.toArray(String[]::new)).start();
            Await.until("PostgreSQL to start", START, this::answers);
            guard = guard(postmaster(data));
        } catch (IOException e) {
            throw new HarnessException("PostgreSQL did not start again", e);
        }
    }

    /** The server and its arguments, as it writes them down itself. */
    private List<String> started() throws IOException {
        return Arrays.stream(
                        Files.readString(data.resolve("postmaster.opts")).strip().split(" ", -1))
                .map(word -> word.replaceAll("^\"|\"$", ""))
                .toList();
    }

    /** How a server of this sort is started, before its arguments. */
    List<String> program() throws IOException {
        List<String> words = new ArrayList<>();
        // PostgreSQL does not run as root, whom its library puts into a namespace.
        if ("root".equals(System.getProperty("user.name"))) {
            words.addAll(List.of("unshare", "-U"));
        }
        words.add(started().getFirst());
        return words;
    }

    /** Where its files are. */
    Path data() {
        return data;
    }

    /** A session of the superuser; the caller closes it. */
    public Connection connect() throws SQLException {
        return server.getPostgresDatabase().getConnection();
    }

    private boolean answers() {
        try (Connection connection = server.getPostgresDatabase().getConnection()) {
            return connection.isValid(1);
        } catch (SQLException _) {
            return false;
        }
    }

    /** Creates an empty database whose name begins with the given one. */
    public Database freshDatabase(String prefix) {
        String name = prefix.replaceAll("[^a-z0-9]", "_") + "_" + sequence.incrementAndGet();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new HarnessException("could not create database " + name, e);
        }
        return new Database(name, server.getJdbcUrl("postgres", name));
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        guard.destroyForcibly();
        try {
            server.close();
        } catch (IOException e) {
            throw new HarnessException("PostgreSQL did not stop", e);
        }
    }
}
