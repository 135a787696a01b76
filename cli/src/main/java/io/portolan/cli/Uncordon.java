package io.portolan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code uncordon CLUSTER}: applications may go there again. */
@Command(
        name = "uncordon",
        description = "Let applications onto a cluster again.",
        footerHeading = "%nExample:%n",
        footer = {"  portolan uncordon c1"})
final class Uncordon implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "CLUSTER", description = "The cluster's name.")
    String cluster = "";

    Uncordon(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Cordon.set(root, cluster, false);
        root.shell.next("portolan get clusters");
        return Exit.OK.code();
    }
}
