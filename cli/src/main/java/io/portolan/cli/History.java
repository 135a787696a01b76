package io.portolan.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.ResourceKey;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code history application NAME}: the specs that it had. */
@Command(
        name = "history",
        description = {
            "Show the generations of an application, newest first, or what differs between two."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan history application checkout",
            "  portolan history application checkout --diff 3,5"
        })
final class History implements Callable<Integer> {
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
            names = "--diff",
            split = ",",
            paramLabel = "FROM[,TO]",
            description = "Show what changed from one generation to another, or to the newest.")
    List<Long> diff = List.of();

    @Mixin Format.Choice output;

    History(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ResourceKey key = Revisions.application(root, Target.parse(kind, name));
        Revisions revisions = Revisions.of(root, key);
        if (!diff.isEmpty()) {
            return differences(revisions);
        }
        switch (output.format) {
            case TABLE, WIDE -> {
                table(revisions).print(root.shell.out(), "");
                root.shell.next("portolan rollback application " + key.tenant() + "/" + key.name());
            }
            case NAME ->
                    revisions.newestFirst().forEach(r -> root.shell.out().println(r.generation()));
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, tree(revisions));
        }
        return Exit.OK.code();
    }

    private int differences(Revisions revisions) {
        if (diff.size() > 2) {
            throw Failure.usage("--diff takes one or two generations", "--diff 3,5");
        }
        Revisions.Revision from = revisions.get(diff.getFirst());
        Revisions.Revision to =
                diff.size() == 2 ? revisions.get(diff.getLast()) : revisions.current();
        List<String> lines = Differences.between(from.document(), to.document());
        lines.forEach(root.shell.out()::println);
        if (lines.isEmpty()) {
            root.shell.err().println("nothing differs");
        }
        return lines.isEmpty() ? Exit.OK.code() : Exit.FAILED.code();
    }

    private Table table(Revisions revisions) {
        Table table = new Table("GENERATION", "AGE", "BY", "CHANGES", "COMMENT");
        List<Revisions.Revision> all = revisions.newestFirst();
        for (int i = 0; i < all.size(); i++) {
            Revisions.Revision one = all.get(i);
            table.row(
                    String.valueOf(one.generation()),
                    one.event().map(e -> Times.age(e.path("at"), root.shell.clock())).orElse(""),
                    one.by(),
                    i + 1 < all.size() ? changes(all.get(i + 1), one) : "",
                    one.comment());
        }
        return table;
    }

    /** In few words: the first field, and how many more. */
    private static String changes(Revisions.Revision before, Revisions.Revision after) {
        List<String> lines = Differences.between(before.document(), after.document());
        if (lines.isEmpty()) {
            return "";
        }
        String first = lines.getFirst();
        String shown = first.length() > 60 ? first.substring(0, 57) + "..." : first;
        return shown + (lines.size() > 1 ? " and " + (lines.size() - 1) + " more" : "");
    }

    private static ObjectNode tree(Revisions revisions) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        var items = out.putArray("items");
        for (Revisions.Revision one : revisions.newestFirst()) {
            ObjectNode item = items.addObject().put("generation", one.generation());
            one.event().ifPresent(e -> item.set("at", e.path("at")));
            item.put("by", one.by()).put("comment", one.comment());
            item.set("spec", one.spec());
        }
        return out;
    }
}
