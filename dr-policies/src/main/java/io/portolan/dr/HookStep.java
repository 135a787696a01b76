package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookJob;
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
import java.util.Locale;
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

    /** What an order takes to an agent, and its word back, beside the time of the Job itself. */
    static final Duration DELIVERY = Duration.ofSeconds(30);

    /** Of a Job's name, which its pods carry as a label. Characters. */
    private static final int LONGEST = 63;

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
                : StandingHooks.together(
                        StandingHooks.about(view, point, hook).stream()
                                .map(whom -> settled(point, hook, at(point, hook, whom)))
                                .toList());
    }

    private StepPort settled(HookPoint point, Hook hook, StepPort port) {
        return point == HookPoint.DATA_GATE && port instanceof StepPort.Succeeded
                ? gate(draft.run(point, Optional.empty()).orElseThrow(), hook)
                : port;
    }

    /**
     * Any hook.
     *
     * @param cluster whom it is about, of a fence or a Job in a cluster that is left
     */
    StepPort at(HookPoint point, Hook hook, Optional<Uid> cluster) {
        Optional<HookRun> last = draft.run(point, cluster);
        if (last.isEmpty()) {
            return begin(point, cluster, hook, 1, 1, 1);
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
    void again(HookRun answered, Hook hook, Duration after) {
        Instant at = answered.endedAt().orElse(now).plus(after);
        if (at.isAfter(now)) {
            lookAt(at);
        } else {
            begin(answered.point(), answered.cluster(), hook, answered.occurrence() + 1, 1, 1);
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
            again(run, hook, Duration.ZERO);
            return acting(run.point(), run.cluster(), hook);
        }
        if (lag.isPresent() && rpo.filter(r -> lag.get().compareTo(r) <= 0).isPresent()) {
            return new StepPort.Succeeded(loss);
        }
        again(run, hook, ASK_AGAIN);
        String why =
                lag.isEmpty()
                        ? "does not say how much would be lost, which counts as too much"
                                + (run.output().isEmpty() ? "" : ": " + run.output())
                        : loss
                                + ", and "
                                + rpo.map(r -> "rpo is " + Words.duration(r))
                                        .orElse("the policy has no rpo");
        return new StepPort.Running(StandingHooks.who(view, hook, run) + ": " + why);
    }

    private StepPort running(HookRun run, Hook hook) {
        Optional<HookAnswer> answer =
                view.answers().stream()
                        .filter(a -> a.key().equals(run.key()) && a.attempt() == run.attempt())
                        .findFirst();
        if (answer.isPresent()) {
            draft.run(answered(run, hook, answer.get()));
            return at(run.point(), hook, run.cluster());
        }
        return switch (hook.act()) {
            case Hook.Http http when run.job().isEmpty() -> {
                calls.add(call(run, http, hook.timeout()));
                yield acting(run.point(), run.cluster(), hook);
            }
            case HookJob _ when run.job().isPresent() -> awaited(run, hook);
            // The policy has it done in another way by now.
            case Hook.Http _, HookJob _ -> next(run, hook, run.firstAttempt());
        };
    }

    /** A Job is made and looked at by others; here it has only so much time. */
    private StepPort awaited(HookRun run, Hook hook) {
        Instant late = late(run, hook);
        if (late.isAfter(now)) {
            lookAt(late);
            return acting(run.point(), run.cluster(), hook);
        }
        String why =
                "it was not told within "
                        + Words.duration(hook.timeout().plus(DELIVERY))
                        + " that the job "
                        + run.job().map(j -> j.name() + " in " + j.clusterName()).orElse("")
                        + " has ended"
                        + silent(run)
                                .map(c -> ": " + c.name() + " is " + Words.silent(c))
                                .or(() -> StandingHooks.says(view, run).map(": "::concat))
                                .orElse("");
        draft.run(
                answered(
                        run,
                        hook,
                        new HookAnswer(
                                view.operation().uid(),
                                run.key(),
                                run.attempt(),
                                false,
                                why,
                                Optional.empty(),
                                Optional.empty())));
        return at(run.point(), hook, run.cluster());
    }

    /** Until when the end of a Job is waited for. */
    static Instant late(HookRun run, Hook hook) {
        return run.startedAt().plus(hook.timeout()).plus(DELIVERY);
    }

    /** Where its Job is to run, if nobody hears that cluster. */
    private Optional<Candidate> silent(HookRun run) {
        return run.job()
                .filter(j -> Commit.silent(view, j.cluster()))
                .flatMap(j -> view.cluster(j.cluster()));
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
        // A cluster that is not heard would let the next attempt wait as long, for nothing.
        boolean more = tried <= hook.retries() && silent(run).isEmpty();
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
        return begin(
                run.point(),
                run.cluster(),
                hook,
                run.occurrence(),
                firstAttempt,
                run.attempt() + 1);
    }

    private void lookAt(Instant at) {
        look = look.filter(l -> l.isBefore(at)).or(() -> Optional.of(at));
    }

    private StepPort begin(
            HookPoint point,
            Optional<Uid> cluster,
            Hook hook,
            int occurrence,
            int firstAttempt,
            int attempt) {
        String key = key(view.operation(), point, cluster, occurrence);
        draft.run(
                new HookRun(
                        point,
                        cluster,
                        key,
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
                        Optional.empty(),
                        job(point, cluster, hook, key, attempt)));
        return acting(point, cluster, hook);
    }

    /**
     * Named by what it is for, so that two who make it make one: each attempt has a Job of its own,
     * since one that failed does not run again.
     */
    private Optional<HookRun.Job> job(
            HookPoint point, Optional<Uid> cluster, Hook hook, String key, int attempt) {
        if (!(hook.act() instanceof HookJob)) {
            return Optional.empty();
        }
        Uid where =
                cluster.orElseGet(() -> view.operation().plan().map(Plan::target).orElseThrow());
        return Optional.of(
                new HookRun.Job(
                        where,
                        Words.name(view, where),
                        jobName(view.operation().applicationName(), point, key, attempt)));
    }

    static String jobName(String application, HookPoint point, String key, int attempt) {
        String known = Digest.of(key + "/" + attempt).hex();
        String tail =
                "-" + point.toString().toLowerCase(Locale.ROOT) + "-" + known.substring(0, 10);
        return application.substring(0, Math.min(application.length(), LONGEST - tail.length()))
                + tail;
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

    private HookCall call(HookRun run, Hook.Http http, Duration timeout) {
        return new HookCall(
                view.operation().uid(),
                run.point(),
                run.key(),
                run.attempt(),
                http,
                timeout,
                envelope(view, run));
    }

    /** What it is about, for who acts. */
    static HookCall.Envelope envelope(FailoverView view, HookRun run) {
        Failover operation = view.operation();
        Plan plan = operation.plan().orElseThrow();
        return new HookCall.Envelope(
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
                run.attempt());
    }

    private StepPort acting(HookPoint point, Optional<Uid> cluster, Hook hook) {
        return new StepPort.Running(
                StandingHooks.who(view, hook, draft.run(point, cluster).orElseThrow()));
    }
}
