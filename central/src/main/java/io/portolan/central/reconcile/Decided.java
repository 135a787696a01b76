package io.portolan.central.reconcile;

import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Drive;
import io.portolan.placement.Eligibility;
import io.portolan.placement.Needs;
import io.portolan.placement.Scheduler;
import io.portolan.placement.select.TieBreak;
import java.util.ArrayList;
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
        if (!policies.disasterRecovery().standsBy()
                && was.members().stream().anyMatch(Member::leaving)
                && was.members().stream()
                        .noneMatch(m -> m.leaving() && drivenOut(needs, view, m))) {
            // What is on its way goes on: what it leaves holds no place against what it goes to.
            Decided onward =
                    by(view, application, policies, former, was, needs.on(staying(was, needs)));
            if (onward.decision.chosen().equals(former.decision().chosen())) {
                return onward;
            }
        }
        return by(view, application, policies, former, was, needs);
    }

    /** Where it must leave at once it does not stay until its successor is well. */
    private static boolean drivenOut(Needs needs, View view, Member member) {
        int cluster = view.image().fleet().index(member.cluster());
        return cluster >= 0
                && needs.room().cell(cluster).driver(needs.claim().application()).isPresent();
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
                        TieBreak.seed(application.uid()));
        Assignment next =
                Members.next(
                        view.image(),
                        application.uid(),
                        application.metadata().generation(),
                        was,
                        decision,
                        policies.disasterRecovery().singleWriter(),
                        policies.disasterRecovery().standsBy() ? Asking.active(policies) : 0,
                        mayStay(view, policies, former, needs),
                        cluster ->
                                policies.disasterRecovery().holdsReturns()
                                        && !Released.is(view.image(), application, was, cluster));
        return new Decided(
                needs, decision, Trigger.on(view, former, driving(view, was, decision, next)));
    }

    /**
     * Whom it drives out: also those of before in clusters that it keeps, until they are gone. Who
     * comes back later was not driven out.
     */
    private static Assignment driving(
            View view, Assignment was, PlacementDecision decision, Assignment next) {
        List<Drive> drives = new ArrayList<>(decision.drives());
        was.decision().drives().stream()
                .filter(d -> decision.chosen().contains(d.cluster()))
                .filter(d -> view.ledger().areOn(d.cluster(), List.of(d.application())))
                .forEach(drives::add);
        PlacementDecision told = next.decision().driving(drives);
        return told.equals(next.decision())
                ? next
                : new Assignment(next.application(), next.epoch(), next.members(), told);
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
