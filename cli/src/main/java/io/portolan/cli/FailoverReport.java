package io.portolan.cli;

import io.portolan.model.Kind;
import io.portolan.model.operation.Checked;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.HookRun;
import io.portolan.model.operation.Outlook;
import io.portolan.model.wire.Codec;
import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/** A failover on a page: what was asked, what happened when, what was reached. */
final class FailoverReport {
    private FailoverReport() {}

    static void show(Failover failover, Format format, PrintStream out) {
        switch (format) {
            case TABLE, WIDE -> print(failover, out);
            case JSON, YAML ->
                    new Printer(out).value(format, Codec.lenient().mapper().valueToTree(failover));
            case NAME ->
                    out.println(Printer.name(Kind.FAILOVER, failover.tenant(), failover.name()));
        }
    }

    /** What is to be expected of one that was not begun. */
    static void outlook(Outlook outlook, PrintStream out) {
        if (!outlook.steps().isEmpty()) {
            Table steps = new Table("EXPECTED", "USUALLY", "WAITS FOR");
            outlook.steps()
                    .forEach(
                            s ->
                                    steps.row(
                                            s.state().toString(),
                                            s.usually().map(Times::span).orElse(""),
                                            s.waitsFor()));
            steps.print(out, "  ");
        }
        outlook.usually().ifPresent(t -> out.println("  in all usually " + Times.span(t)));
        outlook.blocks().forEach(b -> out.println("  blocks: " + b));
        outlook.risks().forEach(r -> out.println("  risk: " + r));
    }

    static void print(Failover f, PrintStream out) {
        out.println(
                title(f)
                        + " "
                        + f.tenant()
                        + "/"
                        + f.name()
                        + " of "
                        + f.applicationName()
                        + " to "
                        + f.request().destination()
                        + ": "
                        + f.state());
        Table facts = new Table();
        facts.row(
                "Asked by",
                f.request().requestedBy()
                        + " at "
                        + f.requestedAt().truncatedTo(ChronoUnit.SECONDS));
        facts.row("Reason", f.request().reason());
        if (f.plan().isPresent()) {
            // The preflight finds out.
            facts.row("Writers", f.singleWriter() ? "single" : "many");
        }
        facts.row(
                "Epoch",
                f.epochAfter() > f.epochBefore()
                        ? f.epochBefore() + " -> " + f.epochAfter()
                        : String.valueOf(f.epochBefore()));
        f.attestation()
                .ifPresent(
                        a ->
                                facts.row(
                                        "Attested",
                                        a.clusters().stream()
                                                        .map(Failover.Vouched::name)
                                                        .collect(Collectors.joining(", "))
                                                + " by "
                                                + a.operator()
                                                + ": "
                                                + a.reason()));
        f.approvals()
                .forEach(
                        a ->
                                facts.row(
                                        "Approved",
                                        "by "
                                                + a.by()
                                                + " at "
                                                + Times.ofDay(a.at())
                                                + " as a "
                                                + a.of()
                                                + (a.comment().isEmpty()
                                                        ? ""
                                                        : ": " + a.comment())));
        f.controls()
                .forEach(
                        c ->
                                facts.row(
                                        "Told",
                                        c.kind()
                                                + " by "
                                                + c.by()
                                                + " at "
                                                + Times.ofDay(c.at())
                                                + ": "
                                                + c.reason()));
        if (!f.waitingFor().isEmpty()) {
            facts.row("Waits for", f.waitingFor());
        }
        if (!f.next().isEmpty() && !f.state().ended()) {
            facts.row("Next", f.next());
        }
        f.report()
                .ifPresent(
                        r -> {
                            facts.row("Fence", r.fence());
                            facts.row(
                                    "Command to healthy",
                                    f.skipped(Failover.State.VERIFYING).isPresent()
                                            ? "not verified"
                                            : Times.span(r.commandToHealthy()));
                            facts.row("RTO", r.rto().map(Times::span).orElse("not measurable"));
                            if (f.singleWriter() || r.loss().isPresent()) {
                                facts.row(
                                        "RPO",
                                        r.loss().map(FailoverReport::loss).orElse("not measured"));
                            }
                            facts.row("Result", r.summary());
                            r.deviations().forEach(d -> facts.row("Deviation", d));
                        });
        facts.print(out, "  ");
        if (!f.steps().isEmpty()) {
            Table steps = new Table("STEP", "STARTED", "TOOK", "DETAIL");
            for (Failover.Step step : f.steps()) {
                steps.row(
                        step.state().toString(),
                        Times.ofDay(step.startedAt()),
                        step.endedAt()
                                .map(e -> Times.span(Duration.between(step.startedAt(), e)))
                                .orElse(""),
                        step.detail());
            }
            steps.print(out, "  ");
        }
        hooks(f, out);
        List<Checked> told =
                f.checks().stream().filter(c -> c.outcome() != Checked.Outcome.PASSED).toList();
        if (!told.isEmpty()) {
            Table checks = new Table("CHECK", "OUTCOME", "DETAIL");
            told.forEach(c -> checks.row(c.name().toString(), c.outcome().toString(), c.detail()));
            checks.print(out, "  ");
        }
    }

    /** What it is now: a relocation that was escalated is a failover. */
    static String title(Failover f) {
        return switch (f.kind()) {
            case FAILOVER -> "Failover";
            case RELOCATE -> "Relocation";
            case FAILBACK -> "Failback";
        };
    }

    private static String loss(HookRun.Lag lag) {
        return lag.time().map(Times::span).orElse("unknown time")
                + lag.bytes().map(b -> ", " + b + " bytes").orElse("");
    }

    /** What was asked of others, where it ran, and what it said. */
    private static void hooks(Failover f, PrintStream out) {
        if (f.hooks().isEmpty()) {
            return;
        }
        Table hooks = new Table("HOOK", "STATE", "ATTEMPT", "TOOK", "JOB", "SAID");
        for (HookRun run : f.hooks()) {
            hooks.row(
                    run.point().toString(),
                    run.phase().toString(),
                    Integer.toString(run.attempt()),
                    run.endedAt()
                            .map(e -> Times.span(Duration.between(run.startedAt(), e)))
                            .orElse(""),
                    run.job().map(j -> j.clusterName() + "/" + j.name()).orElse(""),
                    run.output());
        }
        hooks.print(out, "  ");
    }
}
