package io.portolan.central.reconcile;

import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.placement.Eligibility;
import io.portolan.placement.Needs;
import io.portolan.placement.Scheduler;
import java.util.List;
import java.util.function.Predicate;

/**
 * What placement makes of one application over one image, and who is a member then. The reconciler
 * commits it; a simulation only tells it.
 */
record Decided(Needs needs, PlacementDecision decision, Assignment next) {
    /**
     * @param former as it is stored
     * @param was the same, with what was found where nobody asked for it
     */
    static Decided of(
            View view,
            Resource<ApplicationSpec> application,
            Policies.Found policies,
            Assignment former,
            Assignment was) {
        Needs needs = Asking.needs(view, application, policies, was);
        if (!policies.disasterRecovery().singleWriter()
                && was.members().stream().anyMatch(Member::leaving)) {
            // What is on its way goes on: what it leaves holds no place against what it goes to.
            Decided onward =
                    by(view, application, policies, former, was, needs.on(staying(was, needs)));
            if (onward.decision.chosen().equals(former.decision().chosen())) {
                return onward;
            }
        }
        return by(view, application, policies, former, was, needs);
    }

    private static List<Uid> staying(Assignment was, Needs needs) {
        return needs.current().stream()
                .filter(c -> was.member(c).filter(Member::leaving).isEmpty())
                .toList();
    }

    /** As if it asked so. */
    static Decided by(
            View view,
            Resource<ApplicationSpec> application,
            Policies.Found policies,
            Assignment former,
            Assignment was,
            Needs needs) {
        PlacementDecision decision =
                Scheduler.place(
                        view.image().fleet(),
                        policies.placement(),
                        needs,
                        Asking.seed(application.uid()));
        Assignment next =
                Members.next(
                        view.image(),
                        application.uid(),
                        application.metadata().generation(),
                        was,
                        decision,
                        policies.disasterRecovery().singleWriter(),
                        mayStay(view, policies, former, needs));
        return new Decided(needs, decision, Trigger.on(view, former, next));
    }

    private static Predicate<Uid> mayStay(
            View view, Policies.Found policies, Assignment former, Needs needs) {
        Needs there = needs.on(former.members().stream().map(Member::cluster).toList());
        Eligibility eligibility = Eligibility.of(policies.placement(), there);
        return cluster ->
                view.image()
                        .candidate(cluster)
                        .filter(c -> eligibility.refusal(c).isEmpty())
                        .isPresent();
    }
}
