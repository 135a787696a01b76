package io.portolan.central.operation;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.reconcile.ApplicationReconciler;
import io.portolan.central.reconcile.Asking;
import io.portolan.central.reconcile.Key;
import io.portolan.central.reconcile.Outcome;
import io.portolan.central.reconcile.Policies;
import io.portolan.central.reconcile.Reconciler;
import io.portolan.central.reconcile.Recovery;
import io.portolan.central.reconcile.View;
import io.portolan.central.reconcile.Works;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store.Silence;
import io.portolan.dr.FailoverMove;
import io.portolan.dr.FailoverPlanner;
import io.portolan.dr.FailoverView;
import io.portolan.dr.Hooking;
import io.portolan.model.Resource;
import io.portolan.model.Selector;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Work;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.PreflightCheck;
import io.portolan.model.operation.Checked;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.Eligibility;
import io.portolan.placement.Needs;
import io.portolan.placement.fleet.Candidate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Takes live failovers one step further. */
public final class Executor implements Reconciler<Key.OfOperation> {
    /**
     * Whoever lives has been heard by then. Before that a cluster may be silent because no central
     * was there to hear it, which is no reason to refuse what an operator asked for.
     */
    private static final Duration YOUNG = Duration.ofSeconds(15);

    @Override
    public Outcome reconcile(View view, Key.OfOperation key) {
        Optional<Held<Failover>> operation = view.image().operation(key.operation());
        Optional<Held<Resource<ApplicationSpec>>> application =
                operation.flatMap(o -> view.image().application(o.value().application()));
        if (operation.isEmpty()) {
            // It has ended, and what it had made in clusters ends with it.
            Outcome.Draft out = new Outcome.Draft();
            JobWorks.follow(view, key.operation(), List.of(), out);
            return out.finish();
        }
        if (application.isEmpty()) {
            return orphaned(view, operation.get());
        }
        Hooking.Look hooks =
                Hooking.at(
                        seen(view, operation.get().value(), application.get().value()), view.now());
        FailoverMove move =
                hooks.write().isPresent()
                        ? hooks.write().get()
                        : FailoverPlanner.step(hooks.view(), view.now());
        return switch (move) {
            case FailoverMove.Wait(var until) ->
                    waiting(
                            view,
                            operation.get(),
                            hooks,
                            Stream.concat(until.stream(), hooks.again().stream())
                                    .min(Comparator.naturalOrder()));
            case FailoverMove.Advance(Failover refused, var _, var _)
                    when unheard(refused) && view.now().isBefore(view.led().plus(YOUNG)) ->
                    waiting(view, operation.get(), hooks, Optional.of(view.led().plus(YOUNG)));
            case FailoverMove.Advance advance ->
                    advance(view, operation.get(), application.get(), hooks.view(), advance);
        };
    }

    /** What is stored of it is done: its Jobs are made and removed, and hooks are called. */
    private static Outcome waiting(
            View view, Held<Failover> operation, Hooking.Look hooks, Optional<Instant> until) {
        Outcome.Draft out = new Outcome.Draft();
        out.require(operation);
        JobWorks.follow(view, operation.value().uid(), Hooking.jobs(hooks.view()), out);
        Outcome outcome = out.finish(until);
        return outcome.writes().isEmpty() ? outcome.calling(hooks.calls()) : outcome;
    }

    private static boolean unheard(Failover refused) {
        return refused.state() == Failover.State.REFUSED
                && refused.checks().stream()
                        .filter(c -> c.outcome() == Checked.Outcome.FAILED)
                        .map(Checked::name)
                        .anyMatch(
                                c ->
                                        c == PreflightCheck.SOURCE_REACHABLE
                                                || c == PreflightCheck.TARGET_REACHABLE);
    }

    /**
     * The application was deleted before the operation could begin, or under it: nothing is left to
     * move.
     */
    private static Outcome orphaned(View view, Held<Failover> operation) {
        Outcome.Draft out = new Outcome.Draft();
        out.put(
                new Row.OperationRow(
                        FailoverPlanner.withoutApplication(operation.value(), view.now())),
                Optional.of(operation));
        JobWorks.follow(view, operation.value().uid(), List.of(), out);
        return out.finish();
    }

    /**
     * What an operation looks like to the planner. The API's preflight asks the planner about the
     * same view.
     */
    public static FailoverView seen(
            View view, Failover operation, Resource<ApplicationSpec> application) {
        FleetImage image = view.image();
        Assignment assignment =
                image.assignment(application.uid())
                        .map(Held::value)
                        .orElseGet(() -> ApplicationReconciler.unassigned(application.uid()));
        Optional<String> barrier = Optional.empty();
        Policies.Found policies =
                switch (Policies.of(image, application)) {
                    case Policies.Found found -> found;
                    case Policies.Missing missing -> {
                        if (!begun(operation)) {
                            barrier = Optional.of(missing.what() + " does not exist");
                        }
                        yield withoutPolicies(image, operation);
                    }
                    case Policies.Unfenceable(var found, String why) -> {
                        barrier = Optional.of(why);
                        yield found;
                    }
                };
        Optional<String> refusal = barrier;
        Needs needs = Asking.needs(view, application, policies, assignment);
        Eligibility eligibility = Eligibility.of(policies.placement(), needs);
        List<FailoverView.Candidate> clusters =
                image.candidates().stream()
                        .map(c -> candidate(view, application.uid(), c, eligibility, refusal))
                        .toList();
        return Hooking.standing(
                new FailoverView(
                        operation,
                        policies.disasterRecovery(),
                        application.metadata().generation(),
                        assignment,
                        clusters,
                        Stream.concat(
                                        view.answers().stream(),
                                        JobWorks.answers(image, operation).stream())
                                .toList(),
                        JobWorks.seen(image, operation),
                        barrier,
                        image.operationOn(application.uid())
                                .map(Held::value)
                                .filter(o -> !o.uid().equals(operation.uid()))
                                .map(Failover::name),
                        Map.of(),
                        Recovery.restored(view)));
    }

    /** Before it began, nobody knows which fence it needs; from then on the operation says it. */
    private static boolean begun(Failover operation) {
        return operation.state() != Failover.State.REQUESTED
                && operation.state() != Failover.State.PREFLIGHT;
    }

    /** A policy that was deleted meanwhile must not stop an operation, nor loosen its fence. */
    private static Policies.Found withoutPolicies(FleetImage image, Failover operation) {
        return new Policies.Found(
                image.tenant(operation.tenant())
                        .map(t -> t.value().spec())
                        .orElseGet(() -> new TenantSpec(Selector.EVERYTHING, Set.of())),
                PlacementPolicySpec.ANYWHERE,
                new DrPolicySpec(
                        operation.singleWriter() || !begun(operation)
                                ? DrPolicySpec.Writers.SINGLE
                                : DrPolicySpec.Writers.MANY,
                        DrPolicySpec.DEMOTE_TIMEOUT,
                        DrPolicySpec.VERIFY_TIMEOUT),
                List.of());
    }

    private static FailoverView.Candidate candidate(
            View view,
            Uid application,
            Candidate cluster,
            Eligibility eligibility,
            Optional<String> barrier) {
        FleetImage image = view.image();
        return new FailoverView.Candidate(
                cluster.uid(),
                cluster.name(),
                cluster.spec().location().region(),
                cluster.reach(),
                barrier.or(() -> eligibility.refusal(cluster).map(Fate::detail)),
                eligibility.crowded(image.fleet(), cluster.uid()),
                Optional.ofNullable(image.works(application).get(cluster.uid())).map(Held::value),
                Optional.ofNullable(image.reports(application).get(cluster.uid())).map(Held::value),
                Optional.ofNullable(view.silences().get(cluster.uid())).map(Silence::lastHeard),
                view.revoked(application, cluster.uid()));
    }

    private static Outcome advance(
            View view,
            Held<Failover> operation,
            Held<Resource<ApplicationSpec>> application,
            FailoverView seen,
            FailoverMove.Advance advance) {
        FleetImage image = view.image();
        Uid uid = application.value().uid();
        Outcome.Draft out = new Outcome.Draft();
        out.put(new Row.OperationRow(advance.operation()), Optional.of(operation));
        out.require(application);
        if (Policies.of(image, application.value()) instanceof Policies.Found found) {
            found.seen().forEach(out::require);
        }
        for (Uid cluster : concerned(image, advance.operation(), seen.assignment())) {
            out.require(work(image, uid, cluster));
            out.require(report(image, uid, cluster));
        }
        Optional<Held<Assignment>> former = image.assignment(uid);
        if (advance.assignment().isPresent()) {
            Assignment next = advance.assignment().get();
            out.put(new Row.AssignmentRow(next), former);
            Works.follow(
                    image,
                    application.value(),
                    next,
                    advance.operation().singleWriter(),
                    seen.policy(),
                    out);
        } else {
            out.require(
                    former.map(Held::unchanged)
                            .orElseGet(() -> Precondition.absent(new Row.Key.OfAssignment(uid))));
        }
        JobWorks.follow(
                view, advance.operation().uid(), Hooking.jobs(seen.with(advance.operation())), out);
        advance.events().forEach(out::event);
        return out.finish();
    }

    /**
     * The clusters that the step was decided from: of a single writer whoever may run it, else
     * sources and target, before there is a plan all members.
     */
    private static Set<Uid> concerned(FleetImage image, Failover operation, Assignment assignment) {
        Set<Uid> out = new TreeSet<>();
        operation
                .plan()
                .ifPresent(
                        plan -> {
                            out.addAll(plan.sources());
                            out.add(plan.target());
                        });
        if (operation.singleWriter() || operation.plan().isEmpty()) {
            assignment.members().forEach(m -> out.add(m.cluster()));
            out.addAll(image.works(operation.application()).keySet());
        }
        return out;
    }

    private static Precondition work(FleetImage image, Uid application, Uid cluster) {
        Optional<Held<Work>> held = Optional.ofNullable(image.works(application).get(cluster));
        return held.map(Held::unchanged)
                .orElseGet(() -> Precondition.absent(new Row.Key.OfWork(cluster, application)));
    }

    private static Precondition report(FleetImage image, Uid application, Uid cluster) {
        return Optional.ofNullable(image.reports(application).get(cluster))
                .map(Held::unchanged)
                .orElseGet(
                        () -> Precondition.absent(new Row.Key.OfWorkStatus(cluster, application)));
    }
}
