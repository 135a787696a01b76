package io.portolan.cli;

import io.portolan.model.ResourceKey;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gate close KIND NAME --reason WHY}: nothing is begun by the policy. */
@Command(
        name = "close",
        description = {
            "Begin nothing by the policy, for all applications that have it, until the gate is open.",
            "What is under way goes on. Whoever types an operation needs --override GateOpen, if the"
                    + " policy allows that; a failover from a cluster that is silent is not held."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan gate close drpolicy shop/eu --reason \"firmware in eu-west\"",
            "  portolan gate close application shop/checkout --reason \"measuring\""
        })
final class GateClose implements Callable<Integer> {
    private final Portolan root;

    @Mixin GateVerb.Policy policy;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why; shown wherever the gate holds something.")
    String reason = "";

    GateClose(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (reason.isBlank()) {
            throw Failure.usage("the reason must say something", "");
        }
        ResourceKey key = policy.set(root, reason);
        root.shell.next("portolan gate open " + Printer.name(key.kind(), key.tenant(), key.name()));
        return Exit.OK.code();
    }
}
