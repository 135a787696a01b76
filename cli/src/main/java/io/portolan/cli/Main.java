package io.portolan.cli;

import io.portolan.model.wire.Durations;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** Entry of the command line. */
public final class Main {
    /** Every verb, in the order in which help shows them. */
    private static final Map<String, Function<Portolan, Object>> VERBS = verbs();

    private Main() {}

    private static Map<String, Function<Portolan, Object>> verbs() {
        Map<String, Function<Portolan, Object>> out = new java.util.LinkedHashMap<>();
        out.put("apply", Apply::new);
        out.put("diff", Diff::new);
        out.put("get", Get::new);
        out.put("describe", Describe::new);
        out.put("delete", Delete::new);
        out.put("why", Why::new);
        out.put("simulate", Simulate::new);
        out.put("rebalance", RebalanceVerb::new);
        out.put("wait", WaitFor::new);
        out.put("events", Events::new);
        out.put("watch", Watch::new);
        out.put("history", History::new);
        out.put("rollback", Rollback::new);
        out.put("pause", Pause::new);
        out.put("resume", Resume::new);
        out.put("adopt", Adopt::new);
        out.put("failover", FailoverVerb::new);
        out.put("relocate", Relocate::new);
        out.put("failback", Failback::new);
        out.put("approve", Approve::new);
        out.put("operation", OperationVerb::new);
        out.put("release", Release::new);
        out.put("gate", GateVerb::new);
        out.put("cordon", Cordon::new);
        out.put("uncordon", Uncordon::new);
        out.put("cluster", ClusterVerb::new);
        out.put("user", UserVerb::new);
        out.put("token", TokenVerb::new);
        out.put("audit", Audit::new);
        out.put("config", ConfigVerb::new);
        out.put("whoami", Whoami::new);
        out.put("version", Version::new);
        for (Launched program : Launched.values()) {
            out.put(program.title(), _ -> program);
        }
        out.put("completion", Completion::new);
        return out;
    }

    public static void main(String[] args) {
        Shell shell =
                new Shell(
                        stream(FileDescriptor.out, false),
                        stream(FileDescriptor.err, true),
                        System.in,
                        System.getenv(),
                        Path.of(System.getProperty("user.home")),
                        Clock.systemUTC(),
                        Boolean.getBoolean("portolan.tty"));
        int code = run(shell, args);
        shell.out().flush();
        System.exit(code);
    }

    /** UTF-8 whatever the locale says, so that machine output is the same everywhere. */
    private static PrintStream stream(FileDescriptor to, boolean eager) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(to)), eager, StandardCharsets.UTF_8);
    }

    /** Runs one command line and returns its exit code. */
    public static int run(Shell shell, String... args) {
        Portolan root = new Portolan(shell);
        try (root) {
            return commandLine(root, args).execute(args);
        }
    }

    /**
     * The command tree that these arguments need: of many verbs only the one that is called, since
     * reading all their annotations is the larger part of a start.
     */
    static CommandLine commandLine(Portolan root, String... args) {
        Shell shell = root.shell;
        CommandLine line = new CommandLine(root);
        String first = args.length == 0 ? "" : args[0];
        Function<Portolan, Object> called = first.equals("completion") ? null : VERBS.get(first);
        if (called != null) {
            add(line, first, called.apply(root));
        } else {
            VERBS.forEach((name, verb) -> add(line, name, verb.apply(root)));
        }
        return line.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(shell.tty() ? Ansi.ON : Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, new Spans())
                .setExecutionStrategy(new Patient(root))
                .setParameterExceptionHandler(new Misused(shell))
                .setExecutionExceptionHandler(new Failed(shell));
    }

    private static void add(CommandLine line, String name, Object verb) {
        if (verb instanceof Launched program) {
            program.addTo(line);
            return;
        }
        CommandLine added = new CommandLine(verb);
        line.addSubcommand(name, added);
        if (verb instanceof Nested nested) {
            nested.verbs().forEach(added::addSubcommand);
        }
    }

    // Named classes, no lambdas: of picocli's interfaces, compiled for Java 5, the AOT cache takes
    // none.

    private record Spans() implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Durations.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        }
    }

    /** A command that waits at most so long asks a busy central again for as long. */
    private record Patient(Portolan root) implements CommandLine.IExecutionStrategy {
        @Override
        public int execute(CommandLine.ParseResult parsed) {
            CommandLine.ParseResult called = parsed;
            while (called.hasSubcommand()) {
                called = called.subcommand();
            }
            CommandLine.Model.OptionSpec timeout = called.commandSpec().findOption("--timeout");
            if (timeout != null && timeout.getValue() instanceof Duration given) {
                root.patience = given;
            }
            return new CommandLine.RunLast().execute(parsed);
        }
    }

    private record Misused(Shell shell) implements IParameterExceptionHandler {
        @Override
        public int handleParseException(ParameterException e, String[] args) {
            shell.err().println("error: " + e.getMessage());
            shell.next(e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
            return Exit.USAGE.code();
        }
    }

    private record Failed(Shell shell) implements IExecutionExceptionHandler {
        @Override
        public int handleExecutionException(
                Exception e, CommandLine line, CommandLine.ParseResult parsed) {
            if (e instanceof Failure failure) {
                failure.print(shell.err());
                return failure.exit().code();
            }
            shell.err().println("error: this is a bug in portolan: " + e);
            e.printStackTrace(shell.err());
            return Exit.FAILED.code();
        }
    }
}
