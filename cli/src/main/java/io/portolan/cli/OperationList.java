package io.portolan.cli;

import io.portolan.model.Kind;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code operation list [APP]}: the history. */
@Command(
        name = "list",
        description = "List operations, the newest first: of one application, or of all.",
        footerHeading = "%nExamples:%n",
        footer = {"  portolan operation list", "  portolan operation list shop/checkout -o json"})
final class OperationList implements Callable<Integer> {
    private final Portolan root;

    @Parameters(arity = "0..1", paramLabel = "APP", description = "NAME or TENANT/NAME.")
    @Nullable String application;

    @Mixin Format.Choice output;

    OperationList(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Target target =
                application == null
                        ? new Target(Kind.APPLICATION, root.central().tenant(), Optional.empty())
                        : Target.named(Kind.APPLICATION, application);
        List<Failover> found =
                root
                        .central()
                        .list(
                                Fleet.listPath(
                                        Kind.FAILOVER, target.tenant().or(root.central()::tenant)),
                                Map.of())
                        .items()
                        .stream()
                        .map(i -> Codec.lenient().convert(i, Failover.class))
                        .filter(f -> target.name().stream().allMatch(f.applicationName()::equals))
                        .sorted(Comparator.comparing(Failover::requestedAt).reversed())
                        .toList();
        switch (output.format) {
            case JSON, YAML ->
                    new Printer(root.shell.out())
                            .value(output.format, Codec.lenient().mapper().valueToTree(found));
            case NAME ->
                    found.forEach(
                            f ->
                                    root.shell
                                            .out()
                                            .println(
                                                    Printer.name(
                                                            Kind.FAILOVER, f.tenant(), f.name())));
            case TABLE, WIDE -> print(found);
        }
        return Exit.OK.code();
    }

    private void print(List<Failover> found) {
        Table table =
                new Table(
                        "NAME", "APPLICATION", "KIND", "TO", "STATE", "ASKED", "TOOK", "RTO", "BY");
        for (Failover f : found) {
            table.row(
                    f.tenant() + "/" + f.name(),
                    f.applicationName(),
                    f.kind().toString(),
                    f.request().to().isEmpty() ? "best" : f.request().to(),
                    f.paused().isPresent() && !f.state().ended()
                            ? f.state() + " (paused)"
                            : f.state().toString(),
                    Times.age(f.requestedAt(), root.shell.clock()),
                    f.endedAt()
                            .map(e -> Times.span(Duration.between(f.requestedAt(), e)))
                            .orElse(""),
                    f.report().flatMap(Failover.Report::rto).map(Times::span).orElse(""),
                    f.request().requestedBy());
        }
        if (found.isEmpty()) {
            root.shell.err().println("no operations");
        } else {
            table.print(root.shell.out(), "");
        }
        found.stream()
                .filter(f -> !f.state().ended())
                .findFirst()
                .ifPresent(
                        f ->
                                root.shell.next(
                                        "portolan operation watch " + f.tenant() + "/" + f.name()));
    }
}
