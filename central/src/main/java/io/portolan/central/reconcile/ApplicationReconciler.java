package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Row;
import io.portolan.dr.Judgement;
import io.portolan.model.Condition;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.placement.Eligibility;
import io.portolan.placement.Needs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * One application: asks placement, lets the works follow from the assignment, and tells its status.
 * While an operation is live on it the assignment is the operation's. Never moves the active
 * cluster of a single writer: where it should move, the status proposes the command.
 */
public final class ApplicationReconciler implements Reconciler<Key.OfApplication> {
    /** Holds a deleted application until no cluster has anything of it. */
    public static final String FINALIZER = "portolan.io/works";

    private static final PlacementDecision UNDECIDED =
            new PlacementDecision(false, List.of(), "not placed yet", Map.of(), List.of());

    private final Thresholds thresholds;
    private final Rebalancer rebalancer;

    public ApplicationReconciler(Thresholds thresholds, Rebalancer rebalancer) {
        this.thresholds = thresholds;
        this.rebalancer = rebalancer;
    }

    /** Before the first decision: no epoch, no member. */
    public static Assignment unassigned(Uid application) {
        return new Assignment(application, 0, List.of(), UNDECIDED);
    }

    @Override
    public Outcome reconcile(View view, Key.OfApplication key) {
        Uid uid = key.application();
        Optional<Held<Resource<ApplicationSpec>>> application = view.image().application(uid);
        if (application.isEmpty()) {
            return leftovers(view.image(), uid);
        }
        return application.get().value().metadata().deleting()
                ? new Deletion(view, application.get()).outcome()
                : new Pass(view, thresholds, rebalancer, application.get()).outcome();
    }

    /** A report that came after the end of its application. */
    private static Outcome leftovers(FleetImage image, Uid uid) {
        Outcome.Draft out = new Outcome.Draft();
        image.reports(uid).values().forEach(out::delete);
        return out.finish();
    }

    /** One reconciliation of an application that shall live. */
    private static final class Pass {
        private final View view;
        private final FleetImage image;
        private final Held<Resource<ApplicationSpec>> held;
        private final Resource<ApplicationSpec> application;
        private final Optional<Held<Assignment>> seen;
        private final Assignment former;
        private final Outcome.Draft out = new Outcome.Draft();
        private final Thresholds thresholds;
        private final List<Instant> again = new ArrayList<>();

        private final Rebalancer rebalancer;

        /** What is written of the application itself. */
        private Metadata metadata;

        Pass(
                View view,
                Thresholds thresholds,
                Rebalancer rebalancer,
                Held<Resource<ApplicationSpec>> held) {
            this.rebalancer = rebalancer;
            this.metadata = held.value().metadata();
            this.view = view;
            this.thresholds = thresholds;
            this.image = view.image();
            this.held = held;
            this.application = held.value();
            this.seen = image.assignment(application.uid());
            this.former = seen.map(Held::value).orElseGet(() -> unassigned(application.uid()));
        }

        Outcome outcome() {
            Assignment assignment = former;
            SequencedMap<Uid, Work> works = new TreeMap<>();
            List<Condition> conditions = new ArrayList<>();
            List<Instant> automatic = StatusReconciler.automatic(image, application.uid());
            switch (Policies.of(image, application)) {
                case Policies.Missing(String reason, String what) -> {
                    asItIs(works);
                    conditions.add(Placing.missing(reason, what, view.now()));
                }
                case Policies.Unfenceable(_, String why) -> {
                    asItIs(works);
                    conditions.add(Placing.unfenceable(why, view.now()));
                }
                case Policies.Found policies -> {
                    boolean single = policies.disasterRecovery().singleWriter();
                    boolean idle =
                            image.operationOn(application.uid()).isEmpty()
                                    && !application.spec().paused();
                    if (single && Recovery.unsettled(image, former) && !asTold(true)) {
                        single = false;
                        assignment = Recovery.ofMany(image, former);
                        decided(assignment);
                    } else if (image.operationOn(application.uid()).isEmpty()) {
                        assignment =
                                application.spec().paused() ? held(policies) : placed(policies);
                    } else {
                        single = asTold(single);
                        assignment = found(single, policies);
                        if (!assignment.equals(former)) {
                            decided(assignment);
                        }
                    }
                    works.putAll(
                            Works.follow(
                                    image,
                                    application,
                                    assignment,
                                    single,
                                    policies.disasterRecovery(),
                                    out));
                    conditions.addAll(
                            Placing.conditions(image, application, assignment, single, view.now()));
                    StandbyLevels.condition(
                                    image, policies.disasterRecovery(), assignment, view.now())
                            .ifPresent(conditions::add);
                    if (single) {
                        Recovery.condition(view, application, assignment)
                                .ifPresent(
                                        c -> {
                                            conditions.add(c);
                                            // Whoever is heard again changes nothing in the image.
                                            again.add(view.now().plus(Recovery.AGAIN));
                                        });
                    }
                    if (idle) {
                        new Returning(view, application, policies, assignment)
                                .proposal()
                                .ifPresent(conditions::add);
                    }
                    if (image.operationOn(application.uid()).isEmpty()) {
                        overdue(assignment, conditions);
                    }
                    if (idle && !assignment.equals(former)) {
                        Homecoming.pending(image, application.uid()).ifPresent(conditions::add);
                    } else if (idle
                            && (lost(policies, conditions) || returns(policies, conditions))) {
                        automatic =
                                Judgement.remembered(
                                        policies.disasterRecovery(), automatic, view.now());
                    }
                    if (!out.empty()) {
                        policies.seen().forEach(out::require);
                        hold();
                    }
                }
            }
            StatusReconciler.follow(view, held, assignment, works, conditions, automatic, out);
            if (!out.empty()) {
                out.require(held);
            }
            return out.finish(again.stream().min(Comparator.naturalOrder()));
        }

        /** Told once: while the condition stands in the status it has been. */
        private void overdue(Assignment assignment, List<Condition> conditions) {
            Overdue.at(assignment).filter(view.now()::isBefore).ifPresent(again::add);
            Overdue.condition(image, assignment, view.now())
                    .ifPresent(
                            condition -> {
                                conditions.add(condition);
                                if (!stored(condition.type())) {
                                    event(Severity.WARNING, condition.type(), condition.message());
                                }
                            });
        }

        private boolean stored(String type) {
            return image.applicationStatus(application.uid())
                    .flatMap(s -> Condition.find(s.value().conditions(), type))
                    .isPresent();
        }

        /** What follows from clusters that it is active on and that are down. */
        private boolean lost(Policies.Found policies, List<Condition> conditions) {
            Lost lost = Lost.of(view, thresholds, application, former, policies);
            lost.condition().ifPresent(conditions::add);
            lost.news(view, application.uid()).ifPresent(out::event);
            lost.again().ifPresent(again::add);
            lost.failover()
                    .ifPresent(
                            failover -> {
                                out.put(new Row.OperationRow(failover), Optional.empty());
                                out.event(lost.event(failover));
                                seen.ifPresent(out::require);
                            });
            return lost.failover().isPresent();
        }

        /** What follows from a cluster that it was failed over from and that is healthy again. */
        private boolean returns(Policies.Found policies, List<Condition> conditions) {
            if (policies.disasterRecovery().failback().isEmpty()) {
                return false;
            }
            Homecoming home =
                    Homecoming.of(
                            view,
                            thresholds.as(policies.disasterRecovery().detection()),
                            application,
                            former,
                            policies,
                            Homecoming.away(image, application.uid(), former),
                            () -> Lost.brake(view, thresholds));
            home.condition().ifPresent(conditions::add);
            home.again().ifPresent(again::add);
            home.failback()
                    .ifPresent(
                            failback -> {
                                out.put(new Row.OperationRow(failback), Optional.empty());
                                event(
                                        Severity.NORMAL,
                                        "FailbackRequested",
                                        failback.name()
                                                + " to "
                                                + failback.request().destination()
                                                + ", by its policy: "
                                                + failback.request().reason());
                                seen.ifPresent(out::require);
                            });
            return home.failback().isPresent();
        }

        private void asItIs(SequencedMap<Uid, Work> works) {
            image.works(application.uid())
                    .forEach((cluster, work) -> works.put(cluster, work.value()));
        }

        /**
         * While an operation is live the works stay those of one writer or of many as they are:
         * whoever takes up a policy's change must fence, too, and that is not the operation.
         */
        private boolean asTold(boolean otherwise) {
            List<Work> told =
                    image.works(application.uid()).values().stream()
                            .map(Held::value)
                            .filter(w -> !w.tombstone())
                            .toList();
            return told.isEmpty() ? otherwise : told.stream().anyMatch(Work::singleWriter);
        }

        private Assignment found(boolean single, Policies.Found policies) {
            return Leftovers.found(view, application, policies, single, former);
        }

        private void decided(Assignment next) {
            out.put(new Row.AssignmentRow(next), seen);
            Leftovers.told(image, former, next, view.now()).forEach(out::event);
            Recovery.decided(view, former, next, out);
        }

        /**
         * Paused: as it is, but for clusters that exist no more and those that must not have it.
         */
        private Assignment held(Policies.Found policies) {
            boolean single = policies.disasterRecovery().singleWriter();
            Assignment found = found(single, policies);
            List<Assignment.Member> members =
                    found.members().stream()
                            .filter(
                                    m ->
                                            image.cluster(m.cluster()).isPresent()
                                                    || (single && m.role() != Role.STANDBY))
                            .toList();
            Assignment next =
                    new Assignment(former.application(), found.epoch(), members, former.decision());
            if (seen.isPresent() && !next.equals(former)) {
                decided(next);
            }
            return next;
        }

        private Assignment placed(Policies.Found policies) {
            boolean single = policies.disasterRecovery().singleWriter();
            Assignment was = found(single, policies);
            if (single && Recovery.awaitsAll(view, was)) {
                return was;
            }
            Decided decided =
                    rebalanced(policies, was, Decided.of(view, application, policies, former, was));
            Assignment next = decided.next();
            evicted(next, policies, decided.needs()).ifPresent(again::add);
            if (seen.isEmpty() || !next.equals(former)) {
                decided(next);
                for (EventRecord event : Moves.told(image, former, next, view.now())) {
                    out.event(event);
                }
                for (Assignment.Member member : former.members()) {
                    // Where proof was looked for, it was the report that decided.
                    if (Moves.released(former, next, member.cluster())
                            || becameSingle(policies, member)) {
                        Optional.ofNullable(image.reports(application.uid()).get(member.cluster()))
                                .ifPresent(out::require);
                        Optional.ofNullable(image.works(application.uid()).get(member.cluster()))
                                .ifPresent(out::require);
                    }
                }
            }
            return next;
        }

        /** What is decided where a move to something better is wanted. */
        private Decided rebalanced(Policies.Found policies, Assignment was, Decided decided) {
            rebalancer.next(policies, application.uid(), view.now()).ifPresent(again::add);
            return switch (rebalancer.step(view, application, policies, former, was, decided)) {
                case Rebalancer.Step.Nothing _ -> decided;
                case Rebalancer.Step.Waits(Instant until) -> {
                    again.add(until);
                    yield decided;
                }
                case Rebalancer.Step.Drops(String why) -> {
                    metadata = RebalanceOrder.off(metadata);
                    event(Severity.WARNING, "RebalanceDropped", why);
                    yield decided;
                }
                case Rebalancer.Step.Moves(Decided moved, String told) -> {
                    metadata = RebalanceOrder.off(metadata);
                    event(Severity.NORMAL, "Rebalanced", told);
                    yield moved;
                }
            };
        }

        private void event(Severity severity, String reason, String message) {
            out.event(
                    new EventRecord(
                            application.uid(), view.now(), severity, reason, message, "central"));
        }

        /** When the first toleration of a taint is over that keeps it where it is. */
        private Optional<Instant> evicted(Assignment next, Policies.Found policies, Needs needs) {
            Eligibility eligibility = Eligibility.of(policies.placement(), needs);
            return next.members().stream()
                    .flatMap(m -> image.candidate(m.cluster()).stream())
                    .flatMap(c -> eligibility.evictionAt(c).stream())
                    .min(Comparator.naturalOrder());
        }

        private boolean becameSingle(Policies.Found policies, Assignment.Member member) {
            return policies.disasterRecovery().singleWriter()
                    && Optional.ofNullable(image.works(application.uid()).get(member.cluster()))
                            .filter(w -> !w.value().singleWriter())
                            .isPresent();
        }

        /** Before anything of it is in a cluster, so that it cannot vanish from under its works. */
        private void hold() {
            if (!metadata.finalizers().contains(FINALIZER)) {
                List<String> finalizers = new ArrayList<>(metadata.finalizers());
                finalizers.add(FINALIZER);
                metadata = metadata.withFinalizers(finalizers);
            }
            if (!metadata.equals(application.metadata())) {
                out.put(new Row.ResourceRow(application.with(metadata)), Optional.of(held));
            }
        }
    }
}
