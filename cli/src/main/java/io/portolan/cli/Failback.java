package io.portolan.cli;

import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.util.Comparator;
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
            "Move an application back to the cluster that its last completed failover left.",
            "A relocation: refused while a cluster is not heard, or while the old one is quarantined"
                    + " until it has shown that it runs nothing. --to says where else.",
            "Exit codes: as of relocate; 7 where nothing was ever failed over."
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
            request.to = cluster(left(key));
        }
        return request.start(root, application, true);
    }

    /** The first cluster that the newest completed failover left. */
    private Uid left(ResourceKey key) {
        Optional<Failover> last =
                root
                        .central()
                        .list(Fleet.listPath(Kind.FAILOVER, Optional.of(key.tenant())), Map.of())
                        .items()
                        .stream()
                        .map(i -> Codec.lenient().convert(i, Failover.class))
                        .filter(f -> f.applicationName().equals(key.name()))
                        .filter(f -> f.state() == Failover.State.COMPLETED)
                        .max(Comparator.comparing(Failover::requestedAt));
        return last.flatMap(Failover::plan)
                .flatMap(p -> p.sources().stream().findFirst())
                .orElseThrow(
                        () ->
                                new Failure(
                                        Exit.NOT_FOUND,
                                        "no failover of " + key + " left a cluster",
                                        "portolan relocate "
                                                + key.tenant()
                                                + "/"
                                                + key.name()
                                                + " --to CLUSTER"));
    }

    private String cluster(Uid uid) {
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
                                new Failure(
                                        Exit.NOT_FOUND,
                                        "the cluster that the last failover left is gone",
                                        "portolan relocate " + application + " --to CLUSTER"));
    }
}
