package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.HookRun;
import io.portolan.model.operation.HookRun.Lag;
import io.portolan.model.operation.HookRun.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One hook of an operation. Goals: it is asked only what was stored before; what it answered is
 * stored before anything follows from it; whoever leads after a crash asks the same under the same
 * key.
 *
 * <p>Method: no run stored: store one that runs. One that runs and was not answered: call. One that
 * was answered: store what came of it. A failure is tried again with growing patience until the
 * hook's retries are used up; then somebody has to decide. Mutable, lives for one look: what there
 * is to store is in the draft, what there is to call in {@link #calls}.
 */
final class HookStep {
    /** Between two questions of which the first was answered and did not settle the matter. */
    static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private final FailoverView view;
    private final Draft draft;
    private final Instant now;
    private final List<HookCall> calls = new ArrayList<>();
    private Optional<Instant> look = Optional.empty();

    HookStep(FailoverView view, Draft draft, Instant now) {
        this.view = view;
        this.draft = draft;
        this.now = now;
    }

    /** To be made now, if there is nothing to store. */
    List<HookCall> calls() {
        return calls;
    }

    /** When there is more to do though nothing happens. */
    Optional<Instant> look() {
        return look;
    }

    /** Takes what stands at a point of the policy's hooks one step further. */
    StepPort at(HookPoint point) {
        Hook hook = view.policy().hooks().get(point);
        return hook == null
                ? StandingHooks.gone(view, point)
                : settled(point, hook, at(point, hook, Optional.empty()));
    }

    private StepPort settled(HookPoint point, Hook hook, StepPort port) {
        return point == HookPoint.DATA_GATE && port instanceof StepPort.Succeeded
                ? gate(draft.run(point, Optional.empty()).orElseThrow(), hook)
                : port;
    }

    /**
     * Any hook.
     *
     * @param cluster whom it is about, of a fence
     */
    StepPort at(HookPoint point, Hook hook, Optional<Uid> cluster) {
        Optional<HookRun> last = draft.run(point, cluster);
        if (last.isEmpty()) {
            begin(point, cluster, 1, 1, 1);
            return running(hook, 1);
        }
        HookRun run = last.get();
        return switch (run.phase()) {
            case RUNNING -> running(run, hook);
            case RETRYING -> retrying(run, hook);
            case SUCCEEDED -> new StepPort.Succeeded(run.output());
            case FAILED -> failed(run, hook);
        };
    }

    /** Asks anew, under another key, what was answered and did not settle the matter. */
    void again(HookRun answered, Duration after) {
        Instant at = answered.endedAt().orElse(now).plus(after);
        if (at.isAfter(now)) {
            lookAt(at);
        } else {
            begin(answered.point(), answered.cluster(), answered.occurrence() + 1, 1, 1);
        }
    }

    /** Tries the same again after a while, under the same key, though its retries are used up. */
    void anew(HookRun failed, Hook hook, Duration after) {
        Instant at = failed.endedAt().orElse(now).plus(after);
        if (at.isAfter(now)) {
            lookAt(at);
        } else {
            next(failed, hook, failed.attempt() + 1);
        }
    }

    /** Fails closed: what is not known to be within the RPO is not. */
    private StepPort gate(HookRun run, Hook hook) {
        Optional<Duration> lag = run.lag().flatMap(Lag::time);
        Optional<Duration> rpo = view.policy().rpo();
        String loss = StandingHooks.loss(run);
        if (run.epoch() != view.assignment().epoch()) {
            again(run, Duration.ZERO);
            return running(hook, 1);
        }
        if (lag.isPresent() && rpo.filter(r -> lag.get().compareTo(r) <= 0).isPresent()) {
            return new StepPort.Succeeded(loss);
        }
        again(run, ASK_AGAIN);
        String why =
                lag.isEmpty()
                        ? "does not say how much would be lost, which counts as too much"
                                + (run.output().isEmpty() ? "" : ": " + run.output())
                        : loss
                                + ", and "
                                + rpo.map(r -> "rpo is " + Words.duration(r))
                                        .orElse("the policy has no rpo");
        return new StepPort.Running(hook.http().host() + ": " + why);
    }

    private StepPort running(HookRun run, Hook hook) {
        Optional<HookAnswer> answer =
                view.answers().stream()
                        .filter(a -> a.key().equals(run.key()) && a.attempt() == run.attempt())
                        .findFirst();
        if (answer.isEmpty()) {
            calls.add(call(run, hook));
            return running(hook, run.attempt());
        }
        draft.run(answered(run, hook, answer.get()));
        return at(run.point(), hook, run.cluster());
    }

    private HookRun answered(HookRun run, Hook hook, HookAnswer answer) {
        if (answer.succeeded()) {
            return run.ended(
                    Phase.SUCCEEDED,
                    now,
                    Optional.empty(),
                    answer.output(),
                    answer.lag(),
                    answer.fenced());
        }
        int tried = run.attempt() - run.firstAttempt() + 1;
        boolean more = tried <= hook.retries();
        return run.ended(
                more ? Phase.RETRYING : Phase.FAILED,
                now,
                more ? Optional.of(now.plus(StepPort.backoff(tried))) : Optional.empty(),
                answer.output(),
                Optional.empty(),
                Optional.empty());
    }

    private StepPort retrying(HookRun run, Hook hook) {
        Instant at = run.retryAt().orElse(now);
        if (at.isAfter(now)) {
            lookAt(at);
            return new StepPort.Failed(run.output(), run.attempt(), Optional.of(at));
        }
        return next(run, hook, run.firstAttempt());
    }

    /** Until somebody says that it be tried anew, under the same key. */
    private StepPort failed(HookRun run, Hook hook) {
        boolean anew =
                view.operation().controls().stream()
                        .skip(run.controls())
                        .anyMatch(c -> c.kind() == Control.Kind.RETRY);
        return anew
                ? next(run, hook, run.attempt() + 1)
                : new StepPort.Failed(run.output(), run.attempt(), Optional.empty());
    }

    /** The same again, under the same key. */
    private StepPort next(HookRun run, Hook hook, int firstAttempt) {
        int attempt = run.attempt() + 1;
        begin(run.point(), run.cluster(), run.occurrence(), firstAttempt, attempt);
        return running(hook, attempt);
    }

    private void lookAt(Instant at) {
        look = look.filter(l -> l.isBefore(at)).or(() -> Optional.of(at));
    }

    private void begin(
            HookPoint point, Optional<Uid> cluster, int occurrence, int firstAttempt, int attempt) {
        draft.run(
                new HookRun(
                        point,
                        cluster,
                        key(view.operation(), point, cluster, occurrence),
                        occurrence,
                        view.operation().controls().size(),
                        firstAttempt,
                        attempt,
                        Phase.RUNNING,
                        view.assignment().epoch(),
                        now,
                        cluster.flatMap(view::cluster).flatMap(Candidate::lastHeard),
                        Optional.empty(),
                        Optional.empty(),
                        "",
                        Optional.empty(),
                        Optional.empty()));
    }

    private static String key(
            Failover operation, HookPoint point, Optional<Uid> cluster, int occurrence) {
        return operation.uid().value()
                + "/"
                + point
                + cluster.map(c -> "/" + c.value()).orElse("")
                + "/"
                + occurrence;
    }

    private HookCall call(HookRun run, Hook hook) {
        Failover operation = view.operation();
        Plan plan = operation.plan().orElseThrow();
        return new HookCall(
                operation.uid(),
                run.point(),
                run.key(),
                run.attempt(),
                hook.http(),
                hook.timeout(),
                new HookCall.Envelope(
                        operation.tenant(),
                        operation.applicationName(),
                        operation.name(),
                        operation.uid(),
                        run.point(),
                        operation.planned(),
                        run.epoch(),
                        plan.sources().stream().map(s -> Words.name(view, s)).toList(),
                        Words.name(view, plan.target()),
                        run.cluster().map(c -> Words.name(view, c)),
                        run.attempt()));
    }

    private static StepPort running(Hook hook, int attempt) {
        return new StepPort.Running(
                hook.http().host() + (attempt > 1 ? ", attempt " + attempt : ""));
    }
}
