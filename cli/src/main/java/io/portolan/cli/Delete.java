package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code delete KIND NAME}. */
@Command(
        name = "delete",
        description = {
            "Ask for the deletion of a resource.",
            "It happens in the background: an application leaves its clusters first.",
            "Volume claims and namespaces of an application are kept in the clusters, as nobody's."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan delete application checkout --wait",
            "  portolan delete application checkout --keep-workloads",
            "  portolan delete placement eu-two-regions --dry-run"
        })
final class Delete implements Callable<Integer> {
    private final Portolan root;

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = "app, cluster, tenant, placement, dr.")
    String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "NAME or TENANT/NAME.")
    @Nullable String name;

    @Option(names = "--dry-run", description = "Tell what would happen and change nothing.")
    boolean dryRun;

    @Option(names = "--wait", description = "Return when it is gone.")
    boolean wait;

    @Option(
            names = "--keep-workloads",
            negatable = true,
            description = "Leave its objects in the clusters as they are, as nobody's.")
    @Nullable Boolean keepWorkloads;

    @Option(
            names = "--delete-volumes",
            negatable = true,
            description = "Delete its volume claims, too, and with them what they hold.")
    @Nullable Boolean deleteVolumes;

    @Mixin Waiting waiting;

    Delete(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Target target = Target.parse(kind, name);
        if (target.kind() == Kind.FAILOVER) {
            throw Failure.usage(
                    "a failover is a record and cannot be deleted",
                    "portolan failover abort NAME --reason WHY");
        }
        ResourceKey key = root.fleet().locate(target);
        Central.Answer answer = root.central().send(Central.Call.delete(path(key), key.toString()));
        if (dryRun) {
            root.shell.out().println(key + " would be deleted (dry run)");
            Remains.of(answer.body()).forEach(root.shell.out()::println);
            return Exit.OK.code();
        }
        boolean gone = answer.status() != 202;
        if (!gone && wait) {
            JsonNode uid = answer.body().path("metadata").path("uid");
            gone =
                    new Awaited(root, key)
                            .until(waiting.deadline(root.shell.clock()), d -> gone(d, uid));
            if (!gone) {
                throw new Failure(
                        Exit.TIMEOUT,
                        key + " is not gone after " + Times.span(waiting.timeout),
                        "portolan describe " + Printer.name(key.kind(), key.tenant(), key.name()));
            }
        }
        root.shell.out().println(key + (gone ? " deleted" : " is being deleted"));
        Remains.of(answer.body()).forEach(root.shell.out()::println);
        if (!gone) {
            root.shell.next(
                    "portolan wait "
                            + Printer.name(key.kind(), key.tenant(), key.name())
                            + " --for deleted");
        }
        return Exit.OK.code();
    }

    private String path(ResourceKey key) {
        Map<String, String> said = new TreeMap<>();
        if (dryRun) {
            said.put("dryRun", "All");
        }
        if (keepWorkloads != null) {
            said.put("keepWorkloads", keepWorkloads.toString());
        }
        if (deleteVolumes != null) {
            said.put("deleteVolumes", deleteVolumes.toString());
        }
        return Fleet.path(key) + Central.query(said);
    }

    /** A successor of the same name is another resource. */
    private static boolean gone(Optional<JsonNode> document, JsonNode uid) {
        return document.isEmpty()
                || (uid.isTextual() && !document.get().at("/metadata/uid").equals(uid));
    }
}
