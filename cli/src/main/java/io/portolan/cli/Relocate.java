package io.portolan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code relocate APP [--to CLUSTER|REGION]}: a failover from clusters that answer. */
@Command(
        name = "relocate",
        description = {
            "Move an application's active role while its clusters answer, and follow it to its end.",
            "As failover, but refused where a cluster that it would leave is not heard, so that a"
                    + " planned move never turns into one that waits for somebody's word. A stateless"
                    + " application runs in the new place before it stops in the old one.",
            "Exit codes: 0 completed, 8 refused or aborted, 3 waits for an operator at --timeout,"
                    + " 4 still at work at --timeout."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan relocate checkout --to eu-west",
            "  portolan relocate shop/checkout --dry-run",
            "  portolan relocate web --from c1 --reason \"c1 is replaced on Monday\""
        })
final class Relocate implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "APP", description = "NAME or TENANT/NAME.")
    String application = "";

    @Mixin FailoverRequest request;

    Relocate(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        return request.start(root, application, true);
    }
}
