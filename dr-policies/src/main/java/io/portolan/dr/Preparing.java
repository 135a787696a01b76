package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.State;
import java.util.Optional;

/**
 * A planned move of a single writer while its source still has the role: the target makes all that
 * it needs and runs nothing of it, so that what its cluster refuses is known before anything stops.
 * A cluster that is no member yet also shows first that it runs nothing, as every newcomer does.
 */
final class Preparing {
    private final FailoverView view;
    private final Failover operation;
    private final Plan plan;
    private final Draft draft;
    private final String target;

    private Preparing(FailoverView view, Plan plan, Draft draft) {
        this.view = view;
        this.operation = view.operation();
        this.plan = plan;
        this.draft = draft;
        this.target = Words.name(view, plan.target());
    }

    /** Empty when the operation may go on: the target is ready, or an operator said so. */
    static Optional<FailoverMove> at(FailoverView view, Plan plan, Draft draft) {
        return new Preparing(view, plan, draft).at();
    }

    /** Whether a target has something to make first. */
    static boolean asks(FailoverView view, Plan plan) {
        return missing(view, plan.target()).isPresent();
    }

    private Optional<FailoverMove> at() {
        Optional<String> missing = missing(view, plan.target());
        if (operation.state() != State.PREPARING_TARGET) {
            return missing.map(_ -> enter());
        }
        Optional<Candidate> silent = silent();
        if (silent.isPresent()) {
            return silent.map(this::waits);
        }
        if (missing.isPresent() && operation.skipped().isEmpty()) {
            return missing.map(this::waits);
        }
        // Whoever stands by may take the role; who is quarantined may not.
        return role(view, plan.target()).equals(Optional.of(Role.QUARANTINED))
                ? Optional.of(
                        draft.assignment(Roles.stands(view.assignment(), plan.target()))
                                .waiting(target + " to stand by", Words.orAbort(operation))
                                .move())
                : Optional.empty();
    }

    private FailoverMove enter() {
        return draft.plan(plan)
                .assignment(Roles.prepare(view.assignment(), plan.target(), view.generation()))
                .enter(
                        State.PREPARING_TARGET,
                        Optional.of(plan.verifyTimeout()),
                        target + " makes what it needs while the source still runs")
                .move();
    }

    /** A source that fell silent meanwhile: it may serve, so its role is not taken for a plan. */
    private Optional<Candidate> silent() {
        return plan.sources().stream()
                .flatMap(s -> view.cluster(s).stream())
                .filter(c -> c.reach() != Reach.READY)
                .findFirst();
    }

    private FailoverMove waits(Candidate silent) {
        return draft.waiting(
                        silent.name()
                                + ", which it would leave, to be heard: it is "
                                + Words.silent(silent),
                        Words.escalate(operation)
                                + " makes it a failover; nothing was stopped yet: "
                                + Words.abort(operation))
                .move();
    }

    private FailoverMove waits(String missing) {
        return draft.waiting(
                        draft.overdue()
                                ? missing + "; not within " + Words.duration(plan.verifyTimeout())
                                : missing,
                        (draft.overdue() ? "" : Failover.WAIT + "; ")
                                + "portolan describe application "
                                + operation.tenant()
                                + "/"
                                + operation.applicationName()
                                + " tells more; nothing was stopped yet; "
                                + Words.say("operation skip", operation)
                                + " goes on without, "
                                + Words.abort(operation)
                                + " ends it")
                .move();
    }

    private static Optional<Role> role(FailoverView view, Uid target) {
        return view.assignment().member(target).map(m -> m.role());
    }

    /** What is missing until the target could take the role at once; empty when nothing is. */
    private static Optional<String> missing(FailoverView view, Uid target) {
        String name = Words.name(view, target);
        Optional<Candidate> cluster = view.cluster(target);
        Optional<Work> order =
                cluster.flatMap(Candidate::work)
                        .filter(w -> w.role() != Role.ACTIVE && !w.tombstone() && !w.makesNothing())
                        .filter(_ -> role(view, target).isPresent());
        if (order.isEmpty()) {
            return Optional.of("central's order to " + name + " to make what it needs");
        }
        if (cluster.get().reach() != Reach.READY) {
            return Optional.of(name + " to be heard: it is " + Words.silent(cluster.get()));
        }
        Optional<WorkStatus> answer =
                cluster.get().status().filter(s -> s.sequence() == order.get().sequence());
        if (answer.filter(s -> s.appliedSequence() >= order.get().sequence()).isEmpty()) {
            return Optional.of(
                    name + " to make what it needs" + answer.map(Words::troubles).orElse(""));
        }
        boolean shown = order.get().role() == Role.STANDBY || Fence.shown(view, target);
        return shown
                ? Optional.empty()
                : Optional.of(name + " to show that nothing of it runs there");
    }
}
