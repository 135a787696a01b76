package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.ResourceKey;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code diff -f FILE}: what apply would change. */
@Command(
        name = "diff",
        description = {
            "Show field by field what apply would change.",
            "Exit code 0 when nothing differs, 1 when something does, 2 when a document is wrong."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  portolan diff -f checkout.yaml", "  portolan diff -f shop/ -o json"})
final class Diff implements Callable<Integer> {
    private final Portolan root;

    @Mixin Bundle.Source source;
    @Mixin Format.Choice output;

    Diff(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Bundle bundle =
                Bundle.read(source.files, root.shell, root.central().tenant(), root.tenant != null);
        List<Preflight.Verdict> verdicts = new Preflight(root.central()).judge(bundle.entries());
        boolean differs = verdicts.stream().anyMatch(Preflight.Verdict::changes);
        switch (output.format) {
            case TABLE, WIDE -> {
                verdicts.stream().filter(Preflight.Verdict::changes).forEach(this::print);
                if (differs) {
                    root.shell.next("portolan apply -f " + String.join(" -f ", source.files));
                } else {
                    root.shell.err().println("nothing differs");
                }
            }
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, tree(verdicts));
            case NAME ->
                    verdicts.stream()
                            .filter(Preflight.Verdict::changes)
                            .forEach(v -> root.shell.out().println(name(v)));
        }
        return differs ? Exit.FAILED.code() : Exit.OK.code();
    }

    private void print(Preflight.Verdict verdict) {
        root.shell.out().println(name(verdict) + " would be " + verdict.outcome());
        List<String> lines =
                verdict.live().isPresent()
                        ? verdict.differences()
                        : Differences.between(
                                JsonNodeFactory.instance.objectNode(), verdict.result());
        lines.forEach(l -> root.shell.out().println("  " + l));
    }

    private static JsonNode tree(List<Preflight.Verdict> verdicts) {
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        for (Preflight.Verdict verdict : verdicts) {
            ObjectNode one = out.addObject();
            one.put("name", name(verdict));
            one.put("outcome", verdict.outcome());
            ArrayNode lines = one.putArray("differences");
            verdict.differences().forEach(lines::add);
        }
        return out;
    }

    private static String name(Preflight.Verdict verdict) {
        ResourceKey key = verdict.entry().key();
        return Printer.name(key.kind(), key.tenant(), key.name());
    }
}
