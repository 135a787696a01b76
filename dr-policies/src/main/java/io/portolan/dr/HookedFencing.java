package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.dr.Evidence;
import io.portolan.model.dr.FenceLevel;
import io.portolan.model.dr.Hook;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.dr.HookedFence;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.HookRun;
import io.portolan.model.operation.HookRun.Fenced;
import io.portolan.model.operation.HookRun.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Fences F4 and F5 by hook (DESIGN.md section 7): a cluster that nobody hears is cut off or
 * switched off, and who can see it is asked until he says so. The command's own success is no
 * evidence, and what was read back is none any more when it is older than {@link #FRESH}, for a
 * machine can be switched on again, when the cluster was heard since, or has another epoch to
 * prove.
 *
 * <p>Only of an unplanned failover: a relocation whose source falls silent is escalated first, by a
 * person.
 */
final class HookedFencing {
    /** What was read back counts for so long; longer than a question may take. */
    static final Duration FRESH = Duration.ofMinutes(1);

    private final FailoverView view;
    private final Draft draft;
    private final HookStep step;
    private final Instant now;

    HookedFencing(FailoverView view, Draft draft, HookStep step, Instant now) {
        this.view = view;
        this.draft = draft;
        this.step = step;
        this.now = now;
    }

    void step() {
        Optional<HookedFence> fence = view.policy().fencing();
        if (fence.isEmpty() || view.operation().planned() || !due(fence.get())) {
            return;
        }
        List<Uid> silent =
                Stream.concat(
                                FailoverPlanner.unproved(view, now).stream().map(Unproved::cluster),
                                weak())
                        .filter(c -> Commit.silent(view, c) && view.cluster(c).isPresent())
                        .toList();
        silent.forEach(cluster -> step(fence.get(), cluster));
    }

    /** Proved, and not as strongly as the policy asks. */
    private Stream<Uid> weak() {
        Plan plan = view.operation().plan().orElseThrow();
        return Suspicion.rivals(view, plan.sources(), plan.target()).stream()
                .filter(
                        rival ->
                                Fence.of(view, rival, now) instanceof Fence.Closed(Evidence proof)
                                        && !proof.reaches(plan.fence()));
    }

    private boolean due(HookedFence fence) {
        return switch (fence.when()) {
            case SILENT -> true;
            // Who is to be fenced behind the data gate had its time before it.
            case OVERDUE ->
                    draft.overdue()
                            || view.operation().state() == State.DATA_GATE
                            || view.operation().hooks().stream()
                                    .anyMatch(r -> r.point() == HookPoint.FENCE);
        };
    }

    private void step(HookedFence fence, Uid cluster) {
        Optional<Uid> whom = Optional.of(cluster);
        Optional<HookRun> former = draft.run(HookPoint.FENCE, whom);
        if (former.filter(r -> r.endedAt().isPresent() && !holds(view, r)).isPresent()) {
            step.again(former.get(), fence.hook(), Duration.ZERO);
        }
        switch (step.at(HookPoint.FENCE, fence.hook(), whom)) {
            case StepPort.Succeeded _ -> readBack(fence, whom);
            case StepPort.Failed failed when failed.again().isEmpty() ->
                    // Whoever can vouch for the cluster is asked at the same time.
                    step.anew(
                            draft.run(HookPoint.FENCE, whom).orElseThrow(),
                            fence.hook(),
                            StepPort.LONGEST);
            case StepPort.Failed _, StepPort.Absent _, StepPort.NotBegun _, StepPort.Running _ -> {}
        }
    }

    /** A question changes nothing, so that each has a key of its own. */
    private void readBack(HookedFence fence, Optional<Uid> whom) {
        Hook ask = new Hook(fence.readBack(), Hook.TIMEOUT, 0);
        step.at(HookPoint.FENCE_READ_BACK, ask, whom);
        HookRun run = draft.run(HookPoint.FENCE_READ_BACK, whom).orElseThrow();
        if (run.phase() != Phase.RUNNING && !proves(view, run, now)) {
            step.again(run, ask, HookStep.ASK_AGAIN);
        }
    }

    /** What was read back of a cluster, while it counts. */
    static Optional<Evidence> evidence(FailoverView view, Uid cluster, Instant now) {
        Optional<FenceLevel> level = view.policy().fencing().map(HookedFence::level);
        return run(view, HookPoint.FENCE_READ_BACK, cluster)
                .filter(r -> proves(view, r, now))
                .flatMap(r -> level.map(l -> evidence(l, cluster, r)));
    }

    private static Evidence evidence(FenceLevel level, Uid cluster, HookRun run) {
        String detail = run.fenced().map(Fenced::detail).orElse("");
        Instant at = run.endedAt().orElse(run.startedAt());
        return level == FenceLevel.F5
                ? new Evidence.PoweredOff(cluster, run.epoch(), detail, at)
                : new Evidence.Resource(cluster, run.epoch(), detail, at);
    }

    /** {@code ; fence at ipmi.example.com failed: answered 503}: what was done about it so far. */
    static String words(FailoverView view, Uid cluster) {
        Optional<HookRun> fence = run(view, HookPoint.FENCE, cluster);
        Optional<HookRun> readBack =
                run(view, HookPoint.FENCE_READ_BACK, cluster)
                        .filter(_ -> fence.filter(f -> f.phase() == Phase.SUCCEEDED).isPresent());
        return readBack.or(() -> fence)
                .map(
                        r ->
                                switch (r.phase()) {
                                    case RUNNING ->
                                            readBack.isPresent()
                                                    ? "; asks whether it is fenced"
                                                    : "; is being fenced";
                                    case RETRYING, FAILED ->
                                            (readBack.isPresent()
                                                            ? "; nobody says whether it is fenced: "
                                                            : "; could not be fenced: ")
                                                    + r.output();
                                    case SUCCEEDED ->
                                            readBack.isPresent()
                                                    ? notProved(r)
                                                    : "; the fence hook has done its work";
                                })
                .orElse("");
    }

    private static String notProved(HookRun readBack) {
        return readBack.fenced().filter(Fenced::fenced).isPresent()
                ? "; is asked again whether it is fenced"
                : "; is not fenced yet: " + readBack.output();
    }

    private static Optional<HookRun> run(FailoverView view, HookPoint point, Uid cluster) {
        return view.operation().hooks().stream()
                .filter(r -> r.at(point, Optional.of(cluster)))
                .findFirst();
    }

    private static boolean proves(FailoverView view, HookRun run, Instant now) {
        return run.phase() == Phase.SUCCEEDED
                && run.endedAt().filter(at -> at.plus(FRESH).isAfter(now)).isPresent()
                && run.fenced().filter(Fenced::fenced).isPresent()
                && holds(view, run);
    }

    /** Whether the cluster was not heard since it began, and has this epoch to prove. */
    private static boolean holds(FailoverView view, HookRun run) {
        Optional<Instant> heard =
                run.cluster().flatMap(view::cluster).flatMap(Candidate::lastHeard);
        return run.epoch() == view.assignment().epoch() && heard.equals(run.silentSince());
    }
}
