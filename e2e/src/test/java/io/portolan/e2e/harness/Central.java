package io.portolan.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One central node as a process; it keeps port, data folder and database across restarts. */
public final class Central implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final int port = Ports.next();
    private final Path data = Workspace.scratch("central");
    private final Postgres.Database database;
    private Proc process;
    private final Api api;

    private Central(Postgres.Database database) {
        this.database = database;
        this.process = launch();
        this.api = new Api(address(), token());
    }

    /** Starts central on an empty or a used database and returns when it says that it is ready. */
    public static Central start(Postgres.Database database) {
        return new Central(database);
    }

    private Proc launch() {
        Proc started =
                Program.CENTRAL
                        .process(
                                "central",
                                "@" + Workspace.root().resolve("central/jvm.options"),
                                "-Xmx256m")
                        .with("--port", Integer.toString(port))
                        .with("--data-dir", data.toString())
                        .with("--database-url", database.jdbcUrl())
                        .with("--token-file", tokenFile().toString())
                        .start();
        started.awaitLine("portolan central ready at ", START);
        return started;
    }

    public String address() {
        return "http://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** The file with the operator's token. */
    public Path tokenFile() {
        return data.resolve("admin-token");
    }

    public String token() {
        try {
            return Files.readString(tokenFile()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Api api() {
        return api;
    }

    /** The process that serves now; another one after {@link #restart()}. */
    public Proc process() {
        return process;
    }

    /** SIGKILL. */
    public void kill() {
        process.kill();
    }

    /** Ends the process if it runs and starts another on the same database and port. */
    public void restart() {
        process.close();
        process = launch();
    }

    @Override
    public void close() {
        api.close();
        process.close();
    }
}
