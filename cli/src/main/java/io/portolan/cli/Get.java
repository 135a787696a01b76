package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code get KIND [NAME]}: what there is. */
@Command(
        name = "get",
        description = "Show resources of a kind, or one of them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan get applications",
            "  portolan get app checkout -o yaml",
            "  portolan get clusters -o wide -l tier=prod",
            "  portolan get failovers -A -w",
            "  portolan get nodes",
            "  portolan get losses                      what happens if a region is lost now"
        })
final class Get implements Callable<Integer> {
    private final Portolan root;

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = "app, cluster, tenant, placement, dr, failover, user, token, node, loss.")
    String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "NAME or TENANT/NAME.")
    @Nullable String name;

    @Mixin Format.Choice output;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "SELECTOR",
            description = "Over labels, as \"tier=prod, region in (a, b)\".")
    @Nullable String selector;

    @Option(
            names = {"-A", "--all-tenants"},
            description = "Of every tenant. So it is too when none was chosen.")
    boolean allTenants;

    @Option(
            names = {"-w", "--watch"},
            description = "Go on showing what changes.")
    boolean watch;

    Get(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (Identities.named(kind)) {
            if (selector != null || allTenants || watch) {
                throw Failure.usage("-l, -A and -w are not for users and tokens", "");
            }
            return new Identities(root, output.format).show(kind, name);
        }
        if (NodeList.named(kind)) {
            if (name != null || selector != null || allTenants || watch) {
                throw Failure.usage("nodes are shown together: no NAME, -l, -A or -w", "");
            }
            return new NodeList(root, output.format).show();
        }
        if (LossList.named(kind)) {
            if (selector != null || allTenants || watch) {
                throw Failure.usage("losses are of the whole fleet: no -l, -A or -w", "");
            }
            return new LossList(root, output.format).show(name);
        }
        Target target = Target.parse(kind, name);
        return target.name().isPresent() ? one(target) : all(target.kind());
    }

    private int one(Target target) {
        if (selector != null || allTenants) {
            throw Failure.usage("-l and -A choose among many, a name is given", "");
        }
        ResourceKey key = root.fleet().locate(target);
        Optional<String> tenant = Optional.of(key.tenant()).filter(t -> !t.isEmpty());
        if (watch) {
            return follow(
                    key.kind(), tenant, Map.of("fieldSelector", "metadata.name=" + key.name()));
        }
        JsonNode document = root.fleet().read(key);
        switch (output.format) {
            case TABLE, WIDE -> {
                table(key.kind(), false, List.of(document));
                if (key.kind() == Kind.APPLICATION) {
                    HealthTree.print(document, root.shell.clock(), root.shell.out());
                }
                root.shell.next("portolan describe " + typed(key));
            }
            case JSON, YAML -> new Printer(root.shell.out()).value(output.format, document);
            case NAME -> new Printer(root.shell.out()).name(key.kind(), document);
        }
        return Exit.OK.code();
    }

    private int all(Kind kind) {
        Optional<String> tenant = allTenants ? Optional.empty() : root.central().tenant();
        Map<String, String> query = selector == null ? Map.of() : Map.of("labelSelector", selector);
        if (watch) {
            return follow(kind, tenant, query);
        }
        Central.Listing listing = root.central().list(Fleet.listPath(kind, tenant), query);
        Printer printer = new Printer(root.shell.out());
        switch (output.format) {
            case TABLE, WIDE -> {
                table(kind, tenant.isEmpty(), listing.items());
                hint(kind, listing.items());
            }
            case JSON, YAML ->
                    printer.value(
                            output.format, Printer.list(kind, listing.revision(), listing.items()));
            case NAME -> listing.items().forEach(i -> printer.name(kind, i));
        }
        return Exit.OK.code();
    }

    private void table(Kind kind, boolean withTenant, List<JsonNode> items) {
        if (items.isEmpty()) {
            root.shell.err().println("no " + kind.plural());
            return;
        }
        Columns columns = columns(kind, withTenant);
        Table table = columns.table();
        items.forEach(i -> table.row(columns.row(i)));
        table.print(root.shell.out(), "");
    }

    private Columns columns(Kind kind, boolean withTenant) {
        return Columns.of(kind, withTenant, output.format == Format.WIDE, root.shell.clock());
    }

    private void hint(Kind kind, List<JsonNode> items) {
        if (items.isEmpty()) {
            root.shell.next(
                    kind == Kind.CLUSTER ? "portolan cluster join NAME" : "portolan apply -f FILE");
            return;
        }
        String verb =
                switch (kind) {
                    case APPLICATION -> "why";
                    case FAILOVER, CLUSTER, TENANT, PLACEMENT_POLICY, DR_POLICY -> "describe";
                };
        JsonNode first = items.getFirst();
        root.shell.next(
                "portolan "
                        + verb
                        + " "
                        + typed(new ResourceKey(kind, Fleet.tenant(first), Fleet.name(first))));
    }

    /** As a person types it after a verb; short where the tenant is chosen already. */
    private String typed(ResourceKey key) {
        boolean chosen = key.tenant().isEmpty() || root.central().tenant().isPresent();
        return key.kind().title().toLowerCase(java.util.Locale.ROOT)
                + " "
                + (chosen ? "" : key.tenant() + "/")
                + key.name();
    }

    private int follow(Kind kind, Optional<String> tenant, Map<String, String> query) {
        Rows rows = new Rows(kind, tenant.isEmpty());
        new Changes(root.shell, root.central(), Fleet.listPath(kind, tenant), query)
                .follow(Optional.empty(), rows);
        return Exit.OK.code();
    }

    /** Prints what is new to the reader; a list that is read again shows only its differences. */
    private final class Rows implements Changes.Listener {
        private final Kind kind;
        private final Columns columns;
        private final Map<String, JsonNode> shown = new LinkedHashMap<>();
        private boolean titled;

        Rows(Kind kind, boolean withTenant) {
            this.kind = kind;
            this.columns = columns(kind, withTenant);
        }

        @Override
        public boolean listed(Central.Listing listing) {
            List<JsonNode> fresh =
                    listing.items().stream().filter(i -> !i.equals(shown.put(id(i), i))).toList();
            print(fresh);
            return false;
        }

        @Override
        public boolean put(JsonNode document) {
            if (!document.equals(shown.put(id(document), document))) {
                print(List.of(document));
            }
            return false;
        }

        @Override
        public boolean deleted(JsonNode document) {
            shown.remove(id(document));
            root.shell
                    .err()
                    .println(
                            Printer.name(kind, Fleet.tenant(document), Fleet.name(document))
                                    + " deleted");
            return false;
        }

        private void print(List<JsonNode> documents) {
            Printer printer = new Printer(root.shell.out());
            switch (output.format) {
                case TABLE, WIDE -> {
                    Table table = titled ? new Table() : columns.table();
                    titled = true;
                    documents.forEach(d -> table.row(columns.row(d)));
                    table.print(root.shell.out(), "");
                }
                case JSON -> documents.forEach(printer::line);
                case YAML ->
                        documents.forEach(
                                d -> {
                                    root.shell.out().println("---");
                                    printer.value(Format.YAML, d);
                                });
                case NAME -> documents.forEach(d -> printer.name(kind, d));
            }
            root.shell.out().flush();
        }

        private String id(JsonNode document) {
            return Fleet.tenant(document) + "/" + Fleet.name(document);
        }
    }
}
