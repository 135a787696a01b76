package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.dr.Evidence;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Attestation;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.Assignment;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A single writer before the commit: its role is taken, and proof is awaited that it stopped. */
final class Fencing {
    private final FailoverView view;
    private final Failover operation;
    private final Plan plan;
    private final Draft draft;

    private Fencing(FailoverView view, Plan plan, Draft draft) {
        this.view = view;
        this.operation = view.operation();
        this.plan = plan;
        this.draft = draft;
    }

    static FailoverMove revoke(FailoverView view, Plan plan, Draft draft) {
        Assignment revoked = Roles.revoke(view.assignment(), plan.sources());
        String detail =
                "takes the active role from "
                        + Words.names(view, plan.sources())
                        + " with epoch "
                        + revoked.epoch();
        return draft.assignment(revoked)
                .enter(State.REVOKING, Optional.of(plan.demoteTimeout()), detail)
                .event(
                        Severity.NORMAL,
                        "FailoverStarted",
                        view.operation().request().requestedBy() + " fails over: " + detail)
                .move();
    }

    static FailoverMove step(FailoverView view, Plan plan, Draft draft) {
        return new Fencing(view, plan, draft).step();
    }

    private FailoverMove step() {
        if (operation.abortRequested()) {
            return abort();
        }
        if (FailoverPlanner.anyActive(view.assignment(), plan.sources())) {
            return revoke(view, plan, draft);
        }
        return operation.state() == State.REVOKING ? revoking() : fencing();
    }

    /** Until the orders to stop are stored. An attestation does not need them. */
    private FailoverMove revoking() {
        List<Uid> unordered =
                plan.sources().stream().filter(s -> Fence.order(view, s).isEmpty()).toList();
        if (!unordered.isEmpty() && operation.attestation().isEmpty()) {
            return says("central's order to " + Words.names(view, unordered) + " to stop", false)
                    .move();
        }
        draft.enter(
                State.FENCING,
                Optional.of(plan.demoteTimeout()),
                "waits for proof that " + Words.names(view, plan.sources()) + " runs nothing");
        List<Fence.Open> open = open();
        return (open.isEmpty() ? draft : says(open)).move();
    }

    private FailoverMove fencing() {
        List<Fence.Open> open = open();
        Optional<Attestation> attested = operation.attestation();
        if (!open.isEmpty() && attested.isEmpty()) {
            return says(open).move();
        }
        List<Uid> unproved = open.stream().map(Fence.Open::cluster).toList();
        Evidence evidence =
                unproved.isEmpty()
                        ? proof()
                        : new Evidence.Attested(
                                unproved,
                                attested.orElseThrow().operator(),
                                attested.orElseThrow().reason(),
                                attested.orElseThrow().at());
        return Commit.singleWriter(view, plan, draft, unproved, evidence);
    }

    private Evidence proof() {
        return plan.sources().stream()
                .map(s -> Fence.of(view, s))
                .filter(Fence.Closed.class::isInstance)
                .map(f -> ((Fence.Closed) f).proof())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a plan without sources"));
    }

    private List<Fence.Open> open() {
        return plan.sources().stream()
                .map(s -> Fence.of(view, s))
                .filter(Fence.Open.class::isInstance)
                .map(Fence.Open.class::cast)
                .toList();
    }

    private Draft says(List<Fence.Open> open) {
        String why = open.stream().map(Fence.Open::why).collect(Collectors.joining("; "));
        boolean hopeless = open.stream().anyMatch(Fence.Open::hopeless);
        return says(why, hopeless);
    }

    private Draft says(String why, boolean hopeless) {
        return draft.waiting(draft.overdue() ? why + "; " + late() : why, next(hopeless));
    }

    private String next(boolean hopeless) {
        String sources = Words.names(view, plan.sources());
        if (!hopeless && !draft.overdue()) {
            return "waits until "
                    + draft.deadline()
                            .map(t -> t.truncatedTo(ChronoUnit.SECONDS).toString())
                            .orElse("it answers")
                    + "; "
                    + Words.abort(operation)
                    + " gives the role back";
        }
        return Words.attest(operation)
                + " when you know that "
                + sources
                + " runs nothing, or bring "
                + sources
                + " back, or "
                + Words.abort(operation);
    }

    private String late() {
        return "not within " + Words.duration(plan.demoteTimeout());
    }

    /** The source has the role again, under an epoch that makes the order to stop stale. */
    private FailoverMove abort() {
        List<Uid> others =
                view.assignment().active().stream()
                        .filter(c -> !plan.sources().contains(c))
                        .toList();
        if (others.isEmpty()) {
            draft.assignment(Roles.restore(view.assignment(), plan.sources(), view.generation()));
        }
        String detail =
                others.isEmpty()
                        ? Words.names(view, plan.sources()) + " has the active role again"
                        : "the active role is with " + Words.names(view, others);
        return draft.end(State.ABORTED, detail)
                .event(Severity.WARNING, "FailoverAborted", detail)
                .move();
    }
}
