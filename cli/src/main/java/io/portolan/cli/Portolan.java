package io.portolan.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the command line, and the flags that every command knows. */
@Command(
        name = "portolan",
        synopsisHeading = "Usage: ",
        description =
                "Places applications on a fleet of Kubernetes clusters and brings them through"
                        + " disasters.",
        sortOptions = false,
        footerHeading = "%n",
        footer = {
            "Examples:",
            "  portolan dev                             a whole fleet in one process",
            "  portolan apply -f checkout.yaml          hand in an application",
            "  portolan why application checkout        why it runs where it runs",
            "  portolan failover checkout               move it to its standby",
            "",
            "Exit codes: 0 ok, 1 differs or failed, 2 wrong usage or document, 3 unplaceable or",
            "blocked, 4 timeout, 5 conflict, 6 not allowed, 7 not found, 8 operation failed,",
            "9 degraded, 10 central unreachable."
        })
final class Portolan implements Runnable, AutoCloseable {
    final Shell shell;

    @Spec CommandSpec spec;

    @Option(
            names = "--context",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "The context to use, of portolan config get-contexts.")
    @Nullable String context;

    @Option(
            names = "--server",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "Central's address. Env PORTOLAN_SERVER, else " + Access.LOCAL + ".")
    @Nullable String server;

    @Option(
            names = "--token-file",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Holds the token. Env PORTOLAN_TOKEN has the token itself.")
    @Nullable Path tokenFile;

    @Option(
            names = {"-n", "--tenant"},
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "The tenant to work in. Env PORTOLAN_TENANT.")
    @Nullable String tenant;

    @Option(
            names = "--comment",
            scope = ScopeType.INHERIT,
            paramLabel = "TEXT",
            description = "Why, on what changes something: kept in the audit and the events.")
    @Nullable String comment;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    /** How long a busy central is asked again, at most. */
    Duration patience = Duration.ofSeconds(15);

    private @Nullable Central central;

    Portolan(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do");
    }

    Access.Flags flags() {
        return new Access.Flags(context, server, tokenFile, tenant);
    }

    /** Central as chosen by flags, environment and context; one connection a command. */
    Central central() {
        if (central == null) {
            central =
                    new Central(Access.of(flags(), shell), Optional.ofNullable(comment), patience);
        }
        return central;
    }

    Fleet fleet() {
        return new Fleet(central());
    }

    @Override
    public void close() {
        if (central != null) {
            central.close();
        }
    }
}
