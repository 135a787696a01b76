package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookJob;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.HookRun;
import io.portolan.model.operation.HookRun.Lag;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the hooks of an operation stand, in the planner's words. Changes nothing. */
final class StandingHooks {
    private StandingHooks() {}

    /** Points with nothing configured are missing. */
    static Map<HookPoint, StepPort> ports(FailoverView view) {
        Map<HookPoint, StepPort> out = new EnumMap<>(HookPoint.class);
        for (HookPoint point : HookPoint.values()) {
            if (configured(view, point)) {
                out.put(point, port(view, point));
            }
        }
        return out;
    }

    /** A policy that changes meanwhile leaves none out. */
    private static boolean configured(FailoverView view, HookPoint point) {
        return view.policy().hooks().containsKey(point)
                || view.operation().plan().filter(p -> p.hooks().contains(point)).isPresent();
    }

    private static StepPort port(FailoverView view, HookPoint point) {
        Hook hook = view.policy().hooks().get(point);
        if (hook == null) {
            return gone(view, point);
        }
        return together(
                about(view, point, hook).stream()
                        .map(whom -> port(view, point, hook, whom))
                        .toList());
    }

    private static StepPort port(
            FailoverView view, HookPoint point, Hook hook, Optional<Uid> whom) {
        Optional<HookRun> last =
                view.operation().hooks().stream().filter(r -> r.at(point, whom)).findFirst();
        if (last.isEmpty()) {
            return new StepPort.NotBegun();
        }
        return switch (last.get().phase()) {
            case RUNNING -> new StepPort.Running(who(view, hook, last.get()));
            case RETRYING ->
                    new StepPort.Failed(
                            last.get().output(), last.get().attempt(), last.get().retryAt());
            case FAILED ->
                    new StepPort.Failed(
                            last.get().output(), last.get().attempt(), Optional.empty());
            case SUCCEEDED ->
                    point == HookPoint.DATA_GATE
                            // Passed by a look at what was said, not by its having been said.
                            ? new StepPort.Running(loss(last.get()))
                            : new StepPort.Succeeded(last.get().output());
        };
    }

    /**
     * Whom a hook is about: each of the clusters that are left, where it is a Job there; else
     * nobody in particular.
     */
    static List<Optional<Uid>> about(FailoverView view, HookPoint point, Hook hook) {
        Optional<Plan> plan = view.operation().plan();
        return plan.isPresent() && inSource(point, hook)
                ? plan.get().sources().stream().map(Optional::of).toList()
                : List.of(Optional.empty());
    }

    private static boolean inSource(HookPoint point, Hook hook) {
        return hook.act() instanceof HookJob job && job.side(point) == HookJob.Side.SOURCE;
    }

    /** Whichever has not succeeded stands for all. */
    static StepPort together(List<StepPort> each) {
        return each.stream()
                .filter(p -> !(p instanceof StepPort.Succeeded))
                .findFirst()
                .or(() -> each.stream().findFirst())
                .orElseGet(() -> new StepPort.Succeeded("no cluster is left"));
    }

    /**
     * Who acts: {@code job ledger-promote-3f0c9a1b2d in berlin, attempt 2, until
     * 2026-11-22T17:02:30Z: 1 running}.
     */
    static String who(FailoverView view, Hook hook, HookRun run) {
        String name =
                run.job()
                        .map(j -> "job " + j.name() + " in " + j.clusterName())
                        .orElseGet(() -> hook.act() instanceof Hook.Http http ? http.host() : "");
        return name
                + (run.attempt() > 1 ? ", attempt " + run.attempt() : "")
                + (run.job().isPresent() && run.phase() == HookRun.Phase.RUNNING
                        ? ", until " + Words.second(HookStep.late(run, hook))
                        : "")
                + says(view, run).map(": "::concat).orElse("");
    }

    /** What a Job waits for. */
    static Optional<String> says(FailoverView view, HookRun run) {
        return view.jobs().stream()
                .filter(j -> j.key().equals(run.key()) && j.attempt() == run.attempt())
                .map(FailoverView.JobSeen::says)
                .filter(s -> !s.isEmpty())
                .findFirst();
    }

    /** What was there when the operation began, and is not any more. */
    static StepPort gone(FailoverView view, HookPoint point) {
        return new StepPort.Failed(
                "the policy of "
                        + view.operation().applicationName()
                        + " has no hook "
                        + point
                        + " any more, and had one when this began",
                1,
                Optional.empty());
    }

    /** What the data gate was told. */
    static String loss(HookRun run) {
        return run.lag()
                .flatMap(Lag::time)
                .map(
                        lag ->
                                "writes of "
                                        + Words.duration(lag)
                                        + run.lag()
                                                .flatMap(Lag::bytes)
                                                .map(b -> " (" + b + " bytes)")
                                                .orElse("")
                                        + " would be lost")
                .orElse("nobody knows how much would be lost");
    }
}
