package io.portolan.cli;

import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code failback APP}: a relocation to the cluster that the last failover left. */
@Command(
        name = "failback",
        description = {
            "Move an application back to the cluster that its last failover left.",
            "A relocation: refused while a cluster is not heard, or while the old one is quarantined"
                    + " until it has shown that it runs nothing. --to says where else.",
            "Exit codes: as of relocate; 7 where no failover left one cluster to go back to."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  portolan failback checkout", "  portolan failback shop/checkout --dry-run"})
final class Failback implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "APP", description = "NAME or TENANT/NAME.")
    String application = "";

    @Mixin FailoverRequest request;

    Failback(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (request.to.isEmpty()) {
            ResourceKey key = root.fleet().locate(Target.named(Kind.APPLICATION, application));
            request.to = cluster(key, left(key));
        }
        request.failback = true;
        return request.start(root, application, true);
    }

    /**
     * The cluster that the newest failover left, verified or not; a relocation is none, unless it
     * was made one.
     */
    private Uid left(ResourceKey key) {
        List<Uid> sources =
                root
                        .central()
                        .list(Fleet.listPath(Kind.FAILOVER, Optional.of(key.tenant())), Map.of())
                        .items()
                        .stream()
                        .map(i -> Codec.lenient().convert(i, Failover.class))
                        .filter(f -> f.applicationName().equals(key.name()))
                        .filter(f -> f.state().ended() && f.moved())
                        .filter(f -> !f.planned())
                        .max(Comparator.comparing(Failover::requestedAt))
                        .flatMap(Failover::plan)
                        .map(Failover.Plan::sources)
                        .orElse(List.of());
        return switch (sources.size()) {
            case 0 -> throw nowhere("no failover of " + key + " left a cluster", key);
            case 1 -> sources.getFirst();
            default ->
                    throw nowhere(
                            "the last failover of "
                                    + key
                                    + " left "
                                    + sources.size()
                                    + " clusters: say to which it goes back",
                            key);
        };
    }

    private String cluster(ResourceKey application, Uid uid) {
        return root
                .central()
                .list(Fleet.listPath(Kind.CLUSTER, Optional.empty()), Map.of())
                .items()
                .stream()
                .filter(c -> c.path("metadata").path("uid").asText().equals(uid.value()))
                .map(Fleet::name)
                .findFirst()
                .orElseThrow(
                        () ->
                                nowhere(
                                        "the cluster that the last failover left is gone",
                                        application));
    }

    private static Failure nowhere(String why, ResourceKey application) {
        return new Failure(
                Exit.NOT_FOUND,
                why,
                "portolan relocate "
                        + application.tenant()
                        + "/"
                        + application.name()
                        + " --to CLUSTER");
    }
}
