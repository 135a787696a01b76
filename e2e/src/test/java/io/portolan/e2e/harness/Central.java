package io.portolan.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One central node as a process; it keeps port, data folder and database across restarts. */
public final class Central implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final int port = Ports.next();
    private final Path data;
    private final NodeSetup setup;
    private Proc process;
    private @Nullable Api api;

    private Central(Path data, NodeSetup setup) {
        this.data = data;
        this.setup = setup;
        this.process = launch();
    }

    /** Starts central on an empty or a used database and returns when it says that it is ready. */
    public static Central start(Postgres.Database database) {
        return start(database, List.of());
    }

    static Central start(Postgres.Database database, List<String> flags) {
        Path data = Workspace.scratch("central");
        Central central =
                new Central(
                        data,
                        NodeSetup.of("central", database.jdbcUrl(), data.resolve("admin-token"))
                                .with(List.of("--members", "none"))
                                .with(flags));
        central.awaitReady();
        return central;
    }

    /** Starts a node that is one of several, or special otherwise; does not wait for it. */
    public static Central begin(NodeSetup setup) {
        return new Central(Workspace.scratch(setup.name()), setup);
    }

    /** Waits until the process that runs now says that it is ready. */
    public void awaitReady() {
        process.awaitLine("portolan central ready at ", START);
    }

    private Proc launch() {
        Proc.Spec spec =
                Program.CENTRAL
                        .process(
                                setup.name(),
                                "@" + Workspace.root().resolve("central/jvm.options"),
                                setup.heap())
                        .within(setup.launcher())
                        .with("--host", setup.host())
                        .with("--port", Integer.toString(port))
                        .with("--data-dir", data.toString())
                        .with("--database-url", setup.jdbcUrl())
                        .with("--token-file", tokenFile().toString())
                        .with("--member-host", setup.host(), "--member-port", "0")
                        .with("--node-name", setup.name())
                        .with(setup.flags().toArray(String[]::new));
        if (!setup.host().equals(NodeSetup.LOOPBACK)) {
            spec.with("--allow-remote", "--member-networks", "0.0.0.0/0");
        }
        setup.environment().forEach(spec::env);
        return spec.start();
    }

    public String address() {
        return "http://" + setup.host() + ":" + port;
    }

    /** The address that it listens on. */
    public String host() {
        return setup.host();
    }

    public int port() {
        return port;
    }

    /** The file with the operator's token. */
    public Path tokenFile() {
        return setup.tokenFile();
    }

    public String token() {
        try {
            return Files.readString(tokenFile()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By the operator's token, which is there once a node was ready. */
    public synchronized Api api() {
        if (api == null) {
            api = new Api(address(), token());
        }
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
        begin();
        awaitReady();
    }

    /** As {@link #restart()}, without waiting: a node that nobody helps may not become ready. */
    public void begin() {
        process.close();
        process = launch();
    }

    @Override
    public synchronized void close() {
        if (api != null) {
            api.close();
        }
        process.close();
    }
}
