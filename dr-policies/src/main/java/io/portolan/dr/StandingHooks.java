package io.portolan.dr;

import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.HookRun;
import io.portolan.model.operation.HookRun.Lag;
import java.util.EnumMap;
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
        Optional<HookRun> last =
                view.operation().hooks().stream()
                        .filter(r -> r.at(point, Optional.empty()))
                        .findFirst();
        if (last.isEmpty()) {
            return new StepPort.NotBegun();
        }
        return switch (last.get().phase()) {
            case RUNNING -> new StepPort.Running(hook.http().host());
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
