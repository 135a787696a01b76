package io.portolan.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A program that the launcher {@code ./portolan} starts before the command line is asked: here only
 * so that help and completion offer it. Its options are its own ({@code portolan dev --help}).
 */
enum Launched implements Callable<Integer> {
    DEV(
            "Run central, three clusters in memory and their agents in one process.",
            "portolan dev --port 0"),
    DEMO("Run the main job by itself and tell what happens; takes two minutes.", "portolan demo"),
    CENTRAL("Run the control plane.", "portolan central --data-dir /var/lib/portolan"),
    AGENT(
            "Run the agent of a cluster; portolan cluster join prints the whole command.",
            "portolan agent --central URL --state-dir DIR --kubeconfig FILE");

    private final String description;
    private final String example;

    Launched(String description, String example) {
        this.description = description;
        this.example = example;
    }

    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Adds it without the flags that every command of the command line knows. */
    void addTo(CommandLine line) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name(title());
        spec.usageMessage()
                .description(description, "The launcher ./portolan starts it.")
                .footerHeading("%nExamples:%n")
                .footer("  " + example, "  portolan " + title() + " --help");
        spec.parser().unmatchedArgumentsAllowed(true);
        line.addSubcommand(title(), new CommandLine(spec));
        for (OptionSpec option : List.copyOf(spec.options())) {
            spec.remove(option);
        }
    }

    @Override
    public Integer call() {
        throw Failure.usage(
                title() + " is a program of its own",
                "start it by the launcher, ./portolan " + title());
    }
}
