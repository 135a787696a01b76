package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
                    + " taken over, unless that one is not to be on the cluster and the object is"
                    + " named.",
            "What was adopted is deleted with the application, unless its workloads are kept."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan adopt application checkout --dry-run",
            "  portolan adopt application checkout",
            "  portolan adopt application checkout --object ConfigMap/settings"
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

    @Option(
            names = "--object",
            paramLabel = "KIND/NAME",
            description =
                    "Only this object; may be said again. KIND.GROUP/NAME where kinds share a name.")
    List<String> objects = List.of();

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
        for (String object : objects) {
            if (!object.matches("[A-Z][A-Za-z0-9]*(\\.[a-z0-9.-]+)?/[A-Za-z0-9:._-]+")) {
                throw Failure.usage(
                        "not an object: " + object + "; write it as ConfigMap/settings",
                        "portolan adopt application NAME --object KIND/NAME");
            }
        }
        JsonNode live = root.fleet().read(key);
        List<String> found = foreign(live);
        found.forEach(root.shell.out()::println);
        String former = live.at("/metadata/annotations").path(ANNOTATION).asText();
        String wanted = wanted(former);
        boolean already = wanted.equals(former);
        if (!dryRun && !already) {
            ObjectNode patch = JsonNodeFactory.instance.objectNode();
            patch.putObject("metadata").putObject("annotations").put(ANNOTATION, wanted);
            root.central().send(Central.Call.patch(Fleet.path(key), patch, key.toString()));
        }
        root.shell
                .out()
                .println(
                        key
                                + (already
                                        ? " already adopts"
                                        : dryRun ? " would adopt" : " adopts")
                                + what(found));
        root.shell.next(
                dryRun
                        ? "portolan adopt application " + key.tenant() + "/" + key.name() + flags()
                        : "portolan wait "
                                + Printer.name(key.kind(), key.tenant(), key.name())
                                + " --for healthy");
        return Exit.OK.code();
    }

    private String what(List<String> found) {
        if (!objects.isEmpty()) {
            return " " + String.join(", ", objects);
        }
        return found.isEmpty()
                ? " what exists; nothing stands in its way now"
                : " " + found.size() + " of them";
    }

    private String flags() {
        return objects.stream().map(o -> " --object " + o).collect(Collectors.joining());
    }

    /** What the annotation says beside what it said before. */
    private String wanted(String former) {
        Set<String> words = new LinkedHashSet<>();
        Stream.of(former.split(","))
                .map(String::strip)
                .filter(w -> !w.isEmpty() && !w.equals("false"))
                .forEach(words::add);
        boolean news = objects.isEmpty() ? words.add("true") : words.addAll(objects);
        return news ? String.join(", ", words) : former;
    }

    private boolean asked(JsonNode object) {
        return objects.isEmpty()
                || objects.stream()
                        .anyMatch(
                                o -> {
                                    int slash = o.indexOf('/');
                                    String kind = o.substring(0, slash).split("\\.", 2)[0];
                                    return object.path("kind").asText().equals(kind)
                                            && object.path("name")
                                                    .asText()
                                                    .equals(o.substring(slash + 1));
                                });
    }

    /** As its agents tell, at most twenty on each cluster. */
    private List<String> foreign(JsonNode live) {
        List<String> out = new ArrayList<>();
        for (JsonNode cluster : live.at("/status/clusters")) {
            for (JsonNode trouble : cluster.path("troubles")) {
                String reason = trouble.path("reason").asText();
                JsonNode object = trouble.path("object");
                boolean inTheWay =
                        reason.equals("ExistsAlready")
                                || (reason.equals("BelongsToAnother") && !objects.isEmpty());
                if (inTheWay && asked(object)) {
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
