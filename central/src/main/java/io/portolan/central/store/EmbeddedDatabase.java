package io.portolan.central.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own, on the loopback interface, for when nobody gave us one. Its data outlive
 * the process; the server itself does not, provided that {@link #close} is called: it is no child
 * that would die with us.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final String SUPERUSER = "postgres";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final EmbeddedPostgres postgres;

    private EmbeddedDatabase(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /**
     * Starts the server on a data directory, which is made where there is none. A server that a
     * crashed process left behind on it is stopped first.
     *
     * @throws UncheckedIOException when it does not start, or another process uses the directory
     */
    public static EmbeddedDatabase start(Path dataDir) {
        try {
            Path data = dataDir.toAbsolutePath();
            Files.createDirectories(data);
            stopLeftover(data);
            ProcessBuilder.Redirect log =
                    ProcessBuilder.Redirect.appendTo(
                            data.resolveSibling(data.getFileName() + ".log").toFile());
            // The library is made for tests and starts servers that may lose commits in a crash.
            return new EmbeddedDatabase(
                    EmbeddedPostgres.builder()
                            .setDataDirectory(data)
                            .setCleanDataDirectory(false)
                            .setRegisterShutdownHook(false)
                            .setOverrideWorkingDirectory(binaries(data).toFile())
                            .setPGStartupWait(START)
                            .setOutputRedirector(log)
                            .setErrorRedirector(log)
                            .setServerConfig("fsync", "on")
                            .setServerConfig("synchronous_commit", "on")
                            .setServerConfig("listen_addresses", "127.0.0.1")
                            .setServerConfig("unix_socket_directories", "")
                            .setServerConfig("log_checkpoints", "off")
                            .setServerConfig("max_connections", "100")
                            .setServerConfig("shared_buffers", "128MB")
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not start on " + dataDir, e);
        }
    }

    /** Unpacked once per user, not where others could put theirs. */
    private static Path binaries(Path data) throws IOException {
        Path home = Path.of(System.getProperty("user.home", ""));
        Path parent =
                home.isAbsolute() && Files.isWritable(home)
                        ? home.resolve(".cache/portolan/postgres")
                        : data.resolveSibling(data.getFileName() + "-server");
        return Files.createDirectories(parent);
    }

    private static void stopLeftover(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        claim(data);
        Optional<ProcessHandle> server = server(pidFile, data);
        if (server.isPresent()) {
            LOG.warn("stopping the database server {} that was left behind", server.get().pid());
            stop(server.get());
        }
        // Its process id may belong to another process by now, which PostgreSQL would take for a
        // server.
        Files.deleteIfExists(pidFile);
    }

    /** Whoever runs a server on the directory holds the library's lock file while it lives. */
    private static void claim(Path data) throws IOException {
        Path lockFile = data.resolve("epg-lock");
        if (!Files.exists(lockFile)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new IOException("another process runs a database on " + data);
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("this process already runs a database on " + data, e);
        }
    }

    /** The running server of this directory: its process, not one that has its number by chance. */
    private static Optional<ProcessHandle> server(Path pidFile, Path data) throws IOException {
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("[0-9]{1,10}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                .filter(ProcessHandle::isAlive)
                .filter(p -> commandLine(p).contains(data.toString()));
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException e) {
            return process.info().commandLine().orElse("");
        }
    }

    private static void stop(ProcessHandle server) throws IOException {
        server.destroy();
        try {
            server.onExit().get(STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            server.destroyForcibly();
            server.onExit().join();
        } catch (ExecutionException | InterruptedException e) {
            throw new IOException("the server that was left behind does not stop", e);
        }
    }

    /** How to connect, with a node name of its own for each call. */
    public DatabaseSettings settings() {
        return settings("postgres");
    }

    /** As {@link #settings()}, for another database of the server. */
    public DatabaseSettings settings(String database) {
        return DatabaseSettings.of(
                "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + database,
                SUPERUSER,
                "");
    }

    /** Stops the server. To be called before the process ends, after the stores are closed. */
    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
