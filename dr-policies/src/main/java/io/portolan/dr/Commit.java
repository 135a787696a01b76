package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.Evidence;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.Assignment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The point of no return: proof, new epoch and new active cluster in one transaction. Afterwards
 * nothing gives the role back: the operation is verified, or an operator ends it as it stands.
 */
final class Commit {
    private Commit() {}

    /**
     * @param rivals whoever might run it beside the target
     * @param unproved those of them that have not shown themselves that they run nothing
     */
    static FailoverMove singleWriter(
            FailoverView view,
            Plan plan,
            Draft draft,
            List<Uid> rivals,
            List<Uid> unproved,
            Evidence evidence) {
        List<Uid> others = view.assignment().active();
        if (!others.isEmpty()) {
            return draft.waiting(
                            Words.names(view, others)
                                    + " has the active role, which nobody else may get",
                            Words.abort(view.operation()))
                    .move();
        }
        Optional<Candidate> planned = view.cluster(plan.target());
        Optional<String> unfit =
                planned.map(c -> Targets.unfit(view, c)).orElse(Optional.of("it is gone"));
        if (unfit.isPresent()) {
            boolean synced = synced(view.operation());
            Optional<Candidate> other = synced ? Optional.empty() : Targets.now(view);
            if (other.isEmpty()) {
                return draft.waiting(
                                Words.name(view, plan.target())
                                        + " to be able to take the role: "
                                        + unfit.get(),
                                "bring it back, or "
                                        + (synced ? Words.escalate(view.operation()) + ", or " : "")
                                        + Words.abort(view.operation()))
                        .move();
            }
            Plan aimed = plan.aimedAt(other.get().uid());
            return Ports.askedOfAnother(view, aimed, draft)
                    .orElseGet(() -> singleWriter(view, aimed, draft, rivals, unproved, evidence));
        }
        List<Uid> members =
                rivals.stream()
                        .filter(
                                r ->
                                        plan.sources().contains(r)
                                                || view.assignment().member(r).isPresent())
                        .toList();
        List<Uid> quarantined =
                members.stream().filter(m -> unproved.contains(m) || silent(view, m)).toList();
        List<Uid> standby = members.stream().filter(m -> !quarantined.contains(m)).toList();
        return commit(
                view,
                plan,
                draft,
                standby,
                quarantined,
                new Promotion.OfSingleWriter(evidence, plan.fence()));
    }

    /** A planned move whose target, and no other cluster, was given the last write. */
    private static boolean synced(Failover operation) {
        return operation.planned()
                && operation.steps().stream().anyMatch(s -> s.state() == State.FINAL_SYNC);
    }

    static FailoverMove stateless(FailoverView view, Plan plan, Draft draft) {
        List<Uid> quarantined = plan.sources().stream().filter(s -> silent(view, s)).toList();
        // Those that are heard serve until the target is verified.
        return commit(
                view,
                plan,
                draft,
                List.of(),
                quarantined,
                new Promotion.OfStateless(new Evidence.None("many writers: two may run at once")));
    }

    private static FailoverMove commit(
            FailoverView view,
            Plan plan,
            Draft draft,
            List<Uid> standby,
            List<Uid> quarantined,
            Promotion right) {
        Assignment promoted =
                Roles.promote(
                        view.base(), plan.target(), view.generation(), standby, quarantined, right);
        String detail =
                Words.name(view, plan.target())
                        + " is active with epoch "
                        + promoted.epoch()
                        + " on evidence "
                        + words(view, right.evidence())
                        + (quarantined.isEmpty()
                                ? ""
                                : "; " + Words.names(view, quarantined) + " quarantined");
        return draft.plan(plan)
                .proof(right.evidence())
                .assignment(
                        view.policy().holdsReturns() ? Roles.hold(promoted, quarantined) : promoted)
                .enter(State.PROMOTING, Optional.of(plan.verifyTimeout()), detail)
                .event(
                        right.evidence() instanceof Evidence.Attested
                                ? Severity.WARNING
                                : Severity.NORMAL,
                        "FailoverCommitted",
                        detail)
                .move();
    }

    /** {@code F2: paris acknowledged at sequence 7 of epoch 4 that no pod is left}. */
    static String words(FailoverView view, Evidence evidence) {
        return evidence.level() + ": " + what(view, evidence);
    }

    private static String what(FailoverView view, Evidence evidence) {
        return switch (evidence) {
            case Evidence.None none -> none.why();
            case Evidence.NeverActive _ -> "no other cluster may run it";
            case Evidence.All all ->
                    all.parts().stream()
                            .map(part -> what(view, part))
                            .collect(Collectors.joining("; "));
            case Evidence.Demoted d ->
                    Words.name(view, d.cluster())
                            + " acknowledged at sequence "
                            + d.sequence()
                            + " of epoch "
                            + d.epoch()
                            + " that no pod is left";
            case Evidence.Expired e ->
                    Words.name(view, e.cluster())
                            + " fences itself: its last grant, of "
                            + Words.duration(e.granted())
                            + " at most, has run out "
                            + Words.duration(e.waited())
                            + " after its role of before epoch "
                            + e.epoch()
                            + " was taken";
            case Evidence.Resource r ->
                    Words.name(view, r.cluster())
                            + " is refused by what it writes to, read back at "
                            + read(r.at(), r.detail());
            case Evidence.PoweredOff p ->
                    Words.name(view, p.cluster())
                            + " is switched off, read back at "
                            + read(p.at(), p.detail());
            case Evidence.Attested a ->
                    a.operator()
                            + " attested that "
                            + Words.names(view, a.clusters())
                            + " runs nothing: "
                            + a.reason();
        };
    }

    private static String read(Instant at, String detail) {
        return at.truncatedTo(ChronoUnit.SECONDS) + (detail.isEmpty() ? "" : " (" + detail + ")");
    }

    static boolean silent(FailoverView view, Uid cluster) {
        return view.cluster(cluster)
                .map(c -> c.reach() == Reach.UNREACHABLE || c.reach() == Reach.PENDING)
                .orElse(true);
    }
}
