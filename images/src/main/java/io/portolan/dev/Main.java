package io.portolan.dev;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code portolan dev} and {@code portolan demo}: everything in one process. */
@Command(
        name = "portolan",
        subcommands = {Main.Dev.class, Main.DemoRun.class},
        description = "Portolan in one process: central, its database, clusters and their agents.")
public final class Main implements Runnable {
    @CommandLine.Spec CommandLine.Model.CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler(
                        (e, line, _) -> {
                            if (e instanceof DevException || e instanceof UncheckedIOException) {
                                line.getErr().println("error: " + e.getMessage());
                                return CommandLine.ExitCode.SOFTWARE;
                            }
                            throw e;
                        });
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say dev or demo");
    }

    /** Which clusters. */
    static final class Clusters {
        @Option(
                names = "--kubeconfig",
                description =
                        "a real cluster, named after the file (and its folder, where files are"
                                + " called the same); repeat it for each. Without it:"
                                + " three clusters in memory.")
        List<Path> kubeconfigs = List.of();

        List<RealCluster> checked(CommandLine line) {
            for (Path file : kubeconfigs) {
                if (!Files.isReadable(file)) {
                    throw new CommandLine.ParameterException(
                            line, "--kubeconfig " + file + " cannot be read");
                }
            }
            try {
                return RealCluster.named(kubeconfigs);
            } catch (DevException e) {
                throw new CommandLine.ParameterException(line, e.getMessage(), e);
            }
        }
    }

    /** Runs until it is told to stop. */
    @Command(
            name = "dev",
            mixinStandardHelpOptions = true,
            description =
                    "Runs central with an embedded PostgreSQL, three clusters in three regions and"
                            + " their agents, until Ctrl-C.",
            footer = {
                "",
                "Examples:",
                "  portolan dev",
                "  portolan dev --port 0 --data-dir /tmp/portolan",
                "  portolan dev --kubeconfig west.yaml --kubeconfig north.yaml"
            })
    static final class Dev implements Callable<Integer> {
        @CommandLine.Spec CommandLine.Model.CommandSpec spec;
        @CommandLine.Mixin Clusters clusters;

        @Option(
                names = "--data-dir",
                description = "database, token and the agents' state (${DEFAULT-VALUE})",
                defaultValue =
                        "${env:PORTOLAN_DEV_DIR:-${sys:user.home}/.local/share/portolan/dev}")
        Path dataDir;

        @Option(
                names = "--port",
                description = "of central, 0 for any (${DEFAULT-VALUE})",
                defaultValue = "8440")
        int port;

        @Override
        public Integer call() throws Exception {
            List<RealCluster> real = clusters.checked(spec.commandLine());
            Quiet.libraries();
            try (AtEnd end = new AtEnd()) {
                DevFleet fleet =
                        end.open(() -> DevFleet.start(dataDir, port, real), DevFleet::close);
                Welcome.print(fleet, System.out, System.getenv());
                end.await();
            }
            return CommandLine.ExitCode.OK;
        }
    }

    /** Runs the main job by itself and ends. */
    @Command(
            name = "demo",
            mixinStandardHelpOptions = true,
            description =
                    "Runs the main job by itself and tells what happens: join, apply, place, why, a"
                            + " cluster lost, failover, return of the dead, report. Takes two"
                            + " minutes and leaves nothing behind: in real clusters it makes the"
                            + " namespace "
                            + Demo.TENANT
                            + " and removes it.",
            footer = {
                "",
                "Examples:",
                "  portolan demo",
                "  portolan demo --kubeconfig west.yaml --kubeconfig north.yaml --kubeconfig"
                        + " east.yaml"
            })
    static final class DemoRun implements Callable<Integer> {
        @CommandLine.Spec CommandLine.Model.CommandSpec spec;
        @CommandLine.Mixin Clusters clusters;

        @Option(
                names = "--image",
                paramLabel = "IMAGE",
                description =
                        "what the application runs; real clusters must be able to pull it"
                                + " (${DEFAULT-VALUE})",
                defaultValue = Demo.IMAGE)
        String image = Demo.IMAGE;

        @Override
        public Integer call() throws Exception {
            List<RealCluster> real = clusters.checked(spec.commandLine());
            if (real.size() == 1) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        "a failover needs two clusters: give --kubeconfig twice");
            }
            Quiet.libraries();
            return Demo.run(real, image, System.out);
        }
    }
}
