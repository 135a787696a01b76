package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code adopt application NAME}: takes over what exists already. */
@Command(
        name = "adopt",
        description = {
            "Let an application take over objects that exist in its clusters and were not made by"
                    + " Portolan.",
            "Those that stand in its way are listed. Objects of another application are never"
                    + " taken over."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan adopt application checkout --dry-run",
            "  portolan adopt application checkout"
        })
final class Adopt implements Callable<Integer> {
    private static final String ANNOTATION = "portolan.io/adopt";

    private final Portolan root;

    @Parameters(index = "0", paramLabel = "KIND", description = "app.")
    String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "NAME or TENANT/NAME.")
    @Nullable String name;

    @Option(names = "--dry-run", description = "Tell what would be taken over.")
    boolean dryRun;

    Adopt(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Target target = Target.parse(kind, name);
        if (target.kind() != Kind.APPLICATION) {
            throw Failure.usage("only applications adopt", "portolan adopt application NAME");
        }
        ResourceKey key = root.fleet().locate(target);
        JsonNode live = root.fleet().read(key);
        List<String> found = foreign(live);
        found.forEach(root.shell.out()::println);
        boolean already = live.at("/metadata/annotations").path(ANNOTATION).asText().equals("true");
        if (!dryRun && !already) {
            ObjectNode patch = JsonNodeFactory.instance.objectNode();
            patch.putObject("metadata").putObject("annotations").put(ANNOTATION, "true");
            root.central().send(Central.Call.patch(Fleet.path(key), patch, key.toString()));
        }
        root.shell
                .out()
                .println(
                        key
                                + (already
                                        ? " already adopts"
                                        : dryRun ? " would adopt" : " adopts")
                                + (found.isEmpty()
                                        ? " what exists; nothing stands in its way now"
                                        : " " + found.size() + " of them"));
        root.shell.next(
                dryRun
                        ? "portolan adopt application " + key.tenant() + "/" + key.name()
                        : "portolan wait "
                                + Printer.name(key.kind(), key.tenant(), key.name())
                                + " --for healthy");
        return Exit.OK.code();
    }

    /** As its agents tell, at most twenty on each cluster. */
    private static List<String> foreign(JsonNode live) {
        List<String> out = new ArrayList<>();
        for (JsonNode cluster : live.at("/status/clusters")) {
            for (JsonNode trouble : cluster.path("troubles")) {
                if (trouble.path("reason").asText().equals("ExistsAlready")) {
                    JsonNode object = trouble.path("object");
                    String namespace = object.path("namespace").asText();
                    out.add(
                            cluster.path("cluster").asText()
                                    + " "
                                    + object.path("kind").asText()
                                    + " "
                                    + (namespace.isEmpty() ? "" : namespace + "/")
                                    + object.path("name").asText());
                }
            }
        }
        return out;
    }
}
