package io.portolan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code operation report NAME}, and {@code failover report NAME}. */
@Command(
        name = "report",
        description = "Show a failover's timeline, its fence and the RTO that it reached.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan failover report checkout-1",
            "  portolan operation report checkout-1 -o json"
        })
final class FailoverShow implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "NAME", description = "The failover's NAME or TENANT/NAME.")
    String name = "";

    @Mixin Format.Choice output;

    FailoverShow(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        FailoverReport.show(root.fleet().operation(name), output.format, root.shell.out());
        return Exit.OK.code();
    }
}
