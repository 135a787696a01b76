package io.portolan.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code approve NAME}. */
@Command(
        name = "approve",
        description = {
            "Agree to an operation that waits for approval, as somebody other than who asked for it.",
            "It begins when as many users agreed as its policy asks for. --comment says why. An"
                    + " operation that asks for no approval, or was asked for by you, is a conflict"
                    + " (exit code 5)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan approve checkout-1",
            "  portolan approve shop/checkout-1 --comment \"agreed on the bridge\""
        })
final class Approve implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "NAME", description = "The operation's NAME or TENANT/NAME.")
    String name = "";

    @Mixin Format.Choice output;

    Approve(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ResourceKey key = root.fleet().locate(Target.named(Kind.FAILOVER, name));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (root.comment != null) {
            body.put("comment", root.comment);
        }
        Failover approved = FailoverWord.send(root, key, "approve", body, false);
        FailoverReport.show(approved, output.format, root.shell.out());
        if (output.format.forPeople()) {
            root.shell.next("portolan operation watch " + key.tenant() + "/" + key.name());
        }
        return Exit.OK.code();
    }
}
