package io.portolan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code operation watch NAME}. */
@Command(
        name = "watch",
        description = {
            "Follow an operation: each step and how long it took, what it waits for, until when, and"
                    + " what to type next. On a terminal the tree is drawn anew each second.",
            "Exit codes: 0 completed, 8 refused or aborted, 3 waits for an operator at --timeout,"
                    + " 4 still at work at --timeout. Leaving the command does not stop the"
                    + " operation."
        },
        footerHeading = "%nExample:%n",
        footer = {"  portolan operation watch checkout-1"})
final class OperationWatch implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "NAME", description = "The operation's NAME or TENANT/NAME.")
    String name = "";

    @Mixin Waiting waiting;

    @Mixin Format.Choice output;

    OperationWatch(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        return new FailoverFollowing(root, root.fleet().operation(name))
                .toItsEnd(waiting.deadline(root.shell.clock()), output.format);
    }
}
