package io.portolan.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An operator's word on a live failover, always with a reason. */
final class FailoverWord {
    @Parameters(paramLabel = "NAME", description = "The failover's NAME or TENANT/NAME.")
    String name = "";

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why; it is kept in the audit.")
    String reason = "";

    @Mixin Format.Choice output;

    /**
     * @param word attest or abort
     */
    int say(Portolan root, String word) {
        if (reason.isBlank()) {
            throw Failure.usage("the reason must say something", "");
        }
        ResourceKey key = root.fleet().locate(Target.named(Kind.FAILOVER, name));
        Failover failover =
                Codec.lenient()
                        .convert(
                                root.central()
                                        .send(
                                                Central.Call.post(
                                                        Fleet.path(key) + "/" + word,
                                                        JsonNodeFactory.instance
                                                                .objectNode()
                                                                .put("reason", reason),
                                                        key.toString()))
                                        .body(),
                                Failover.class);
        FailoverReport.show(failover, output.format, root.shell.out());
        if (output.format.forPeople()) {
            root.shell.next(
                    "portolan wait "
                            + Printer.name(Kind.FAILOVER, key.tenant(), key.name())
                            + " --for completed");
        }
        return Exit.OK.code();
    }
}
