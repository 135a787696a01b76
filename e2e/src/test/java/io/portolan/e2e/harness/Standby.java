package io.portolan.e2e.harness;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A copy of a server that follows it, without its commits' waiting for it, until it is promoted. It
 * hears the primary over a wire that a test may cut.
 */
public final class Standby implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of the primary's process, not of its data. */
    private static final Set<String> NOT_COPIED =
            Set.of("postmaster.pid", "postmaster.opts", "epg-lock", "backup_label");

    private final int port = Ports.next();
    private final TcpProxy toPrimary;
    private final Proc process;

    private Standby(Postgres primary) {
        this.toPrimary = TcpProxy.to(primary.port());
        Path data = Workspace.scratch("standby");
        List<String> program;
        try (Connection connection = primary.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_backup_start('standby', true)");
            copy(primary.data(), data);
            try (ResultSet rs = statement.executeQuery("select labelfile from pg_backup_stop()")) {
                rs.next();
                Files.writeString(data.resolve("backup_label"), rs.getString(1));
            }
            // The copy began before the last of its log was written.
            copy(primary.data().resolve("pg_wal"), data.resolve("pg_wal"));
            Files.writeString(data.resolve("standby.signal"), "");
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
            program = primary.program();
        } catch (SQLException | IOException e) {
            throw new HarnessException("no standby of the primary", e);
        }
        this.process =
                Proc.command("standby", program.toArray(String[]::new))
                        .with("-D", data.toString(), "-p", Integer.toString(port))
                        .with("-c", "listen_addresses=127.0.0.1")
                        .with("-c", "unix_socket_directories=")
                        .with("-c", "fsync=off", "-c", "max_connections=200")
                        .with(
                                "-c",
                                "primary_conninfo=host=127.0.0.1 user=postgres port="
                                        + toPrimary.port())
                        .start();
        Await.until("the standby to follow", PATIENCE, () -> is("pg_is_in_recovery()"));
    }

    /** Copies a running primary and starts the copy behind it. */
    public static Standby of(Postgres primary) {
        return new Standby(primary);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a)
                            throws IOException {
                        Path copy = to.resolve(from.relativize(folder));
                        Files.createDirectories(copy);
                        Files.setPosixFilePermissions(
                                copy, PosixFilePermissions.fromString("rwx------"));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a)
                            throws IOException {
                        if (!NOT_COPIED.contains(file.getFileName().toString())) {
                            Files.copy(
                                    file,
                                    to.resolve(from.relativize(file)),
                                    StandardCopyOption.REPLACE_EXISTING);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    /** A file that the primary removed meanwhile: its log tells. */
                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    public int port() {
        return port;
    }

    /** Waits until it has everything that the primary has committed so far. */
    public void awaitAll(Postgres primary) {
        String end;
        try (Connection connection = primary.connect();
                Statement statement = connection.createStatement();
                ResultSet rs = statement.executeQuery("select pg_current_wal_flush_lsn()")) {
            rs.next();
            end = rs.getString(1);
        } catch (SQLException e) {
            throw new HarnessException("the primary does not answer", e);
        }
        Await.until(
                "the standby to have all",
                PATIENCE,
                () -> is("pg_last_wal_replay_lsn() >= '" + end + "'::pg_lsn"));
    }

    /** What the primary commits from now on is lost when it is. */
    public void cutOff() {
        toPrimary.cut();
    }

    /** Makes it a primary. */
    public void promote() {
        is("pg_promote()");
        Await.until("the promotion", PATIENCE, () -> is("not pg_is_in_recovery()"));
    }

    /** Breaks all connections to it, once; new ones pass. */
    public void endSessions() {
        is(
                "count(pg_terminate_backend(pid)) >= 0 from pg_stat_activity where pid <>"
                        + " pg_backend_pid() and backend_type = 'client backend'");
    }

    /** Whether an SQL expression is true there; false where it does not answer. */
    private boolean is(String condition) {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rs = statement.executeQuery("select " + condition)) {
            return rs.next() && rs.getBoolean(1);
        } catch (SQLException _) {
            return false;
        }
    }

    @Override
    public void close() {
        process.close();
        toPrimary.close();
    }
}
