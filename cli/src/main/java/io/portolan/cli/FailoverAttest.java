package io.portolan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Vouched;
import io.portolan.model.wire.Codec;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code failover attest NAME --reason WHY}. */
@Command(
        name = "attest",
        description = {
            "Swear that clusters run nothing of the application which a failover moves.",
            "Break glass: when it is not true, two clusters write at once. It is audited.",
            "Without --cluster it speaks of every cluster whose proof the failover waits for; they"
                    + " are shown before it is said. A failover that waits for nobody's proof is a"
                    + " conflict (exit code 5). A cluster that is heard again before the role is"
                    + " given away has to prove itself after all."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan failover attest checkout-1 --reason \"c1 is powered off, seen on site\"",
            "  portolan failover attest checkout-1 --reason \"c1 burnt down\" --cluster c1",
            "  portolan failover attest checkout-1 --reason \"looking\" --dry-run"
        })
final class FailoverAttest implements Callable<Integer> {
    private final Portolan root;

    @Mixin FailoverWord word;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description = "Speak of this cluster only; may be repeated.")
    List<String> clusters = List.of();

    @Option(names = "--dry-run", description = "Show of which clusters it would speak.")
    boolean dryRun;

    FailoverAttest(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ResourceKey key = word.key(root);
        List<String> known =
                Codec.lenient()
                        .convert(
                                root.fleet().read(Target.named(Kind.FAILOVER, word.name)),
                                Failover.class)
                        .attestation()
                        .map(a -> a.clusters().stream().map(Vouched::name).toList())
                        .orElse(List.of());
        Failover would = word.send(root, key, "attest", body(clusters), true);
        List<Vouched> vouched =
                would.attestation().stream()
                        .flatMap(a -> a.clusters().stream())
                        .filter(v -> !known.contains(v.name()))
                        .toList();
        root.shell
                .err()
                .println(
                        (dryRun ? "would attest" : "attests")
                                + " that nothing of "
                                + would.applicationName()
                                + " runs on "
                                + vouched.stream()
                                        .map(FailoverAttest::words)
                                        .collect(Collectors.joining(", ")));
        if (dryRun) {
            FailoverReport.show(would, word.output.format, root.shell.out());
            return Exit.OK.code();
        }
        // What was shown is what is said: a cluster that fell silent meanwhile is not among it.
        List<String> shown = vouched.stream().map(Vouched::name).toList();
        word.told(root, key, word.send(root, key, "attest", body(shown), false));
        return Exit.OK.code();
    }

    private ObjectNode body(List<String> names) {
        ObjectNode body = word.body();
        ArrayNode named = body.putArray("clusters");
        names.forEach(named::add);
        return body;
    }

    private static String words(Vouched vouched) {
        return vouched.name()
                + vouched.silentSince()
                        .map(t -> " (silent since " + t.truncatedTo(ChronoUnit.SECONDS) + ")")
                        .orElse(" (heard)");
    }
}
