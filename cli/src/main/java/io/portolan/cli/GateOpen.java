package io.portolan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Mixin GateVerb.Policy policy;

    GateOpen(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        policy.set(root, null);
        root.shell.next("portolan get applications");
        return Exit.OK.code();
    }
}
