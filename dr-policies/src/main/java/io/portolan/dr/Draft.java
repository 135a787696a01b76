package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.dr.Evidence;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Checked;
import io.portolan.model.operation.Control;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Attestation;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.Report;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.Failover.Step;
import io.portolan.model.operation.HookRun;
import io.portolan.model.placement.Assignment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An operation while one move is made of it. Starts as it is stored; {@link #move} says what to
 * commit, or to wait where nothing changed. Mutable, lives for one call.
 */
final class Draft {
    private final Failover was;
    private final Instant now;
    private final List<Step> steps;
    private final List<EventRecord> events = new ArrayList<>();
    private boolean singleWriter;
    private State state;
    private Optional<Plan> plan;
    private Optional<Attestation> attestation;
    private Optional<Evidence> evidence;
    private Optional<Assignment> assignment = Optional.empty();
    private Optional<Report> report;
    private Optional<Instant> endedAt;
    private List<Checked> checks;
    private List<Control> controls;
    private Optional<Instant> wake = Optional.empty();
    private final List<HookRun> hooks;
    private long epochBefore;
    private long epochAfter;
    private String waitingFor;
    private String next;

    Draft(Failover was, Instant now) {
        this.was = was;
        this.now = now;
        this.steps = new ArrayList<>(was.steps());
        this.singleWriter = was.singleWriter();
        this.state = was.state();
        this.plan = was.plan();
        this.attestation = was.attestation();
        this.evidence = was.evidence();
        this.report = was.report();
        this.endedAt = was.endedAt();
        this.checks = was.checks();
        this.controls = was.controls();
        this.hooks = new ArrayList<>(was.hooks());
        this.epochBefore = was.epochBefore();
        this.epochAfter = was.epochAfter();
        this.waitingFor = was.waitingFor();
        this.next = was.next();
        if (steps.isEmpty()) {
            steps.add(
                    new Step(
                            was.state(),
                            was.requestedAt(),
                            Optional.empty(),
                            Optional.empty(),
                            "requested by " + was.request().requestedBy()));
        }
    }

    /** Ends the open step and begins the next. */
    Draft enter(State next, Optional<Duration> within, String detail) {
        closeStep();
        steps.add(new Step(next, now, Optional.empty(), within.map(now::plus), detail));
        state = next;
        return waiting(Failover.EXECUTOR, "");
    }

    /** The last state, which takes no time. */
    Draft end(State last, String detail) {
        closeStep();
        steps.add(new Step(last, now, Optional.of(now), Optional.empty(), detail));
        state = last;
        endedAt = Optional.of(now);
        return waiting("", "");
    }

    Draft waiting(String waitingFor, String next) {
        this.waitingFor = waitingFor;
        this.next = next;
        return this;
    }

    /** What the preflight found. */
    Draft checks(List<Checked> checks) {
        this.checks = checks;
        return this;
    }

    /** Central's own word: the open step waits for a person's. */
    Draft pause(String why) {
        List<Control> all = new ArrayList<>(controls);
        all.add(new Control(Control.Kind.PAUSE, Control.CENTRAL, now, why, steps.size() - 1));
        controls = all;
        return waiting(Controls.pausedBy(controls.getLast()), Controls.next(drafted()));
    }

    /** Moves the open step's deadline; empty: it has none until it is set again. */
    Draft until(Optional<Instant> deadline) {
        Step open = steps.getLast();
        steps.set(
                steps.size() - 1,
                new Step(open.state(), open.startedAt(), open.endedAt(), deadline, open.detail()));
        return this;
    }

    /** Settled with the plan, so that a policy that changes meanwhile drops no fence. */
    Draft singleWriter(boolean singleWriter) {
        this.singleWriter = singleWriter;
        return this;
    }

    Draft plan(Plan plan) {
        this.plan = Optional.of(plan);
        return this;
    }

    Draft epochBefore(long epoch) {
        this.epochBefore = epoch;
        return this;
    }

    Draft attestation(Optional<Attestation> attestation) {
        this.attestation = attestation;
        return this;
    }

    Draft proof(Evidence evidence) {
        this.evidence = Optional.of(evidence);
        return this;
    }

    /** Written in the same transaction as the operation. */
    Draft assignment(Assignment assignment) {
        this.assignment = Optional.of(assignment);
        this.epochAfter = assignment.epoch();
        return this;
    }

    Draft report(Report report) {
        this.report = Optional.of(report);
        return this;
    }

    /** The newest run at a point. */
    Optional<HookRun> run(HookPoint point, Optional<Uid> cluster) {
        return hooks.stream().filter(r -> r.at(point, cluster)).findFirst();
    }

    /** In the place of what was there at its point. */
    Draft run(HookRun run) {
        for (int i = 0; i < hooks.size(); i++) {
            if (hooks.get(i).at(run.point(), run.cluster())) {
                hooks.set(i, run);
                return this;
            }
        }
        hooks.add(run);
        return this;
    }

    /** What the data gate was told counts no more: it is asked again, under another key. */
    Draft ungate(String why) {
        run(HookPoint.DATA_GATE, Optional.empty())
                .ifPresent(
                        told ->
                                run(
                                        told.ended(
                                                HookRun.Phase.SUCCEEDED,
                                                now,
                                                Optional.empty(),
                                                why,
                                                Optional.empty(),
                                                Optional.empty())));
        return this;
    }

    Draft event(Severity severity, String reason, String message) {
        events.add(new EventRecord(was.application(), now, severity, reason, message, "central"));
        return this;
    }

    FailoverMove move() {
        Failover is = drafted();
        if (is.equals(was)) {
            return new FailoverMove.Wait(
                    Stream.concat(deadline().stream(), wake.stream())
                            .filter(d -> d.isAfter(now))
                            .min(Comparator.naturalOrder()));
        }
        return new FailoverMove.Advance(is, assignment, events);
    }

    /** The operation as it is drafted. */
    Failover drafted() {
        return new Failover(
                was.uid(),
                was.tenant(),
                was.name(),
                was.application(),
                was.applicationName(),
                was.request(),
                singleWriter,
                state,
                plan,
                steps,
                attestation,
                was.abortRequested(),
                evidence,
                epochBefore,
                epochAfter,
                waitingFor,
                next,
                was.requestedAt(),
                endedAt,
                report,
                checks,
                was.approvals(),
                controls,
                hooks);
    }

    /** Of the open step. */
    Optional<Instant> deadline() {
        return steps.getLast().deadline();
    }

    /** Asks to be looked at again at this time; the first of several counts. */
    void wake(Instant at) {
        wake = wake.filter(w -> w.isBefore(at)).or(() -> Optional.of(at));
    }

    Instant now() {
        return now;
    }

    /** Whether the open step has waited longer than it should. */
    boolean overdue() {
        return deadline().filter(d -> !d.isAfter(now)).isPresent();
    }

    private void closeStep() {
        Step open = steps.getLast();
        if (open.endedAt().isEmpty()) {
            steps.set(
                    steps.size() - 1,
                    new Step(
                            open.state(),
                            open.startedAt(),
                            Optional.of(now),
                            open.deadline(),
                            open.detail()));
        }
    }
}
