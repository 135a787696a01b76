package io.portolan.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gate open KIND NAME}: the policy acts again. */
@Command(
        name = "open",
        description = {
            "Let the policy act again.",
            "What it held is looked at anew at once: a cluster that is down meanwhile is failed over"
                    + " from."
        },
        footerHeading = "%nExample:%n",
        footer = {"  portolan gate open drpolicy shop/eu"})
final class GateOpen implements Callable<Integer> {
    private final Portolan root;

    @Parameters(index = "0", paramLabel = "KIND", description = "drpolicy or app.")
    String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "NAME or TENANT/NAME.")
    @Nullable String name;

    GateOpen(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        GateVerb.set(root, Target.parse(kind, name), null);
        root.shell.next("portolan get applications");
        return Exit.OK.code();
    }
}
