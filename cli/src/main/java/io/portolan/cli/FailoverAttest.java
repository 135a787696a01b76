package io.portolan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Attestation;
import io.portolan.model.operation.Failover.Vouched;
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
                    + " are shown before it is said, with the text that it confirms. Where the"
                    + " policy asks for several operators (attestations), each of them says it."
                    + " A failover that waits for nobody's proof is a"
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
        Failover would = FailoverWord.send(root, key, "attest", body(clusters, ""), true);
        Attestation said =
                would.attestation()
                        .orElseThrow(
                                () -> new IllegalStateException("central took no attestation"));
        List<Vouched> vouched = spoken(said);
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
        String text = said.words().isEmpty() ? "" : said.words().getLast().text();
        if (!text.isEmpty()) {
            root.shell.err().println((dryRun ? "would confirm: " : "confirms: ") + text);
        }
        if (dryRun) {
            FailoverReport.show(would, word.output.format, root.shell.out());
            return Exit.OK.code();
        }
        // What was shown is what is said: a cluster that fell silent meanwhile is not among it.
        List<String> shown = vouched.stream().map(Vouched::name).toList();
        word.told(root, key, FailoverWord.send(root, key, "attest", body(shown, text), false));
        return Exit.OK.code();
    }

    /** The clusters that the last word speaks of. */
    private static List<Vouched> spoken(Attestation said) {
        return said.words().isEmpty()
                ? said.clusters()
                : said.clusters().stream()
                        .filter(v -> said.words().getLast().clusters().contains(v.cluster()))
                        .toList();
    }

    private ObjectNode body(List<String> names, String text) {
        ObjectNode body = word.body();
        ArrayNode named = body.putArray("clusters");
        names.forEach(named::add);
        if (!text.isEmpty()) {
            body.put("text", text);
        }
        return body;
    }

    private static String words(Vouched vouched) {
        return vouched.name()
                + vouched.silentSince()
                        .map(t -> " (silent since " + t.truncatedTo(ChronoUnit.SECONDS) + ")")
                        .orElse(" (heard)");
    }
}
