package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.FenceLevel;
import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookJob;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Checked;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.Failover.Step;
import io.portolan.model.operation.Outlook;
import io.portolan.model.operation.Outlook.Expected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tells before an operation begins which steps it takes, who waits for what, how long each took
 * before, and what can go wrong. Of the past only completed operations count: those of the
 * application, or all where it has too few.
 */
public final class Expectation {
    /** Of fewer operations of an application nothing is concluded. */
    static final int ENOUGH = 3;

    private final FailoverView view;
    private final Failover operation;
    private final List<Failover> history;
    private final List<Expected> steps = new ArrayList<>();
    private final List<String> risks = new ArrayList<>();
    private final List<String> blocks = new ArrayList<>();

    private Expectation(FailoverView view, List<Failover> history) {
        this.view = view;
        this.operation = view.operation();
        this.history = history;
    }

    /**
     * @param view with the operation as its preflight left it
     * @param former operations, whatever became of them
     */
    public static Outlook of(FailoverView view, List<Failover> former) {
        List<Failover> completed =
                former.stream().filter(f -> f.state() == State.COMPLETED).toList();
        List<Failover> own =
                completed.stream()
                        .filter(f -> f.application().equals(view.operation().application()))
                        .toList();
        return new Expectation(Hooking.standing(view), own.size() >= ENOUGH ? own : completed)
                .outlook();
    }

    private Outlook outlook() {
        for (Checked check : operation.checks()) {
            switch (check.outcome()) {
                case FAILED -> blocks.add(check.name() + ": " + check.detail());
                case WARNING, OVERRIDDEN -> risks.add(check.name() + ": " + check.detail());
                case PASSED -> {}
            }
        }
        if (operation.state() != State.REFUSED) {
            operation.plan().ifPresent(this::planned);
        }
        return new Outlook(steps, risks, blocks);
    }

    private void planned(Plan plan) {
        Approving.lacking(view)
                .ifPresent(
                        lacking -> {
                            step(State.APPROVAL, lacking);
                            blocks.add(lacking);
                        });
        if (operation.singleWriter()) {
            if (operation.planned() && Preparing.asks(view, plan)) {
                step(
                        State.PREPARING_TARGET,
                        Words.name(view, plan.target())
                                + " to make what it needs, while the source still runs");
            }
            hook(HookPoint.WITHDRAW_TRAFFIC);
            if (operation.planned()) {
                hook(HookPoint.QUIESCE);
                hook(HookPoint.FINAL_SYNC);
            }
            fencing(plan);
        }
        hook(HookPoint.DATA_GATE);
        String target = Words.name(view, plan.target());
        step(
                State.PROMOTING,
                target
                        + promoting(plan)
                        + acts(HookPoint.PROMOTE).map(", and "::concat).orElse(""));
        step(State.VERIFYING, target + " to be healthy");
        hook(HookPoint.SWITCH_TRAFFIC);
        plan.stabilize()
                .filter(d -> !d.isZero())
                .ifPresent(
                        d ->
                                steps.add(
                                        new Expected(
                                                State.STABILIZING,
                                                target + " to stay healthy",
                                                Optional.of(d))));
        hook(HookPoint.CLEAN_SOURCE);
        hook(HookPoint.REPROTECT);
    }

    private String promoting(Plan plan) {
        Optional<StandbyLevel> level = view.cluster(plan.target()).flatMap(Standing::level);
        if (level.isEmpty()) {
            return " to apply the order to run it";
        }
        return switch (level.get()) {
            case COLD -> " to make all its objects: it stands by cold";
            case PILOT_LIGHT -> " to apply the order to run it";
            case WARM -> " to scale up: it stands by warm";
            case HOT -> " to take the role: it stands by hot";
        };
    }

    private void fencing(Plan plan) {
        List<Uid> rivals = Suspicion.rivals(view, plan.sources(), plan.target());
        List<Candidate> silent =
                rivals.stream()
                        .flatMap(r -> view.cluster(r).stream())
                        .filter(c -> c.reach() != Reach.READY)
                        .toList();
        step(State.REVOKING, "central's order to stop");
        step(
                State.FENCING,
                rivals.isEmpty()
                        ? "nobody: no other cluster may run it"
                        : Words.names(view, rivals) + " to show that nothing of it runs");
        silent.forEach(cluster -> silent(cluster, plan));
        if (view.port(HookPoint.DATA_GATE) instanceof StepPort.Absent) {
            risks.add("nothing tells how many of the last writes would be lost: no data gate");
        }
        risks.add(
                operation.applicationName()
                        + " serves nobody from Revoking until it is verified"
                        + outage().map(d -> ": usually " + Words.duration(d)).orElse(""));
    }

    /** What proves, or who may say, that a cluster that is not heard runs nothing. */
    private void silent(Candidate cluster, Plan plan) {
        String name = cluster.name();
        String it = name + " is " + Words.silent(cluster) + ": ";
        if (FenceReach.fencesItself(cluster.work(), cluster.status())) {
            Duration wait = cluster.work().flatMap(Work::selfFence).orElseThrow().runsOutIn();
            risks.add(
                    it
                            + "its last grant has to run out first, "
                            + Words.duration(wait)
                            + " after its role was taken");
        } else if (view.policy().fencing().isPresent() && !operation.planned()) {
            risks.add(it + "its policy's hook has to fence it first");
        } else if (FenceLevel.F6.reaches(plan.fence())) {
            blocks.add(it + "it returns, or somebody attests that it runs nothing");
            risks.add("two may write if " + name + " runs although somebody attested");
        } else {
            blocks.add(it + "it returns, for its policy takes nobody's word");
        }
    }

    private void hook(HookPoint point) {
        acts(point).ifPresent(words -> step(Ports.state(point), words));
    }

    /** What acts at a point, with the risks of that; empty where nothing does. */
    private Optional<String> acts(HookPoint point) {
        if (view.port(point) instanceof StepPort.Absent) {
            return Optional.empty();
        }
        Optional<Hook> job =
                Optional.ofNullable(view.policy().hooks().get(point))
                        .filter(h -> h.act() instanceof HookJob);
        List<Candidate> where = job.map(h -> where(point, h)).orElse(List.of());
        job.ifPresent(
                h ->
                        where.stream()
                                .filter(c -> c.reach() != Reach.READY)
                                .forEach(c -> unheard(point, h.timeout(), c)));
        return Optional.of(
                "the hook "
                        + point
                        + (where.isEmpty()
                                ? ""
                                : ", a job in "
                                        + where.stream()
                                                .map(Candidate::name)
                                                .collect(Collectors.joining(", "))));
    }

    /** Where the Jobs of a hook run. */
    private List<Candidate> where(HookPoint point, Hook job) {
        Optional<Uid> target = operation.plan().map(Plan::target);
        return StandingHooks.about(view, point, job).stream()
                .flatMap(whom -> whom.or(() -> target).flatMap(view::cluster).stream())
                .toList();
    }

    private void unheard(HookPoint point, Duration timeout, Candidate cluster) {
        risks.add(
                cluster.name()
                        + " is "
                        + Words.silent(cluster)
                        + ": the hook "
                        + point
                        + " is a job there, which is given up after "
                        + Words.duration(timeout.plus(HookStep.DELIVERY))
                        + "; then the operation pauses, and you skip it");
    }

    private void step(State state, String waitsFor) {
        steps.add(new Expected(state, waitsFor, usually(state)));
    }

    private Optional<Duration> outage() {
        return median(
                history.stream()
                        .flatMap(f -> f.report().stream())
                        .flatMap(r -> r.rto().stream())
                        .toList());
    }

    private Optional<Duration> usually(State state) {
        return median(
                history.stream()
                        .flatMap(f -> f.steps().stream())
                        .filter(s -> s.state() == state && s.endedAt().isPresent())
                        .map(Expectation::took)
                        .toList());
    }

    private static Duration took(Step step) {
        Duration took = Duration.between(step.startedAt(), step.endedAt().orElseThrow());
        return took.isNegative() ? Duration.ZERO : took;
    }

    private static Optional<Duration> median(List<Duration> durations) {
        return durations.stream().sorted().skip(durations.size() / 2).findFirst();
    }
}
