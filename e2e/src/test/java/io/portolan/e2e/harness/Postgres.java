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
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL of the test run, with a database for each test that asks for one. */
public final class Postgres implements AutoCloseable {
    private final EmbeddedPostgres server;
    private final Process guard;
    private final AtomicInteger sequence = new AtomicInteger();

    private Postgres(EmbeddedPostgres server, Process guard) {
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

    /** Starts a server with an empty cluster. */
    public static Postgres start() {
        Path data = Workspace.scratch("postgres");
        try {
            EmbeddedPostgres server =
                    EmbeddedPostgres.builder()
                            .setPort(Ports.next())
                            .setDataDirectory(data)
                            .setCleanDataDirectory(true)
                            .setServerConfig("fsync", "off")
                            .setServerConfig("synchronous_commit", "off")
                            .setServerConfig("max_connections", "200")
                            .setPGStartupWait(Duration.ofSeconds(60))
                            .setErrorRedirector(
                                    ProcessBuilder.Redirect.to(
                                            Workspace.log("postgres.err").toFile()))
                            .setOutputRedirector(
                                    ProcessBuilder.Redirect.to(
                                            Workspace.log("postgres.out").toFile()))
                            .start();
            String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
            // The server is a daemon of its own. The guard's standard input ends when this JVM
            // does, however it ends.
            Process guard =
                    new ProcessBuilder(
                                    "sh",
                                    "-c",
                                    "read -r _; kill -QUIT \"$1\"",
                                    "postgres-guard",
                                    pid)
                            .start();
            return new Postgres(server, guard);
        } catch (IOException e) {
            throw new HarnessException("PostgreSQL did not start", e);
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
