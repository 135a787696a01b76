package io.portolan.dr;

import io.portolan.model.dr.ApprovalRule;
import io.portolan.model.operation.Approval;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether enough others agreed to an operation (DESIGN.md section 7, invariant 10). Nothing gets
 * past it: neither central's own failovers nor an escalation, which is another operation than the
 * one that was agreed to.
 */
final class Approving {
    private Approving() {}

    /** Who agreed to what the operation is now: each once, never who asked. */
    static List<String> by(Failover operation) {
        return operation.approvals().stream()
                .filter(a -> a.of() == operation.kind())
                .map(Approval::by)
                .filter(by -> !asked(operation).contains(by))
                .filter(by -> named(settled(operation), by))
                .distinct()
                .sorted()
                .toList();
    }

    /** Who may agree, as it was when the operation was planned; none: everybody else. */
    static List<String> settled(Failover operation) {
        return operation.plan().map(Failover.Plan::approvers).orElse(List.of());
    }

    private static boolean named(List<String> users, String user) {
        return users.isEmpty() || users.contains(user);
    }

    /** Who asked for what it is now; who made a failover of a planned move asked for that. */
    static Set<String> asked(Failover operation) {
        Set<String> out = new TreeSet<>(Set.of(operation.request().requestedBy()));
        operation.controls().stream()
                .filter(c -> c.kind() == Control.Kind.ESCALATE)
                .forEach(c -> out.add(c.by()));
        return out;
    }

    /**
     * How many must agree: what was settled with the plan at least, for what the operation was
     * then.
     */
    static int needed(FailoverView view) {
        Failover operation = view.operation();
        int asked = view.policy().approvals(operation.kind());
        return operation.escalated()
                ? asked
                : Math.max(asked, operation.plan().flatMap(Failover.Plan::approvals).orElse(0));
    }

    /** What is missing; empty when enough agreed. */
    static Optional<String> lacking(FailoverView view) {
        Failover operation = view.operation();
        List<String> now = view.policy().approvers();
        List<String> by = by(operation).stream().filter(b -> named(now, b)).toList();
        int needed = needed(view);
        return by.size() >= needed
                ? Optional.empty()
                : Optional.of(
                        (needed - by.size())
                                + " of "
                                + needed
                                + " approvals of this "
                                + Words.kind(operation)
                                + ", by others than "
                                + String.join(" and ", asked(operation))
                                + of(operation, now)
                                + (by.isEmpty() ? "" : "; approved by " + String.join(", ", by)));
    }

    /** {@code , of ann, bob}: whom both the policy of then and that of now name. */
    private static String of(Failover operation, List<String> now) {
        List<String> then = settled(operation);
        if (then.isEmpty() && now.isEmpty()) {
            return "";
        }
        List<String> may =
                (then.isEmpty() ? now : then)
                        .stream()
                                .filter(u -> named(now, u) && !asked(operation).contains(u))
                                .toList();
        return may.isEmpty()
                ? ", and its policy names nobody else"
                : ", of " + String.join(", ", may);
    }

    /** Empty when it may begin; else the step, the wait or the end of it. */
    static Optional<FailoverMove> at(FailoverView view, Draft draft) {
        Failover operation = view.operation();
        return lacking(view)
                .map(
                        lacking -> {
                            if (operation.state() != State.APPROVAL) {
                                Duration expires =
                                        view.policy()
                                                .approvals()
                                                .map(ApprovalRule::expires)
                                                .orElse(ApprovalRule.EXPIRES);
                                return waits(
                                        operation,
                                        draft.enter(
                                                        State.APPROVAL,
                                                        Optional.of(expires),
                                                        "asks for approval")
                                                .event(
                                                        Severity.NORMAL,
                                                        "FailoverAsksApproval",
                                                        operation.name() + " waits for " + lacking),
                                        lacking);
                            }
                            if (draft.overdue()) {
                                String late = "it was not approved in time: it lacked " + lacking;
                                return draft.end(State.REFUSED, late)
                                        .event(Severity.WARNING, "FailoverRefused", late)
                                        .move();
                            }
                            return waits(operation, draft, lacking);
                        });
    }

    /**
     * Empty when it may be committed; else the wait for what is missing since it became another
     * operation, or its policy asks for more.
     */
    static Optional<FailoverMove> beforeCommit(FailoverView view, Draft draft) {
        return lacking(view).map(lacking -> waits(view.operation(), draft, lacking));
    }

    private static FailoverMove waits(Failover operation, Draft draft, String lacking) {
        return draft.waiting(lacking, Words.approve(operation) + ", or " + Words.abort(operation))
                .move();
    }
}
