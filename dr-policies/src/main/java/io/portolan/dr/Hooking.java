package io.portolan.dr;

import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookJob;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.HookRun;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an operation asks of others, beside what the planner does. Looked at before the planner:
 * what is to be stored of a hook goes alone and first; the planner sees the rest as its ports.
 *
 * <p>A paused operation begins no hook and takes no answer; what was answered meanwhile is asked
 * for again, under the same key.
 */
public final class Hooking {
    private Hooking() {}

    /**
     * One look.
     *
     * @param view with its ports
     * @param write an intent, or what came of one
     * @param calls to be made if nothing is written, not by this and not by the planner
     * @param again when there is more to do though nothing happens
     */
    public record Look(
            FailoverView view,
            Optional<FailoverMove.Advance> write,
            List<HookCall> calls,
            Optional<Instant> again) {
        public Look {
            calls = List.copyOf(calls);
        }
    }

    /** What the planner sees of hooks where nothing is done about them. */
    public static FailoverView standing(FailoverView view) {
        return view.withPorts(StandingHooks.ports(view));
    }

    /**
     * @param now on the clock that the operation's times are of
     */
    public static Look at(FailoverView view, Instant now) {
        Failover operation = view.operation();
        Map<HookPoint, StepPort> ports = new EnumMap<>(HookPoint.class);
        ports.putAll(StandingHooks.ports(view));
        if (operation.state().ended()
                || operation.paused().isPresent()
                || operation.abortRequested()) {
            return new Look(view.withPorts(ports), Optional.empty(), List.of(), Optional.empty());
        }
        Draft draft = new Draft(operation, now);
        HookStep step = new HookStep(view, draft, now);
        for (HookPoint point : List.copyOf(ports.keySet())) {
            if (Ports.state(point) == operation.state() && operation.skipped().isEmpty()) {
                ports.put(point, step.at(point));
            }
        }
        if (operation.state() == State.FENCING
                || (operation.state() == State.DATA_GATE && operation.singleWriter())) {
            new HookedFencing(view, draft, step, now).step();
        }
        Optional<FailoverMove.Advance> write =
                operation.steps().isEmpty() ? Optional.empty() : advance(draft);
        return new Look(view.withPorts(ports), write, step.calls(), step.look());
    }

    /**
     * The Jobs of an operation that are to be there, as it is stored: what is awaited, and what has
     * ended. None behind the end of the operation, nor of a step that was passed over.
     */
    public static List<JobOrder> jobs(FailoverView view) {
        return view.operation().state().ended()
                ? List.of()
                : view.operation().hooks().stream()
                        .flatMap(run -> order(view, run).stream())
                        .toList();
    }

    private static Optional<JobOrder> order(FailoverView view, HookRun run) {
        Failover operation = view.operation();
        boolean awaited = run.phase() == HookRun.Phase.RUNNING;
        boolean here =
                Ports.state(run.point()) == operation.state() && operation.skipped().isEmpty();
        Hook hook = view.policy().hooks().get(run.point());
        return hook != null && hook.act() instanceof HookJob job && (here || !awaited)
                ? run.job()
                        .map(
                                where ->
                                        new JobOrder(
                                                operation.application(),
                                                run.point(),
                                                where,
                                                run.key(),
                                                run.attempt(),
                                                awaited,
                                                job,
                                                hook.timeout(),
                                                HookStep.envelope(view, run)))
                : Optional.empty();
    }

    private static Optional<FailoverMove.Advance> advance(Draft draft) {
        return draft.move() instanceof FailoverMove.Advance advance
                ? Optional.of(advance)
                : Optional.empty();
    }
}
