package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.Evidence;
import io.portolan.model.dr.FenceLevel;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Attestation;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.Assignment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
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
        Assignment revoked =
                view.unsettled()
                        ? Roles.revokeAnywhere(view.base(), suspects(view, plan), view.generation())
                        : Roles.revoke(view.base(), plan.sources());
        String detail =
                plan.sources().isEmpty()
                        ? "no cluster has the active role; asks for proof with epoch "
                                + revoked.epoch()
                        : "takes the active role from "
                                + Words.names(view, plan.sources())
                                + " with epoch "
                                + revoked.epoch();
        if (view.unsettled()) {
            detail +=
                    "; the database was restored, so every cluster has to show that it runs nothing";
        }
        return draft.plan(Preflight.served(view, plan, draft.now()))
                .assignment(revoked)
                .enter(State.REVOKING, Optional.of(plan.demoteTimeout()), detail)
                .event(
                        Severity.NORMAL,
                        "FailoverStarted",
                        view.operation().request().requestedBy() + " fails over: " + detail)
                .move();
    }

    /** Since the database was restored: members, and clusters that have not been heard since. */
    private static List<Uid> suspects(FailoverView view, Plan plan) {
        TreeSet<Uid> suspects = new TreeSet<>(view.restored().untold());
        view.assignment().members().forEach(m -> suspects.add(m.cluster()));
        suspects.addAll(plan.sources());
        return List.copyOf(suspects);
    }

    static FailoverMove step(FailoverView view, Plan plan, Draft draft) {
        return new Fencing(view, plan, draft).step();
    }

    /** What the operation waits for that an operator could vouch for. */
    static List<Unproved> unproved(FailoverView view, Plan plan, Draft draft) {
        return new Fencing(view, plan, draft).unproved();
    }

    private FailoverMove step() {
        if (view.unsettled() && plan.sources().containsAll(view.assignment().active())) {
            return revoke(view, plan, draft);
        }
        if (operation.abortRequested()) {
            return abort();
        }
        if (FailoverPlanner.anyActive(view.assignment(), plan.sources())) {
            return revoke(view, plan, draft);
        }
        return operation.state() == State.REVOKING ? revoking() : fencing();
    }

    /** Until the orders to stop are stored. */
    private FailoverMove revoking() {
        List<Uid> unordered =
                plan.sources().stream()
                        .filter(s -> view.cluster(s).isPresent())
                        .filter(s -> Fence.order(view, s).isEmpty())
                        .toList();
        if (!unordered.isEmpty()) {
            return draft.waiting(
                            "central's order to " + Words.names(view, unordered) + " to stop",
                            Words.orAbort(operation) + " gives the role back")
                    .move();
        }
        List<Uid> rivals = rivals();
        draft.enter(
                State.FENCING,
                Optional.of(plan.demoteTimeout()),
                rivals.isEmpty()
                        ? "no other cluster may run it"
                        : "waits for proof that " + Words.names(view, rivals) + " runs nothing");
        List<Fence.Open> open = open(rivals);
        return (open.isEmpty() ? draft : says(open)).move();
    }

    private FailoverMove fencing() {
        List<Uid> rivals = rivals();
        List<Fence.Open> open = open(rivals);
        List<Uid> unproved = open.stream().map(Fence.Open::cluster).toList();
        Optional<Attestation> attested = operation.attestation();
        if (attested.isPresent() && Vouching.ends(view, draft, attested.get(), unproved)) {
            return says(open).move();
        }
        List<Fence.Open> unvouched = open.stream().filter(o -> !vouched(o.cluster())).toList();
        if (!unvouched.isEmpty()) {
            return unfenced(unvouched).move();
        }
        Evidence evidence = evidence(rivals, unproved, attested);
        if (!evidence.reaches(plan.fence())) {
            return weak(evidence).move();
        }
        Optional<FailoverMove> held =
                Approving.beforeCommit(view, draft)
                        .or(() -> Ports.at(HookPoint.DATA_GATE, view, draft));
        if (held.isPresent()) {
            return held.get();
        }
        return Commit.singleWriter(
                view,
                plan,
                draft,
                rivals,
                rivals.stream().filter(r -> !demoted(r)).toList(),
                evidence);
    }

    /** One that is heard at the data gate may have written since: it stops first, and anew. */
    private Draft unfenced(List<Fence.Open> open) {
        List<Uid> heard =
                open.stream()
                        .map(Fence.Open::cluster)
                        .filter(c -> silentSince(c).isEmpty() && view.cluster(c).isPresent())
                        .toList();
        if (operation.state() == State.DATA_GATE && !heard.isEmpty()) {
            String names = Words.names(view, heard);
            draft.ungate("told before " + names + " was heard again")
                    .enter(
                            State.FENCING,
                            Optional.of(plan.demoteTimeout()),
                            "waits again for proof that " + names + " runs nothing");
        }
        return says(open);
    }

    /** Whether it has shown itself that it runs nothing. */
    private boolean demoted(Uid rival) {
        return fence(rival) instanceof Fence.Closed(Evidence.Demoted _);
    }

    private Fence fence(Uid cluster) {
        return Fence.of(view, cluster, draft.now());
    }

    /** Proved, and not as strongly as the policy asks of a cluster that does not speak. */
    private Draft weak(Evidence evidence) {
        return draft.waiting(
                "evidence "
                        + plan.fence()
                        + ", which its policy asks for (minimumFence); there is "
                        + evidence.level(),
                (operation.planned()
                                ? Words.escalate(operation)
                                        + " lets its policy's hook fence it, or "
                                : "")
                        + "bring it back, or "
                        + Words.abort(operation));
    }

    /** Whether as many operators as the policy asks for spoke for a cluster, and words count. */
    private boolean vouched(Uid cluster) {
        return wordsCount()
                && !operation.planned()
                && operation
                        .attestation()
                        .filter(a -> a.vouches(cluster, plan.operators()))
                        .isPresent();
    }

    private boolean wordsCount() {
        return FenceLevel.F6.reaches(plan.fence());
    }

    private List<Unproved> unproved() {
        return open(rivals()).stream()
                .filter(o -> !vouched(o.cluster()))
                .map(
                        o ->
                                new Unproved(
                                        o.cluster(),
                                        Words.name(view, o.cluster()),
                                        o.why(),
                                        wordsCount() && (o.hopeless() || draft.overdue()),
                                        silentSince(o.cluster())))
                .toList();
    }

    /** Who was never heard may be heard at any time from the beginning of time. */
    private Optional<Instant> silentSince(Uid cluster) {
        return view.cluster(cluster)
                .filter(c -> c.reach() != Reach.READY)
                .map(c -> c.lastHeard().orElse(Instant.EPOCH));
    }

    private Evidence evidence(
            List<Uid> rivals, List<Uid> unproved, Optional<Attestation> attested) {
        List<Evidence> parts = new ArrayList<>();
        for (Uid rival : rivals) {
            if (fence(rival) instanceof Fence.Closed(Evidence proof)) {
                parts.add(proof);
            }
        }
        if (!unproved.isEmpty()) {
            Attestation word = attested.orElseThrow();
            parts.add(
                    new Evidence.Attested(
                            unproved, Vouching.operators(word), word.reason(), word.at()));
        }
        return switch (parts.size()) {
            case 0 -> new Evidence.NeverActive();
            case 1 -> parts.getFirst();
            default -> new Evidence.All(parts);
        };
    }

    private List<Uid> rivals() {
        return Suspicion.rivals(view, plan.sources(), plan.target());
    }

    private List<Fence.Open> open(List<Uid> rivals) {
        return rivals.stream()
                .map(this::fence)
                .filter(Fence.Open.class::isInstance)
                .map(Fence.Open.class::cast)
                .toList();
    }

    private Draft says(List<Fence.Open> open) {
        String why = open.stream().map(Fence.Open::why).collect(Collectors.joining("; "));
        boolean hopeless =
                open.stream().filter(o -> o.until().isEmpty()).anyMatch(Fence.Open::hopeless);
        open.stream().flatMap(o -> o.until().stream()).forEach(draft::wake);
        String said = why + Vouching.sofar(view, plan, operation.attestation(), open);
        return draft.waiting(draft.overdue() ? said + "; " + late() : said, next(open, hopeless));
    }

    private String next(List<Fence.Open> open, boolean hopeless) {
        String whose = Words.names(view, open.stream().map(Fence.Open::cluster).toList());
        if (!hopeless && !draft.overdue()) {
            return Failover.WAIT
                    + " until "
                    + draft.deadline()
                            .map(t -> t.truncatedTo(ChronoUnit.SECONDS).toString())
                            .orElse("it answers")
                    + "; "
                    + Words.abort(operation)
                    + (plan.sources().isEmpty() ? " ends it" : " gives the role back");
        }
        if (!wordsCount()) {
            return "bring "
                    + whose
                    + " back; its policy takes no operator's word (minimumFence "
                    + plan.fence()
                    + "); or "
                    + Words.abort(operation);
        }
        return (operation.planned()
                        ? Words.escalate(operation)
                                + " makes it a failover, which takes your word for "
                                + whose
                        : Words.attest(operation)
                                + " when you know that "
                                + whose
                                + " runs nothing")
                + ", or bring "
                + whose
                + " back, or "
                + Words.abort(operation);
    }

    private String late() {
        return "not within " + Words.duration(plan.demoteTimeout());
    }

    /** Who may run it by a decision that was lost with the database, beside the sources. */
    private List<Uid> quarantined() {
        return view.assignment().members().stream()
                .filter(m -> m.role() == Role.QUARANTINED)
                .map(Assignment.Member::cluster)
                .filter(c -> !plan.sources().contains(c))
                .toList();
    }

    /** The source has the role again, under an epoch that makes the order to stop stale. */
    private FailoverMove abort() {
        List<Uid> others =
                view.assignment().active().stream()
                        .filter(c -> !plan.sources().contains(c))
                        .toList();
        if (others.isEmpty() && view.tookAnywhere()) {
            List<Fence.Open> doubted = open(quarantined());
            if (doubted.stream().anyMatch(o -> !vouched(o.cluster()))) {
                return says(doubted).move();
            }
            draft.proof(
                    evidence(
                            quarantined(),
                            doubted.stream().map(Fence.Open::cluster).toList(),
                            operation.attestation()));
        }
        if (others.isEmpty() && !plan.sources().isEmpty()) {
            draft.assignment(Roles.restore(view.base(), plan.sources(), view.generation()));
        }
        String detail;
        if (!others.isEmpty()) {
            detail = "the active role is with " + Words.names(view, others);
        } else if (plan.sources().isEmpty()) {
            detail = "no cluster has the active role, as before";
        } else {
            detail = Words.names(view, plan.sources()) + " has the active role again";
        }
        return draft.end(State.ABORTED, detail)
                .event(Severity.WARNING, "FailoverAborted", detail)
                .move();
    }
}
