package io.portolan.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.util.Map;
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
     * @param word as central's path has it
     */
    int say(Portolan root, String word) {
        ResourceKey key = key(root);
        told(root, key, send(root, key, word, body(), false));
        return Exit.OK.code();
    }

    /** Of the failover that is meant. */
    ResourceKey key(Portolan root) {
        if (reason.isBlank()) {
            throw Failure.usage("the reason must say something", "");
        }
        return root.fleet().locate(Target.named(Kind.FAILOVER, name));
    }

    ObjectNode body() {
        return JsonNodeFactory.instance.objectNode().put("reason", reason);
    }

    static Failover send(
            Portolan root, ResourceKey key, String word, ObjectNode body, boolean dryRun) {
        String path =
                Fleet.path(key)
                        + "/"
                        + word
                        + Central.query(dryRun ? Map.of("dryRun", "All") : Map.of());
        return Codec.lenient()
                .convert(
                        root.central()
                                .send(Central.Call.post(path, body, key.toString()).once())
                                .body(),
                        Failover.class);
    }

    void told(Portolan root, ResourceKey key, Failover failover) {
        FailoverReport.show(failover, output.format, root.shell.out());
        if (output.format.forPeople()) {
            root.shell.next(
                    "portolan wait "
                            + Printer.name(Kind.FAILOVER, key.tenant(), key.name())
                            + " --for completed");
        }
    }
}
