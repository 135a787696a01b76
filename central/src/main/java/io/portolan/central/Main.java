package io.portolan.central;

import io.portolan.central.http.Limits;
import io.portolan.central.leader.Members;
import io.portolan.central.leader.Networks;
import io.portolan.central.leader.Rendezvous;
import io.portolan.central.retention.Retention;
import io.portolan.central.telemetry.Logs;
import io.portolan.dr.Brake;
import io.portolan.model.Percent;
import io.portolan.model.wire.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Starts a central node. Flags stop the start when they are unknown or contradict each other.
 *
 * <p>Long because every option is here with its words for {@code --help}.
 */
@Command(
        name = "portolan-central",
        mixinStandardHelpOptions = true,
        versionProvider = Main.BuildVersion.class,
        description = "The control plane: serves the API and the agents, and decides.",
        sortOptions = false)
public final class Main implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Option(
            names = "--host",
            description = "address to listen on (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_HOST:-127.0.0.1}")
    String host;

    @Option(
            names = "--port",
            description = "port to listen on, 0 for any (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_PORT:-8440}")
    int port;

    @Option(
            names = "--data-dir",
            description =
                    "holds the admin token, and an embedded PostgreSQL where no other is named"
                            + " ($XDG_DATA_HOME/portolan/central, else"
                            + " ~/.local/share/portolan/central)",
            defaultValue = "${env:PORTOLAN_DATA_DIR}")
    Optional<Path> dataDir;

    @Option(
            names = "--database-url",
            description = "a PostgreSQL: jdbc:postgresql://host/database",
            defaultValue = "${env:PORTOLAN_DATABASE_URL}")
    Optional<String> databaseUrl;

    @Option(names = "--database-user", defaultValue = "${env:PORTOLAN_DATABASE_USER}")
    Optional<String> databaseUser;

    @Option(
            names = "--database-password-file",
            defaultValue = "${env:PORTOLAN_DATABASE_PASSWORD_FILE}")
    Optional<Path> databasePasswordFile;

    @Option(
            names = "--token-file",
            description =
                    "the admin token, made by the first node of a database (admin-token in the data"
                            + " dir)",
            defaultValue = "${env:PORTOLAN_TOKEN_FILE}")
    Optional<Path> tokenFile;

    @Option(
            names = "--allow-remote",
            description = "listen beyond this machine although nothing encrypts yet",
            defaultValue = "${env:PORTOLAN_ALLOW_REMOTE:-false}")
    boolean allowRemote;

    @Option(
            names = "--members",
            description =
                    "how the nodes find each other: postgres (the database tells, the default"
                            + " where one is named), dns:NAME, tcp:HOST:PORT,HOST:PORT, or none"
                            + " where this is the only node",
            defaultValue = "${env:PORTOLAN_MEMBERS}")
    Optional<String> members;

    @Option(
            names = "--member-host",
            description = "the address at which other nodes reach this one (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_MEMBER_HOST:-" + Members.HOST + "}")
    String memberHost;

    @Option(
            names = "--member-port",
            description = "and the port, 0 for any (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_MEMBER_PORT:-" + Members.PORT + "}")
    int memberPort;

    @Option(
            names = "--member-networks",
            description =
                    "the networks of the nodes: nothing protects the port for other nodes, so it"
                            + " is not opened to more than these (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_MEMBER_NETWORKS:-" + Networks.LOOPBACK + "}")
    String memberNetworks;

    @Option(
            names = "--node-name",
            description = "what people call this node (the name of the host)",
            defaultValue = "${env:PORTOLAN_NODE_NAME:-}")
    String nodeName;

    @Option(
            names = "--heartbeat",
            description =
                    "how often an agent is heard (${DEFAULT-VALUE}); a cluster is suspect after"
                            + " three times and down after eight times as long",
            defaultValue = "${env:PORTOLAN_HEARTBEAT:-" + Config.HEARTBEAT_SECONDS + "s}")
    String heartbeat;

    @Option(
            names = "--drain",
            description =
                    "how long to go on answering after /readyz said no at a stop, so that a load"
                            + " balancer has turned away (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_DRAIN:-0s}")
    String drain;

    @Option(
            names = "--rebalance-at-once",
            description =
                    "how many applications may be on their way to something better at once"
                            + " (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_REBALANCE_AT_ONCE:-" + Config.REBALANCING + "}")
    int rebalancing;

    @Option(
            names = "--brake-share",
            description =
                    "how much of the fleet may fall silent within ten minutes before central fails"
                            + " nothing over by itself (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_BRAKE_SHARE:-" + Brake.SHARE + "%}")
    String brakeShare;

    @Option(
            names = "--reads-per-second",
            description = "that one user may send (${DEFAULT-VALUE}), twice as many at once",
            defaultValue = "${env:PORTOLAN_READS_PER_SECOND:-" + Limits.READS + "}")
    int reads;

    @Option(
            names = "--writes-per-second",
            description = "that one user may send (${DEFAULT-VALUE}), twice as many at once",
            defaultValue = "${env:PORTOLAN_WRITES_PER_SECOND:-" + Limits.WRITES + "}")
    int writes;

    @Option(
            names = "--in-flight",
            description = "requests of users that are served at the same time (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_IN_FLIGHT:-" + Limits.IN_FLIGHT + "}")
    int inFlight;

    @Option(
            names = "--failed-tokens-per-minute",
            description = "that one address may send (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_FAILED_TOKENS_PER_MINUTE:-" + Limits.FAILED_TOKENS + "}")
    int failedTokens;

    @Option(
            names = "--keep-events",
            description = "how long events are kept (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_KEEP_EVENTS:-" + Retention.EVENTS + "}")
    String keepEvents;

    @Option(
            names = "--keep-events-per-object",
            description = "how many of the newest (${DEFAULT-VALUE})",
            defaultValue =
                    "${env:PORTOLAN_KEEP_EVENTS_PER_OBJECT:-" + Retention.EVENTS_PER_OBJECT + "}")
    int keepEventsPerObject;

    @Option(
            names = "--keep-audit",
            description = "how long the audit trail is kept (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_KEEP_AUDIT:-" + Retention.AUDIT + "}")
    String keepAudit;

    @Option(
            names = "--keep-operations",
            description = "how long failovers are kept that have ended (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_KEEP_OPERATIONS:-" + Retention.OPERATIONS + "}")
    String keepOperations;

    @Option(
            names = "--keep-revisions",
            description = "how many generations of each spec, for rollbacks (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_KEEP_REVISIONS:-" + Retention.REVISIONS + "}")
    int keepRevisions;

    @Option(
            names = "--keep-history",
            description = "how long an interrupted watch may resume (${DEFAULT-VALUE})",
            defaultValue = "${env:PORTOLAN_KEEP_HISTORY:-" + Retention.HISTORY + "}")
    String keepHistory;

    @Option(
            names = "--keep-history-changes",
            description = "of so many changes at most (${DEFAULT-VALUE})",
            defaultValue =
                    "${env:PORTOLAN_KEEP_HISTORY_CHANGES:-" + Retention.HISTORY_CHANGES + "}")
    int keepHistoryChanges;

    private final Map<String, String> env;
    private final Path home;

    /**
     * @param home of the user; where there is none, a path that is not absolute
     */
    Main(Map<String, String> env, Path home) {
        this.env = Map.copyOf(env);
        this.home = home;
    }

    public static void main(String[] args) {
        Main main = new Main(System.getenv(), Path.of(System.getProperty("user.home", "")));
        System.exit(commandLine(main).execute(args));
    }

    static CommandLine commandLine(Main main) {
        return new CommandLine(main)
                .setExecutionExceptionHandler(
                        (e, line, _) -> {
                            if (e instanceof Config.ConfigException) {
                                line.getErr().println(e.getMessage());
                                return CommandLine.ExitCode.USAGE;
                            }
                            throw e;
                        });
    }

    Config config() {
        Config.Database database;
        if (databaseUrl.isPresent()) {
            if (!databaseUrl.get().startsWith("jdbc:postgresql:")) {
                throw new Config.ConfigException(
                        "--database-url must begin with jdbc:postgresql:, was "
                                + databaseUrl.get());
            }
            database =
                    new Config.Database.Url(databaseUrl.get(), databaseUser, databasePasswordFile);
        } else {
            if (databaseUser.isPresent() || databasePasswordFile.isPresent()) {
                throw new Config.ConfigException(
                        "--database-user and --database-password-file need --database-url");
            }
            database = new Config.Database.Embedded(data().resolve("postgres"));
        }
        Path token = tokenFile.orElseGet(() -> data().resolve("admin-token"));
        return new Config(
                host,
                port,
                database,
                token,
                allowRemote,
                limits(),
                retention(),
                members(),
                duration("--heartbeat", heartbeat),
                duration("--drain", drain),
                rebalancing,
                percent("--brake-share", brakeShare));
    }

    private Members members() {
        if (databaseUrl.isEmpty() && members.isPresent() && !members.get().equals("none")) {
            throw new Config.ConfigException(
                    "--members " + members.get() + " needs --database-url: nodes share a database");
        }
        try {
            String how = members.orElse(databaseUrl.isPresent() ? "postgres" : "none");
            if (how.equals("none")) {
                return Members.none(nodeName);
            }
            return new Members(rendezvous(how), memberHost, memberPort, networks(), nodeName);
        } catch (IllegalArgumentException e) {
            throw new Config.ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static Rendezvous rendezvous(String how) {
        try {
            return Rendezvous.parse(how);
        } catch (IllegalArgumentException e) {
            throw new Config.ConfigException("--members " + e.getMessage());
        }
    }

    private Networks networks() {
        try {
            return Networks.parse(memberNetworks);
        } catch (IllegalArgumentException e) {
            throw new Config.ConfigException("--member-networks " + e.getMessage());
        }
    }

    private static Duration duration(String option, String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Config.ConfigException(option + ": " + e.getMessage());
        }
    }

    private static int percent(String option, String text) {
        try {
            return Percent.parse(text).value();
        } catch (IllegalArgumentException e) {
            throw new Config.ConfigException(option + ": " + e.getMessage());
        }
    }

    /** As the XDG base directories say, where nobody says otherwise. */
    private Path data() {
        return dataDir.orElseGet(
                () -> {
                    Path own = Path.of(env.getOrDefault("XDG_DATA_HOME", ""));
                    Path share = own.isAbsolute() ? own : home.resolve(".local/share");
                    if (!share.isAbsolute()) {
                        throw new Config.ConfigException(
                                "give --data-dir: this user has no home directory");
                    }
                    return share.resolve("portolan/central");
                });
    }

    /** What a person needs who gave no flags. */
    static List<String> places(Config config) {
        List<String> out = new ArrayList<>();
        switch (config.database()) {
            case Config.Database.Embedded(Path directory) ->
                    out.add("database: embedded PostgreSQL in " + directory);
            case Config.Database.Url(var jdbc, _, _) ->
                    // What stands behind it may be a password.
                    out.add("database: " + jdbc.replaceFirst("[?].*", ""));
        }
        out.add("admin token: " + config.tokenFile());
        return out;
    }

    private Limits limits() {
        try {
            return new Limits(reads, writes, inFlight, failedTokens);
        } catch (IllegalArgumentException e) {
            throw new Config.ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private Retention retention() {
        try {
            return Retention.of(
                    keepEvents,
                    keepEventsPerObject,
                    keepAudit,
                    keepOperations,
                    keepRevisions,
                    keepHistory,
                    keepHistoryChanges);
        } catch (IllegalArgumentException e) {
            throw new Config.ConfigException("--keep-...: " + e.getMessage());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Config config = config();
        Logs.configure();
        Central central = Central.start(config);
        CountDownLatch asked = new CountDownLatch(1);
        Thread hook =
                new Thread(
                        () -> {
                            central.close();
                            asked.countDown();
                        },
                        "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        places(config).forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().println("portolan central ready at " + central.address());
        spec.commandLine().getOut().flush();
        asked.await();
        return CommandLine.ExitCode.OK;
    }

    /** As the jar's manifest tells. */
    static final class BuildVersion implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"portolan central " + Wiring.version()};
        }
    }
}
