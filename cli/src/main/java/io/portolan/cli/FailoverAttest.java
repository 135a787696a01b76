package io.portolan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code failover attest NAME --reason WHY}. */
@Command(
        name = "attest",
        description = {
            "Swear that the clusters which a failover leaves run nothing of the application.",
            "Break glass: when it is not true, two clusters write at once. It is audited."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  portolan failover attest checkout-1 --reason \"c1 is powered off, seen on site\""
        })
final class FailoverAttest implements Callable<Integer> {
    private final Portolan root;

    @Mixin FailoverWord word;

    FailoverAttest(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        return word.say(root, "attest");
    }
}
