package io.portolan.dr;

import io.portolan.model.operation.Approval;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.Failover.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a person may say of how a live operation goes on, and what it changes. A word is taken only
 * where it means something; none loosens a fence, and after the commit none leads back.
 */
public final class Controls {
    /** Nobody says so much of one operation, and each of it is kept. */
    static final int MOST = 200;

    /** What came of a word. */
    public sealed interface Answer {
        /** It counts. */
        record Said(Failover operation) implements Answer {}

        /**
         * It means nothing now.
         *
         * @param why for people, with what is possible instead
         */
        record Not(String why) implements Answer {}
    }

    private Controls() {}

    /**
     * Says a word. A repeated abort changes nothing.
     *
     * @param by a user's name
     * @param now on the clock that the operation's times are of
     */
    public static Answer say(
            Failover operation, Control.Kind word, String by, String reason, Instant now) {
        if (word == Control.Kind.ABORT && operation.abortRequested() && alive(operation)) {
            return new Answer.Said(operation);
        }
        Optional<String> obstacle = obstacle(operation, word, now);
        if (obstacle.isPresent()) {
            return new Answer.Not(
                    operation.name() + " " + obstacle.get() + "; " + instead(operation, now));
        }
        Failover timely = operation.withSteps(steps(operation, word, now));
        Control said = new Control(word, by, now, reason, operation.steps().size() - 1);
        if (word == Control.Kind.PAUSE) {
            Failover paused = timely.said(said, pausedBy(said), "");
            return new Answer.Said(timely.said(said, pausedBy(said), next(paused)));
        }
        Failover going = timely.said(said, Failover.EXECUTOR, "");
        return new Answer.Said(word == Control.Kind.ABORT ? going.aborting() : going);
    }

    /**
     * Agrees to an operation. Who agreed already changes nothing.
     *
     * @param by a user's name; never who asked for it, or made a failover of it
     */
    public static Answer approve(Failover operation, String by, String comment, Instant now) {
        if (Approving.by(operation).contains(by)) {
            return new Answer.Said(operation);
        }
        // Its policy, or its escalation, may ask for more until the commit.
        boolean asks =
                operation.state().compareTo(State.APPROVAL) >= 0
                        && operation.state().compareTo(State.DATA_GATE) <= 0;
        if (!asks) {
            return new Answer.Not(
                    operation.name() + " is in " + operation.state() + " and asks for no approval");
        }
        if (Approving.asked(operation).contains(by)) {
            return new Answer.Not(
                    by
                            + (by.equals(operation.request().requestedBy())
                                    ? " asked for "
                                    : " made a failover of ")
                            + operation.name()
                            + ": others have to agree");
        }
        List<String> may = Approving.settled(operation);
        if (!may.isEmpty() && !may.contains(by)) {
            return new Answer.Not(
                    by
                            + " may not agree to "
                            + operation.name()
                            + ": its policy names "
                            + String.join(", ", may));
        }
        if (operation.approvals().size() >= MOST) {
            return new Answer.Not(operation.name() + " has " + MOST + " approvals already");
        }
        return new Answer.Said(
                operation.approved(new Approval(by, now, comment, operation.kind())));
    }

    /** The words that mean something now, in the order of their declaration. */
    public static List<Control.Kind> possible(Failover operation, Instant now) {
        return Arrays.stream(Control.Kind.values())
                .filter(w -> obstacle(operation, w, now).isEmpty())
                .toList();
    }

    /** What a paused operation waits for. */
    static String pausedBy(Control pause) {
        return "somebody's word: paused by " + pause.by() + ": " + pause.reason();
    }

    /** What ends a pause. */
    static String next(Failover paused) {
        boolean failed = paused.paused().filter(w -> w.by().equals(Control.CENTRAL)).isPresent();
        List<String> others = new ArrayList<>();
        if (skippable(paused)) {
            others.add("skip");
        }
        if (escalatable(paused)) {
            others.add("escalate");
        }
        return Words.say("operation " + (failed ? "retry" : "resume"), paused)
                + (others.isEmpty() ? "" : " (" + String.join(" or ", others) + " in its place)")
                + ", or "
                + Words.abort(paused);
    }

    private static String instead(Failover operation, Instant now) {
        List<Control.Kind> possible = possible(operation, now);
        return possible.isEmpty()
                ? "nothing can be said of it any more"
                : "possible now: "
                        + possible.stream()
                                .map(Control.Kind::toString)
                                .collect(Collectors.joining(", "));
    }

    /** Why a word means nothing now; empty when it does. */
    private static Optional<String> obstacle(Failover o, Control.Kind word, Instant now) {
        if (o.state().ended()) {
            return Optional.of("has ended: " + o.state());
        }
        if (o.controls().size() >= MOST && word != Control.Kind.ABORT) {
            return Optional.of("was told " + MOST + " words already");
        }
        if (o.abortRequested()) {
            return Optional.of("is being aborted");
        }
        return switch (word) {
            case PAUSE -> no(o.paused().isPresent(), "is paused already");
            case RESUME -> no(o.paused().isEmpty(), "is not paused");
            case RETRY ->
                    no(
                            !failed(o) && !late(o, now),
                            "is in " + o.state() + ", where nothing failed that could be retried");
            case SKIP -> no(!skippable(o), "is in " + o.state() + ", which is never skipped");
            case ESCALATE ->
                    no(
                            !escalatable(o),
                            o.planned()
                                    ? "is committed: in " + o.state() + " it only goes on"
                                    : "is a failover already");
            case ABORT -> Optional.empty();
        };
    }

    private static Optional<String> no(boolean obstructed, String why) {
        return obstructed ? Optional.of(why) : Optional.empty();
    }

    private static boolean alive(Failover operation) {
        return !operation.state().ended();
    }

    /** Whether a step failed for good: central itself paused it. */
    private static boolean failed(Failover operation) {
        return operation.paused().filter(w -> w.by().equals(Control.CENTRAL)).isPresent();
    }

    private static boolean late(Failover operation, Instant now) {
        boolean verifies =
                operation.state() == State.PROMOTING || operation.state() == State.VERIFYING;
        return verifies
                && operation.paused().isEmpty()
                && !operation.steps().isEmpty()
                && operation.steps().getLast().deadline().filter(d -> !d.isAfter(now)).isPresent();
    }

    private static boolean escalatable(Failover operation) {
        return operation.planned() && alive(operation) && !operation.state().committed();
    }

    /** Steps that prove nothing about fencing. */
    private static boolean skippable(Failover operation) {
        return switch (operation.state()) {
            case PREPARING_TARGET,
                    WITHDRAWING_TRAFFIC,
                    QUIESCING,
                    FINAL_SYNC,
                    DATA_GATE,
                    VERIFYING,
                    SWITCHING_TRAFFIC,
                    STABILIZING,
                    CLEANING_SOURCE,
                    REPROTECTING ->
                    true;
            // The target has to take up its role; only what a hook promotes may be left undone.
            case PROMOTING -> failed(operation);
            case REQUESTED, PREFLIGHT, APPROVAL, REVOKING, FENCING, COMPLETED, ABORTED, REFUSED ->
                    false;
        };
    }

    /** The time of a pause does not count; a step that is tried anew has all its time again. */
    private static List<Step> steps(Failover operation, Control.Kind word, Instant now) {
        if (operation.steps().isEmpty()) {
            return operation.steps();
        }
        Step open = operation.steps().getLast();
        Optional<Instant> deadline =
                word == Control.Kind.RETRY
                        ? open.deadline()
                                .flatMap(_ -> operation.plan())
                                .map(p -> now.plus(p.verifyTimeout()))
                        : operation
                                .paused()
                                .flatMap(
                                        p -> open.deadline().map(d -> d.plus(between(p.at(), now))))
                                .or(open::deadline);
        List<Step> steps = new ArrayList<>(operation.steps());
        steps.set(
                steps.size() - 1,
                new Step(open.state(), open.startedAt(), open.endedAt(), deadline, open.detail()));
        return steps;
    }

    /** Nothing where the clock was set back. */
    private static Duration between(Instant from, Instant to) {
        return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
    }
}
