package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollback application NAME}: a new generation with the spec of an earlier one. */
@Command(
        name = "rollback",
        description = {
            "Bring an application back to an earlier generation of its spec.",
            "It becomes a new generation; the history and the audit say which one it came from. A"
                    + " pause stays."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan rollback application checkout",
            "  portolan rollback application checkout --to-generation 3 --comment \"1.4 leaks\"",
            "  portolan rollback application checkout --dry-run"
        })
final class Rollback implements Callable<Integer> {
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
            names = "--to-generation",
            paramLabel = "N",
            description = "Which one. Default: the newest that differs from the present one.")
    @Nullable Long generation;

    @Option(names = "--dry-run", description = "Tell what would change and change nothing.")
    boolean dryRun;

    @Mixin Format.Choice output;

    Rollback(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ResourceKey key = Revisions.application(root, Target.parse(kind, name));
        JsonNode live = root.fleet().read(key);
        Revisions revisions = Revisions.of(root, key);
        Revisions.Revision to =
                generation == null ? revisions.previous() : revisions.get(generation);
        JsonNode wanted = document(key, live, to);
        List<String> lines = Differences.between(live, wanted);
        String shown = Printer.name(key.kind(), key.tenant(), key.name());
        if (lines.isEmpty()) {
            root.shell.out().println(shown + " is as in generation " + to.generation());
            return Exit.OK.code();
        }
        JsonNode done = put(key, live, wanted, to.generation());
        switch (output.format) {
            case TABLE, WIDE -> {
                root.shell
                        .out()
                        .println(
                                shown
                                        + (dryRun ? " would be" : " is")
                                        + " rolled back to generation "
                                        + to.generation()
                                        + (dryRun
                                                ? ""
                                                : ", as generation "
                                                        + done.at("/metadata/generation")
                                                                .asLong()));
                lines.forEach(l -> root.shell.out().println("  " + l));
                root.shell.next(
                        dryRun
                                ? "portolan rollback " + shown
                                : "portolan wait " + shown + " --for healthy");
            }
            case NAME -> root.shell.out().println(shown);
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, done);
        }
        return Exit.OK.code();
    }

    /** What is there now, with the spec of then. Whether it is paused is not part of that. */
    private static JsonNode document(ResourceKey key, JsonNode live, Revisions.Revision to) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("apiVersion", Kind.API_VERSION).put("kind", key.kind().title());
        ObjectNode metadata = out.putObject("metadata");
        metadata.put("tenant", key.tenant()).put("name", key.name());
        metadata.set("labels", live.at("/metadata/labels"));
        metadata.set("annotations", live.at("/metadata/annotations"));
        ObjectNode spec = to.content().deepCopy();
        JsonNode paused = live.at("/spec/paused");
        if (!paused.isMissingNode()) {
            spec.set("paused", paused);
        }
        out.set("spec", spec);
        return out;
    }

    /** Refused when somebody changed the application since it was read. */
    private JsonNode put(ResourceKey key, JsonNode live, JsonNode wanted, long to) {
        String path = Fleet.path(key) + Central.query(dryRun ? Map.of("dryRun", "All") : Map.of());
        return root.central()
                .send(
                        Central.Call.put(path, wanted, key.toString())
                                .header(
                                        "If-Match",
                                        "\"" + live.at("/metadata/revision").asLong() + "\"")
                                .saying("rollback to generation " + to))
                .body();
    }
}
