package io.portolan.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code operation pause NAME --reason WHY}, and the other words on how a live operation goes on.
 */
@Command(footerHeading = "%nExample:%n")
final class OperationWord implements Callable<Integer> {
    private final Portolan root;
    private final String said;

    @Mixin FailoverWord word;

    private OperationWord(Portolan root, String said) {
        this.root = root;
        this.said = said;
    }

    static List<Object> verbs(Portolan root) {
        return List.of(
                verb(
                        root,
                        "pause",
                        "Let no further step of an operation begin. Deadlines do not run meanwhile;"
                                + " what was taken from a cluster stays taken.",
                        "c1 is being looked at"),
                verb(root, "resume", "Let a paused operation go on.", "c1 is fine"),
                verb(
                        root,
                        "retry",
                        "Try the step anew that failed for good, or whose time is over.",
                        "the hook is mended"),
                verb(
                        root,
                        "skip",
                        "Leave the open step of an operation undone: a hook, the verification, the"
                                + " time to stabilize. Never one that fences.",
                        "its health check is wrong"),
                verb(
                        root,
                        "escalate",
                        "Make a failover of a relocation before its commit: clusters that it leaves"
                                + " may be silent, and an operator may vouch for them. The policy may"
                                + " ask for approval anew.",
                        "c1 fell silent"),
                new FailoverAbort(root));
    }

    private static CommandLine verb(Portolan root, String name, String description, String reason) {
        CommandLine verb = new CommandLine(new OperationWord(root, name));
        verb.getCommandSpec()
                .name(name)
                .usageMessage()
                .description(description)
                .footer(
                        "  portolan operation %s checkout-1 --reason \"%s\""
                                .formatted(name, reason));
        return verb;
    }

    @Override
    public Integer call() {
        return word.say(root, said);
    }
}
