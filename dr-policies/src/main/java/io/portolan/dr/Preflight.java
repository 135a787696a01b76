package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.dr.PreflightCheck;
import io.portolan.model.dr.Safety;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Checked;
import io.portolan.model.operation.Checked.Outcome;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.Plan;
import io.portolan.model.operation.Failover.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Turns the names of a request into clusters, or says why it cannot be done: a list of checks, each
 * with its name. All are made although one failed, so that an operator sees them together. Changes
 * nothing.
 */
final class Preflight {
    /** What the preflight found. */
    sealed interface Finding {
        List<Checked> checks();

        record Possible(Plan plan, List<Checked> checks) implements Finding {}

        record Refused(String reason, List<Checked> checks) implements Finding {}
    }

    private final FailoverView view;
    private final Failover operation;
    private final String app;
    private final Targets targets;
    private final List<Checked> checks = new ArrayList<>();

    private Preflight(FailoverView view) {
        this.view = view;
        this.operation = view.operation();
        this.app = operation.applicationName();
        this.targets = new Targets(view);
    }

    static Finding of(FailoverView view, Instant now) {
        return new Preflight(view).finding(now);
    }

    private Finding finding(Instant now) {
        check(PreflightCheck.POLICY_PRESENT, view.barrier(), "its policies are there");
        check(
                PreflightCheck.NO_LIVE_OPERATION,
                view.rival().map(r -> r + " is live on " + app),
                "no other operation is live on " + app);
        Sought<List<Candidate>> sources = sources();
        switch (sources) {
            case Sought.Not<List<Candidate>>(var check, String reason) ->
                    add(check, Outcome.FAILED, reason);
            case Sought.Found<List<Candidate>>(List<Candidate> found) -> leaves(found);
        }
        held(sources.found().orElse(List.of()), now);
        Sought<Candidate> target = targets.sought();
        switch (target) {
            case Sought.Not<Candidate>(var check, String reason) -> fails(check, reason);
            case Sought.Found<Candidate>(Candidate found) -> goes(found);
        }
        Optional<Checked> failed =
                checks.stream().filter(c -> c.outcome() == Outcome.FAILED).findFirst();
        return failed.<Finding>map(c -> new Finding.Refused(c.detail(), checks))
                .orElseGet(
                        () ->
                                new Finding.Possible(
                                        plan(
                                                sources.found().orElseThrow(),
                                                target.found().orElseThrow(),
                                                now),
                                        checks));
    }

    private void check(PreflightCheck check, Optional<String> obstacle, String well) {
        add(check, obstacle.isPresent() ? Outcome.FAILED : Outcome.PASSED, obstacle.orElse(well));
    }

    private void add(PreflightCheck check, Outcome outcome, String detail) {
        checks.add(new Checked(check, outcome, detail));
    }

    private void fails(PreflightCheck check, String reason) {
        boolean inVain =
                operation.request().overrides().contains(check)
                        && !view.policy().overridable(check);
        add(
                check,
                Outcome.FAILED,
                inVain ? reason + "; its policy lets nobody override " + check : reason);
    }

    /** A relocation leaves only clusters that answer: whoever does not is failed over from. */
    private void leaves(List<Candidate> sources) {
        add(
                PreflightCheck.SOURCE_KNOWN,
                Outcome.PASSED,
                sources.isEmpty()
                        ? app + " is active nowhere"
                        : "leaves " + names(sources.stream().map(Candidate::uid).toList()));
        Optional<Candidate> silent =
                sources.stream().filter(c -> c.reach() != Reach.READY).findFirst();
        if (silent.isEmpty()) {
            add(
                    PreflightCheck.SOURCE_REACHABLE,
                    Outcome.PASSED,
                    sources.size() == 1 ? "it is heard" : "all " + sources.size() + " are heard");
            return;
        }
        String why = silent.get().name() + " is " + Words.silent(silent.get());
        if (operation.planned()) {
            add(
                    PreflightCheck.SOURCE_REACHABLE,
                    Outcome.FAILED,
                    why
                            + ", and a relocation leaves only clusters that answer; type: portolan"
                            + " failover "
                            + app
                            + " --tenant "
                            + operation.tenant());
        } else {
            add(
                    PreflightCheck.SOURCE_REACHABLE,
                    Outcome.WARNING,
                    singleWriter(view)
                            ? why + ": it cannot show that it stopped"
                            : why + ": it stops when it returns");
        }
    }

    private void goes(Candidate target) {
        add(PreflightCheck.TARGET_KNOWN, Outcome.PASSED, "goes to " + target.name());
        add(
                PreflightCheck.TARGET_REACHABLE,
                Outcome.PASSED,
                target.name()
                        + target.lastHeard()
                                .map(t -> " was heard at " + Words.second(t))
                                .orElse(" is heard"));
        add(PreflightCheck.TARGET_FITS, Outcome.PASSED, app + " may run in " + target.name());
        standing(target);
        Optional<String> full = Targets.full(target);
        if (full.isEmpty()) {
            add(PreflightCheck.TARGET_ROOM, Outcome.PASSED, target.name() + " has room for " + app);
        } else {
            boolean overridden = overridden(view, PreflightCheck.TARGET_ROOM);
            add(
                    PreflightCheck.TARGET_ROOM,
                    overridden ? Outcome.OVERRIDDEN : Outcome.WARNING,
                    target.name()
                            + ": "
                            + full.get()
                            + (overridden ? "; overridden: " + operation.request().reason() : ""));
        }
    }

    /** Of a target that runs something already: what it has to go on from. */
    private void standing(Candidate target) {
        Optional<StandbyLevel> level = Standing.running(target);
        if (level.isEmpty()) {
            return;
        }
        String stands = target.name() + " stands by " + level.get();
        Optional<String> ill = Standing.ill(target);
        add(
                PreflightCheck.TARGET_STANDBY,
                ill.isEmpty() ? Outcome.PASSED : Outcome.WARNING,
                stands + ill.map(" and is "::concat).orElse(" and is healthy"));
    }

    /** What central begins by itself was held before it became an operation. */
    private void held(List<Candidate> sources, Instant now) {
        if (operation.request().automatic()) {
            return;
        }
        Safety safety = view.policy().safety().orElse(Safety.NONE);
        Gate.closed(safety).ifPresent(why -> held(PreflightCheck.GATE_OPEN, why, sources));
        if (!safety.freeze().isEmpty()) {
            Frozen.at(safety, now)
                    .ifPresentOrElse(
                            f -> held(PreflightCheck.FREEZE_WINDOW, f.words(), sources),
                            () ->
                                    add(
                                            PreflightCheck.FREEZE_WINDOW,
                                            Outcome.PASSED,
                                            "no freeze window holds"));
        }
    }

    /** Unless somebody overrides it, or the operation is the answer to a loss. */
    private void held(PreflightCheck check, String why, List<Candidate> sources) {
        if (overridden(view, check)) {
            add(check, Outcome.OVERRIDDEN, why + "; overridden: " + operation.request().reason());
        } else if (!operation.planned()
                && sources.stream().anyMatch(c -> c.reach() != Reach.READY)) {
            add(
                    check,
                    Outcome.WARNING,
                    why + "; it does not hold a failover from a cluster that is silent");
        } else {
            fails(
                    check,
                    why
                            + "; where its policy lets you (preflight.overridable), add --override "
                            + check
                            + " --reason WHY");
        }
    }

    /** Whether an operator overrides a check, and the policy lets him. */
    static boolean overridden(FailoverView view, PreflightCheck check) {
        Failover.Request request = view.operation().request();
        return !request.automatic()
                && request.overrides().contains(check)
                && view.policy().overridable(check);
    }

    /** What was settled before stays: a policy that is edited meanwhile can only add to it. */
    private Plan plan(List<Candidate> sources, Candidate target, Instant now) {
        Optional<Plan> settled = operation.plan();
        Set<HookPoint> hooks = new TreeSet<>(view.policy().hooks().keySet());
        settled.ifPresent(p -> hooks.addAll(p.hooks()));
        return new Plan(
                sources.stream().map(Candidate::uid).sorted().toList(),
                target.uid(),
                view.policy().demoteTimeout(),
                view.policy().verifyTimeout(),
                unserved(sources) ? Optional.empty() : lastService(sources, now),
                greater(view.policy().minimumFence(), settled.flatMap(Plan::minimumFence)),
                greater(view.policy().attestations(), settled.flatMap(Plan::attestations)),
                view.policy().stabilize(),
                Optional.of(Approving.needed(view)).filter(n -> n > 0),
                settled.map(Plan::approvers)
                        .filter(named -> !named.isEmpty())
                        .orElse(view.policy().approvers()),
                List.copyOf(hooks),
                unserved(sources));
    }

    /** As the target of a failover that was aborted before it got healthy. */
    private static boolean unserved(List<Candidate> sources) {
        return !sources.isEmpty() && sources.stream().noneMatch(Preflight::served);
    }

    /** By its agent's last word. What has no replicas has none to be ready. */
    private static boolean served(Candidate source) {
        return source.status()
                .filter(s -> s.role() == Role.ACTIVE)
                .filter(s -> s.readyReplicas() > 0 || s.desiredReplicas() == 0)
                .isPresent();
    }

    private static <T extends Comparable<? super T>> Optional<T> greater(
            Optional<T> one, Optional<T> other) {
        return Stream.of(one, other).flatMap(Optional::stream).max(Comparator.naturalOrder());
    }

    static boolean singleWriter(FailoverView view) {
        return view.operation().singleWriter() || view.policy().singleWriter();
    }

    private Sought<List<Candidate>> sources() {
        List<Uid> active = view.assignment().active();
        if (singleWriter(view) && !Suspicion.unsettled(view).isEmpty()) {
            return new Sought.Not<>(
                    PreflightCheck.SOURCE_KNOWN,
                    app
                            + " had many writers until now, and "
                            + names(Suspicion.unsettled(view))
                            + " has not been told yet that it has one: try again in a moment");
        }
        if (singleWriter(view)
                && active.isEmpty()
                && view.assignment().epoch() > 0
                && operation.request().from().isEmpty()) {
            return new Sought.Found<>(List.of());
        }
        if (active.isEmpty()) {
            return new Sought.Not<>(
                    PreflightCheck.SOURCE_KNOWN,
                    app + " is active nowhere: there is nothing to fail over from");
        }
        if (singleWriter(view) && active.size() > 1) {
            return new Sought.Not<>(
                    PreflightCheck.SOURCE_KNOWN,
                    app
                            + " is a single writer and active on "
                            + names(active)
                            + ": which of them is right is not for a failover to decide");
        }
        if (!operation.request().from().isEmpty()) {
            return named(active);
        }
        List<Candidate> known = active.stream().flatMap(uid -> view.cluster(uid).stream()).toList();
        if (known.isEmpty()) {
            return new Sought.Not<>(
                    PreflightCheck.SOURCE_KNOWN,
                    app + " is active on clusters that are gone: " + names(active));
        }
        if (active.size() == 1) {
            return new Sought.Found<>(known);
        }
        List<Candidate> silent =
                known.stream().filter(c -> c.reach() == Reach.UNREACHABLE).toList();
        return silent.isEmpty()
                ? new Sought.Not<>(
                        PreflightCheck.SOURCE_KNOWN,
                        app
                                + " is active on "
                                + names(active)
                                + " and all of them are heard: say with --from which to leave")
                : new Sought.Found<>(silent);
    }

    /** The clusters that the request names, each of which must be active. */
    private Sought<List<Candidate>> named(List<Uid> active) {
        List<Candidate> sources = new ArrayList<>();
        for (String name : new LinkedHashSet<>(operation.request().from())) {
            Optional<Candidate> cluster = view.named(name);
            if (cluster.isEmpty()) {
                return new Sought.Not<>(
                        PreflightCheck.SOURCE_KNOWN, "there is no cluster named " + name);
            }
            if (!active.contains(cluster.get().uid())) {
                return new Sought.Not<>(
                        PreflightCheck.SOURCE_KNOWN,
                        app + " is not active on " + name + ", it is active on " + names(active));
            }
            sources.add(cluster.get());
        }
        return new Sought.Found<>(sources);
    }

    /**
     * Of a single writer service ends when its role is taken; of a silent source it ended when it
     * was last heard; a stateless source that is heard serves until the target does.
     */
    private Optional<Instant> lastService(List<Candidate> sources, Instant now) {
        if (sources.isEmpty()) {
            return Optional.empty();
        }
        Optional<Instant> silent =
                sources.stream()
                        .filter(c -> c.reach() != Reach.READY)
                        .map(c -> c.lastHeard().orElse(now))
                        .min(Comparator.naturalOrder());
        return silent.isEmpty() && singleWriter(view) ? Optional.of(now) : silent;
    }

    /**
     * A single writer that is moved by plan serves while its target is prepared: until its traffic
     * or its writes are stopped, and at the latest until its role is taken.
     */
    static Plan served(FailoverView view, Plan plan, Instant now) {
        Failover operation = view.operation();
        boolean known =
                !operation.request().planned()
                        || plan.unserved()
                        || plan.sources().isEmpty()
                        || operation.state().compareTo(State.REVOKING) >= 0;
        if (known) {
            return plan;
        }
        Stream<Instant> stopped =
                operation.steps().stream()
                        .filter(
                                s ->
                                        s.state() == State.WITHDRAWING_TRAFFIC
                                                || s.state() == State.QUIESCING)
                        .map(Failover.Step::startedAt);
        Stream<Instant> silent =
                plan.sources().stream()
                        .flatMap(s -> view.cluster(s).stream())
                        .filter(c -> c.reach() != Reach.READY)
                        .flatMap(c -> c.lastHeard().stream());
        return plan.servedUntil(
                Stream.concat(Stream.of(now), Stream.concat(stopped, silent))
                        .min(Comparator.naturalOrder())
                        .orElseThrow());
    }

    private String names(List<Uid> clusters) {
        return Words.names(view, clusters);
    }
}
