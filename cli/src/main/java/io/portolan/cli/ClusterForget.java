package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.portolan.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cluster forget NAME --reason WHY}. */
@Command(
        name = "forget",
        description = {
            "Retire a cluster that is gone for good: what ran there counts as removed.",
            "Its agent may never speak again; a new cluster of the same name is another one. It is"
                    + " audited.",
            "A cluster that is heard is a conflict (exit code 5): drain and delete it. So is one"
                    + " that may be the only one to run a single writer: fail over and attest"
                    + " first."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan cluster forget c1 --reason \"the hall burnt down\"",
            "  portolan cluster forget c1 --reason \"looking\" --dry-run"
        })
final class ClusterForget implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "NAME", description = "The cluster's name.")
    String name = "";

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why; it is kept in the audit.")
    String reason = "";

    @Option(names = "--dry-run", description = "Tell what would be lost, or what is in the way.")
    boolean dryRun;

    @Mixin Format.Choice output;

    ClusterForget(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (reason.isBlank()) {
            throw Failure.usage("the reason must say something", "");
        }
        ResourceKey key = ResourceKey.cluster(name);
        String path =
                Fleet.path(key)
                        + "/forget"
                        + Central.query(dryRun ? Map.of("dryRun", "All") : Map.of());
        JsonNode done =
                root.central()
                        .send(
                                Central.Call.post(
                                                path,
                                                JsonNodeFactory.instance
                                                        .objectNode()
                                                        .put("reason", reason),
                                                key.toString())
                                        .once())
                        .body();
        switch (output.format) {
            case TABLE, WIDE -> told(key, done);
            case NAME -> root.shell.out().println("cluster/" + name);
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, done);
        }
        return Exit.OK.code();
    }

    private void told(ResourceKey key, JsonNode done) {
        List<String> applications = new ArrayList<>();
        done.path("applications").forEach(a -> applications.add(a.asText()));
        root.shell
                .out()
                .println(
                        key
                                + (dryRun ? " would be forgotten" : " is forgotten")
                                + (applications.isEmpty()
                                        ? ""
                                        : "; it held " + String.join(", ", applications)));
        root.shell.next(
                dryRun
                        ? "portolan cluster forget " + name + " --reason WHY"
                        : "portolan get applications");
    }
}
