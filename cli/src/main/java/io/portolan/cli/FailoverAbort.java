package io.portolan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code failover abort NAME --reason WHY}, and {@code operation abort}. */
@Command(
        name = "abort",
        description = {
            "End a failover. Before its commit the source becomes active again.",
            "After the commit the target keeps the role without being verified, and another"
                    + " failover may follow. One that has ended is a conflict (exit code 5)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan failover abort checkout-1 --reason \"c1 is back\"",
            "  portolan operation abort checkout-1 --reason \"c1 is back\""
        })
final class FailoverAbort implements Callable<Integer> {
    private final Portolan root;

    @Mixin FailoverWord word;

    FailoverAbort(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        return word.say(root, "abort");
    }
}
